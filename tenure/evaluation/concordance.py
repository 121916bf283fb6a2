"""Concordance: of two customers, does the one at higher risk have the event first? Uno's and Harrell's c, under many weights.

A pair counts when the first customer's event is seen by tau and the second is known to be free of it at that time: followed
longer, or censored at the end of the same day. Two events on one day do not make a pair. Ties in risk count one half.
"""

import numpy as np

from tenure.estimators.outcome import Floats, Ints, SurvivalOutcome
from tenure.evaluation.ipcw import followed_through, unit_weights

# Resamples handled at once, so that the cumulative sums over rows stay in the cache and memory stays small.
CHUNK = 32


def uno_c(risk: Floats, outcome: SurvivalOutcome, *, tau: int, weights: Floats | None = None) -> Floats:
    """Uno's c: pairs weighted by one over the squared chance of still being followed, so censoring does not decide the result.

    Parameters
    ----------
    risk: (n,), higher means sooner; only its order matters.
    tau: events after this day do not begin a pair.
    weights: (n_sets, n), how often each row counts; by default every row once.

    Returns
    -------
    (n_sets,), 0.5 for no order, 1 for perfect order; NaN where no pair can be made.

    Raises
    ------
    HorizonError: when nobody was followed to tau.

    References
    ----------
    Uno et al. (2011), Stat. Med. 30, 1105.
    """
    sets = unit_weights(outcome) if weights is None else weights
    chance = followed_through(outcome, sets, last_day=tau)
    return _concordance(risk, outcome, sets, 1 / np.maximum(chance, 1e-12) ** 2, tau)


def harrell_c(risk: Floats, outcome: SurvivalOutcome, *, tau: int, weights: Floats | None = None) -> Floats:
    """Harrell's c: all comparable pairs alike; it depends on who was censored. Arguments and result as for `uno_c`.

    Reference: Harrell et al. (1982), JAMA 247, 2543.
    """
    sets = unit_weights(outcome) if weights is None else weights
    return _concordance(risk, outcome, sets, np.ones((len(sets), tau + 1)), tau)


def _concordance(risk: Floats, outcome: SurvivalOutcome, weights: Floats, by_day: Floats, tau: int) -> Floats:
    """Weighted share of concordant pairs; `by_day` (n_sets, tau + 1) is the weight of a pair by the day of its event."""
    order = np.argsort(risk, kind="stable")
    duration, event = outcome.duration[order], outcome.event[order]
    levels = np.unique(risk[order], return_inverse=True)[1]
    result = np.empty(len(weights))
    for start in range(0, len(weights), CHUNK):
        chunk = slice(start, start + CHUNK)
        result[chunk] = _chunk(levels, duration, event, weights[chunk][:, order], by_day[chunk], tau)
    return result


def _chunk(levels: Ints, duration: Ints, event: Floats | Ints, weights: Floats, by_day: Floats, tau: int) -> Floats:
    """One chunk of weight sets; rows are in the order of risk, `levels` numbers the distinct risks."""
    concordant, pairs = np.zeros(len(weights)), np.zeros(len(weights))
    first_of_level = np.searchsorted(levels, levels, side="left")
    end_of_level = np.searchsorted(levels, levels, side="right")
    for day in np.unique(duration[(event == 1) & (duration <= tau)]):
        cases = np.flatnonzero((event == 1) & (duration == day))
        later = (duration > day) | ((duration == day) & (event == 0))
        below = np.zeros((len(weights), len(duration) + 1))
        np.cumsum(np.where(later, weights, 0.0), axis=1, out=below[:, 1:])
        beaten = (below[:, first_of_level[cases]] + below[:, end_of_level[cases]]) / 2
        weight = weights[:, cases]
        concordant += by_day[:, day] * (weight * beaten).sum(axis=1)
        pairs += by_day[:, day] * weight.sum(axis=1) * below[:, -1]
    return np.divide(concordant, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
