"""A small company with random histories, the tables that it delivers, and the snapshots made of them, for tests of features.

It keeps a swimming pool: visits with a fee, some of them refunded; mailings that run for a while; memberships with a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import pyarrow as pa

from adapters.lake import connect
from tenure.contracts import Available, Column, Files, Source
from tenure.features import Feature
from tenure.features.plan import Plan, snapshot_plan
from tenure.history import Events, Intervals, States, cents, distinct_of, rows, whole
from tenure.history.prepared import key_columns, prepared_events
from tenure.history.roll_up import rolled_up, told_by_several

FIRST_DAY = date(2020, 1, 1)
HISTORY_DAYS = 150
AS_OF = FIRST_DAY + timedelta(days=HISTORY_DAYS)
BORDERS = (1, 7, 8, 28, 29, 56, 57, 91, 92)
POOLS, PLANS = ("deep", "hot", "long", "shallow"), ("day", "month", "year")

VALUES = {
    "fee": cents("fee"),
    "hot_fee": cents("fee", where="pool = 'hot'"),
    "minutes": whole("minutes", unit="minutes"),
    "lines": rows(),
    "pools": distinct_of("pool"),
}
VISITS = Events("visits", noun="visit", values=VALUES, sets={"pool": "pool"}, returns="is_refund")
# The same source as if nothing were ever refunded.
PLAIN = Events("visits", noun="visit", values=VALUES, sets={"pool": "pool"}, where="NOT is_refund")
MAILINGS = Intervals("mailings", noun="mailing", starts="starts_at", ends="ends_at")
MEMBERS = States("members", noun="membership", attributes=("plan", "monthlyPrice", "is_paid"), entered="joined_on")


def _source(name: str, event_time: str, key: tuple[str, ...], **columns: type) -> Source:
    """A source of these columns."""
    return Source(
        name=name,
        title=name,
        grain="one",
        key=key,
        event_time=event_time,
        available=Available.END_OF_EVENT_DAY,
        columns=tuple(Column(column, kind, meaning="made up", nullable=True) for column, kind in columns.items()),
        reader=Files(pattern="{day}.csv"),
        owner="team:pool",
    )


SOURCES = {
    source.name: source
    for source in (
        _source(
            "visits", "at", ("row",), row=str, customer_id=str, at=datetime, fee=float, minutes=int, pool=str, is_refund=bool
        ),
        _source("mailings", "starts_at", ("row",), row=str, customer_id=str, starts_at=datetime, ends_at=datetime),
        _source(
            "members",
            "since",
            ("row",),
            row=str,
            customer_id=str,
            since=datetime,
            joined_on=date,
            plan=str,
            monthlyPrice=float,
            is_paid=bool,
        ),
    )
}


@dataclass(frozen=True)
class Visit:
    """One row of a customer's day; `ago` counts back from as_of, so 1 is the day before and 0 is as_of itself."""

    customer: str
    ago: int
    cents: int
    minutes: int
    pool: str
    is_refund: bool


@dataclass(frozen=True)
class Sent:
    """A mailing that began and ended so many days before as_of (negative: after); without an end it is open."""

    customer: str
    starts_ago: int
    ends_ago: int | None


@dataclass(frozen=True)
class Standing:
    """How a membership stood from so many days ago on."""

    customer: str
    since_ago: int
    plan: str | None
    price: float
    joined_ago: int


@dataclass(frozen=True)
class History:
    """What happened, some of it on or after as_of."""

    visits: tuple[Visit, ...]
    mailings: tuple[Sent, ...]
    standings: tuple[Standing, ...]

    @property
    def known(self) -> "History":
        """What a slow computation may read: everything before as_of."""
        return History(
            tuple(v for v in self.visits if v.ago >= 1),
            tuple(m for m in self.mailings if m.starts_ago >= 1),
            tuple(s for s in self.standings if s.since_ago >= 1),
        )


