"""Random small histories, and the tables that features are computed from, for tests of the feature groups."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import ibis
import pyarrow as pa
from tenure.features.as_known import Known, know

FIRST_DAY = date(2020, 1, 1)
AS_OF = FIRST_DAY + timedelta(days=150)
DEPARTMENTS = ("DAIRY", "FUEL", "GROCERY", "MEAT", "PRODUCE")


@dataclass(frozen=True)
class PurchaseDay:
    """One customer's day; `ago` counts back from as_of, so 1 is the day before and 0 is as_of itself."""

    customer: str
    ago: int
    n_baskets: int
    n_lines: int
    spend: int
    discount: int
    coupon: int
    private: int
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """A campaign that a customer received: began and ends so many days before as_of (negative: after)."""

    customer: str
    starts_ago: int
    ends_ago: int


@dataclass(frozen=True)
class History:
    """What happened, some of it on or after as_of."""

    purchases: tuple[PurchaseDay, ...]
    campaigns: tuple[Sent, ...]
    redemptions: tuple[tuple[str, int], ...]

    @property
    def known(self) -> "History":
        """What a slow computation may read: everything before as_of."""
        return History(
            tuple(p for p in self.purchases if p.ago >= 1),
            tuple(c for c in self.campaigns if c.starts_ago >= 1),
            tuple(r for r in self.redemptions if r[1] >= 1),
        )


def random_history(seed: int, n_customers: int = 8) -> History:
    """Customers from frequent to rare, with window borders (7, 28, 56, 91 days) well represented."""
    random = Random(seed)  # noqa: S311 - a test's random numbers
    purchases, campaigns, redemptions = [], [], []
    for number in range(n_customers):
        customer = str(number)
        days = {random.randint(-5, 150) for _ in range(random.choice((1, 2, 4, 10, 30, 60)))}
        days |= set(random.sample((1, 7, 8, 28, 29, 56, 57, 91, 92), random.randint(0, 4)))
        for ago in sorted(days):
            spend = random.choice((0, random.randint(1, 9_999)))
            purchases.append(
                PurchaseDay(
                    customer=customer,
                    ago=ago,
                    n_baskets=random.randint(1, 3),
                    n_lines=random.randint(3, 20),
                    spend=spend,
                    discount=random.choice((0, random.randint(1, 500))),
                    coupon=random.choice((0, 0, random.randint(1, 300))),
                    private=random.randint(0, spend),
                    departments=tuple(sorted(random.sample(DEPARTMENTS, random.randint(0, 4)))),
                )
            )
        for _ in range(random.randint(0, 4)):
            starts = random.choice((1, 91, 92, random.randint(-10, 140)))
            campaigns.append(Sent(customer, starts, starts - random.randint(0, 60)))
        redemptions += [(customer, random.choice((1, 91, 92, random.randint(-5, 140)))) for _ in range(random.randint(0, 3))]
    return History(tuple(purchases), tuple(campaigns), tuple(redemptions))


def day(ago: int) -> date:
    """The day so many days before as_of."""
    return AS_OF - timedelta(days=ago)


def tables(history: History, shuffle: int | None = None) -> dict[str, pa.Table]:
    """Activity, campaigns and redemptions as the lake holds them; optionally with their rows in another order."""
    activity = [
        {
            "customer_id": p.customer,
            "active_on": day(p.ago),
            "available_at": datetime.combine(day(p.ago), time.max),
            "n_baskets": p.n_baskets,
            "n_lines": p.n_lines,
            "spend_cents": p.spend,
            "discount_cents": p.discount,
            "coupon_cents": p.coupon,
            "n_coupon_lines": int(p.coupon > 0),
            "private_label_cents": p.private,
            "departments": list(p.departments),
        }
        for p in history.purchases
    ]
    campaigns = [
        {
            "customer_id": c.customer,
            "starts_at": datetime.combine(day(c.starts_ago), time.min),
            "ends_at": datetime.combine(day(c.ends_ago), time.min),
            "available_at": datetime.combine(day(c.starts_ago), time.min),
        }
        for c in history.campaigns
    ]
    redemptions = [
        {
            "customer_id": customer,
            "redeemed_at": datetime.combine(day(ago), time.min),
            "available_at": datetime.combine(day(ago), time.max),
        }
        for customer, ago in history.redemptions
    ]
    found = {}
    for name, rows in (("activity", activity), ("campaigns", campaigns), ("redemptions", redemptions)):
        if shuffle is not None:
            Random(shuffle).shuffle(rows)  # noqa: S311 - a test's random numbers
        found[name] = pa.Table.from_pylist(rows, schema=SCHEMAS[name])
    return found


_TEXT, _DAY, _AT, _WHOLE = pa.string(), pa.date32(), pa.timestamp("us"), pa.int64()
SCHEMAS = {
    "activity": pa.schema(
        [
            ("customer_id", _TEXT),
            ("active_on", _DAY),
            ("available_at", _AT),
            *(
                (name, _WHOLE)
                for name in (
                    "n_baskets",
                    "n_lines",
                    "spend_cents",
                    "discount_cents",
                    "coupon_cents",
                    "n_coupon_lines",
                    "private_label_cents",
                )
            ),
            ("departments", pa.list_(_TEXT)),
        ]
    ),
    "campaigns": pa.schema([("customer_id", _TEXT), ("starts_at", _AT), ("ends_at", _AT), ("available_at", _AT)]),
    "redemptions": pa.schema([("customer_id", _TEXT), ("redeemed_at", _AT), ("available_at", _AT)]),
}


def known(history: History) -> Known:
    """What features may read of a history."""
    bound = {name: ibis.memtable(rows) for name, rows in tables(history).items()}
    return know(**bound, as_of=AS_OF, first_day=FIRST_DAY)


def computed(history: History, group: object) -> dict[str, dict[str, float]]:
    """A group's features by customer."""
    rows = group.compute(known(history)).to_pyarrow().to_pylist()
    return {row.pop("customer_id"): row for row in rows}
