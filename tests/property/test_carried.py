"""What is carried plus one day is the rebuild: for every maker, on random histories, on random days, whatever came late or again.

Followed are customers of whom a batch tells of its own day; of whom it tells otherwise is started again, as `carried.py` says.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

import ibis
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tenure.features as vocabulary
from adapters.lake import connect
from tenure.features import (
    Feature,
    active_days,
    age,
    changed,
    count,
    distinct,
    fading,
    latest,
    maximum,
    mean,
    minimum,
    pauses,
    ratio,
    recency,
    rhythm,
    running,
    share,
    streaks,
    time_in,
    total,
    velocity,
)
from tenure.features.carried import Carried, Part, Sums, values_of
from tenure.features.plan import day_variable, snapshot_plan
from tenure.history import Events
from tenure.history.known import Known, known_days, known_intervals, known_states
from tenure.history.prepared import (
    intervals_schema,
    key_columns,
    prepared_events,
    prepared_intervals,
    prepared_states,
    states_schema,
)
from tenure.history.roll_up import daily_schema, rolled_up, told_by_several
from tests.long_runs import IS_LONG
from tests.unit.features.histories import (
    AS_OF,
    FIRST_DAY,
    HISTORY_DAYS,
    MAILINGS,
    MEMBERS,
    SOURCES,
    VISITS,
    random_history,
    tables,
)


def of_every_maker(visits: Events) -> dict[str, tuple[Feature, ...]]:
    """Features by maker, with a window and without."""
    fee, hot = visits.fee, visits.hot_fee
    return {
        "active_days": (active_days(visits, last=28), active_days(visits)),
        "age": (age(visits), age(MEMBERS)),
        "changed": (changed(MEMBERS.plan, last=28), changed(MEMBERS.is_paid, last=91)),
        "count": (count(visits), count(visits, last=28), count(MAILINGS), count(MAILINGS, last=91)),
        "distinct": distinct(visits.pool, last=(7, 91)),
        "fading": fading(visits, half_lives_days=(14,)),
        "latest": latest(MEMBERS),
        "maximum": (maximum(fee), maximum(fee, last=28)),
        "mean": (mean(fee), mean(fee, last=28)),
        "minimum": (minimum(fee), minimum(fee, last=28)),
        "pauses": pauses(visits),
        "ratio": (ratio(visits.lines, of=visits.pools), ratio(visits.lines, of=visits.pools, last=28)),
        "recency": (recency(visits),),
        "rhythm": rhythm(visits),
        "running": (running(MAILINGS),),
        "share": (share(hot, of=fee), share(hot, of=(hot, fee), last=28)),
        "streaks": streaks(visits, weeks=10),
        "time_in": (time_in(MEMBERS.plan),),
        "total": (total(fee), total(fee, last=28)),
        "velocity": (velocity(total(fee), days=14), velocity(active_days(visits), days=14)),
    }


def test_every_maker_is_held_to_it():
    """A maker that is not asked here would be one of which nobody knows what it carries."""
    # `standard` puts together what the others make.
    makers = {name for name in vocabulary.__all__ if name not in ("Feature", "standard")}

    assert set(of_every_maker(VISITS)) == makers
    # One that declares nothing makes no feature at all.
    with pytest.raises(TypeError, match="carries"):
        Feature(name="n", unit="count", meaning="", lookback_days=None, reads=(), phrase="", rows=None, value=None)


@dataclass(frozen=True)
class Statements:
    """SQL by which one kind is made of all that is known, made of the day before, and read."""

    features: tuple[Feature, ...]
    start: str
    follow: str
    values: str


class Pool:
    """The pool's lake, of which snapshots are made anew, and beside it what is carried from day to day."""

    def __init__(self, visits: Events) -> None:
        self.visits, self.connection = visits, connect()
        self.connection.raw_sql("SET threads = 1")
        made = {f.name: f for features in of_every_maker(visits).values() for f in features}
        self.plan = snapshot_plan(tuple(made.values()), roster=(visits,), sources=SOURCES)
        self.views: dict[str, str] = {}
        self.kinds = tuple(self._statements())

    def _views(self, *, batch: bool) -> Known:
        """What is known as of the day; of the batch of that day alone where asked."""
        as_of = day_variable("as_of")
        daily, mailings, members = (
            table.filter(table.day == as_of) if batch else table
            for table in (
                ibis.table(daily_schema(self.visits), name=self.visits.table),
                ibis.table(intervals_schema(SOURCES["mailings"]), name="prepared/mailings"),
                ibis.table(states_schema(MEMBERS, SOURCES["members"]), name="prepared/members"),
            )
        )
        views = {
            "visit": known_days(self.visits, daily, as_of),
            "mailing": known_intervals(mailings, SOURCES["mailings"], as_of),
            "membership": known_states(MEMBERS, members, SOURCES["members"], as_of),
        }
        history_days = as_of.delta(day_variable("first_day"), unit="day")
        return Known(as_of=as_of, history_days=history_days, tables=views, daily={"visit": daily})

    def _kept(self, name: str, known: Known) -> Known:
        """The same, its rows to be kept as tables of that name."""
        self.views |= {f"{name}/{noun}": str(ibis.to_sql(view, dialect="duckdb")) for noun, view in known.tables.items()}
        tables = {noun: ibis.table(view.schema(), name=f"{name}/{noun}") for noun, view in known.tables.items()}
        return replace(known, tables=tables)

    def _statements(self) -> Iterator[Statements]:
        """Each kind once, with the features that carry it and are made of the same rows."""
        known, batch = (self._kept(name, self._views(batch=name == "batch")) for name in ("known", "batch"))
        by_kind: dict[tuple[Carried, object], list[Feature]] = {}
        for feature in self.plan.features:
            by_kind.setdefault((feature.carries, feature.rows), []).append(feature)
        for number, ((kind, _), features) in enumerate(by_kind.items()):
            start = kind.start(known)
            carried = ibis.table(start.schema(), name=f"carried/{number}")
            texts = (start, kind.next(carried, batch).select(*start.columns), values_of(features, carried, known))
            yield Statements(tuple(features), *(str(ibis.to_sql(text, dialect="duckdb")) for text in texts))

    def deliver(self, found: dict[str, pa.Table]) -> None:
        """Fill the lake."""
        source, run = SOURCES["visits"], self.connection.raw_sql
        for name, table in found.items():
            self.connection.create_table(name, table, overwrite=True)
            run(f'CREATE OR REPLACE VIEW "validated/{name}" AS SELECT * FROM {name}')
        prepared = self.connection.sql(prepared_events(self.visits, source, {}))
        days = found["visits"]["day"].unique().to_pylist()
        several = told_by_several(prepared, key=key_columns(source), days=days)
        several = self.connection.create_table("several", several, overwrite=True)
        rolled = rolled_up(prepared, self.visits, source, several=several, days=days)
        self.connection.create_table(self.visits.table, rolled, overwrite=True)
        run(f'CREATE OR REPLACE TABLE "prepared/mailings" AS {prepared_intervals(MAILINGS, SOURCES["mailings"])}')
        run(f'CREATE OR REPLACE TABLE "prepared/members" AS {prepared_states(MEMBERS, SOURCES["members"])}')

    def rebuilt(self, day: date) -> dict[str, dict[str, object]]:
        """Every feature of a day, made of all that is known."""
        for statement in self.plan.before(as_of=day, first_day=FIRST_DAY):
            self.connection.raw_sql(statement)
        return by_customer(self.connection.raw_sql(self.plan.snapshot).to_arrow_table().drop_columns("day"))

    def followed(self, days: Sequence[date], again: dict[date, set[str]]) -> dict[str, dict[str, object]]:
        """Every feature of the last of some days, made of what was carried from the first."""
        run, values = self.connection.raw_sql, {}
        run(f"SET VARIABLE first_day = DATE '{FIRST_DAY}'")
        for day in days:
            run(f"SET VARIABLE as_of = DATE '{day}'")
            for name, view in self.views.items():
                run(f'CREATE OR REPLACE TABLE "{name}" AS {view}')
            afresh = ", ".join(f"'{customer}'" for customer in sorted(again[day])) or "''"
            for number, kind in enumerate(self.kinds):
                followed = f"SELECT * FROM ({kind.follow}) WHERE customer_id NOT IN ({afresh})"
                started = f"SELECT * FROM ({kind.start}) WHERE customer_id IN ({afresh})"
                query = kind.start if day == days[0] else f"{followed} UNION ALL {started}"
                run(f'CREATE OR REPLACE TABLE "carried/{number}" AS {query}')
        for kind in self.kinds:
            for customer, row in by_customer(run(kind.values).to_arrow_table()).items():
                values.setdefault(customer, {}).update(row)
        return values


