"""Time as the hazard model sees it: a first chance on one known day, then days grouped into periods of equal hazard.

The event is the completion of the `pause_days`-th consecutive day without a purchase. Let the last purchase lie on day L and
`as_of = L + r`, so that r is the recency (1 = bought on the day before). The pause is complete at the end of day
`L + pause_days`, which is `pause_days + 1 - r` days after the start of `as_of`: the customer's *first chance*. Before it the
hazard is exactly zero. Whoever buys in between starts a new pause, which is complete `pause_days + 1` days after `as_of` at
the earliest. So the event falls on the first chance, or later than day `pause_days`.
"""

from dataclasses import dataclass

import numpy as np

from tenure.errors import EstimationError
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The grid: period 0 is the first chance (one day), period k >= 1 covers days `(pause + (k-1) step, pause + k step]`.

    The last period ends with the longest follow-up. Within a period the hazard is the same every day.
    """

    pause_days: int
    step_days: int
    longest_follow_up_days: int

    @property
    def n_periods(self) -> int:
        """Number of periods, the first chance included."""
        return 1 + self.n_later(self.longest_follow_up_days)

    def n_later(self, day: int) -> int:
        """How many periods after the first chance have begun by the end of `day`."""
        return max(0, -(-(day - self.pause_days) // self.step_days))

    def first_chance(self, recency: Floats) -> Ints:
        """Days from `as_of` to the end of the earliest day on which the pause can be complete, (n,).

        Raises
        ------
        EstimationError: when a recency is missing or outside 1 to `pause_days`; such a customer is not in the population.
        """
        good = (recency >= 1) & (recency <= self.pause_days) & (recency == np.floor(recency))
        if not good.all():
            raise EstimationError(
                f"Every row needs a recency of 1 to {self.pause_days} whole days; {int((~good).sum())} of {len(recency)} rows "
                "do not. Keep to the model's population, customers who bought within the pause before as_of."
            )
        return np.asarray(self.pause_days + 1 - recency, dtype=np.int64)

    def exposure(self, first_chance: Ints, day: Ints | int) -> Ints:
        """Days at risk in each period up to the end of `day`, (n, n_periods); `day` is one for all rows or one per row."""
        day = np.broadcast_to(day, first_chance.shape)
        starts = self.pause_days + self.step_days * np.arange(self.n_periods - 1)
        later = np.clip(day[:, None] - starts[None, :], 0, self.step_days)
        return np.column_stack([(day >= first_chance).astype(np.int64), later])


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


def expand(periods: Periods, recency: Floats, outcome: SurvivalOutcome) -> PersonPeriods:
    """Expand customers to person-periods.

    Raises
    ------
    EstimationError: when an event lies before the customer's first chance, or between it and the day after the pause. Such an
        outcome does not follow from the purchases that the recency was computed from.
    """
    first_chance = periods.first_chance(recency)
    duration, event = outcome.duration, outcome.event
    impossible = event & (duration != first_chance) & (duration <= periods.pause_days)
    if impossible.any():
        raise EstimationError(
            f"A pause of {periods.pause_days} days can be complete on the first chance (pause + 1 - recency) or after day "
            f"{periods.pause_days}; {int(impossible.sum())} of {len(outcome)} rows have an event elsewhere. "
            "Recency and outcome must come from the same purchases, as of the same day."
        )
    seen = np.minimum(duration, periods.longest_follow_up_days)
    exposure = periods.exposure(first_chance, seen)
    happened = np.zeros(exposure.shape, dtype=np.bool_)
    within = event & (duration <= periods.longest_follow_up_days)
    later = (duration - periods.pause_days - 1) // periods.step_days + 1
    column = np.where(duration == first_chance, 0, np.clip(later, 0, periods.n_periods - 1))
    happened[np.flatnonzero(within), column[within]] = True
    # Who has the event on the first chance is gone; nobody is followed into the later periods after an event.
    quiet_row, quiet_period = np.nonzero(exposure - happened)
    event_row, event_period = np.nonzero(happened)
    quiet_days = (exposure - happened)[quiet_row, quiet_period]
    return PersonPeriods(
        row=np.r_[quiet_row, event_row],
        period=np.r_[quiet_period, event_period],
        event=np.r_[np.zeros(len(quiet_row), np.bool_), np.ones(len(event_row), np.bool_)],
        weight=np.r_[quiet_days, np.ones(len(event_row))].astype(np.float64),
    )
