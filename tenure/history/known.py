"""The only door from tables to features and outcomes: what was available before the start of a day, and nothing later.

Views of a history as of a day: of events its days, of intervals and states their latest versions, each with how many days ago.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.history.events import Events
from tenure.history.intervals import Intervals
from tenure.history.prepared import COUNTS, CUSTOMER, key_columns
from tenure.history.roll_up import KEY, TOLD_BEFORE
from tenure.history.states import States

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

Knowable = Events | States | Intervals


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known as of a day.

    Parameters
    ----------
    as_of: the day, as an expression.
    history_days: days between the project's first day and `as_of`, as an expression.
    tables: for the noun of each history its rows as of the day: `known_days`, `known_intervals` or `known_states`.
    daily: for the noun of each history of events its roll-up, which sets are read from: of all history they are much to keep.
    """

    as_of: "ir.DateScalar"
    history_days: "ir.IntegerScalar"
    tables: Mapping[str, "ibis.Table"]
    daily: Mapping[str, "ibis.Table"] = field(default_factory=dict)

    def of(self, history: Knowable) -> "ibis.Table":
        """What is known of a history."""
        if history.noun not in self.tables:
            raise SpecError(f"Nothing of {history.many} is gathered here; there are {sorted(self.tables)}.")
        return self.tables[history.noun]

    def touched(self, history: Events, column: str, *, last: int) -> "ibis.Table":
        """One row for each active day of the last so many and member of a set: `customer_id`, `ago_days`, `member`."""
        days = days_known(self.daily[history.noun], self.as_of, last=last)
        ago = self.as_of.delta(days.active_on, unit="day")
        return days.select(CUSTOMER, ago_days=ago, member=days[column].unnest())


def as_known(table: "ibis.Table", as_of: "date | ir.DateScalar", *, key: Sequence[str] = ()) -> "ibis.Table":
    """Keep the rows that were available before `as_of` 00:00 and, given what names a row, of each its latest version then.

    `available_at` is told by the company's clocks, as its days are.

    A row that came again is known from the first batch that brought it, and a correction of it from the batch that corrected.
    """
    import ibis

    known = table.filter(table.available_at < day_of(as_of).cast("timestamp"))
    if not key:
        return known
    versions = ibis.window(group_by=[known[name] for name in key], order_by=known.available_at.desc())
    return known.filter(ibis.row_number().over(versions) == 0)


def days_told(daily: "ibis.Table", as_of: "date | ir.DateScalar", *, last: int | None = None) -> "ibis.Table":
    """One row for each customer and active day, as the latest batch before `as_of` left it; among them days that are none.

    `last` leaves out days that are further back. Versions are ranked only of days that several batches tell of, which few are:
    ranking all costs more than all features do.
    """
    # Readings that share nothing: DuckDB would keep what they share, with every column.
    again = as_known(daily.filter(daily[TOLD_BEFORE]), as_of).select(*KEY).distinct()
    told = as_known(daily.select(*KEY, "available_at"), as_of).semi_join(again, KEY)
    replaced = told.anti_join(as_known(told, as_of, key=KEY), (*KEY, "available_at"))
    return _recent(as_known(daily, as_of), as_of, last).anti_join(replaced, (*KEY, "available_at")).drop(TOLD_BEFORE)


def _recent(days: "ibis.Table", as_of: "date | ir.DateScalar", last: int | None) -> "ibis.Table":
    """Active days of the last so many, or all."""
    import ibis

    if last is None:
        return days
    return days.filter(days.active_on >= (day_of(as_of) - ibis.interval(days=last)).cast("date"))


def days_known(daily: "ibis.Table", as_of: "date | ir.DateScalar", *, last: int | None = None) -> "ibis.Table":
    """One row for each customer and active day with an event, as the latest batch before `as_of` left it."""
    told = days_told(daily, as_of, last=last)
    return told.filter(told.n_rows > 0)


def known_days(history: Events, daily: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Active days with `ago_days` (1 is the day before `as_of`), `n_rows` and every value.

    Days that hold returns alone are among them where a history has returns: they lower totals, and have no `n_rows`.
    """
    days = days_told(daily, as_of) if history.returns else days_known(daily, as_of)
    return days.mutate(ago_days=day_of(as_of).delta(days.active_on, unit="day")).select(
        CUSTOMER, "ago_days", "n_rows", *(measure.column for measure in history.measures)
    )


def known_intervals(intervals: "ibis.Table", source: Source, as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Prepared intervals, each in its latest version, with `starts_ago_days` and `ends_ago_days`; null while no end is known."""
    day = day_of(as_of)
    known = as_known(intervals, as_of, key=key_columns(source))
    known = known.filter(known[COUNTS])
    return known.select(
        CUSTOMER,
        starts_ago_days=day.delta(known.starts_at.date(), unit="day"),
        ends_ago_days=day.delta(known.ends_at.date(), unit="day"),
    )


def known_states(history: States, states: "ibis.Table", source: Source, as_of: "date | ir.DateScalar") -> "ibis.Table":
    """How things stood with each customer, the latest first: `since_ago_days`, `nth` (0 holds as of the day), `entered_on`.

    One row for each customer and moment from which it held, in its latest version; what begins on `as_of` or later is left out.
    """
    import ibis

    day = day_of(as_of)
    known = as_known(states, as_of, key=key_columns(source))
    known = known.filter(known[CUSTOMER].notnull() & (known.since_on < day))
    known = as_known(known, as_of, key=(CUSTOMER, "happened_at"))
    latest = ibis.window(group_by=CUSTOMER, order_by=known.happened_at.desc())
    since = day.delta(known.since_on, unit="day")
    attributes = [known[name] for name in history.attributes]
    return known.select(CUSTOMER, "entered_on", *attributes, since_ago_days=since, nth=ibis.row_number().over(latest))


def day_of(day: "date | ir.DateScalar") -> "ir.DateScalar":
    """A day as an expression."""
    import ibis

    return ibis.literal(day) if isinstance(day, date) else day
