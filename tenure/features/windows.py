"""Recency, age, and counts, totals, means and extremes over the last so many days or all history."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import Carried, Joined, LastDays, Part, Sums
from tenure.features.feature import Feature, PerWindow, Within, Words, plain, whole_days
from tenure.features.intervals import begun
from tenure.history.events import Events
from tenure.history.intervals import Contacts, Intervals
from tenure.history.known import Known
from tenure.history.measures import Measure
from tenure.history.states import States

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Days:
    """The active days of a history of events; most features are made from them, in one pass."""

    history: Events

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        return known.of(self.history)


def ago_between(rows: "ibis.Table", first: int | None, last: int) -> "ir.BooleanValue":
    """Whether a day lies between so many days ago, both included."""
    return rows.ago_days <= last if first is None else rows.ago_days.between(first, last)


def of_events(history: Events, rows: "ibis.Table", where: "ir.BooleanValue | None" = None) -> "ir.BooleanValue | None":
    """The condition, and that there was an event: a day that holds returns alone is no active day."""
    if not history.returns:
        return where
    return rows.n_rows > 0 if where is None else where & (rows.n_rows > 0)


def all_days(history: Events) -> Part:
    """How many active days there are in all."""
    return Part("days:n", lambda rows: rows.count(where=of_events(history, rows)))


def last_day(history: Events) -> Part:
    """How many days ago the last active day was."""
    return Part("days:last", lambda rows: rows.ago_days.min(where=of_events(history, rows)), Joined.LEAST, ages=True)


def first_day(history: Events) -> Part:
    """How many days ago the first active day was."""
    return Part("days:first", lambda rows: rows.ago_days.max(where=of_events(history, rows)), Joined.MOST, ages=True)


def whole_sum(column: str) -> Part:
    """A sum over all days; returns lower it."""
    return Part(f"{column}:sum", lambda rows: rows[column].sum())


def n_days(history: Events) -> Within:
    """How many active days there are."""

    def within(rows: "ibis.Table", first: int | None, last: int | None) -> "ibis.Value":
        if last is None:
            return all_days(history)(rows)
        return rows.count(where=of_events(history, rows, ago_between(rows, first, last)))

    return within


def summed(column: str) -> Within:
    """A sum over days; returns lower it. Null where there are no days."""

    def within(rows: "ibis.Table", first: int | None, last: int | None) -> "ibis.Value":
        return whole_sum(column)(rows) if last is None else rows[column].sum(where=ago_between(rows, first, last))

    return within


def carried(history: Events, last: int | None, *parts: Part) -> Carried:
    """What a window carries: its days, or of all history what they add up to."""
    return Sums(history, parts) if last is None else LastDays(history, last)


def capped(value: "ir.IntegerValue", cap_days: int | None) -> "ir.IntegerValue":
    """A number of days, cut at the cap where there is one."""
    return value if cap_days is None else value.clip(upper=cap_days)


def checked_cap(cap_days: int | None) -> int | None:
    """The cap, once it can be one."""
    return None if cap_days is None else whole_days(cap_days, "cap_days")


def in_words(last: int | None) -> str:
    """A window, as the end of a sentence."""
    return "over all history" if last is None else f"in the last {last} days"


def ending(last: int | None) -> str:
    """A window, as the end of a name."""
    return "" if last is None else f"_{last}d"


def lineage(history: Events, *columns: str) -> tuple[str, ...]:
    """Columns of the roll-up as features name what they read."""
    return tuple(f"{history.table}.{column}" for column in columns)


def recency(history: Events, *, cap_days: int | None = 365, name: str = "", meaning: str = "", phrase: str = "") -> Feature:
    """Days since the last active day; one means the day before. A customer without any stands at the cap."""
    require_events(history, "recency")
    noun = plain(history.noun)
    feature = Feature(
        name=f"{history.noun}_recency_days",
        unit="days",
        meaning=f"days since the last {noun} day; one means the day before",
        lookback_days=None,
        reads=lineage(history, "active_on"),
        phrase=f"days since the last {noun}",
        capped_at=checked_cap(cap_days),
        rows=Days(history),
        value=lambda _, rows: capped(last_day(history)(rows), cap_days),
        carries=Sums(history, (last_day(history),)),
        absent=checked_cap(cap_days),
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))


def age(history: Events | States, *, cap_days: int | None = None, name: str = "", meaning: str = "", phrase: str = "") -> Feature:
    """How long a customer has been one: days since the first active day, or since the day on which a state was entered."""
    if isinstance(history, States):
        from tenure.features.states import age_of_state

        return age_of_state(history, cap_days=checked_cap(cap_days)).worded(Words(name=name, meaning=meaning, phrase=phrase))
    require_events(history, "age")
    noun = plain(history.noun)
    feature = Feature(
        name=f"days_since_first_{history.noun}",
        unit="days",
        meaning=f"days since the first {noun} day",
        lookback_days=None,
        reads=lineage(history, "active_on"),
        phrase=f"days since the first {noun}",
        capped_at=checked_cap(cap_days),
        rows=Days(history),
        value=lambda _, rows: capped(first_day(history)(rows), cap_days),
        carries=Sums(history, (first_day(history),)),
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))


@PerWindow
def active_days(history: Events, last: int | None) -> Feature:
    """How many days had an event."""
    require_events(history, "active_days")
    noun, count = plain(history.noun), n_days(history)
    return Feature(
        name=f"{history.noun}_days{ending(last)}",
        unit="days",
        meaning=f"distinct days with a {noun} {in_words(last)}",
        lookback_days=last,
        reads=lineage(history, "active_on"),
        phrase=f"{noun} days {in_words(last)}",
        rows=Days(history),
        value=lambda _, rows: count(rows, None, last),
        carries=carried(history, last, all_days(history)),
        within=count,
        absent=0.0,
    )


@PerWindow
def total(measure: Measure, last: int | None) -> Feature:
    """The sum of a value; returns lower it."""
    _require_measure(measure, "total")
    history, value = measure.history, measure.value
    summing = summed(measure.column)

    def within(rows: "ibis.Table", first: int | None, until: int | None) -> "ibis.Value":
        return summing(rows, first, until).fill_null(0)

    return Feature(
        name=f"{measure.column}{ending(last)}",
        unit=value.unit,
        meaning=f"total {plain(measure.name)} {in_words(last)}",
        lookback_days=last,
        reads=lineage(history, measure.column),
        phrase=f"{plain(measure.name)} {in_words(last)}",
        rows=Days(history),
        value=lambda _, rows: within(rows, None, last),
        carries=carried(history, last, whole_sum(measure.column)),
        within=within,
        # Five whole units of a currency: next to nothing beside a usual month, and never zero.
        prior=5 * 10**value.decimals if value.decimals else 0.5,
        absent=0.0,
    )


@PerWindow
def count(history: Events | Intervals, last: int | None) -> Feature:
    """How many events there were, or how many intervals began."""
    if isinstance(history, Intervals):
        return begun(history, last)
    require_events(history, "count")
    feature = total(history.counted, last=last)
    many = plain(history.many)
    return replace(
        feature,
        name=f"{history.many}{ending(last)}",
        meaning=f"{many} {in_words(last)}",
        phrase=f"{many} {in_words(last)}",
    )


@PerWindow
def mean(measure: Measure, last: int | None) -> Feature:
    """The mean of a value on an active day."""
    _require_measure(measure, "mean")
    history, noun = measure.history, plain(measure.history.noun)
    summing, counting = summed(measure.column), n_days(history)

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        days = counting(rows, None, last)
        return summing(rows, None, last) / (days.nullif(0) if history.returns or last else days)

    return Feature(
        name=f"{measure.column}_per_{history.noun}_day{ending(last)}",
        unit=measure.value.unit,
        meaning=f"mean {plain(measure.name)} on a {noun} day, {in_words(last)}",
        lookback_days=last,
        reads=lineage(history, measure.column),
        phrase=f"usual {plain(measure.name)} on a {noun} day",
        rows=Days(history),
        value=value,
        carries=carried(history, last, whole_sum(measure.column), all_days(history)),
    )


@PerWindow
def maximum(measure: Measure, last: int | None) -> Feature:
    """The largest value of an active day."""
    return _extreme(measure, last, Joined.MOST, "largest")


@PerWindow
def minimum(measure: Measure, last: int | None) -> Feature:
    """The smallest value of an active day."""
    return _extreme(measure, last, Joined.LEAST, "smallest")


def _extreme(measure: Measure, last: int | None, which: Joined, word: str) -> Feature:
    """The largest or the smallest value of an active day."""
    name = {Joined.MOST: "maximum", Joined.LEAST: "minimum"}[which]
    _require_measure(measure, name)
    history, noun = measure.history, plain(measure.history.noun)

    def within(rows: "ibis.Table") -> "ibis.Value":
        column = rows[measure.column]
        where = of_events(history, rows, None if last is None else ago_between(rows, None, last))
        return column.max(where=where) if which is Joined.MOST else column.min(where=where)

    extreme = Part(f"{measure.column}:{which}", within, which)
    return Feature(
        name=f"{name}_{measure.column}{ending(last)}",
        unit=measure.value.unit,
        meaning=f"{word} {plain(measure.name)} of a {noun} day {in_words(last)}",
        lookback_days=last,
        reads=lineage(history, measure.column),
        phrase=f"{word} {plain(measure.name)} of a {noun} day",
        rows=Days(history),
        value=lambda _, rows: extreme(rows),
        carries=carried(history, last, extreme),
    )


def require_events(history: object, maker: str) -> None:
    """Refuse what has no active days."""
    if isinstance(history, Contacts):
        raise SpecError(
            f"{maker}({history.noun}): no feature may read who was contacted, for a model that reads it learns the campaign."
        )
    if not isinstance(history, Events):
        raise SpecError(f"{maker}() takes a history of events; found {type(history).__name__}.")


def _require_measure(measure: object, maker: str) -> None:
    """Refuse what adds up to nothing."""
    if not isinstance(measure, Measure):
        raise SpecError(f"{maker}() takes a value of a history, such as PURCHASES.spend; found {type(measure).__name__}.")
