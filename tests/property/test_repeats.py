"""Rows that come again, against a slow and obviously right reading of the batches: none counts twice, no day hears it early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from adapters.lake import connect
from tenure.contracts import Available, Column, Files, Source
from tenure.history import Events, cents, distinct_of, rows
from tenure.history.known import as_known, days_known, days_told
from tenure.history.prepared import key_columns, prepared_events
from tenure.history.roll_up import rolled_up, told_by_several

DAYS = tuple(date(2020, 1, 2) + timedelta(days=n) for n in range(5))
N_WORLDS = 80
# Per customer and active day: events, cents, and different tills.
Told = dict[tuple[str, date], tuple[int, int, int]]

SOURCE = Source(
    name="lines",
    title="Lines",
    grain="one line",
    key=("line_id",),
    event_time="bought_at",
    available=Available.END_OF_EVENT_DAY,
    columns=tuple(
        Column(name, kind, meaning="made up", nullable=True)
        for name, kind in {
            "line_id": str,
            "customer_id": str,
            "spend": float,
            "till": str,
            "state": str,
            "note": str,
            "bought_at": datetime,
        }.items()
    ),
    reader=Files(pattern="{day}.csv"),
    owner="team:data",
    late_days=3,
)
PURCHASES = Events(
    "lines",
    noun="purchase",
    values={"spend": cents("spend"), "lines": rows(), "tills": distinct_of("till")},
    where="state <> 'void'",
    returns="state = 'return'",
)


@dataclass(frozen=True)
class Line:
    """A line as a batch tells it; another may tell of the same key that it was another's, of nobody known, void or returned."""

    key: str
    customer: str | None
    spend: int
    late: int
    till: str
    state: str
    note: str


def batch(world: int, rng: Random) -> list[Line]:
    """What one of many small companies delivers on a day: few keys and customers, so that they meet."""
    keys = rng.sample(range(4), rng.randint(0, 4))
    return [
        Line(
            key=f"{world}-{k}",
            customer=rng.choice((f"{world}-0", f"{world}-1", f"{world}-1", None)),
            spend=rng.randint(1, 2),
            late=rng.randint(1, 3),
            till=rng.choice("ab"),
            state=rng.choice(("sale", "sale", "return", "void")),
            note=rng.choice("xy"),
        )
        for k in keys
    ]


@pytest.fixture(scope="module")
def batches() -> list[list[Line]]:
    """One batch a day of all the companies together."""
    rng = Random(7)  # noqa: S311 - a test's random numbers
    return [[line for world in range(N_WORLDS) for line in batch(world, rng)] for _ in DAYS]


def received(batches: Sequence[Sequence[Line]]) -> pa.Table:
    """Batches as rows that keep the contract."""
    found = [
        {
            "line_id": line.key,
            "customer_id": line.customer,
            "spend": float(line.spend),
            "till": line.till,
            "state": line.state,
            "note": line.note,
            "bought_at": datetime.combine(day - timedelta(days=line.late), time(12)),
            "available_at": datetime.combine(day, time.min) - timedelta(microseconds=1),
            "day": day,
        }
        for day, brought in zip(DAYS, batches, strict=True)
        for line in brought
    ]
    schema = pa.schema([*((c.name, c.arrow) for c in SOURCE.columns), ("available_at", pa.timestamp("us")), ("day", pa.date32())])
    return pa.Table.from_pylist(found, schema=schema)


def obviously(batches: Sequence[Sequence[Line]], as_of: date) -> Told:
    """What a day knows: of each key the row of the latest batch, and what these add up to."""
    known: dict[str, tuple[date, Line]] = {}
    for day, brought in zip(DAYS, batches, strict=True):
        if day <= as_of:
            known |= {line.key: (day - timedelta(days=line.late), line) for line in brought}
    by_day: dict[tuple[str, date], list[Line]] = {}
    for bought_on, line in known.values():
        if line.customer is not None and line.state != "void":
            by_day.setdefault((line.customer, bought_on), []).append(line)
    return {
        key: (
            sum(line.state == "sale" for line in lines),
            sum(100 * line.spend for line in lines),
            len({line.till for line in lines if line.state == "sale"}),
        )
        for key, lines in by_day.items()
    }


