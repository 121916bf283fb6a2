"""Alert sinks on a real disk and in a real log."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.alerts import SINKS, Alert, AlertKind, FileSink, LogSink, open_sink
from tenure.errors import SpecError

ALERT = Alert(
    kind=AlertKind.DRIFT,
    project="shop",
    subject="lapse_28d",
    message="PSI above 0.25 on at least 3 of the last 5 days: score",
    at=datetime(2017, 11, 1, 6, tzinfo=UTC),
)


def test_alerts_are_kept_in_order_line_by_line(tmp_path: Path) -> None:
    """The file sink appends; what was told is there for whoever opens the file later."""
    for _ in range(2):
        open_sink("file", tmp_path).send(ALERT)

    assert FileSink(tmp_path).alerts() == (ALERT, ALERT)
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == 2


def test_nothing_is_written_before_the_first_alert(tmp_path: Path) -> None:
    """Opening a sink is free."""
    assert FileSink(tmp_path).alerts() == ()
    assert list(tmp_path.iterdir()) == []


def test_log_sink_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever watches the log hears of it."""
    open_sink("log", tmp_path).send(ALERT)

    assert "drift: shop.lapse_28d: PSI above 0.25" in caplog.text


def test_every_named_sink_opens_and_others_are_refused(tmp_path: Path) -> None:
    """The names in the message are the names that work."""
    assert [type(open_sink(name, tmp_path)) for name in SINKS] == [FileSink, LogSink]
    with pytest.raises(SpecError, match=r"out of \['file', 'log'\], found 'pager'"):
        open_sink("pager", tmp_path)
