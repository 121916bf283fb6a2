"""Time as the hazard model sees it: a first chance on one known day, then days grouped into periods of equal hazard.

Some events have quiet days: after `as_of` they can happen on one known day, the customer's *first chance*, or else only once so
many days are over. A pause of `quiet_days` days is such a one. Let the last purchase lie on day L and `as_of = L + r`, so that r
is the recency (1 = bought on the day before). The pause is complete at the end of day `L + quiet_days`, which is
`quiet_days + 1 - r` days after the start of `as_of`. Whoever buys in between starts a new pause, which is complete
`quiet_days + 1` days after `as_of` at the earliest. Before the first chance the hazard is exactly zero.

Where something can happen on any day there are no quiet days, and the first chance never comes.
"""

from dataclasses import dataclass

import numpy as np

from tenure.errors import EstimationError
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome

# A model is fitted to at most so many person-periods, as long as rows are followed to the last day that is asked of its curves.
MOST_ROWS = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The grid: period 0 is the first chance (one day), period k >= 1 covers days `(quiet + (k-1) step, quiet + k step]`.

    The last period ends with the longest follow-up. Within a period the hazard is the same every day.
    """

    quiet_days: int
    step_days: int
    longest_follow_up_days: int

    @property
    def n_periods(self) -> int:
        """Number of periods, the first chance included."""
        return 1 + self.n_later(self.longest_follow_up_days)

    def n_later(self, day: int) -> int:
        """How many periods after the first chance have begun by the end of `day`."""
        return max(0, -(-(day - self.quiet_days) // self.step_days))

    def first_chance(self, elapsed: Floats) -> Ints:
        """Days from `as_of` to the end of the first chance, (n,).

        Parameters
        ----------
        elapsed: (n,), days since what the quiet days are counted from, such as the last purchase.

        Raises
        ------
        EstimationError: when one is missing or outside 1 to `quiet_days`; such a customer is not in the population.
        """
        good = (elapsed >= 1) & (elapsed <= self.quiet_days) & (elapsed == np.floor(elapsed))
        if not good.all():
            raise EstimationError(
                f"Every row needs a recency of 1 to {self.quiet_days} whole days; {int((~good).sum())} of {len(elapsed)} rows "
                f"do not. Keep to the model's population, customers of whom something was seen within {self.quiet_days} days."
            )
        return np.asarray(self.quiet_days + 1 - elapsed, dtype=np.int64)

    def never(self, n_rows: int) -> Ints:
        """The first chance of rows that have none, (n,): beyond all days that are looked at."""
        return np.full(n_rows, self.longest_follow_up_days + 1, dtype=np.int64)

    def exposure(self, first_chance: Ints, day: Ints | int) -> Ints:
        """Days at risk in each period up to the end of `day`, (n, n_periods); `day` is one for all rows or one per row."""
        day = np.broadcast_to(day, first_chance.shape)
        return np.column_stack([(day >= first_chance).astype(np.int64), self.later_exposure(day)])

    def later_exposure(self, day: Ints | int) -> Ints:
        """The same in the periods after the first chance, where it is no customer's own: (n_periods - 1,), or a row per day."""
        starts = self.quiet_days + self.step_days * np.arange(self.n_periods - 1)
        return np.asarray(np.clip(np.asarray(day)[..., None] - starts, 0, self.step_days))


def room_for(outcome: SurvivalOutcome, *, quiet_days: int, step_days: int, last: int, at_least: int | None) -> int:
    """Until which day rows are followed, so that they are no more than `MOST_ROWS` person-periods; never less than `at_least`.

    Over a history of many years a snapshot of each month is followed for years, and says little more of the days that curves
    are read at.
    """
    if at_least is None or last <= at_least:
        return last
    grid = Periods(quiet_days=quiet_days, step_days=step_days, longest_follow_up_days=last)
    started = np.clip(-(-(np.minimum(outcome.duration, last) - quiet_days) // step_days), 0, None)
    # How many rows are still followed in each later period, and so how many person-periods there are up to it.
    followed = len(outcome) - np.cumsum(np.bincount(started, minlength=grid.n_periods))[:-1]
    n_roomy = int(np.searchsorted(len(outcome) + np.cumsum(followed), MOST_ROWS, side="right"))
    return min(last, max(at_least, quiet_days + n_roomy * step_days))


@dataclass(frozen=True, eq=False, kw_only=True)
class PersonPeriods:
    """One row per customer, period and outcome: `weight` days of period `period` in which the event did, or did not, happen.

    A customer observed for e days of a period adds e - 1 quiet days and one event day if the event ended it, else e quiet
    days. The weighted Bernoulli likelihood of these rows is that of daily data under a hazard constant within the period.
    """

    row: Ints
    period: Ints
    event: Bools
    weight: Floats


def expand(periods: Periods, first_chance: Ints, outcome: SurvivalOutcome, *, entry: Ints | None = None) -> PersonPeriods:
    """Expand customers to person-periods.

    Parameters
    ----------
    first_chance: (n,), as `Periods.first_chance` or `Periods.never` gives it.
    entry: (n,), days after which each customer is looked at, less than its duration; from the start by default. What was at risk
        before counts for nothing (delayed entry).

    Raises
    ------
    EstimationError: when an event lies before the customer's first chance, or between it and the end of the quiet days. Such an
        outcome does not follow from what the first chance was computed from.
    """
    duration, event = outcome.duration, outcome.event
    impossible = event & (duration != first_chance) & (duration <= periods.quiet_days)
    if impossible.any():
        raise EstimationError(
            f"What is quiet for {periods.quiet_days} days can happen on the first chance ({periods.quiet_days} + 1 - recency) or "
            f"after day {periods.quiet_days}; {int(impossible.sum())} of {len(outcome)} rows have an event elsewhere. Recency "
            "and outcome must come from the same history, as of the same day."
        )
    seen = np.minimum(duration, periods.longest_follow_up_days)
    exposure = periods.exposure(first_chance, seen)
    happened = np.zeros(exposure.shape, dtype=np.bool_)
    within = event & (duration <= periods.longest_follow_up_days)
    later = (duration - periods.quiet_days - 1) // periods.step_days + 1
    column = np.where(duration == first_chance, 0, np.clip(later, 0, periods.n_periods - 1))
    happened[np.flatnonzero(within), column[within]] = True
    # Who has the event on the first chance is gone; nobody is followed into the later periods after an event.
    quiet = exposure - happened
    if entry is not None:
        quiet -= periods.exposure(first_chance, np.minimum(entry, seen))
    quiet_row, quiet_period = np.nonzero(quiet)
    event_row, event_period = np.nonzero(happened)
    quiet_days = quiet[quiet_row, quiet_period]
    return PersonPeriods(
        row=np.r_[quiet_row, event_row],
        period=np.r_[quiet_period, event_period],
        event=np.r_[np.zeros(len(quiet_row), np.bool_), np.ones(len(event_row), np.bool_)],
        weight=np.r_[quiet_days, np.ones(len(event_row))].astype(np.float64),
    )
