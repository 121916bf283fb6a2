"""Rows that come again, against a slow and obviously right reading of the batches: none counts twice, no day hears it early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tenure.activity import dated, rolled_up, told_by_several
from tenure.features.as_known import as_known, purchase_days

from adapters.lake import connect

DAYS = tuple(date(2020, 1, 2) + timedelta(days=n) for n in range(5))
KEY, COLUMNS = ("basket_id", "product_id"), ("customer_id", "spend", "purchased_at")
N_WORLDS = 80
Told = dict[tuple[str, date], tuple[int, int]]


@dataclass(frozen=True)
class Line:
    """A line as a batch tells it; another batch may tell of the same key that it was another customer's, sum or day."""

    key: str
    customer: str
    spend: int
    late: int


def batch(world: int, rng: Random) -> list[Line]:
    """What one of many small companies delivers on a day: few keys and customers, so that they meet."""
    keys = rng.sample(range(4), rng.randint(0, 4))
    return [Line(f"{world}-{k}", f"{world}-{rng.randint(0, 1)}", rng.randint(1, 2), rng.randint(1, 3)) for k in keys]


@pytest.fixture(scope="module")
def batches() -> list[list[Line]]:
    """One batch a day of all the companies together."""
    rng = Random(7)  # noqa: S311 - a test's random numbers
    return [[line for world in range(N_WORLDS) for line in batch(world, rng)] for _ in DAYS]


def received(batches: Sequence[Sequence[Line]]) -> pa.Table:
    """Batches as validated rows."""
    rows = [
        {
            "customer_id": line.customer,
            "basket_id": line.key,
            "product_id": "p",
            "spend": float(line.spend),
            "discount": 0.0,
            "coupon_discount": 0.0,
            "coupon_match_discount": 0.0,
            "purchased_at": datetime.combine(day - timedelta(days=line.late), time(12)),
            "available_at": datetime.combine(day, time.min) - timedelta(microseconds=1),
            "day": day,
        }
        for day, brought in zip(DAYS, batches, strict=True)
        for line in brought
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("customer_id", "basket_id", "product_id")),
        *((name, pa.float64()) for name in ("spend", "discount", "coupon_discount", "coupon_match_discount")),
        *((name, pa.timestamp("us")) for name in ("purchased_at", "available_at")),
        ("day", pa.date32()),
    ]
)
PRODUCTS = pa.table({"product_id": ["p"], "department": ["DAIRY"], "brand": ["Private"]})


def obviously(batches: Sequence[Sequence[Line]], as_of: date) -> Told:
    """Per customer and purchase day: lines and cents, of each key the row of the latest batch known."""
    known: dict[str, tuple[str, date, int]] = {}
    for day, brought in zip(DAYS, batches, strict=True):
        if day <= as_of:
            known |= {line.key: (line.customer, day - timedelta(days=line.late), line.spend) for line in brought}
    told: Told = {}
    for customer, bought_on, spend in known.values():
        n, cents = told.get((customer, bought_on), (0, 0))
        told[customer, bought_on] = (n + 1, cents + 100 * spend)
    return told


def rolled(rows: pa.Table, days: Sequence[date]) -> pa.Table:
    """The roll-up of some days."""
    connection = connect()
    lines = dated(connection.create_table("lines", rows))
    several = connection.create_table("several", told_by_several(lines, key=KEY, days=days))
    return rolled_up(lines, ibis.memtable(PRODUCTS), several=several, key=KEY, columns=COLUMNS, days=days).to_pyarrow()


def as_of(activity: pa.Table, day: date) -> Told:
    """What a day knows of the roll-up."""
    rows = purchase_days(ibis.memtable(activity), day).to_pyarrow().to_pylist()
    return {(row["customer_id"], row["active_on"]): (row["n_lines"], row["spend_cents"]) for row in rows}


def test_every_day_knows_each_row_in_its_latest_version_before_it(batches: list[list[Line]]) -> None:
    """Equal rows count once, corrections replace, moved rows leave; and an earlier day never hears of a later batch."""
    activity = rolled(received(batches), DAYS)

    assert [as_of(activity, day) for day in DAYS] == [obviously(batches, day) for day in DAYS]


def test_days_rolled_up_one_run_after_another_are_those_of_one_run(batches: list[list[Line]]) -> None:
    """The second run reads what the first was made from, and tells its purchase days anew where it must."""
    rows = received(batches)
    before = rows.filter(pc.less(rows["day"], pa.scalar(DAYS[3])))
    parts = [rolled(before, DAYS[:3]), rolled(rows, DAYS[3:])]
    order = [(name, "ascending") for name in ("day", "customer_id", "active_on")]

    assert pa.concat_tables(parts).sort_by(order).equals(rolled(rows, DAYS).sort_by(order))


def test_of_rows_with_one_key_the_version_known_before_a_day_is_the_one_that_counts() -> None:
    """Campaigns and redemptions are read as they came, so the door chooses."""
    noon = datetime(2020, 1, 1, 12)  # noqa: DTZ001 - the lake's times carry no zone
    at = [noon + timedelta(days=n) for n in (0, 1, 1)]
    table = ibis.memtable(pa.table({"id": ["a", "a", "b"], "value": [1, 2, 3], "available_at": pa.array(at, pa.timestamp("us"))}))

    found = [as_known(table, date(2020, 1, day), key=("id",)).order_by("id").to_pyarrow()["value"].to_pylist() for day in (2, 3)]

    assert found == [[1], [2, 3]]
