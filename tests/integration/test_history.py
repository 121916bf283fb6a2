"""What counts as known of a day, on a real lake: landed, withheld, a hole, or validated and not yet rolled up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from adapters.lake import Commit
from adapters.tables import validated_table, verdicts_table
from home.day_figures import verdict_rows
from home.workplace import Workplace
from provenance.history import read_history
from provenance.roll_up import roll_up
from provenance.snapshots import ensure_snapshots
from tenure.contracts import Source
from tenure.errors import MissingHistoryError
from tenure.validation import DayVerdict
from tests import company
from tests.deliveries import project_at
from tests.shop import settings_at

KEYS = FIRST, SECOND, THIRD = tuple(date(2020, 1, 2) + timedelta(days=n) for n in range(3))
BAD = (f"Column {company.AMOUNT!r} is missing.",)


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A company of which nothing was landed."""
    return Workplace(project_at(tmp_path / "delivered"), settings_at(tmp_path / "home"))


def judge(workplace: Workplace, days: Sequence[date], *, withheld: str = "", has_lines: bool = True) -> None:
    """What a run leaves that ends before the roll-up: every source judged, and the lines of the released days."""
    lake = workplace.lake
    for source in workplace.project.sources:
        reasons = BAD if source.name == withheld else ()
        verdicts = [
            DayVerdict(key=day, source=source.name, n_received=1, n_kept=1, n_quarantined=0, withheld=reasons) for day in days
        ]
        lake.replace_days(lake.open(verdicts_table(source)), verdict_rows(verdicts), days=days, key=("source",), note={})
    lines = workplace.project.source(company.LINES)
    if withheld != lines.name and has_lines:
        lake.replace_days(lake.open(validated_table(lines)), lines_of(lines, days), days=days, key=lines.key, note={})


def rolled(workplace: Workplace) -> Commit:
    """Roll up every history; what the commit of the daily one changed."""
    return [roll_up(workplace, history) for history in workplace.project.events][workplace.project.events.index(company.EVENTS)]


def lines_of(source: Source, days: Sequence[date], amount: float = 1.0) -> pa.Table:
    """One row a day, of one customer."""
    n = len(days)
    noons = [datetime.combine(day, time(12)) - timedelta(days=1) for day in days]
    told = {source.event_time: noons, company.EACH: [day.isoformat() for day in days], company.AMOUNT_KEPT: [amount] * n}
    others = {str: "x", int: 1, float: 0.0}
    columns = {c.name: pa.array(told.get(c.name, [others.get(c.dtype)] * n), c.arrow) for c in source.columns}
    return pa.table({**columns, "available_at": pa.array(noons, pa.timestamp("us")), "day": pa.array(days, pa.date32())})


def test_a_day_that_was_validated_and_not_rolled_up_does_not_count_as_landed(workplace: Workplace) -> None:
    """A run killed between the two leaves verdicts of every day; none of them may be taken for history."""
    judge(workplace, KEYS)

    history = read_history(workplace)

    assert (history.latest_landed, history.behind_until(SECOND)) == (None, (FIRST, SECOND))
    with pytest.raises(MissingHistoryError, match="3 were validated and not rolled up as they stand"):
        history.require(THIRD)


def test_features_are_not_made_over_a_day_that_is_not_rolled_up(workplace: Workplace) -> None:
    """Nor training snapshots, which ask the same place."""
    judge(workplace, KEYS)

    with pytest.raises(MissingHistoryError, match="not rolled up"):
        ensure_snapshots(workplace, [THIRD])


def test_the_next_roll_up_of_any_day_heals_what_an_ended_run_left(workplace: Workplace) -> None:
    """The hole lies before the day that is rolled up next."""
    judge(workplace, [FIRST])
    rolled(workplace)
    judge(workplace, [SECOND])
    judge(workplace, [THIRD])

    assert rolled(workplace).changed == (SECOND, THIRD)

    assert read_history(workplace).latest_landed == THIRD
    assert workplace.lake.days(company.DAILY) == KEYS
    assert rolled(workplace).changed == ()


def test_a_day_validated_anew_is_behind_until_it_is_rolled_up_anew(workplace: Workplace) -> None:
    """Its old roll-up was made from rows that do not hold any more; later days may tell of its lines again, and are asked too."""
    judge(workplace, KEYS)
    rolled(workplace)
    lines = workplace.project.source(company.LINES)
    table = workplace.lake.open(validated_table(lines))
    workplace.lake.replace_days(table, lines_of(lines, [SECOND], amount=2.0), days=[SECOND], key=lines.key, note={})

    assert read_history(workplace).behind == {SECOND, THIRD}
    assert rolled(workplace).changed == (SECOND,)


def test_what_a_good_delivery_brought_is_rolled_up_though_a_later_one_is_withheld(workplace: Workplace) -> None:
    """The run of the good one was killed before it could."""
    judge(workplace, KEYS)
    judge(workplace, [SECOND], withheld=company.LINES)

    assert rolled(workplace).changed == KEYS
    assert read_history(workplace).holes_until(THIRD) == ()


def test_events_count_though_another_source_of_their_day_is_withheld(workplace: Workplace) -> None:
    """And what that source did not bring is a hole for the features that are made from it."""
    judge(workplace, KEYS)
    judge(workplace, [SECOND], withheld=company.RUNNING.source)

    rolled(workplace)
    history = read_history(workplace)

    assert workplace.lake.days(company.DAILY) == KEYS
    assert history.holes_until(THIRD) == (SECOND,)
    history.require(THIRD)
    with pytest.raises(MissingHistoryError, match="1 days are withheld"):
        history.require_whole(THIRD)


def test_the_unbroken_history_ends_before_the_first_day_that_is_a_hole_or_was_never_landed(workplace: Workplace) -> None:
    """Training can stand on it, whatever came after."""
    assert read_history(workplace).unbroken_until is None
    judge(workplace, [FIRST, THIRD])
    rolled(workplace)
    assert read_history(workplace).unbroken_until == FIRST

    judge(workplace, [SECOND], withheld=company.LINES)
    assert read_history(workplace).unbroken_until == FIRST

    judge(workplace, [SECOND])
    rolled(workplace)
    assert read_history(workplace).unbroken_until == THIRD


def test_a_project_whose_looked_up_table_is_empty_has_a_roll_up(workplace: Workplace) -> None:
    """Lines count without what would be looked up of them."""
    judge(workplace, KEYS)

    rolled(workplace)

    rows = workplace.lake.rows(company.DAILY)
    assert rows is not None
    assert (rows[company.SET.column].to_pylist(), rows[company.MARKED.column].to_pylist()) == ([[]] * 3, [0] * 3)


def test_days_before_the_first_event_are_landed_and_the_first_event_joins_them(workplace):
    """A released batch without a line is no hole; the roll-up is begun by it, and holds what comes then."""
    judge(workplace, [FIRST], has_lines=False)
    rolled(workplace)
    assert read_history(workplace).landed == {FIRST}
    judge(workplace, [SECOND])
    rolled(workplace)

    assert read_history(workplace).landed == {FIRST, SECOND}
    assert workplace.lake.days(company.DAILY) == (SECOND,)
