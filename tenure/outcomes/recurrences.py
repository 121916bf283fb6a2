"""Every event within a window, each as a stretch of time that it ends: labels for models of recurring events."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.history import Events, History
from tenure.history.known import days_known
from tenure.history.nouns import spoken
from tenure.outcomes.happens import ONLY_KNOWN
from tenure.outcomes.outcome import Happened, Kind, Outcome, check_history, check_window

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Recurring(Outcome):
    """The days with an event in `[as_of, as_of + within_days)`, as a counting process (Andersen and Gill 1982, Ann. Stat. 10)."""

    events: Events
    within_days: int = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse an empty window."""
        check_window(self.within_days, f"The outcome {self.happening!r}")

    @property
    def kind(self) -> Kind:
        """Several events of one customer."""
        return Kind.RECURRENCE

    @property
    def histories(self) -> tuple[History, ...]:
        """What recurs."""
        return (self.events,)

    @property
    def follow_up_days(self) -> int:
        """The window."""
        return self.within_days

    @property
    def happening(self) -> str:
        """Each of them."""
        return f"each day with one or more {spoken(self.events.many)}"

    @property
    def verb(self) -> str:
        """To have any."""
        return f"have any {spoken(self.events.many)}"

    @property
    def score_means(self) -> str:
        """An expectation."""
        return f"the expected number of days with {spoken(self.events.many)} within {self.within_days} days from the scoring day"

    @property
    def rule(self) -> str:
        """The window that is looked at."""
        return f"{self.happening} of the {self.within_days} that begin with the as-of day; {ONLY_KNOWN}"

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """A row for each stretch of a customer's window: days since `as_of`, after `entry` to the end of `duration`.

        A stretch ends with a day that has an event, or, censored, with the window.
        """
        import ibis

        known = days_known(happened[self.events.noun], end)
        inside = known.filter((known.active_on >= as_of) & (known.active_on < end))
        there = customers.select("customer_id")
        days = inside.semi_join(there, "customer_id").select(
            "customer_id", event=ibis.literal(True), duration=inside.active_on.delta(ibis.literal(as_of), unit="day") + 1
        )
        # Who had an event on the last day has no time left to be censored at.
        done = days.filter(days.duration == self.within_days).select("customer_id")
        rest = there.anti_join(done, "customer_id").mutate(
            event=ibis.literal(False), duration=ibis.literal(self.within_days, type=days.duration.type())
        )
        stretches = days.union(rest)
        before = stretches.duration.lag().over(ibis.window(group_by="customer_id", order_by="duration"))
        return stretches.mutate(entry=before.fill_null(0))


def recurring(history: Events, *, within_days: int) -> Recurring:
    """Every day with an event within the window."""
    check_history(history, Events, "recurring")
    return Recurring(history, within_days=within_days)
