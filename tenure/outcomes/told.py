"""How a history of states is read by outcomes: which telling holds on a day, and when a value is reached.

A telling is a prepared row of the history: from `happened_at` on the attributes are so, until the customer's next one. Of several
of one day the last one holds.
"""

from datetime import date
from typing import TYPE_CHECKING

from tenure.history.known import as_known

if TYPE_CHECKING:
    import ibis


def tellings_known(tellings: "ibis.Table", as_of: date) -> "ibis.Table":
    """Tellings available before a day, one for each customer and day, which is `since_on`; the next one holds from `until_on`."""
    import ibis

    known = as_known(tellings, as_of, key=[name for name in tellings.columns if name.startswith("key_")])
    last = [known.happened_at.desc(), known.available_at.desc()]
    of_day = ibis.row_number().over(ibis.window(group_by=["customer_id", "since_on"], order_by=last))
    latest = known.filter(of_day == 0)
    return latest.mutate(until_on=latest.since_on.lead().over(ibis.window(group_by="customer_id", order_by="since_on")))


def reached(tellings: "ibis.Table", column: str, value: str | float, *, since: date, end: date) -> "ibis.Table":
    """The first telling by which each customer has a value on a day in `[since, end)`, with that day as `reached_on`.

    Only tellings that were available by `end` are read. Customers who do not have it on any of these days have no row.
    """
    import ibis

    known = tellings_known(tellings, end)
    first, last = ibis.literal(since), ibis.literal(end)
    in_time = (known.since_on < last) & (known.until_on.isnull() | (known.until_on > first))
    holds = known.filter(in_time & (known[column] == value))
    dated = holds.mutate(reached_on=ibis.greatest(holds.since_on, first).cast("date"))
    return dated.filter(ibis.row_number().over(ibis.window(group_by="customer_id", order_by="since_on")) == 0)


def held(tellings: "ibis.Table", as_of: date) -> "ibis.Table":
    """The telling that holds for each customer on the day before `as_of`, as known then."""
    import ibis

    known = tellings_known(tellings, as_of)
    day = ibis.literal(as_of)
    return known.filter((known.since_on < day) & (known.until_on.isnull() | (known.until_on >= day)))
