"""The Brier score of a survival curve, at one day and integrated over days, as figures of row weights.

A `Statistic` (see `bootstrap.py`) takes many draws of customers at once; the squared errors are arranged beforehand, so that
each draw costs two weighted sums and one Kaplan-Meier estimate of its own censoring.
"""

import numpy as np

from tenure.estimators.kaplan_meier import leaves_on
from tenure.estimators.outcome import Floats, SurvivalOutcome
from tenure.evaluation.bootstrap import Statistic, point
from tenure.evaluation.ipcw import check_followed, followed_through

SMALLEST_CHANCE = 1e-12


def brier_at(survival: Floats, outcome: SurvivalOutcome, *, day: int) -> Statistic:
    """IPCW Brier score at the end of one day; 0 is perfect, 0.25 is what saying one half earns.

    Parameters
    ----------
    survival: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day.

    Raises
    ------
    HorizonError: when nobody was followed to `day`.

    References
    ----------
    Graf et al. (1999), Stat. Med. 18, 2529.
    """
    importance = np.zeros(day)
    importance[day - 1] = 1.0
    return _brier(survival[:, :day], outcome, importance)


def integrated_brier(survival: Floats, outcome: SurvivalOutcome) -> Statistic:
    """IPCW Brier score averaged over days 1 to last_day by the trapezoid rule on the daily grid; 0 is perfect.

    Parameters
    ----------
    survival: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day.

    Raises
    ------
    HorizonError: when nobody was followed to the last day.
    """
    importance = np.ones(survival.shape[1])
    if len(importance) > 1:
        importance[[0, -1]] = 0.5
    return _brier(survival, outcome, importance / importance.sum())


def integrated_brier_score(survival: Floats, outcome: SurvivalOutcome) -> float:
    """The integrated Brier score of the rows as they are; see `integrated_brier`."""
    return point(integrated_brier(survival, outcome), len(outcome))


def _brier(survival: Floats, outcome: SurvivalOutcome, importance: Floats) -> Statistic:
    """Mean over days, weighted by `importance`, of the IPCW squared error."""
    last_day = survival.shape[1]
    check_followed(outcome, last_day)
    errors = _squared_errors(survival, outcome, importance)

    def statistic(weights: Floats) -> Floats:
        inverse = 1 / np.maximum(followed_through(outcome, weights, last_day=last_day), SMALLEST_CHANCE)
        total: Floats = ((weights @ errors) * inverse).sum(axis=1) / weights.sum(axis=1)
        return total

    return statistic


def _squared_errors(survival: Floats, outcome: SurvivalOutcome, importance: Floats) -> Floats:
    """Squared errors by the day whose censoring weight they carry, (n, last_day + 1).

    An event's S(t)^2 is summed over the days from the event on and weighted as of the event's day; (1 - S(t))^2 falls on each
    day to whose end the row was followed without the event.
    """
    last_day = len(importance)
    days = np.arange(1, last_day + 1)
    after_event = outcome.event[:, None] & (outcome.duration[:, None] <= days)
    followed = ~after_event & (outcome.duration[:, None] >= days)
    cases = np.where(after_event, survival**2 * importance, 0.0).sum(axis=1)
    errors = leaves_on(outcome, last_day=last_day) * cases[:, None]
    errors[:, 1:] += np.where(followed, (1 - survival) ** 2 * importance, 0.0)
    return np.asarray(errors)
