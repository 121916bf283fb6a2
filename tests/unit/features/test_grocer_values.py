"""The grocer's inputs keep their values to the bit, under other names, since they are declared: one recorded table of both names.

The digests are those of the code before, on the same random receipt lines. Table and test go when inputs change on purpose.
"""

import hashlib
from datetime import date, datetime, time, timedelta
from random import Random

import pyarrow as pa

from adapters.lake import connect
from tenure.contracts import Available, Column, Files, Source
from tenure.features import (
    active_days,
    age,
    count,
    distinct,
    fading,
    mean,
    pauses,
    ratio,
    recency,
    rhythm,
    running,
    share,
    streaks,
    total,
    velocity,
)
from tenure.features.plan import snapshot_plan
from tenure.history import Events, Intervals, LookUp, cents, distinct_of, rows
from tenure.history.prepared import prepared_events
from tenure.history.roll_up import rolled_up

FIRST_DAY, AS_OF = date(2017, 1, 1), date(2017, 6, 1)
N_CUSTOMERS, N_PRODUCTS = 40, 30

PURCHASES = Events(
    "transactions",
    noun="purchase",
    values={
        "spend": cents("spend"),
        "own_brand": cents("spend", where="brand = 'Private'"),
        "discount": cents("discount"),
        "coupon": cents("coupon_discount + coupon_match_discount"),
        "lines": rows(),
        "baskets": distinct_of("basket_id"),
    },
    sets={"department": "department"},
    look_ups=(LookUp("products", on="product_id"),),
)
MAILINGS = Intervals("campaigns", noun="mailing", starts="starts_at", ends="ends_at")
REDEMPTIONS = Events("coupon_redemptions", noun="redemption")
FEATURES = (
    recency(PURCHASES, cap_days=365),
    *active_days(PURCHASES, last=(7, 28, 91)),
    *total(PURCHASES.spend, last=(7, 28, 91)),
    velocity(active_days(PURCHASES), days=28),
    velocity(total(PURCHASES.spend), days=28),
    mean(PURCHASES.spend),
    ratio(PURCHASES.lines, of=PURCHASES.baskets, last=91),
    *rhythm(PURCHASES),
    *fading(PURCHASES, half_lives_days=(14, 28, 56)),
    *pauses(PURCHASES, days=(14, 28)),
    age(PURCHASES, cap_days=91),
    *streaks(PURCHASES, weeks=13),
    *distinct(PURCHASES.department, last=(28, 91)),
    share(PURCHASES.own_brand, of=PURCHASES.spend, last=91),
    share(PURCHASES.discount, of=(PURCHASES.spend, PURCHASES.discount), last=91),
    share(PURCHASES.coupon, of=(PURCHASES.spend, PURCHASES.coupon), last=91),
    count(MAILINGS, last=91),
    running(MAILINGS),
    count(REDEMPTIONS, last=91),
)

