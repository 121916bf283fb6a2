"""What becomes of a state: that an attribute reaches a value, or has it on the scoring day."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.history import Fact, History
from tenure.history.nouns import in_quotes, spoken
from tenure.outcomes.happens import ONLY_KNOWN
from tenure.outcomes.outcome import Happened, Kind, Outcome, check_history, check_window, told_before
from tenure.outcomes.told import held, reached
from tenure.outcomes.until import Settled, Target
from tenure.populations import attribute_column

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Change(Target):
    """An attribute has a value for the first time from `as_of` on; `reason` names the attribute that says why."""

    fact: Fact
    value: str | float
    reason: str = ""

    @property
    def history(self) -> History:
        """Where it stands."""
        return self.fact.history

    @property
    def happening(self) -> str:
        """The change."""
        return f"{spoken(self.fact.name)} becomes {in_quotes(self.value)}"

    @property
    def verb(self) -> str:
        """To reach the value."""
        return f"come to have {in_quotes(self.value)} as {spoken(self.fact.name)}"

    @property
    def has_happened(self) -> str:
        """It has been reached."""
        return f"{spoken(self.fact.name)} has become {in_quotes(self.value)}"

    @property
    def rule(self) -> str:
        """The day that is told."""
        return (
            f"the first day from the as-of day on, on which {spoken(self.fact.name)} is {in_quotes(self.value)}, as it was told"
        )

    @property
    def already(self) -> tuple[str, str | float]:
        """Who has the value."""
        return attribute_column(self.fact), self.value

    def follow(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Time until the end of that day."""
        import ibis

        found = reached(happened[self.fact.history.noun], self.fact.name, self.value, since=as_of, end=end)
        columns = {"reached_on": found.reached_on} | ({"reason": found[self.reason]} if self.reason else {})
        joined = customers.select("customer_id").left_join(found.select("customer_id", **columns), "customer_id")
        start, event = ibis.literal(as_of), joined.reached_on.notnull()
        seen = ibis.ifelse(event, joined.reached_on.delta(start, unit="day") + 1, ibis.literal(end).delta(start, unit="day"))
        rest = {"reason": joined.reason} if self.reason else {}
        return joined.select("customer_id", event=event, duration=seen, **rest)


@dataclass(frozen=True)
class Becomes(Outcome):
    """An attribute reaches a value in `[as_of, as_of + within_days)`."""

    change: Change
    within_days: int = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse an empty window."""
        check_window(self.within_days, f"The outcome {self.happening!r}")

    @property
    def kind(self) -> Kind:
        """A probability, or one for each reason."""
        return Kind.REASONS if self.change.reason else Kind.PROPENSITY

    @property
    def histories(self) -> tuple[History, ...]:
        """Where it stands."""
        return (self.change.history,)

    @property
    def follow_up_days(self) -> int:
        """The window."""
        return self.within_days

    @property
    def happening(self) -> str:
        """The change."""
        return self.change.happening

    @property
    def verb(self) -> str:
        """To reach the value."""
        return self.change.verb

    @property
    def score_means(self) -> str:
        """A probability within the window."""
        return f"the probability that {self.happening} within {self.within_days} days from the scoring day"

    @property
    def rule(self) -> str:
        """The window that is looked at."""
        return f"{self.happening} on the {self.within_days} days that begin with the as-of day; {ONLY_KNOWN}"

    @property
    def already(self) -> tuple[str, str | float]:
        """Who has the value."""
        return self.change.already

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Whether it is reached in the window, as known when the window ends."""
        return self.change.follow(customers, happened, as_of=as_of, end=end).mutate(duration=self.within_days)


@dataclass(frozen=True)
class IsNow(Settled, Outcome):
    """An attribute has a value on the scoring day: for one table of customers, of one day."""

    fact: Fact
    value: str | float

    @property
    def kind(self) -> Kind:
        """A probability."""
        return Kind.PROPENSITY

    @property
    def history(self) -> History:
        """Where it stands."""
        return self.fact.history

    @property
    def histories(self) -> tuple[History, ...]:
        """Where it stands."""
        return (self.fact.history,)

    @property
    def follow_up_days(self) -> int:
        """None: it is known on the scoring day."""
        return 0

    @property
    def leaks(self) -> tuple[str, ...]:
        """The attribute itself."""
        return (f"{self.fact.history.source}.{self.fact.name}",)

    @property
    def happening(self) -> str:
        """How it stands."""
        return f"{spoken(self.fact.name)} is {in_quotes(self.value)}"

    @property
    def verb(self) -> str:
        """To have the value."""
        return f"have {in_quotes(self.value)} as {spoken(self.fact.name)}"

    @property
    def has_happened(self) -> str:
        """How it stands."""
        return self.happening

    @property
    def score_means(self) -> str:
        """A probability."""
        return f"the probability that {self.happening} on the scoring day"

    @property
    def rule(self) -> str:
        """As told."""
        return f"{self.happening}, as last told before the as-of day"

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Whether it has the value; customers of whom it is not known have no row."""
        return self.follow(customers, happened, as_of=as_of, end=end)

    def follow(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """The same, of `as_of` itself: no day has passed since."""
        told = held(told_before(happened, self.fact.history.noun), min(as_of, end))
        stands = told.select("customer_id", value=told[self.fact.name])
        joined = customers.select("customer_id").inner_join(stands.filter(stands.value.notnull()), "customer_id")
        return joined.select("customer_id", event=joined.value == self.value, duration=0)


def becomes(fact: Fact, value: str | float, *, within_days: int | None = None, reason: str | None = None) -> Change | Becomes:
    """An attribute reaches a value: within a window, or (without `within_days`) as what `time_until` waits for.

    Parameters
    ----------
    reason: attribute of the same history that says why, such as "reason_for_leaving".
    """
    check_history(fact, Fact, "becomes")
    change = Change(fact, value, getattr(fact.history, reason).name if reason else "")
    return change if within_days is None else Becomes(change, within_days=within_days)


def is_now(fact: Fact, value: str | float) -> IsNow:
    """An attribute has a value on the scoring day."""
    check_history(fact, Fact, "is_now")
    return IsNow(fact, value)
