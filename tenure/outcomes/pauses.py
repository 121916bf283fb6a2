"""What time runs until in a history of events: a pause in them that is complete, or the next of them."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history import Events, History
from tenure.history.known import days_known
from tenure.history.nouns import a, ordinal, spoken
from tenure.outcomes.outcome import Clock, Happened, check_history, told_before
from tenure.outcomes.until import Target
from tenure.populations import RECENCY_CAP_DAYS, recency_column

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Pause(Target):
    """So many days in a row without an event, counted from the last one, which may precede `as_of`."""

    events: Events
    days: int = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a pause that is over at once, or longer than recency can tell."""
        if not 1 <= self.days < RECENCY_CAP_DAYS:
            raise SpecError(f"A pause of {self.days} days is asked for; expected 1 to {RECENCY_CAP_DAYS - 1}.")

    @property
    def history(self) -> History:
        """What pauses."""
        return self.events

    @property
    def happening(self) -> str:
        """The pause."""
        return f"a pause of {self.days} days without {a(self.events.noun)}"

    @property
    def verb(self) -> str:
        """To complete it."""
        return f"complete {self.happening}"

    @property
    def has_happened(self) -> str:
        """It is complete."""
        return f"{self.happening} is complete"

    @property
    def rule(self) -> str:
        """The end of its last day."""
        noun = spoken(self.events.noun)
        return (
            f"the end of the {ordinal(self.days)} consecutive day without {a(self.events.noun)}, counted from the last "
            f"{noun}, which may precede the as-of day"
        )

    @property
    def clock(self) -> Clock:
        """Recency: a pause that is under way is complete once its days are over, a new one needs all of its days."""
        return Clock(column=recency_column(self.events), quiet_days=self.days)

    def follow(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Time until the pause is complete.

        After a last event on day L it is complete at the end of day L + days, provided that nothing happened on the days
        between. Customers whose last event before `as_of` was learnt or corrected afterwards have no row: what the model was
        told of their first chance was not so.
        """
        import ibis

        daily = happened[self.events.noun]
        known = days_known(daily, end)
        known = known.filter(known.active_on < end)
        told = days_known(told_before(happened, self.events.noun), as_of)
        as_told = _last_before(told, as_of).intersect(_last_before(known, as_of))
        days = known.select("customer_id", "active_on").semi_join(customers, "customer_id").semi_join(as_told, "customer_id")
        following = days.active_on.lead().over(ibis.window(group_by="customer_id", order_by="active_on"))
        events = days.mutate(following=following, completes_on=days.active_on + ibis.interval(days=self.days + 1))
        # The last event before `as_of` opens the first pause; earlier ones are over.
        relevant = events.filter(events.following.isnull() | (events.following >= as_of))
        undisturbed = relevant.following.isnull() | (relevant.following >= relevant.completes_on)
        ends = relevant.group_by("customer_id").aggregate(completes_on=relevant.completes_on.min(where=undisturbed))
        last = ibis.literal(end)
        event = (ends.completes_on <= last).fill_null(False)
        reached = ibis.ifelse(event, ends.completes_on.cast("date"), last)
        return ends.select("customer_id", duration=reached.delta(ibis.literal(as_of), unit="day"), event=event)


@dataclass(frozen=True)
class First(Target):
    """The first event from `as_of` on."""

    events: Events

    @property
    def history(self) -> History:
        """Where it comes."""
        return self.events

    @property
    def happening(self) -> str:
        """The next one."""
        return f"the next {spoken(self.events.noun)}"

    @property
    def verb(self) -> str:
        """To have it."""
        return f"have their next {spoken(self.events.noun)}"

    @property
    def has_happened(self) -> str:
        """It has come."""
        return f"{self.happening} has come"

    @property
    def rule(self) -> str:
        """The day on which it comes."""
        return f"the first {spoken(self.events.noun)} on or after the as-of day"

    def follow(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Time until the end of its day."""
        import ibis

        known = days_known(happened[self.events.noun], end)
        later = known.filter((known.active_on >= as_of) & (known.active_on < end))
        firsts = later.group_by("customer_id").aggregate(happened_on=later.active_on.min())
        joined = customers.select("customer_id").left_join(firsts, "customer_id")
        start, event = ibis.literal(as_of), joined.happened_on.notnull()
        seen = ibis.ifelse(event, joined.happened_on.delta(start, unit="day") + 1, ibis.literal(end).delta(start, unit="day"))
        return joined.select("customer_id", event=event, duration=seen)


def _last_before(days: "ibis.Table", as_of: date) -> "ibis.Table":
    """The last active day before a day, of each customer who has one: `customer_id`, `last_on`."""
    before = days.filter(days.active_on < as_of)
    return before.group_by("customer_id").aggregate(last_on=before.active_on.max())


def pause(history: Events, *, days: int) -> Pause:
    """So many days in a row without an event."""
    check_history(history, Events, "pause")
    return Pause(history, days=days)


def first(history: Events) -> First:
    """The first event from the scoring day on."""
    check_history(history, Events, "first")
    return First(history)
