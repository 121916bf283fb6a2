"""Which days a company may be asked for, and what checking does where there is no home yet."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.settings import load_settings
from cli.history import within
from cli.main import app
from home.workplace import Workplace
from tenure.errors import HomeError, TimelineError
from tests.integration.test_local_days import company

FIRST, LAST = date(2020, 1, 2), date(2020, 1, 6)


@pytest.mark.parametrize(
    ("zone", "now", "latest"),
    [
        ("UTC", datetime(2020, 1, 5, 23, 59, tzinfo=UTC), 4),
        ("UTC", datetime(2020, 1, 6, 0, 1, tzinfo=UTC), 5),
        ("Asia/Tokyo", datetime(2020, 1, 5, 14, 59, tzinfo=UTC), 4),
        ("Asia/Tokyo", datetime(2020, 1, 5, 15, 1, tzinfo=UTC), 5),
        ("America/New_York", datetime(2020, 1, 6, 4, 59, tzinfo=UTC), 4),
        ("America/New_York", datetime(2020, 1, 6, 5, 1, tzinfo=UTC), 5),
    ],
)
def test_a_day_of_a_history_that_is_not_over_is_refused(zone: str, now: datetime, latest: int) -> None:
    """On the company's own clocks, which the refusal names; the day before may be landed."""
    history = replace(company(zone), last_day=date(2020, 1, 5))
    workplace = Workplace(history, load_settings(), lambda: now)

    assert within(workplace, FIRST, date(2020, 1, latest)) == (FIRST, date(2020, 1, latest))
    with pytest.raises(TimelineError, match=rf"2020-01-0{latest + 1} is not over yet \({zone}\), so it is no day of p so far"):
        within(workplace, FIRST, date(2020, 1, latest + 1))


@pytest.mark.parametrize("days", [(date(2020, 1, 1), FIRST), (FIRST, date(2020, 1, 7)), (LAST, FIRST)])
def test_days_beyond_a_history_are_refused_with_its_ends(days: tuple[date, date]) -> None:
    """Before its first, after its last, and in no order."""
    workplace = Workplace(
        replace(company("UTC"), last_day=date(2020, 1, 5)), load_settings(), lambda: datetime(2020, 2, 1, tzinfo=UTC)
    )

    with pytest.raises(TimelineError, match="not in order within 2020-01-02 to 2020-01-06, the days of p"):
        within(workplace, *days)


def test_checking_makes_no_home_of_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes none for one that holds something else."""
    home, nowhere = tmp_path / "home", tmp_path / "nowhere"
    home.mkdir()
    monkeypatch.setenv("TENURE_HOME", str(home))
    asked = ["check", "--project", str(nowhere)]

    told = CliRunner().invoke(app, asked)
    assert "no home" not in f"{told.output}{told.exception}"
    assert list(home.iterdir()) == []

    (home / "notes.txt").write_text("mine")
    refused = CliRunner().invoke(app, asked)
    assert isinstance(refused.exception, HomeError)
    assert "There is no home at" in str(refused.exception)
    assert [path.name for path in home.iterdir()] == ["notes.txt"]
