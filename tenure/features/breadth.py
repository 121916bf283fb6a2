"""Breadth and price: how widely a customer buys, and how much on discount or coupon."""

from typing import TYPE_CHECKING

from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

LOOKBACK_DAYS = 91


def _rate(name: str, meaning: str, column: str, phrase: str) -> Feature:
    """Shares of spend over the last 91 days."""
    return Feature(
        name=name,
        unit="rate",
        meaning=meaning,
        lookback_days=LOOKBACK_DAYS,
        reads=(column, "activity.spend_cents"),
        phrase=phrase,
    )


FEATURES = (
    *(
        Feature(
            name=f"departments_{days}d",
            unit="count",
            meaning=f"distinct departments bought from in the last {days} days",
            lookback_days=days,
            reads=("activity.departments",),
            phrase=f"departments shopped in the last {days} days",
        )
        for days in (28, 91)
    ),
    _rate(
        "private_label_rate_91d",
        "share of spend on private-label products",
        "activity.private_label_cents",
        "share of own-brand products",
    ),
    _rate(
        "discount_rate_91d",
        "share of the shelf price saved by store discounts",
        "activity.discount_cents",
        "share saved by discounts",
    ),
    _rate("coupon_rate_91d", "share of the shelf price saved by coupons", "activity.coupon_cents", "share saved by coupons"),
)


def compute(known: "Known") -> "ibis.Table":
    """One row per customer with a purchase in the last 91 days."""
    prices, shelves = _prices(known), _departments(known)
    joined = prices.left_join(shelves, "customer_id").drop("customer_id_right")
    # Purchases of products that are not in the list are of no department.
    return joined.mutate({name: joined[name].fill_null(0) for name in ("departments_28d", "departments_91d")})


def _prices(known: "Known") -> "ibis.Table":
    """Shares of spend and of the shelf price."""
    days = known.purchases.filter(known.purchases.ago_days <= LOOKBACK_DAYS)
    spend, discount, coupon = days.spend_cents.sum(), days.discount_cents.sum(), days.coupon_cents.sum()
    return days.group_by("customer_id").aggregate(
        private_label_rate_91d=(days.private_label_cents.sum() / spend.nullif(0)).fill_null(0),
        discount_rate_91d=(discount / (spend + discount).nullif(0)).fill_null(0),
        coupon_rate_91d=(coupon / (spend + coupon).nullif(0)).fill_null(0),
    )


def _departments(known: "Known") -> "ibis.Table":
    """Distinct departments."""
    bought = known.departments.filter(known.departments.ago_days <= LOOKBACK_DAYS)
    return bought.group_by("customer_id").aggregate(
        departments_28d=bought.department.nunique(where=bought.ago_days <= 28), departments_91d=bought.department.nunique()
    )


GROUP = FeatureGroup(name="breadth", features=FEATURES, compute=compute)
