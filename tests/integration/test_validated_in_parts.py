"""Validation as it is landed and judged on a real lake: in parts that memory holds, and snapshots beside those before them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import assets.validated
from adapters.tables import quarantine_table, validated_table
from assets.raw import land
from assets.validated import judge_and_write
from home.day_figures import verdicts_by_day
from home.workplace import Workplace
from tenure.contracts import Available, Column, Cumulative, Snapshots, Source
from tests.approved import approved
from tests.deliveries import project_at
from tests.shop import settings_at

DAYS = tuple(date(2020, 1, 1) + timedelta(days=i) for i in range(1, 6))
VISITS = Source(
    name="visits",
    grain="one visit",
    key=("visit_id",),
    event_time="visited_at",
    available=Available.END_OF_EVENT_DAY,
    reader=Cumulative(pattern="visits.csv"),
    columns=(Column("visit_id", str, meaning="visit"), Column("spend", float, minimum=0, meaning="paid"),
             Column("visited_at", date, meaning="when")),
    max_quarantine_share=0.5,
)  # fmt: skip
SUBSCRIBERS = Source(
    name="subscribers",
    grain="one subscriber",
    key=("customer_id",),
    reader=Snapshots(pattern="{day}.csv"),
    columns=(Column("customer_id", str, meaning="subscriber"), Column("plan", str, meaning="plan")),
)


def place(folder: Path, source: Source) -> Workplace:
    """A company with this source alone."""
    project = replace(project_at(folder), sources=(source,), purposes=())
    return approved(Workplace(project, settings_at(folder / "home")))


def judged(workplace: Workplace, days: Sequence[date]) -> None:
    """Land days and judge them."""
    (source,) = workplace.project.sources
    land(workplace, source, days)
    judge_and_write(workplace, source, days)


def kept(workplace: Workplace) -> list[dict[str, object]]:
    """The rows in the lake, by day and key."""
    (source,) = workplace.project.sources
    rows = workplace.lake.rows(validated_table(source)) or pa.table({})
    return rows.sort_by([("day", "ascending"), (source.key[0], "ascending")]).to_pylist()


@pytest.fixture
def visits(tmp_path: Path) -> Source:
    """Ten visits a day, one of them without an amount, one of the second day read late."""
    lines = [f"v{i:02},{'' if i % 10 == 7 else i},2020-01-0{1 + i // 10}" for i in range(50)]
    (tmp_path / "visits.csv").write_text("\n".join(["visit_id,spend,visited_at", *lines]) + "\n")
    return replace(VISITS, reader=Cumulative(pattern=str(tmp_path / "visits.csv")))


def test_days_judged_in_parts_are_what_they_are_together(tmp_path: Path, visits: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, quarantine and verdicts; each part is a commit of its own."""
    whole, parts = place(tmp_path / "whole", visits), place(tmp_path / "parts", visits)
    judged(whole, DAYS)
    monkeypatch.setattr(assets.validated, "ROWS_AT_ONCE", 25)

    judged(parts, DAYS)

    assert kept(parts) == kept(whole)
    assert len(kept(whole)) == 45
    assert verdicts_by_day(parts.lake, visits) == verdicts_by_day(whole.lake, visits)
    quarantined = [place.lake.rows(quarantine_table(visits)) for place in (whole, parts)]
    assert [rows is not None and rows.num_rows for rows in quarantined] == [5, 5]
    assert [place.lake.open(validated_table(visits)).version for place in (whole, parts)] == [0, 2]


def test_what_was_found_in_parts_is_told_together(tmp_path: Path, visits: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are sums, and an expectation is met where all parts meet it."""
    workplace = place(tmp_path, visits)
    land(workplace, visits, DAYS)
    together = judge_and_write(workplace, visits, DAYS)[0]
    monkeypatch.setattr(assets.validated, "ROWS_AT_ONCE", 25)

    parts = judge_and_write(workplace, visits, DAYS)[0]

    assert parts.expectations == together.expectations
    # Were the rows of each part held, memory would grow with the history.
    assert parts.kept.get_total_buffer_size() < 100
    assert (parts.n_received, parts.n_quarantined) == (together.n_received, together.n_quarantined) == (50, 5)


def test_a_snapshot_that_is_delivered_again_changes_what_differs_after_it(tmp_path: Path) -> None:
    """Snapshots of later days are held against it anew."""
    source = replace(SUBSCRIBERS, reader=Snapshots(pattern=str(tmp_path / "{day}.csv")))
    workplace = place(tmp_path, source)
    for day, plans in ((1, "1,basic\n2,basic\n"), (2, "1,basic\n2,full\n"), (3, "1,basic\n")):
        (tmp_path / f"2020-01-0{day}.csv").write_text(f"customer_id,plan\n{plans}")
    judged(workplace, DAYS[:2])
    judged(workplace, DAYS[2:3])
    assert [(row["day"].day, row["customer_id"], row["plan"], row["is_gone"]) for row in kept(workplace)] == [
        (2, "1", "basic", False), (2, "2", "basic", False), (3, "2", "full", False), (4, "2", "full", True),
    ]  # fmt: skip

    (tmp_path / "2020-01-01.csv").write_text("customer_id,plan\n1,free\n2,full\n")
    judged(workplace, DAYS[:1])

    assert [(row["day"].day, row["customer_id"], row["plan"], row["is_gone"]) for row in kept(workplace)] == [
        (2, "1", "free", False), (2, "2", "full", False), (3, "1", "basic", False), (4, "2", "full", True),
    ]  # fmt: skip
