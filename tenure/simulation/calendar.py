"""The days of a simulated history: its months, the periods within which hazards stand still, and its seasons.

Days are counted from the first, which is 0; a range of days is half-open.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from tenure.errors import TimelineError
from tenure.estimators.outcome import Floats, Ints

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Month:
    """A calendar month, as far as the history reaches into it."""

    number: int
    start: int
    end: int

    @property
    def days(self) -> Ints:
        """Its days."""
        return np.arange(self.start, self.end)


@dataclass(frozen=True)
class Calendar:
    """The history's days.

    Raises
    ------
    TimelineError: for less than one day.
    """

    first_day: date
    n_days: int

    def __post_init__(self) -> None:
        """Refuse a history without days."""
        if self.n_days < 1:
            raise TimelineError(f"A simulation needs at least one day, found {self.n_days}.")

    def day(self, number: int) -> date:
        """The day of a number."""
        return self.first_day + timedelta(days=number)

    def number(self, day: date) -> int:
        """The number of a day."""
        return (day - self.first_day).days

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months, in order."""
        starts = [0, *(i for i in range(1, self.n_days) if self.day(i).day == 1)]
        ends = [*starts[1:], self.n_days]
        return tuple(Month(number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=True)))

    def periods(self, breaks: tuple[int, ...]) -> "Periods":
        """The history cut at the beginnings of months and at further days."""
        starts = sorted({*(m.start for m in self.months), *(b for b in breaks if 0 < b < self.n_days)})
        month = np.searchsorted([m.start for m in self.months], starts, side="right") - 1
        return Periods(start=np.array(starts), end=np.array([*starts[1:], self.n_days]), month=month)

    def week_day(self, days: Ints) -> Ints:
        """The day of the week of each day, 0 for Monday."""
        return (days + self.first_day.weekday()) % 7

    def year_wave(self, days: Ints, *, amplitude: float, peak_day: int) -> Floats:
        """The season of the year: a wave around one, highest on a day of the year."""
        of_year = days + self.first_day.timetuple().tm_yday
        return np.asarray(1 + amplitude * np.cos(2 * np.pi * (of_year - peak_day) / DAYS_PER_YEAR))


@dataclass(frozen=True, eq=False)
class Periods:
    """Ranges of days within which a daily hazard stands still, (n_periods,) each; `month` is the number of their month."""

    start: Ints
    end: Ints
    month: Ints

    def overlap(self, first: Ints, last: Ints | int) -> Ints:
        """How many days of each period lie in [first, last) of each customer, (n, n_periods)."""
        until = np.minimum(self.end, np.asarray(last).reshape(-1, 1))
        return np.asarray(np.maximum(0, until - np.maximum(self.start, first[:, None])))
