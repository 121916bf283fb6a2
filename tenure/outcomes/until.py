"""How long until something happens: a pause is complete, an event comes, a state is reached.

Time runs from `as_of` (landmarking) or from the day on which a customer entered, with delayed entry: who entered a year before
`as_of` was at risk from then on, and is seen from `as_of` on.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history import History, States
from tenure.history.nouns import spoken
from tenure.outcomes.outcome import Clock, Foreseen, Happened, Kind, Outcome, check_history, told_before
from tenure.outcomes.told import held

if TYPE_CHECKING:
    import ibis


class Target(Foreseen, ABC):
    """What time runs until."""

    reason: str = ""

    @property
    @abstractmethod
    def history(self) -> History:
        """What it is seen in."""

    @property
    @abstractmethod
    def happening(self) -> str:
        """As a reader would name it."""

    @property
    @abstractmethod
    def verb(self) -> str:
        """What a customer does to whom it happens, to stand after "who"."""

    @property
    @abstractmethod
    def has_happened(self) -> str:
        """What is then the case, to stand after "the probability that"."""

    @property
    @abstractmethod
    def rule(self) -> str:
        """When exactly it happens, in words."""

    @abstractmethod
    def follow(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Days from `as_of` until it happens: `customer_id`, `event`, `duration`, and `reason` where it has one.

        The duration ends with the day on which it happens, or, for who is censored, with the day before `end`. Nothing is read
        that became available on or after `end`.
        """


@dataclass(frozen=True)
class Entry:
    """The day on which a customer entered, as a history of states tells it."""

    history: States


def entry(history: States) -> Entry:
    """Time runs from the day on which a customer entered."""
    check_history(history, States, "entry")
    if not history.entered:
        raise SpecError(
            f"The history of {spoken(history.many)} does not say when a customer entered; name the column in its `entered=`, or "
            "let time run from the scoring day."
        )
    return Entry(history)


@dataclass(frozen=True)
class TimeUntil(Outcome):
    """The time until something happens, as a curve read at horizons; the score is P(it has happened by `score_at`)."""

    target: Target
    horizons: tuple[int, ...] = field(kw_only=True)
    score_at: int = field(kw_only=True)
    since: Entry | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse horizons that no curve could be read at."""
        horizons = self.horizons
        if min(horizons, default=0) < 1 or list(horizons) != sorted(set(horizons)):
            raise SpecError(f"A curve is read at horizons of at least 1 day, each once and in order; found {horizons}.")
        if self.score_at not in horizons:
            raise SpecError(f"The score is read at {self.score_at} days, which is not among the horizons {horizons}.")
        if self.since is not None and self.clock is not None:
            raise SpecError(f"{self.target.happening.capitalize()} is counted from what went before it; leave `since=` out.")

    @property
    def kind(self) -> Kind:
        """A curve, or one for each reason."""
        return Kind.REASONS if self.target.reason else Kind.SURVIVAL

    @property
    def histories(self) -> tuple[History, ...]:
        """What it is seen in, and what tells of entry."""
        found = (self.target.history, *(() if self.since is None else (self.since.history,)))
        return tuple({id(history): history for history in found}.values())

    @property
    def is_looked_back(self) -> bool:
        """Of what is settled on the scoring day."""
        return isinstance(self.target, Settled)

    @property
    def has_delayed_entry(self) -> bool:
        """Whether customers come under observation only some time after they entered."""
        return self.since is not None and not self.is_looked_back

    @property
    def horizons_days(self) -> tuple[int, ...]:
        """Where the curve is read."""
        return self.horizons

    @property
    def follow_up_days(self) -> int:
        """The longest horizon; none where all is known on the scoring day."""
        return 0 if self.is_looked_back else max(self.horizons)

    @property
    def purge_days(self) -> int:
        """None: the follow-up of each role is cut where the next begins."""
        return 0

    @property
    def score_days(self) -> int:
        """The horizon of the score."""
        return self.score_at

    @property
    def clock(self) -> Clock | None:
        """That of what is waited for."""
        return self.target.clock

    @property
    def already(self) -> tuple[str, str | float] | None:
        """That of what is waited for."""
        return self.target.already

    @property
    def leaks(self) -> tuple[str, ...]:
        """What says that it has happened; and, where all is known on the scoring day, how long it took."""
        took = (f"{self.since.history.source}.{self.since.history.entered}",) if self.since and self.follow_up_days == 0 else ()
        return (*self.target.leaks, *took)

    @property
    def happening(self) -> str:
        """What is waited for."""
        return self.target.happening

    @property
    def verb(self) -> str:
        """That of what is waited for."""
        return self.target.verb

    @property
    def score_means(self) -> str:
        """A probability by the horizon of the score."""
        return f"the probability that {self.target.has_happened} within {self.score_at} days from {self._start}"

    @property
    def rule(self) -> str:
        """When it happens, and what censoring is."""
        end = "the scoring day" if self.follow_up_days == 0 else "follow-up"
        censored = f"a customer to whom it has not happened when {end} ends is censored there"
        if self.since is None:
            return f"{self.target.rule}; {censored}"
        return f"{self.target.rule}, counted from the day on which the customer entered; {censored}"

    @property
    def _start(self) -> str:
        """Where time runs from."""
        return "the scoring day" if self.since is None else "the day on which the customer entered"

    def end(self, as_of: date, known_until: date) -> date:
        """Until which all is known; of what is settled on the scoring day nothing later counts."""
        return as_of if self.is_looked_back else known_until

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Follow each customer to `end`; with `since`, `entry` and `duration` are days since the customer entered."""
        import ibis

        followed = self.target.follow(customers, happened, as_of=as_of, end=end)
        if self.since is None:
            return followed
        history = self.since.history
        told = held(told_before(happened, history.noun), as_of)
        at = told.select("customer_id", "entered_on")
        # Who entered on a day that nobody knows, or later than asked, cannot be laid on this time.
        joined = followed.inner_join(at.filter(at.entered_on < ibis.literal(as_of)), "customer_id")
        age = ibis.literal(as_of).delta(joined.entered_on, unit="day")
        rest = {"reason": joined.reason} if self.target.reason else {}
        seen_from = ibis.literal(0) if self.is_looked_back else age
        return joined.select("customer_id", event=joined.event, duration=joined.duration + age, entry=seen_from, **rest)


class Settled(Target, ABC):
    """What is known to have happened, or not, on the scoring day itself; time until then is looked back at."""


def time_until(target: Target, *, horizons_days: tuple[int, ...], score_at: int, since: Entry | None = None) -> TimeUntil:
    """How long until something happens: `time_until(pause(PURCHASES, days=28), horizons_days=(7, 28), score_at=28)`."""
    if not isinstance(target, Target):
        raise SpecError(
            "time_until takes pause(…), first(…), becomes(…) without within_days, or is_now(…); its days are the horizons. "
            f"Found {type(target).__name__}."
        )
    if isinstance(target, Settled) and since is None:
        raise SpecError(f"How long it took until {target.has_happened} is counted from entry: say since=entry(…).")
    return TimeUntil(target, horizons=tuple(horizons_days), score_at=score_at, since=since)