def by_customer(rows: pa.Table) -> dict[str, dict[str, object]]:
    """Rows by customer."""
    return {row.pop("customer_id"): row for row in rows.to_pylist()}


def delivered(seed: int) -> dict[str, pa.Table]:
    """Random histories of which some rows come late, and some again: as somebody else's, of another day, with another amount."""
    random = Random(seed)  # noqa: S311 - a test's random numbers
    found = {}
    for name, table in tables(random_history(seed, n_customers=16)).items():
        rows = table.to_pylist()
        for row in random.sample(rows, len(rows) // 12):
            again = row | {"customer_id": str(random.randint(0, 16))} | ({"fee": 1.0} if name == "visits" else {})
            again |= {"row": row["row"] if random.random() < 0.5 else f"late-{row['row']}"}
            when = SOURCES[name].event_time
            again[when] = row[when] - timedelta(days=random.randint(0, 20))
            day = row["day"] + timedelta(days=random.randint(1, 20))
            rows.append(again | {"day": day, "available_at": datetime.combine(day, time.min) - timedelta(microseconds=1)})
        found[name] = pa.Table.from_pylist(rows, schema=table.schema)
    return found


def told_otherwise(found: dict[str, pa.Table], day: date) -> set[str]:
    """Customers of whom the batch of a day tells of an earlier one, or whose rows it tells again."""
    customers: set[str] = set()
    for name, table in found.items():
        known, when = [row for row in table.to_pylist() if row["day"] <= day], SOURCES[name].event_time
        before = {row["row"] for row in known if row["day"] < day}
        new = [row for row in known if row["day"] == day]
        otherwise = {row["row"] for row in new if row["row"] in before or row[when].date() != day - timedelta(days=1)}
        customers |= {row["customer_id"] for row in known if row["row"] in otherwise}
    return customers


def is_exact(feature: Feature) -> bool:
    """Whether it is made of whole numbers alone: a snapshot rounds each fading weight, and what is carried none."""
    parts: tuple[Part, ...] = feature.carries.parts if isinstance(feature.carries, Sums) else ()
    return all(part.half_life is None for part in parts)


@pytest.fixture(scope="module")
def pool() -> Pool:
    """The pool, of which statements are compiled once."""
    return Pool(VISITS)


@pytest.mark.slow
@settings(max_examples=60 if IS_LONG else 2)
@given(seed=st.integers(0, 10**6), ago=st.integers(0, HISTORY_DAYS - 4), n_days=st.integers(0, 3))
@example(seed=1, ago=HISTORY_DAYS - 5, n_days=4)
def test_what_is_carried_plus_each_day_is_the_rebuild(pool, seed, ago, n_days):
    """Whole numbers and amounts to the bit, what fades to a thousand-millionth."""
    found, day = delivered(seed), AS_OF - timedelta(days=ago)
    days = [day - timedelta(days=n) for n in range(n_days, -1, -1)]
    pool.deliver(found)

    followed = pool.followed(days, {each: told_otherwise(found, each) for each in days})

    for customer, expected in pool.rebuilt(day).items():
        for feature in pool.plan.features:
            value, rebuilt = followed.get(customer, {}).get(feature.name), expected[feature.name]
            value = feature.absent if value is None else value
            if rebuilt is None or feature.is_category or is_exact(feature):
                assert value == rebuilt, (customer, feature.name)
            else:
                assert math.isclose(value, rebuilt, rel_tol=1e-9, abs_tol=1e-9), (customer, feature.name)
