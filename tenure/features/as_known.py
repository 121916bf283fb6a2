"""The only door from tables to features: what was available before the start of a day, and nothing later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tenure.activity import KEY as ACTIVITY_KEY

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
    campaigns, redemptions: rows of those sources, each in its latest version, with `ago_days` of their start or redemption.
    """

    as_of: "ir.DateScalar"
    history_days: "ir.IntegerScalar"
    purchases: "ibis.Table"
    campaigns: "ibis.Table"
    redemptions: "ibis.Table"

    @property
    def departments(self) -> "ibis.Table":
        """One row per purchase day, customer and department bought from: `customer_id`, `ago_days`, `department`."""
        return self.purchases.select("customer_id", "ago_days", department=self.purchases.departments.unnest())


def as_known(table: "ibis.Table", as_of: "date | ir.DateScalar", *, key: Sequence[str] = ()) -> "ibis.Table":
    """Keep the rows that were available before `as_of` 00:00 UTC and, given what names a row, of each its latest version then.

    A row that came again is known from the first batch that brought it, and a correction of it from the batch that corrected.
    """
    import ibis

    known = table.filter(table.available_at < _day(as_of).cast("timestamp"))
    if not key:
        return known
    versions = ibis.window(group_by=[known[name] for name in key], order_by=known.available_at.desc())
    return known.filter(ibis.row_number().over(versions) == 0)


def purchase_days(activity: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """One row per customer and purchase day, as the latest batch before `as_of` left it; without lines it is none."""
    known = as_known(activity, as_of, key=ACTIVITY_KEY)
    return known.filter(known.n_lines > 0)


def know(
    *,
    activity: "ibis.Table",
    campaigns: "ibis.Table",
    redemptions: "ibis.Table",
    as_of: "date | ir.DateScalar",
    first_day: "date | ir.DateScalar",
    campaign_key: Sequence[str] = (),
    redemption_key: Sequence[str] = (),
) -> Known:
    """Gather what features may read, cut at `as_of`.

    The two days are values, or expressions where one plan shall serve every day (`plan.py`). The keys are those of the sources;
    without one, every row counts.
    """
    import ibis

    day = _day(as_of)
    days = purchase_days(activity, as_of)
    previous = days.active_on.lag().over(ibis.window(group_by="customer_id", order_by="active_on"))
    purchases = days.mutate(
        ago_days=day.delta(days.active_on, unit="day"), gap_days=days.active_on.delta(previous, unit="day")
    ).drop("active_on")
    campaigns = as_known(campaigns, as_of, key=campaign_key)
    redemptions = as_known(redemptions, as_of, key=redemption_key)
    return Known(
        as_of=day,
        history_days=day.delta(_day(first_day), unit="day"),
        purchases=purchases,
        campaigns=campaigns.mutate(
            ago_days=day.delta(campaigns.starts_at.date(), unit="day"), runs=campaigns.ends_at.date() >= day
        ),
        redemptions=redemptions.mutate(ago_days=day.delta(redemptions.redeemed_at.date(), unit="day")),
    )


def _day(day: "date | ir.DateScalar") -> "ir.DateScalar":
    """A day as an expression."""
    import ibis

    return ibis.literal(day) if isinstance(day, date) else day
