"""Recency, frequency, spend and velocity: how lately, how often and for how much a customer buys."""

from typing import TYPE_CHECKING

from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

WINDOWS_DAYS = (7, 28, 91)
MONTH_DAYS = 28
# Half a day and five dollars: a first purchase then gives a finite velocity near one instead of a division by zero.
PRIOR_DAYS, PRIOR_CENTS = 0.5, 500

_DAYS, _SPEND = ("activity.active_on",), ("activity.spend_cents",)

RECENCY = Feature(
    name="recency_days",
    unit="days",
    meaning="days since the last purchase day; one means the day before",
    lookback_days=None,
    reads=_DAYS,
    phrase="days since the last purchase",
    capped_at=365,
)
PURCHASE_DAYS = tuple(
    Feature(
        name=f"purchase_days_{days}d",
        unit="days",
        meaning=f"distinct days with a purchase in the last {days} days",
        lookback_days=days,
        reads=_DAYS,
        phrase=f"shopping days in the last {days} days",
    )
    for days in WINDOWS_DAYS
)
SPEND = tuple(
    Feature(
        name=f"spend_cents_{days}d",
        unit="cents",
        meaning=f"money spent in the last {days} days",
        lookback_days=days,
        reads=_SPEND,
        phrase=f"spend in the last {days} days",
    )
    for days in WINDOWS_DAYS
)
DAYS_VELOCITY = Feature(
    name="purchase_days_velocity_28d",
    unit="ratio",
    meaning="purchase days in the last 28 days over those in the 28 days before, each with half a day added",
    lookback_days=2 * MONTH_DAYS,
    reads=_DAYS,
    phrase="shopping days against the month before",
)
SPEND_VELOCITY = Feature(
    name="spend_velocity_28d",
    unit="ratio",
    meaning="spend in the last 28 days over that in the 28 days before, each with a small fixed sum added",
    lookback_days=2 * MONTH_DAYS,
    reads=_SPEND,
    phrase="spend against the month before",
)
SPEND_PER_DAY = Feature(
    name="spend_cents_per_purchase_day",
    unit="cents",
    meaning="mean spend on a purchase day, over all history",
    lookback_days=None,
    reads=_SPEND,
    phrase="usual spend on a shopping day",
)
LINES_PER_BASKET = Feature(
    name="lines_per_basket_91d",
    unit="ratio",
    meaning="mean number of lines in a basket of the last 91 days",
    lookback_days=91,
    reads=("activity.n_lines", "activity.n_baskets"),
    phrase="items in a usual basket",
)


def compute(known: "Known") -> "ibis.Table":
    """One row per customer with the features above."""
    days = known.purchases
    latest = {w: days.ago_days <= w for w in WINDOWS_DAYS}
    month, before = days.ago_days <= MONTH_DAYS, days.ago_days.between(MONTH_DAYS + 1, 2 * MONTH_DAYS)
    return days.group_by("customer_id").aggregate(
        recency_days=days.ago_days.min().clip(upper=365),
        **{f"purchase_days_{w}d": days.count(where=latest[w]) for w in WINDOWS_DAYS},
        **{f"spend_cents_{w}d": days.spend_cents.sum(where=latest[w]).fill_null(0) for w in WINDOWS_DAYS},
        purchase_days_velocity_28d=(days.count(where=month) + PRIOR_DAYS) / (days.count(where=before) + PRIOR_DAYS),
        spend_velocity_28d=(days.spend_cents.sum(where=month).fill_null(0) + PRIOR_CENTS)
        / (days.spend_cents.sum(where=before).fill_null(0) + PRIOR_CENTS),
        spend_cents_per_purchase_day=days.spend_cents.sum() / days.count(),
        lines_per_basket_91d=(days.n_lines.sum(where=latest[91]) / days.n_baskets.sum(where=latest[91])).fill_null(0),
    )


GROUP = FeatureGroup(
    name="purchases",
    features=(RECENCY, *PURCHASE_DAYS, *SPEND, DAYS_VELOCITY, SPEND_VELOCITY, SPEND_PER_DAY, LINES_PER_BASKET),
    compute=compute,
)
