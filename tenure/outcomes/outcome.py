"""What every outcome gives: its kind, its label, the days it needs, the earliest day it can happen, and its words.

Which model foresees which kind is `specs.py`'s and `challenger.py`'s; who is asked about is `populations.py`'s.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import SpecError
from tenure.history import Contacts, History

if TYPE_CHECKING:
    import ibis

# What is read of what happened, by noun: the roll-up of a history of events, or the tellings of a history of states
# (`told.py` says which columns).
Happened = Mapping[str, "ibis.Table"]


def as_told(noun: str) -> str:
    """By which name a history stands beside itself as it was told before the scoring day, where other rows say so."""
    return f"{noun}, as told"


def told_before(happened: Happened, noun: str) -> "ibis.Table":
    """A history to be read as of the scoring day: where ids are of persons, of the persons as they were known then."""
    return happened.get(as_told(noun), happened[noun])


class Kind(StrEnum):
    """What is foreseen, and so what kind of model it takes."""

    PROPENSITY = "propensity"
    SURVIVAL = "survival"
    AMOUNT = "amount"
    REASONS = "reasons"
    RECURRENCE = "recurrence"


# What can be trained; the others can be labelled.
TRAINED = (Kind.PROPENSITY, Kind.SURVIVAL)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What moves the first day on which something can happen: a feature that counts days since something else did.

    With `quiet_days` of 28 and a column that says 5, it can happen at the end of day 24, and otherwise not before day 29.
    """

    column: str
    quiet_days: int

    def first_chance(self, elapsed: np.ndarray) -> np.ndarray:
        """Days from `as_of` to the end of the earliest day on which it can happen, (n,)."""
        return np.asarray(self.quiet_days + 1 - elapsed, dtype=np.int64)


class Foreseen:
    """What may be said of the scoring day about what lies behind it: of outcomes, and of what time runs until."""

    @property
    def clock(self) -> Clock | None:
        """What says when it can happen first; None where it can happen on every day."""
        return None

    @property
    def already(self) -> tuple[str, str | float] | None:
        """A column and the value by which it has happened before the scoring day; None where it can happen again."""
        return None

    @property
    def leaks(self) -> tuple[str, ...]:
        """`source.column` names that say, on the scoring day, what is to be foreseen; no model of it may read them."""
        return ()


class Outcome(Foreseen, ABC):
    """What a model foresees of each customer of its population.

    The attributes below are those that every outcome has; each is a field, or follows from fields.
    """

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """What kind of model it takes."""

    @property
    @abstractmethod
    def histories(self) -> tuple[History, ...]:
        """What its label is made from."""

    @property
    @abstractmethod
    def follow_up_days(self) -> int:
        """Days from `as_of` that have to be known before every customer has a label."""

    @property
    def purge_days(self) -> int:
        """Days left out between fit, calibration and test, so that no label of one looks into the next."""
        return self.follow_up_days

    @property
    def horizons_days(self) -> tuple[int, ...]:
        """Where a survival curve is read; none for what has no curve."""
        return ()

    @property
    def score_days(self) -> int:
        """Days after which a score can be held against what happened."""
        return self.follow_up_days

    @property
    def is_looked_back(self) -> bool:
        """Whether time lies before the scoring day, so that nothing that happens later says how good a score was."""
        return False

    @property
    @abstractmethod
    def score_means(self) -> str:
        """What the score says, in words."""

    @property
    @abstractmethod
    def rule(self) -> str:
        """How it is labelled, in words."""

    @property
    @abstractmethod
    def happening(self) -> str:
        """What happens, as a reader would name it: "a purchase", "a pause of 28 days without a purchase"."""

    @property
    @abstractmethod
    def verb(self) -> str:
        """What a customer does to whom it happens, to stand after "who": "have at least one purchase"."""

    def end(self, as_of: date, known_until: date) -> date:
        """The day at which follow-up ends: that of the window, or, for what has none, the day until which all is known."""
        return min(as_of + timedelta(days=self.follow_up_days), known_until)

    @abstractmethod
    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """What happened to each customer of `customers` (column `customer_id`) on the days from `as_of` up to `end`.

        Columns are `customer_id`, `event`, `duration` in days, and `amount`, `reason` or `entry` where it has them. No row is
        read that became available on or after `end`.
        """

    def first_day(self, elapsed: np.ndarray) -> np.ndarray:
        """The earliest day on which it can happen, (n,), 1 being the scoring day; `elapsed` is its clock's column, if any."""
        return np.ones(len(elapsed), dtype=np.int64) if self.clock is None else self.clock.first_chance(elapsed)


def check_window(within_days: int, what: str) -> None:
    """Refuse a window in which nothing can happen."""
    if within_days < 1:
        raise SpecError(f"{what} is asked for within {within_days} days; expected a day at least, in which something can happen.")


def check_history(history: object, kind: type, what: str) -> None:
    """Refuse an outcome of the wrong kind of history."""
    if not isinstance(history, kind):
        found = f"the contacts {history.noun!r}" if isinstance(history, Contacts) else type(history).__name__
        raise SpecError(f"{what} takes a history of {kind.__name__}; found {found}.")
