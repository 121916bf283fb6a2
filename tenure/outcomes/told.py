"""How a history of states is read by outcomes: which telling holds on a day, and when a value is reached.

A telling is one row of `customer_id`, `since_on` (the day from which it holds), `available_at`, and the columns of its source. It
holds until the customer's next one; of two for one day the one that came last holds.
"""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


def tellings_known(tellings: "ibis.Table", as_of: date) -> "ibis.Table":
    """Tellings available before a day, one for each customer and day, with `until_on`: the day from which the next one holds."""
    import ibis

    known = tellings.filter(tellings.available_at < ibis.literal(as_of).cast("timestamp"))
    versions = ibis.window(group_by=["customer_id", "since_on"], order_by=known.available_at.desc())
    latest = known.filter(ibis.row_number().over(versions) == 0)
    return latest.mutate(until_on=latest.since_on.lead().over(ibis.window(group_by="customer_id", order_by="since_on")))


def reached(tellings: "ibis.Table", column: str, value: str | float, *, since: date, end: date) -> "ibis.Table":
    """The first telling by which each customer has a value on a day in `[since, end)`, with that day as `reached_on`.

    Only tellings that were available by `end` are read. Customers who do not have it on any of these days have no row.
    """
    import ibis

    known = tellings_known(tellings, end)
    first, last = ibis.literal(since), ibis.literal(end)
    holds = known.filter(
        (known[column] == value) & (known.since_on < last) & (known.until_on.isnull() | (known.until_on > first))
    )
    dated = holds.mutate(reached_on=ibis.greatest(holds.since_on, first).cast("date"))
    return dated.filter(ibis.row_number().over(ibis.window(group_by="customer_id", order_by="since_on")) == 0)


def held(tellings: "ibis.Table", as_of: date) -> "ibis.Table":
    """The telling that holds for each customer on the day before `as_of`, as known then."""
    import ibis

    known = tellings_known(tellings, as_of)
    before = known.since_on < ibis.literal(as_of)
    return known.filter(before & (known.until_on.isnull() | (known.until_on >= ibis.literal(as_of))))
