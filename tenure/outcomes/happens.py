"""Whether something happens within a window: at all, not at all, or so many times."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history import Events, History, Measure
from tenure.history.known import days_told
from tenure.history.measures import Adds
from tenure.history.nouns import counted, spoken
from tenure.outcomes.outcome import Happened, Kind, Outcome, check_history, check_window

if TYPE_CHECKING:
    import ibis

ONLY_KNOWN = "only rows available by the end of that window are read"


@dataclass(frozen=True)
class Happens(Outcome):
    """At least `n` events, or none at all, in `[as_of, as_of + within_days)`.

    Parameters
    ----------
    of: what is counted: rows that are no returns, or a value that counts, such as different baskets.
    n: how many are asked for.
    is_absence: whether it is their absence that is foreseen.
    """

    of: Measure
    n: int = field(kw_only=True)
    within_days: int = field(kw_only=True)
    is_absence: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a window or a number that nothing can meet."""
        check_window(self.within_days, f"The outcome {self.happening!r}")
        if self.n < 1:
            raise SpecError(f"At least {self.n} {spoken(self.of.history.many)} is true of everybody; expected one at least.")

    @property
    def kind(self) -> Kind:
        """A probability."""
        return Kind.PROPENSITY

    @property
    def histories(self) -> tuple[History, ...]:
        """The events that are counted."""
        return (self.of.history,)

    @property
    def follow_up_days(self) -> int:
        """The window."""
        return self.within_days

    @property
    def happening(self) -> str:
        """The number, or none."""
        one, many = names_of(self.of)
        if self.is_absence:
            return f"no {spoken(one)}"
        return f"at least one {spoken(one)}" if self.n == 1 else f"at least {counted(self.n, one, many)}"

    @property
    def verb(self) -> str:
        """To have them, or not."""
        return f"have {self.happening}"

    @property
    def score_means(self) -> str:
        """A probability within the window."""
        return f"the probability of {self.happening} within {self.within_days} days from the scoring day"

    @property
    def rule(self) -> str:
        """The window that is looked at."""
        return f"{self.happening} on the {self.within_days} days that begin with the as-of day; {ONLY_KNOWN}"

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Count what lies in the window, as it is known when the window ends."""
        found = total_within(customers, happened, self.of, as_of=as_of, end=end)
        event = found.amount >= self.n
        return found.select("customer_id", event=~event if self.is_absence else event, duration=self.within_days)


def any_of(history: Events, *, within_days: int) -> Happens:
    """At least one event within the window."""
    return at_least(history, 1, within_days=within_days)


def none_of(history: Events, *, within_days: int) -> Happens:
    """No event within the window."""
    check_history(history, Events, "none_of")
    return Happens(history.counted, n=1, within_days=within_days, is_absence=True)


def at_least(history: Events | Measure, n: int, *, within_days: int) -> Happens:
    """At least so many within the window: rows that are no returns, or of a value that counts (`PURCHASES.baskets`)."""
    return Happens(counting(history, "at_least"), n=n, within_days=within_days)


def counting(history: Events | Measure, what: str) -> Measure:
    """What is counted; a sum of money is no count."""
    if not isinstance(history, Measure):
        check_history(history, Events, what)
        return history.counted
    if history.value.adds is Adds.SUM:
        raise SpecError(f"{what} counts, and {history.name!r} of {history.history.many} is a sum; say total(…) to foresee it.")
    return history


def names_of(measure: Measure) -> tuple[str, str]:
    """What is counted or summed, as one and as many: events by their noun, a value by its name."""
    if measure == measure.history.counted:
        return measure.history.noun, measure.history.many
    return measure.name, measure.name


def total_within(customers: "ibis.Table", happened: Happened, measure: Measure, *, as_of: date, end: date) -> "ibis.Table":
    """What a measure adds up to in `[as_of, end)`, as known by `end`: `customer_id`, `amount`, zero for none.

    Days that hold returns alone count too: they lower amounts.
    """
    known = days_told(happened[measure.history.noun], end)
    inside = known.filter((known.active_on >= as_of) & (known.active_on < end))
    sums = inside.group_by("customer_id").aggregate(amount=inside[measure.column].sum())
    joined = customers.select("customer_id").left_join(sums, "customer_id")
    return joined.select("customer_id", amount=joined.amount.fill_null(0))
