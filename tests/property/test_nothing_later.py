"""Nothing later: whatever comes on or after a day, new, late or as a correction of what is known, changes no feature of that day.

Through the roll-up and the plan of every maker; from raw files to scores, `test_no_leak.py` holds the same of the real assets.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

import pyarrow as pa
import pytest

from tenure.content import content_digest
from tenure.features import changed, share, standard, time_in
from tests.unit.features.histories import (
    AS_OF,
    HISTORY_DAYS,
    MAILINGS,
    MEMBERS,
    SOURCES,
    VISITS,
    plan_of,
    random_history,
    snapshot_of,
    tables,
)

KEY = ("day", "customer_id")
FEATURES = (
    *standard(VISITS),
    *standard(MAILINGS),
    *standard(MEMBERS),
    share(VISITS.hot_fee, of=VISITS.fee, last=91),
    changed(MEMBERS.plan, last=91),
    time_in(MEMBERS.plan),
)
Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def delivered() -> dict[str, pa.Table]:
    """What a company of sixty customers delivered, some of it on and after the day."""
    return tables(random_history(11, n_customers=60))


def known(rows: pa.Table) -> Rows:
    """Rows of batches before the day."""
    return [row for row in rows.to_pylist() if row["day"] <= AS_OF]


def later(rows: Rows, random: Random) -> Rows:
    """The rows as batches from the day on bring them."""
    found = []
    for row in rows:
        day = AS_OF + timedelta(days=random.randint(1, 4))
        found.append(row | {"day": day, "available_at": datetime.combine(day, time.min) - timedelta(microseconds=1)})
    return found


def corrected(rows: pa.Table, name: str, random: Random) -> Rows:
    """A third of what is known comes again, as somebody else's, at another time, with other amounts."""
    again = []
    for row in random.sample(known(rows), rows.num_rows // 3):
        when = SOURCES[name].event_time
        changes = {"customer_id": str(random.randint(0, 70)), when: row[when] - timedelta(days=random.randint(0, 40))}
        changes |= {"fee": 1.0, "minutes": 1} if name == "visits" else {}
        again.append(row | changes)
    return [*known(rows), *later(again, random)]


def backdated(rows: pa.Table, name: str, random: Random) -> Rows:
    """As many rows as there are come late: they happened before the day, under keys of their own."""
    when = SOURCES[name].event_time
    late = [
        row | {"row": f"late-{number}", when: row[when] - timedelta(days=random.randint(0, HISTORY_DAYS // 3))}
        for number, row in enumerate(known(rows))
    ]
    return [*known(rows), *later(late, random)]


def silent(rows: pa.Table, name: str, random: Random) -> Rows:
    """Nothing comes any more."""
    return known(rows)


@pytest.mark.parametrize("change", [corrected, backdated, silent])
def test_what_comes_from_a_day_on_changes_no_feature_of_it(delivered, change: Callable):
    """Every maker over every kind of history, to the byte."""
    random = Random(3)  # noqa: S311 - a test's random numbers
    plan = plan_of(FEATURES, (VISITS, MEMBERS))
    otherwise = {name: pa.Table.from_pylist(change(rows, name, random), schema=rows.schema) for name, rows in delivered.items()}

    assert {name for name in delivered if not otherwise[name].equals(delivered[name])} == set(delivered)
    before, after = (snapshot_of(plan, found, may_repeat=True) for found in (delivered, otherwise))
    assert before.num_rows > 40
    assert content_digest(after, KEY) == content_digest(before, KEY)


def test_what_came_a_day_earlier_would_have_changed_it(delivered):
    """The corrections above are such that a door left open would show."""
    random = Random(3)  # noqa: S311 - a test's random numbers
    plan = plan_of(FEATURES, (VISITS, MEMBERS))
    rows = corrected(delivered["visits"], "visits", random)
    last = AS_OF - timedelta(days=1)
    known_in_time = {"day": AS_OF, "available_at": datetime.combine(last, time.max)}
    in_time = pa.Table.from_pylist(
        [row | (known_in_time if row["day"] > AS_OF else {}) for row in rows], schema=delivered["visits"].schema
    )

    before, after = (
        snapshot_of(plan, delivered | {"visits": found}, may_repeat=True) for found in (delivered["visits"], in_time)
    )

    assert content_digest(after, KEY) != content_digest(before, KEY)
