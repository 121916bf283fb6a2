"""A small history of purchases and one of subscriptions, as tables, with what happened in plain Python beside them."""

from datetime import date, datetime, time, timedelta

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tenure.history import Events, States, cents, distinct_of
from tests.long_runs import IS_LONG

FIRST_DAY = date(2020, 1, 1)
N_DAYS = 70
CUSTOMERS = ("1", "2", "3")
quick = settings(max_examples=60 if IS_LONG else 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

PURCHASES = Events(
    "tills", noun="purchase", values={"spend": cents("amount"), "baskets": distinct_of("basket")}, returns="is_return"
)
SUBSCRIBERS = States("subscribers", noun="subscription", attributes=("status", "plan", "why"), entered="joined")

# For each customer, by day (numbered from the first): how many rows, and what they add up to.
purchases = st.fixed_dictionaries(
    {
        c: st.dictionaries(st.integers(0, N_DAYS - 1), st.tuples(st.integers(1, 3), st.integers(1, 500)), max_size=12)
        for c in CUSTOMERS
    }
)
# For each customer, by day: how the subscription stands from then on.
states = st.fixed_dictionaries(
    {c: st.dictionaries(st.integers(0, N_DAYS - 1), st.sampled_from(["active", "paused", "left"]), max_size=6) for c in CUSTOMERS}
)

Bought = dict[str, dict[int, tuple[int, int]]]
Stood = dict[str, dict[int, str]]


def day(number: int) -> date:
    """The day of a number."""
    return FIRST_DAY + timedelta(days=number)


def at_end_of(number: int) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day(number), time.max)


def customers(names: tuple[str, ...] = CUSTOMERS) -> ibis.Table:
    """A population."""
    return ibis.memtable(pa.table({"customer_id": pa.array(names, pa.string())}))


def happened(bought: Bought | None = None, stood: Stood | None = None) -> dict[str, ibis.Table]:
    """Both histories as they are kept, each row known at the end of its day."""
    days = [
        {
            "customer_id": c,
            "active_on": day(d),
            "available_at": at_end_of(d),
            "n_rows": n,
            "spend_cents": cents,
            "baskets": 1,
            "told_before": False,
        }
        for c, of_customer in (bought or {}).items()
        for d, (n, cents) in of_customer.items()
    ]
    tellings = [
        {
            "customer_id": c,
            "happened_at": at_end_of(d),
            "available_at": at_end_of(d),
            "key_id": f"{c}/{d}",
            "entered_on": day(0),
            "status": status,
            "why": f"w{d}",
        }
        for c, of_customer in (stood or {}).items()
        for d, status in of_customer.items()
    ]
    return {"purchase": daily(days), "subscription": told(tellings)}


def daily(rows: list[dict]) -> ibis.Table:
    """A roll-up."""
    numbers = [(name, pa.int64()) for name in ("n_rows", "spend_cents", "baskets")]
    key = [
        ("customer_id", pa.string()),
        ("active_on", pa.date32()),
        ("available_at", pa.timestamp("us")),
        ("told_before", pa.bool_()),
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=pa.schema([*key, *numbers])))


def told(rows: list[dict]) -> ibis.Table:
    """Tellings of states, each of the day of its moment."""
    rows = [row | {"since_on": row["happened_at"].date()} for row in rows]
    key = [("customer_id", pa.string()), ("happened_at", pa.timestamp("us")), ("available_at", pa.timestamp("us"))]
    days = [("since_on", pa.date32()), ("entered_on", pa.date32())]
    words = [("key_id", pa.string()), *days, ("status", pa.string()), ("why", pa.string())]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=pa.schema([*key, *words])))


def by_customer(labels: ibis.Table, *names: str) -> dict[str, tuple]:
    """What a label says of each customer, and that it has one row of each."""
    rows = labels.to_pyarrow().to_pylist()
    found = {row["customer_id"]: tuple(row[name] for name in names) for row in rows}

    assert len(found) == len(rows)
    return found
