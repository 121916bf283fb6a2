"""Inverse probability of censoring weights, by days.

The weights are one over the chance of still being *followed*, not of being censored: who was seen to the end stands in for
those who could not be.

Ties. Days are whole and an outcome is known to the end of its day. A customer censored on day t was seen through day t, and
one with the event on day t would have been seen however soon after that follow-up stopped. So the status at the end of day t
is known for an event by t, and for everybody followed to t, and the chance of knowing it is P(C >= t) = G(t - 1), where
G(t) = P(C > t) is the Kaplan-Meier estimate of censoring with events first at ties. Libraries for continuous time drop
customers censored at t itself and divide by G(t), which is undefined on the last day that anybody was followed.
"""

import numpy as np

from tenure.errors import HorizonError
from tenure.estimators.kaplan_meier import product_limit
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome


def unit_weights(outcome: SurvivalOutcome) -> Floats:
    """Every row once, (1, n)."""
    return np.ones((1, len(outcome)))


def followed_through(outcome: SurvivalOutcome, weights: Floats, *, last_day: int) -> Floats:
    """P(C >= t): the chance of being followed to the end of day t, under each set of row weights.

    Parameters
    ----------
    weights: (n_sets, n), how often each row counts; `unit_weights` for the estimate itself, resamples for its interval.

    Returns
    -------
    (n_sets, last_day + 1), one on days 0 and 1, never rising.

    Raises
    ------
    HorizonError: when nobody was followed to `last_day`.
    """
    check_followed(outcome, last_day)
    censoring = product_limit(outcome, weights, last_day=last_day, of_censoring=True)
    return np.column_stack([np.ones(len(weights)), censoring[:, :-1]])


def check_followed(outcome: SurvivalOutcome, day: int) -> None:
    """Refuse a day to which nobody was followed, for nothing can be said of it."""
    if not 1 <= day <= outcome.longest_follow_up_days:
        raise HorizonError(
            f"These outcomes can be judged on days 1 to {outcome.longest_follow_up_days}, the longest follow-up among their "
            f"{len(outcome)} rows; asked for day {day}. Ask for an earlier day, or wait until later outcomes are known."
        )


def known_at(outcome: SurvivalOutcome, day: int) -> Bools:
    """Whether the status at the end of `day` is known, (n,): the event came by then, or follow-up reached that far."""
    return outcome.event_by(day) | (outcome.duration >= day)


def ipcw_weights(outcome: SurvivalOutcome, *, day: int) -> Floats:
    """Weight of each row when judged at the end of `day`, (n,); zero where the status is not known.

    1 / P(C >= min(T, day)) for rows with known status. Reference: Graf et al. (1999), Stat. Med. 18, 2529.
    """
    chance = followed_through(outcome, unit_weights(outcome), last_day=day)[0]
    at: Ints = np.minimum(outcome.duration, day)
    return np.where(known_at(outcome, day), 1 / np.maximum(chance[at], 1e-12), 0.0)