def random_history(seed: int, n_customers: int = 8) -> History:
    """Customers from frequent to rare, with window borders well represented."""
    random = Random(seed)  # noqa: S311 - a test's random numbers
    visits, mailings, standings = [], [], []
    for customer in map(str, range(n_customers)):
        days = {random.randint(-5, HISTORY_DAYS) for _ in range(random.choice((1, 2, 4, 10, 30, 60)))}
        days |= set(random.sample(BORDERS, random.randint(0, 4)))
        for ago in sorted(days):
            refunds_alone = random.random() < 0.1
            for _ in range(random.randint(1, 3)):
                is_refund = refunds_alone or random.random() < 0.1
                amount = random.choice((0, random.randint(1, 9_999))) * (-1 if is_refund else 1)
                visits.append(Visit(customer, ago, amount, random.randint(1, 200), random.choice(POOLS), is_refund))
        for _ in range(random.randint(0, 4)):
            starts = random.choice((1, 91, 92, random.randint(-10, 140)))
            mailings.append(Sent(customer, starts, random.choice((None, 0, 1, starts - random.randint(0, 60)))))
        joined = random.randint(100, 900)
        for since in random.sample((*BORDERS, 0, -3, 60, 140), random.randint(0, 5)):
            standings.append(Standing(customer, since, random.choice((*PLANS, None)), random.choice((9.5, 20.0)), joined))
    return History(tuple(visits), tuple(mailings), tuple(standings))


def at(ago: int) -> datetime:
    """Noon of the day so many days before as_of."""
    return datetime.combine(AS_OF - timedelta(days=ago), time(12))


def tables(history: History, shuffle: int | None = None) -> dict[str, pa.Table]:
    """Rows that keep the contract, as the lake holds them; optionally in another order."""
    named = {
        "visits": [
            {
                "customer_id": v.customer,
                "at": at(v.ago),
                "fee": v.cents / 100,
                "minutes": v.minutes,
                "pool": v.pool,
                "is_refund": v.is_refund,
            }
            for v in history.visits
        ],
        "mailings": [
            {
                "customer_id": m.customer,
                "starts_at": at(m.starts_ago),
                "ends_at": None if m.ends_ago is None else at(m.ends_ago),
            }
            for m in history.mailings
        ],
        "members": [
            {
                "customer_id": s.customer,
                "since": at(s.since_ago),
                "joined_on": at(s.joined_ago).date(),
                "plan": s.plan,
                "monthlyPrice": s.price,
                "is_paid": s.price > 10,
            }
            for s in history.standings
        ],
    }
    return {name: _validated(SOURCES[name], found, shuffle) for name, found in named.items()}


def _validated(source: Source, found: list[dict[str, object]], shuffle: int | None) -> pa.Table:
    """Rows with a key, their batch and when they were available."""
    for number, row in enumerate(found):
        happened = row[source.event_time]
        assert isinstance(happened, datetime)
        day = happened.date() + timedelta(days=1)
        last = datetime.combine(day, time.min) - timedelta(microseconds=1)
        row |= {"row": str(number), "day": day, "available_at": last}
    if shuffle is not None:
        Random(shuffle).shuffle(found)  # noqa: S311 - a test's random numbers
    schema = pa.schema([*((c.name, c.arrow) for c in source.columns), ("day", pa.date32()), ("available_at", pa.timestamp("us"))])
    return pa.Table.from_pylist(found, schema=schema)


def plan_of(
    features: Sequence[Feature], roster: Sequence[Events | Intervals | States] = (VISITS,), *, knows_people: bool = False
) -> Plan:
    """The plan of a snapshot of the pool."""
    return snapshot_plan(features, roster=roster, sources=SOURCES, knows_people=knows_people)


def snapshot_of(
    plan: Plan, found: dict[str, pa.Table], *, visits: Events = VISITS, threads: int = 2, may_repeat: bool = False
) -> pa.Table:
    """Execute a plan as whoever makes snapshots does, from rows that keep the contract."""
    connection = connect()
    connection.raw_sql(f"SET threads = {threads}")
    for name, table in found.items():
        connection.create_table(name, table)
        if name in SOURCES:
            connection.create_view(f"validated/{name}", connection.table(name))
    prepared = connection.sql(prepared_events(visits, SOURCES["visits"], {}))
    days, key = found["visits"]["day"].unique().to_pylist(), key_columns(SOURCES["visits"])
    several = connection.create_table("several", told_by_several(prepared, key=key, days=days)) if may_repeat else None
    connection.create_table(visits.table, rolled_up(prepared, visits, SOURCES["visits"], several=several, days=days))
    for statement in plan.before(as_of=AS_OF, first_day=FIRST_DAY):
        connection.raw_sql(statement)
    return connection.raw_sql(plan.snapshot).to_arrow_table()


def computed(
    history: History, features: Sequence[Feature], *, visits: Events = VISITS, roster: Sequence[Events | Intervals | States] = ()
) -> dict[str, dict[str, object]]:
    """Features by customer."""
    found = snapshot_of(plan_of(features, roster or (visits,)), tables(history), visits=visits)
    return {row.pop("customer_id"): row for row in found.drop_columns("day").to_pylist()}