# Old name, new name, and the digest of the values before.
RECORDED = (
    ("recency_days", "purchase_recency_days", "d0b8c0292c38f072"),
    ("purchase_days_7d", "purchase_days_7d", "e990825c93734d49"),
    ("purchase_days_28d", "purchase_days_28d", "3d6bc2d573e1a052"),
    ("purchase_days_91d", "purchase_days_91d", "f742026c54f14b41"),
    ("spend_cents_7d", "spend_cents_7d", "7a9f6e8a7c32f26b"),
    ("spend_cents_28d", "spend_cents_28d", "b423bfed9425e87b"),
    ("spend_cents_91d", "spend_cents_91d", "f0a9f69db85fdad1"),
    ("purchase_days_velocity_28d", "purchase_days_velocity_28d", "4347589000a33dfa"),
    ("spend_velocity_28d", "spend_velocity_28d", "8a880f09303ec494"),
    ("spend_cents_per_purchase_day", "spend_cents_per_purchase_day", "bc0900375eb88ca5"),
    ("lines_per_basket_91d", "lines_over_baskets_91d", "c76ec46e141f5123"),
    ("gap_days_mean", "purchase_gap_days_mean", "4d3529c9ad260b9a"),
    ("gap_days_median", "purchase_gap_days_median", "405560528a937eeb"),
    ("gap_days_q90", "purchase_gap_days_q90", "e7ad13c8c77b2513"),
    ("gap_days_variation_91d", "purchase_gap_days_variation_91d", "31d6693768865fa0"),
    ("recency_over_gap_median", "purchase_recency_over_gap_median", "1ec78de0d278924c"),
    ("recency_over_gap_q90", "purchase_recency_over_gap_q90", "6b5879bba1b26021"),
    ("third_last_purchase_days", "third_last_purchase_days", "a21076f9c1875890"),
    ("sixth_last_purchase_days", "sixth_last_purchase_days", "d739393e835461bf"),
    ("purchase_day_rate", "purchase_day_rate", "932999a843d0354d"),
    ("purchase_day_rate_half_life_14d", "purchase_day_rate_half_life_14d", "79e4ed7e90db8845"),
    ("purchase_day_rate_half_life_28d", "purchase_day_rate_half_life_28d", "25ad0eac859f9bd3"),
    ("purchase_day_rate_half_life_56d", "purchase_day_rate_half_life_56d", "5736f2389906cc30"),
    ("pause_14d_rate_91d", "purchase_pause_14d_rate_91d", "12d77e27ed9136b1"),
    ("pause_28d_rate_91d", "purchase_pause_28d_rate_91d", "cbbc59048c3062f8"),
    ("outlasted_28d_rate_91d", "purchase_outlasted_28d_rate_91d", "88ed7a697c7838ec"),
    ("expected_purchases_before_pause_28d", "expected_purchases_before_pause_28d", "96a59be8d19bb4c7"),
    ("days_since_first_purchase", "days_since_first_purchase", "a0203fb610d8ddf6"),
    ("active_weeks_91d", "purchase_weeks_91d", "6961d8967178c0d6"),
    ("streak_weeks_longest", "purchase_streak_weeks_longest", "6732181d32107f14"),
    ("streak_weeks_current", "purchase_streak_weeks_current", "31cbc7b1c8bdc11c"),
    ("departments_28d", "departments_28d", "158ad432780c28d0"),
    ("departments_91d", "departments_91d", "9c076cae3f8012ef"),
    ("private_label_rate_91d", "own_brand_rate_91d", "f57a1e054172a925"),
    ("discount_rate_91d", "discount_rate_91d", "a4faddaf1887d451"),
    ("coupon_rate_91d", "coupon_rate_91d", "d28e9fa5152ca1e9"),
    ("campaigns_received_91d", "mailings_91d", "41034b57f6a77aae"),
    ("campaigns_running", "mailings_running", "caf62e621b65028d"),
    ("coupons_redeemed_91d", "redemptions_91d", "17ba6c26f0ac6296"),
)


def _source(name: str, event_time: str | None, key: tuple[str, ...], **columns: type) -> Source:
    """A source of these columns."""
    return Source(
        name=name,
        title=name,
        grain="one",
        key=key,
        event_time=event_time,
        available=Available.FROM_FIRST_DAY if event_time is None else Available.END_OF_EVENT_DAY,
        columns=tuple(Column(column, kind, meaning="made up") for column, kind in columns.items()),
        reader=Files(pattern="{day}.csv"),
        owner="team:data",
    )


MONEY = dict.fromkeys(("spend", "discount", "coupon_discount", "coupon_match_discount"), float)
SOURCES = {
    source.name: source
    for source in (
        _source(
            "transactions",
            "purchased_at",
            ("basket_id", "product_id"),
            customer_id=str,
            basket_id=str,
            product_id=str,
            **MONEY,
            purchased_at=datetime,
        ),
        _source("products", None, ("product_id",), product_id=str, department=str, brand=str),
        _source(
            "campaigns",
            "starts_at",
            ("customer_id", "campaign_id"),
            customer_id=str,
            campaign_id=str,
            starts_at=datetime,
            ends_at=datetime,
        ),
        _source("coupon_redemptions", "redeemed_at", ("customer_id", "redeemed_at"), customer_id=str, redeemed_at=datetime),
    )
}


