"""Leaving: when each customer leaves and for which reason, drawn from hazards that are known.

A hazard is the probability of leaving on a day, given that one has not left before it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tenure.estimators.outcome import Floats, Ints
from tenure.simulation.calendar import Periods

# Nobody is likelier than this to leave on a day, however many factors meet.
HIGHEST_HAZARD = 0.25


@dataclass(frozen=True, eq=False)
class Risks:
    """Known hazards of n customers.

    Parameters
    ----------
    by_reason: (n, n_periods, n_reasons), daily hazard for each reason; the reasons' hazards add up.
    n_days: (n, n_periods), days of each period on which the customer could leave, had they not left before.
    """

    periods: Periods
    by_reason: Floats
    n_days: Ints

    @cached_property
    def daily(self) -> Floats:
        """Hazard of a day, whatever the reason, (n, n_periods)."""
        return np.asarray(np.minimum(self.by_reason.sum(axis=2), HIGHEST_HAZARD))

    @cached_property
    def cumulative(self) -> Floats:
        """Minus the logarithm of the probability to stay through each period, (n, n_periods)."""
        return np.asarray(-np.log1p(-self.daily) * self.n_days)

    @property
    def leaves(self) -> Floats:
        """P(leaves on one of the days | had not left before them), (n,)."""
        return np.asarray(-np.expm1(-self.cumulative.sum(axis=1)))

    @property
    def leaves_for(self) -> Floats:
        """P(leaves on one of the days and for a reason | had not left before them), (n, n_reasons); they add up to `leaves`."""
        after = np.cumsum(self.cumulative, axis=1)
        here = np.exp(-(after - self.cumulative)) - np.exp(-after)
        shares = self.by_reason / self.by_reason.sum(axis=2, keepdims=True)
        return np.asarray((here[:, :, None] * shares).sum(axis=1))

    def within(self, first: int, last: int) -> "Risks":
        """The same hazards on days in [first, last) alone, which are whole periods."""
        inside = (self.periods.start >= first) & (self.periods.end <= last)
        periods = Periods(self.periods.start[inside], self.periods.end[inside], self.periods.month[inside])
        return Risks(periods, self.by_reason[:, inside], self.n_days[:, inside])


@dataclass(frozen=True, eq=False)
class Departures:
    """Who left on which day, the first without them, (n,), and for which reason; who stays leaves on the day after the last."""

    left_on: Ints
    reason: Ints


def depart(risks: Risks, *, luck: Floats, why: Floats) -> Departures:
    """Draw when and why each customer leaves.

    Parameters
    ----------
    luck: (n,), from the exponential distribution: a customer leaves once their cumulative hazard exceeds it, which gives each
        day exactly its hazard.
    why: (n,), uniform: picks the reason by its share of the hazard.
    """
    rows = np.arange(len(luck))
    cumulative = np.cumsum(risks.cumulative, axis=1)
    n_periods = cumulative.shape[1]
    period = (cumulative <= luck[:, None]).sum(axis=1)
    stays = period == n_periods
    at = np.minimum(period, n_periods - 1)
    n_days, daily = risks.n_days[rows, at], risks.daily[rows, at]
    before = cumulative[rows, at] - risks.cumulative[rows, at]
    with np.errstate(divide="ignore", invalid="ignore"):
        survived = np.floor((luck - before) / -np.log1p(-daily))
    survived = np.clip(np.nan_to_num(survived, posinf=0.0), 0, np.maximum(n_days - 1, 0)).astype(np.int64)
    # Days at risk of a period are its last ones: a customer who comes within it is at risk from then on.
    left_on = np.where(stays, risks.periods.end[-1], risks.periods.end[at] - n_days + survived)
    shares = np.cumsum(risks.by_reason[rows, at], axis=1)
    reason = (shares < why[:, None] * shares[:, -1:]).sum(axis=1)
    return Departures(left_on=left_on, reason=np.minimum(reason, shares.shape[1] - 1))
