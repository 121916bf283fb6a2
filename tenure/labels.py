"""Labels: what happened to a customer after `as_of`, from the activity table, cut at the day until which it is known."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tenure.features.as_known import purchase_days
from tenure.specs import Outcome

if TYPE_CHECKING:
    import ibis


def label_purchases(activity: "ibis.Table", *, as_of: date, window_days: int) -> "ibis.Table":
    """Customers with at least one purchase in `[as_of, as_of + window_days)`: one row each, column `customer_id`.

    Only rows available by the end of the window are read.
    """
    end = as_of + timedelta(days=window_days)
    known = purchase_days(activity, end)
    return known.filter((known.active_on >= as_of) & (known.active_on < end)).select("customer_id").distinct()


def label_events(
    customers: "ibis.Table", activity: "ibis.Table", *, outcome: Outcome, as_of: date, window_days: int
) -> "ibis.Table":
    """Label each customer of `customers`: columns `customer_id` and `event` (whether the outcome happened)."""
    bought = label_purchases(activity, as_of=as_of, window_days=window_days).mutate(bought=True)
    joined = customers.select("customer_id").left_join(bought, "customer_id")
    has_bought = joined.bought.fill_null(False)
    return joined.select("customer_id", event=has_bought if outcome is Outcome.PURCHASE else ~has_bought)


def pause_outcomes(
    customers: "ibis.Table", activity: "ibis.Table", *, as_of: date, pause_days: int, observation_end: date
) -> "ibis.Table":
    """Time from `as_of` until a pause of `pause_days` days without a purchase is complete.

    The pause counts from the last purchase, which may precede `as_of`: after a last purchase on day L the pause is complete
    at the end of day L + pause_days, provided that nothing was bought on the days between. The event uses no later row.

    Parameters
    ----------
    customers: `customer_id` of those who bought within `pause_days` days before `as_of`.
    observation_end: follow-up is cut at the start of this day; no row of that day or later is read.

    Returns
    -------
    `customer_id`, `duration` (whole days from `as_of` to the end of the completing day, at least 1; for a censored customer
    the days of follow-up) and `event`.
    """
    import ibis

    known = purchase_days(activity, observation_end)
    days = known.filter(known.active_on < observation_end).select("customer_id", "active_on")
    days = days.semi_join(customers, "customer_id")
    following = days.active_on.lead().over(ibis.window(group_by="customer_id", order_by="active_on"))
    purchases = days.mutate(following=following, completes_on=days.active_on + ibis.interval(days=pause_days + 1))
    # The last purchase before `as_of` opens the first pause; earlier ones are over.
    relevant = purchases.filter(purchases.following.isnull() | (purchases.following >= as_of))
    undisturbed = relevant.following.isnull() | (relevant.following >= relevant.completes_on)
    ends = relevant.group_by("customer_id").aggregate(completes_on=relevant.completes_on.min(where=undisturbed))
    end = ibis.literal(observation_end)
    event = (ends.completes_on <= end).fill_null(False)
    reached = ibis.ifelse(event, ends.completes_on.cast("date"), end)
    return ends.select("customer_id", duration=reached.delta(ibis.literal(as_of), unit="day"), event=event)
