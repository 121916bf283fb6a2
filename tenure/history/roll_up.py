"""The roll-up of events: one row for each arrival day, customer and active day, from which every feature and outcome is made.

Each row tells the whole active day as its batch left it: with rows that came before, without those that it corrected. Of several
rows the latest known holds (`known.py`). A day without rows left has a row of zeros: from that batch on it is none.

Columns: `day` (the as_of day it arrived for), `customer_id`, `active_on`, `available_at`, `told_before` (an earlier batch told of
the active day too), `n_rows` (events, that is rows that are no returns), one for each value, a sorted list of text for each set.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tenure.contracts import Source
from tenure.history.events import Events
from tenure.history.measures import Adds, Measure
from tenure.history.prepared import COUNTS, CUSTOMER, IS_RETURN, events_schema, key_columns, prepared_events
from tenure.repeats import restated, rivals

if TYPE_CHECKING:
    import ibis

KEY = (CUSTOMER, "active_on")
TOLD_BEFORE = "told_before"
# What is made of prepared rows; whoever made days otherwise makes them again.
MADE = "each row tells the whole active day, and whether it was told before"


def definition(history: Events, source: Source, look_ups: Mapping[str, Source]) -> str:
    """How rows are made from the declaration: days made by another text are made again."""
    text = "\0".join((MADE, prepared_events(history, source, look_ups), *daily_schema(history)))
    return hashlib.sha256(text.encode()).hexdigest()


def daily_schema(history: Events) -> dict[str, str]:
    """The columns of the roll-up, with their types in Ibis."""
    return {
        "day": "date",
        CUSTOMER: "string",
        "active_on": "date",
        "available_at": "timestamp",
        TOLD_BEFORE: "boolean",
        "n_rows": "int64",
        **{measure.column: "int64" for measure in history.measures},
        **{member.column: "array<string>" for member in history.set_members},
    }


def told_by_several(rows: "ibis.Table", *, key: Sequence[str], days: Sequence[date]) -> "ibis.Table":
    """Customers and active days of which several batches tell, one of these days among them: rows came late, or again."""
    late, again = (rivals(rows, key=names, days=days).select(*KEY) for names in (KEY, key))
    return late.union(again, distinct=True)


def rolled_up(
    rows: "ibis.Table", history: Events, source: Source, *, several: "ibis.Table | None", days: Sequence[date]
) -> "ibis.Table":
    """Roll up what the batches of these days brought.

    Parameters
    ----------
    rows: prepared events of all batches.
    several: the active days that several batches tell of (`told_by_several`); None where there are none.
    """
    import ibis

    new = rows.filter(rows.day.isin(list(days)))
    if several is None:
        return daily(new.mutate(told_before=False), history)
    key = key_columns(source)
    known = rows.filter(rows.day <= max(days))
    # Every version of the rows that were ever told under these active days, wherever they were told since.
    told = known.semi_join(known.semi_join(several, KEY), list(key))
    columns = [name for name in events_schema(history, source) if name not in {*key, "day", "available_at", "happened_at"}]
    versions = restated(told, group=KEY, key=key, columns=columns).semi_join(several, KEY)
    # What never counted is told of by nobody: an active day begins with the first row that does.
    first = versions.day.min(where=versions[COUNTS]).over(ibis.window(group_by=list(KEY)))
    versions = versions.mutate(first=first)
    versions = versions.filter((versions.day >= versions.first) & versions.day.isin(list(days)))
    versions = versions.mutate(told_before=versions.day > versions.first).drop("first")
    # A row that was moved away leaves its old active day known otherwise from the same batch on, not from before.
    versions = versions.mutate(
        available_at=(versions.day.cast("timestamp") - ibis.interval(microseconds=1)).cast(new.available_at.type())
    )
    once = daily(new.anti_join(several, KEY).mutate(told_before=False), history)
    return once.union(daily(versions, history, may_lose_all=True))


def daily(rows: "ibis.Table", history: Events, *, may_lose_all: bool = False) -> "ibis.Table":
    """Prepared rows with `told_before`, as one row for each arrival day, customer and active day.

    A day of which no row counts is told of only where it may have lost rows that did.
    """
    counting = rows if may_lose_all else rows.filter(rows[COUNTS])
    is_event = counting[COUNTS] & ~counting[IS_RETURN]
    return counting.group_by("day", *KEY).aggregate(
        available_at=counting.available_at.max(),
        told_before=counting[TOLD_BEFORE].any(),
        n_rows=counting.count(where=is_event),
        **{measure.column: _added(counting, measure) for measure in history.measures},
        **{member.column: _members(counting, member.column) for member in history.set_members},
    )


def _added(rows: "ibis.Table", measure: Measure) -> "ibis.Value":
    """One number for a day."""
    column = rows[measure.column]
    if measure.value.adds is Adds.DISTINCT:
        return column.nunique()
    return column.count() if measure.value.adds is Adds.ROWS else column.sum().fill_null(0)


def _members(rows: "ibis.Table", column: str) -> "ibis.Value":
    """A sorted list; empty where there are none."""
    import ibis

    members = rows[column].collect(where=rows[column].notnull(), distinct=True).sort()
    return ibis.coalesce(members, ibis.literal([], type="array<string>"))
