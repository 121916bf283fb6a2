"""The only door from tables to features: what was available before the start of a day, and nothing later."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known as of a day.

    Parameters
    ----------
    history_days: days between the project's first day and `as_of`.
    purchases: one row per customer and day with a purchase: `customer_id`, `ago_days` (1 is the day before `as_of`),
        `gap_days` (days since the customer's purchase day before, null for the first), and the sums of `tenure.activity`.
    campaigns, redemptions: rows of those sources with `ago_days` of their start or redemption.
    """

    as_of: date
    history_days: int
    purchases: "ibis.Table"
    campaigns: "ibis.Table"
    redemptions: "ibis.Table"


def as_known(table: "ibis.Table", as_of: date) -> "ibis.Table":
    """Keep the rows that were available before `as_of` 00:00 UTC."""
    import ibis

    start = ibis.literal(datetime.combine(as_of, time.min), type="timestamp")
    return table.filter(table.available_at < start)


def know(*, activity: "ibis.Table", campaigns: "ibis.Table", redemptions: "ibis.Table", as_of: date, first_day: date) -> Known:
    """Gather what features may read, cut at `as_of`."""
    import ibis

    day = ibis.literal(as_of)
    days = _purchase_days(as_known(activity, as_of))
    previous = days.active_on.lag().over(ibis.window(group_by="customer_id", order_by="active_on"))
    purchases = days.mutate(
        ago_days=day.delta(days.active_on, unit="day"), gap_days=days.active_on.delta(previous, unit="day")
    ).drop("active_on")
    campaigns = as_known(campaigns, as_of)
    redemptions = as_known(redemptions, as_of)
    return Known(
        as_of=as_of,
        history_days=(as_of - first_day).days,
        purchases=purchases,
        campaigns=campaigns.mutate(
            ago_days=day.delta(campaigns.starts_at.date(), unit="day"), runs=campaigns.ends_at.date() >= day
        ),
        redemptions=redemptions.mutate(ago_days=day.delta(redemptions.redeemed_at.date(), unit="day")),
    )


def _purchase_days(activity: "ibis.Table") -> "ibis.Table":
    """One row per customer and purchase day: a day's lines may have arrived in several batches."""
    return activity.group_by("customer_id", "active_on").aggregate(
        n_baskets=activity.n_baskets.sum(),
        n_lines=activity.n_lines.sum(),
        spend_cents=activity.spend_cents.sum(),
        discount_cents=activity.discount_cents.sum(),
        coupon_cents=activity.coupon_cents.sum(),
        n_coupon_lines=activity.n_coupon_lines.sum(),
        private_label_cents=activity.private_label_cents.sum(),
        departments=activity.departments.collect().flatten().unique(),
    )
