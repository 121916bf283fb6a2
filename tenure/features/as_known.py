"""The only door from tables to features: what was available before the start of a day, and nothing later."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known as of a day.

    Parameters
    ----------
    as_of: the day, as an expression.
    history_days: days between the project's first day and `as_of`, as an expression.
    purchases: one row per customer and day with a purchase: `customer_id`, `ago_days` (1 is the day before `as_of`),
        `gap_days` (days since the customer's purchase day before, null for the first), and the sums of `tenure.activity`.
        Every group reads it: whoever executes a snapshot may compute it once beforehand.
    departments: one row per purchase day, customer and department bought from: `customer_id`, `ago_days`, `department`.
    campaigns, redemptions: rows of those sources with `ago_days` of their start or redemption.
    """

    as_of: "ir.DateScalar"
    history_days: "ir.IntegerScalar"
    purchases: "ibis.Table"
    departments: "ibis.Table"
    campaigns: "ibis.Table"
    redemptions: "ibis.Table"


def as_known(table: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Keep the rows that were available before `as_of` 00:00 UTC."""
    return table.filter(table.available_at < _day(as_of).cast("timestamp"))


def know(
    *,
    activity: "ibis.Table",
    campaigns: "ibis.Table",
    redemptions: "ibis.Table",
    as_of: "date | ir.DateScalar",
    first_day: "date | ir.DateScalar",
) -> Known:
    """Gather what features may read, cut at `as_of`.

    The two days are values, or expressions where one plan shall serve every day (`plan.py`).
    """
    import ibis

    day = _day(as_of)
    activity = as_known(activity, as_of)
    days = _purchase_days(activity)
    previous = days.active_on.lag().over(ibis.window(group_by="customer_id", order_by="active_on"))
    purchases = days.mutate(
        ago_days=day.delta(days.active_on, unit="day"), gap_days=days.active_on.delta(previous, unit="day")
    ).drop("active_on")
    campaigns = as_known(campaigns, as_of)
    redemptions = as_known(redemptions, as_of)
    return Known(
        as_of=day,
        history_days=day.delta(_day(first_day), unit="day"),
        purchases=purchases,
        departments=activity.select(
            "customer_id", ago_days=day.delta(activity.active_on, unit="day"), department=activity.departments.unnest()
        ),
        campaigns=campaigns.mutate(
            ago_days=day.delta(campaigns.starts_at.date(), unit="day"), runs=campaigns.ends_at.date() >= day
        ),
        redemptions=redemptions.mutate(ago_days=day.delta(redemptions.redeemed_at.date(), unit="day")),
    )


def _day(day: "date | ir.DateScalar") -> "ir.DateScalar":
    """A day as an expression."""
    import ibis

    return ibis.literal(day) if isinstance(day, date) else day


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
    )