def delivered() -> dict[str, pa.Table]:
    """Random rows of each source, some after as_of, some of products that are not listed."""
    random = Random(2017)  # noqa: S311 - a test's random numbers
    lines, sent, redeemed = [], [], []
    for customer in map(str, range(N_CUSTOMERS)):
        often = random.choice((0.01, 0.05, 0.2, 0.6))
        for n in range((AS_OF - FIRST_DAY).days + 10):
            at = datetime.combine(FIRST_DAY + timedelta(days=n), time(random.randint(0, 23)))
            for basket in range(random.randint(1, 2) if random.random() < often else 0):
                for product in random.sample(range(N_PRODUCTS), random.randint(1, 5)):
                    spend, discount = random.randint(0, 4_000) / 100, random.choice((0.0, 0.29, 1.15))
                    coupon = random.choice((0.0, 0.0, 0.5, 1.1))
                    amounts = dict(zip(MONEY, (spend, discount, coupon, min(coupon, 0.35)), strict=True))
                    lines.append(
                        {
                            "customer_id": customer,
                            "basket_id": f"{customer}-{n}-{basket}",
                            "product_id": str(product),
                            "purchased_at": at,
                        }
                        | amounts
                    )
            if random.random() < 0.02:
                sent.append(
                    {
                        "customer_id": customer,
                        "campaign_id": str(n),
                        "starts_at": at,
                        "ends_at": at + timedelta(days=random.randint(0, 60)),
                    }
                )
            if random.random() < 0.01:
                redeemed.append({"customer_id": customer, "redeemed_at": at})
    products = [
        {"product_id": str(n), "department": f"d{n % 7}", "brand": "Private" if n % 3 else "National"}
        for n in range(N_PRODUCTS - 3)
    ]
    found = {"transactions": lines, "products": products, "campaigns": sent, "coupon_redemptions": redeemed}
    return {name: _validated(SOURCES[name], each) for name, each in found.items()}


def _validated(source: Source, found: list[dict]) -> pa.Table:
    """Rows with their batch and when they were available."""
    for row in found:
        day = row[source.event_time].date() + timedelta(days=1) if source.event_time else FIRST_DAY
        row |= {"day": day, "available_at": datetime.combine(day, time.min) - timedelta(microseconds=1)}
    schema = pa.schema([*((c.name, c.arrow) for c in source.columns), ("day", pa.date32()), ("available_at", pa.timestamp("us"))])
    return pa.Table.from_pylist(found, schema=schema)


def digests(snapshot: pa.Table) -> dict[str, str]:
    """Of each feature, its values as bytes, customers in order; a value that is unknown has bytes of its own."""
    ordered = snapshot.sort_by("customer_id")
    found = {}
    for name in ordered.column_names[2:]:
        values = ordered[name].combine_chunks()
        text = values.fill_null(0.0).to_numpy(zero_copy_only=False).tobytes() + bytes(values.is_null().to_pylist())
        found[name] = hashlib.sha256(text).hexdigest()[:16]
    return found


def test_the_grocers_inputs_are_equal_to_the_bit_under_their_new_names():
    """Every one of the 39, on one day of a random history."""
    plan, connection = snapshot_plan(FEATURES, roster=(PURCHASES,), sources=SOURCES), connect()
    for name, table in delivered().items():
        connection.create_table(name, table)
        connection.create_view(f"validated/{name}", connection.table(name))
    for history in (PURCHASES, REDEMPTIONS):
        source = SOURCES[history.source]
        prepared = connection.sql(prepared_events(history, source, SOURCES))
        days = connection.table(source.name).day.to_pyarrow().unique().to_pylist()
        connection.create_table(history.table, rolled_up(prepared, history, source, several=None, days=days))
    for statement in plan.before(as_of=AS_OF, first_day=FIRST_DAY):
        connection.raw_sql(statement)

    found = digests(connection.raw_sql(plan.snapshot).to_arrow_table())

    assert found == {new: digest for _, new, digest in RECORDED}
    assert len({old for old, _, _ in RECORDED}) == len(RECORDED) == 39