def rolled(rows: pa.Table, days: Sequence[date]) -> pa.Table:
    """The roll-up of some days."""
    connection = connect()
    connection.create_table("lines", rows)
    prepared = connection.sql(prepared_events(PURCHASES, SOURCE, {}))
    several = connection.create_table("several", told_by_several(prepared, key=key_columns(SOURCE), days=days))
    return rolled_up(prepared, PURCHASES, SOURCE, several=several, days=days).to_pyarrow()


def as_of(daily: pa.Table, day: date, *, returns: bool) -> Told:
    """What a day knows of the roll-up; with days that hold returns alone, or active days only."""
    table = (days_told if returns else days_known)(ibis.memtable(daily), day)
    found = {
        (row["customer_id"], row["active_on"]): (row["n_rows"], row["spend_cents"], row["tills"])
        for row in table.to_pyarrow().to_pylist()
    }
    assert len(found) == table.count().to_pyarrow().as_py()
    return {key: told for key, told in found.items() if any(told)}


def test_every_day_knows_each_row_in_its_latest_version_before_it(batches: list[list[Line]]) -> None:
    """Equal rows count once, corrections replace, moved and voided rows leave; an earlier day never hears of a later batch."""
    daily = rolled(received(batches), DAYS)

    expected = [obviously(batches, day) for day in DAYS]
    assert [as_of(daily, day, returns=True) for day in DAYS] == expected
    active = [{key: told for key, told in each.items() if told[0]} for each in expected]
    assert [as_of(daily, day, returns=False) for day in DAYS] == active
    assert active != expected


def test_days_rolled_up_one_run_after_another_are_those_of_one_run(batches: list[list[Line]]) -> None:
    """The second run reads what the first was made from, and tells its active days anew where it must."""
    rows = received(batches)
    before = rows.filter(pc.less(rows["day"], pa.scalar(DAYS[3])))
    parts = [rolled(before, DAYS[:3]), rolled(rows, DAYS[3:])]
    order = [(name, "ascending") for name in ("day", "customer_id", "active_on")]

    assert pa.concat_tables(parts).sort_by(order).equals(rolled(rows, DAYS).sort_by(order))


def test_only_what_was_told_before_is_ranked_by_version(batches: list[list[Line]]) -> None:
    """The flag stands on every telling of a customer's day but its first, which is what spares the others the ranking."""
    daily = rolled(received(batches), DAYS).sort_by("day")
    seen: set[tuple[str, date]] = set()
    expected = []
    for row in daily.select(["customer_id", "active_on"]).to_pylist():
        key = (row["customer_id"], row["active_on"])
        expected.append(key in seen)
        seen.add(key)

    assert daily["told_before"].to_pylist() == expected
    assert 0 < sum(expected) < len(expected)


def test_of_rows_with_one_key_the_version_known_before_a_day_is_the_one_that_counts() -> None:
    """Intervals and states are read as they came, so the door chooses."""
    noon = datetime(2020, 1, 1, 12)  # noqa: DTZ001 - the lake's times carry no zone
    at = [noon + timedelta(days=n) for n in (0, 1, 1)]
    table = ibis.memtable(pa.table({"id": ["a", "a", "b"], "value": [1, 2, 3], "available_at": pa.array(at, pa.timestamp("us"))}))

    found = [as_known(table, date(2020, 1, day), key=("id",)).order_by("id").to_pyarrow()["value"].to_pylist() for day in (2, 3)]

    assert found == [[1], [2, 3]]


def test_the_last_known_instant_is_the_one_before_the_day_begins() -> None:
    """A row available at 00:00 of as_of is of the future."""
    at = [f"2020-01-0{d}T{t}" for d, t in ((1, "23:59:59.999999"), (2, "00:00:00"), (2, "00:00:00.000001"))]
    table = pa.table({"i": [0, 1, 2], "available_at": pa.array(at, pa.string()).cast(pa.timestamp("us"))})

    assert as_known(ibis.memtable(table), date(2020, 1, 2)).to_pyarrow()["i"].to_pylist() == [0]
