"""Lines that come again, from the file to what a day knows: landed, judged and rolled up on a real lake."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import provenance.repeats
import provenance.roll_up
from adapters.lake import connect, read_table
from assets.raw import land
from assets.validated import judge_and_write
from home.day_figures import verdicts_by_day
from home.workplace import Workplace
from provenance.roll_up import roll_up
from tenure.contracts import Volume
from tenure.history.known import days_known
from tests import company
from tests.approved import approved
from tests.deliveries import project_at
from tests.deliveries import write as deliver
from tests.shop import settings_at

LINES = company.LINES
FIRST, SECOND = date(2020, 1, 1), date(2020, 1, 2)
KEYS = tuple(day + timedelta(days=1) for day in (FIRST, SECOND))


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A company whose lines may come a day late."""
    project = project_at(tmp_path / "delivered")
    sources = tuple(
        replace(source, late_days=1, volume=Volume()) if source.name == LINES else source for source in project.sources
    )
    (tmp_path / "delivered" / LINES).mkdir(parents=True)
    return approved(Workplace(replace(project, sources=sources), settings_at(tmp_path / "home")))


def lines(workplace: Workplace, of: Mapping[str, tuple[date, float]]) -> pa.Table:
    """Rows of one customer by name: when, and of how much."""
    source = workplace.project.source(LINES)
    known = {company.EACH: list(of), source.event_time: [datetime.combine(day, time(9)) for day, _ in of.values()]}
    known |= {company.AMOUNT_KEPT: [amount for _, amount in of.values()]}
    others = {str: "1", int: 1, float: 0.0}
    return pa.table(
        {c.source_name: pa.array(known.get(c.name, [others.get(c.dtype)] * len(of)), c.arrow) for c in source.received_columns}
    )


def run(workplace: Workplace, day: date, of: Mapping[str, tuple[date, float]]) -> None:
    """Deliver a day's file and run it as far as the roll-up."""
    source, key = workplace.project.source(LINES), day + timedelta(days=1)
    deliver(workplace.settings.home.parent / "delivered", source.name, day, lines(workplace, of))
    land(workplace, source, [key])
    judge_and_write(workplace, source, [key])
    roll_up(workplace, company.EVENTS)


def spent(workplace: Workplace, as_of: date) -> dict[date, int]:
    """Amounts by day of the event, as known on a day."""
    daily = read_table(workplace.lake.open(company.DAILY), connect())
    assert daily is not None
    return {row["active_on"]: row[company.AMOUNTS.column] for row in days_known(daily, as_of).to_pyarrow().to_pylist()}


def test_an_extract_of_the_last_two_days_counts_no_line_twice(workplace: Workplace) -> None:
    """An equal line changes nothing; one that differs is a correction from its batch on; the verdict counts both."""
    run(workplace, FIRST, {"1": (FIRST, 2.0), "2": (FIRST, 3.0)})
    run(workplace, SECOND, {"1": (FIRST, 2.0), "2": (FIRST, 9.0), "3": (SECOND, 4.0)})

    assert [spent(workplace, key) for key in KEYS] == [{FIRST: 500}, {FIRST: 1100, SECOND: 400}]
    verdict = verdicts_by_day(workplace.lake, workplace.project.source(company.LINES))[-1]
    assert verdict.in_words.endswith("3 rows received, 3 kept, 1 of them known already, 1 of them correcting a row known before.")


def test_a_day_delivered_again_without_a_line_leaves_it_to_the_batch_that_brought_it_too(workplace: Workplace) -> None:
    """Nothing was dropped for good when it came the second time."""
    run(workplace, FIRST, {"1": (FIRST, 2.0), "2": (FIRST, 3.0)})
    run(workplace, SECOND, {"1": (FIRST, 2.0)})

    run(workplace, FIRST, {"2": (FIRST, 3.0)})

    assert [spent(workplace, key) for key in KEYS] == [{FIRST: 300}, {FIRST: 500}]


def test_many_rows_are_rolled_up_in_parts_that_give_the_same(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory holds one row, each day is a commit of its own, and a line that came again is found among shares of keys."""
    first, second = {"1": (FIRST, 2.0), "2": (FIRST, 3.0)}, {"1": (FIRST, 2.0), "2": (FIRST, 9.0), "3": (SECOND, 4.0)}
    for day, of in ((FIRST, first), (SECOND, second)):
        deliver(workplace.settings.home.parent / "delivered", LINES, day, lines(workplace, of))
    source = workplace.project.source(LINES)
    land(workplace, source, KEYS)
    judge_and_write(workplace, source, KEYS)
    monkeypatch.setattr(provenance.roll_up, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(provenance.repeats, "KEYS_AT_ONCE", 2)

    commit = roll_up(workplace, company.EVENTS)

    assert (commit.version, commit.changed) == (1, KEYS)
    assert [spent(workplace, key) for key in KEYS] == [{FIRST: 500}, {FIRST: 1100, SECOND: 400}]
