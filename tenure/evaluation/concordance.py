"""Concordance: of two customers, does the one at higher risk have the event first? Uno's and Harrell's c, as figures of weights.

A pair counts when the first customer's event is seen by tau and the second is known to be free of it at that time: followed
longer, or censored at the end of the same day. Two events on one day do not make a pair. Ties in risk count one half.
"""

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome
from tenure.evaluation.bootstrap import Statistic
from tenure.evaluation.ipcw import check_followed, followed_through

# Cells of the matrix of pairs that are held at once: 16 MB in single precision.
BLOCK_CELLS = 4_000_000


def uno_c(risk: Floats, outcome: SurvivalOutcome, *, tau: int) -> Statistic:
    """Uno's c: pairs weighted by one over the squared chance of still being followed, so censoring does not decide the result.

    0.5 says no order, 1 perfect order; NaN where a draw makes no pair.

    Parameters
    ----------
    risk: (n,), higher means sooner; only its order matters.
    tau: events after this day do not begin a pair.

    Raises
    ------
    HorizonError: when nobody was followed to tau.

    References
    ----------
    Uno et al. (2011), Stat. Med. 30, 1105.
    """
    check_followed(outcome, tau)

    def statistic(weights: Floats) -> Floats:
        chance = followed_through(outcome, weights, last_day=tau)
        return _concordance(risk, outcome, weights, 1 / np.maximum(chance, 1e-12) ** 2)

    return statistic


def harrell_c(risk: Floats, outcome: SurvivalOutcome, *, tau: int) -> Statistic:
    """Harrell's c: all comparable pairs alike, so it depends on who was censored. Arguments as for `uno_c`.

    Reference: Harrell et al. (1982), JAMA 247, 2543.
    """
    check_followed(outcome, tau)
    return lambda weights: _concordance(risk, outcome, weights, np.ones((len(weights), tau + 1)))


def _concordance(risk: Floats, outcome: SurvivalOutcome, weights: Floats, by_day: Floats) -> Floats:
    """Weighted share of concordant pairs; `by_day` (n_draws, tau + 1) is the weight of a pair by the day of its event.

    All draws share the comparison of cases with everybody, so a block of cases costs one matrix product. Single precision is
    exact there: the entries are halves and the weights small whole numbers.
    """
    concordant, pairs = np.zeros(len(weights)), np.zeros(len(weights))
    cases = np.flatnonzero(outcome.event_by(by_day.shape[1] - 1))
    single = weights.astype(np.float32).T
    size = max(1, BLOCK_CELLS // len(outcome))
    for start in range(0, len(cases), size):
        block = cases[start : start + size]
        free = _free_after(outcome, block)
        case_weights = weights[:, block] * by_day[:, outcome.duration[block]]
        concordant += np.einsum("bc,cb->b", case_weights, _beaten(risk, block, free) @ single)
        pairs += np.einsum("bc,cb->b", case_weights, free.astype(np.float32) @ single)
    return np.asarray(np.divide(concordant, pairs, out=np.full(len(weights), np.nan), where=pairs > 0))


def _free_after(outcome: SurvivalOutcome, cases: Ints) -> Bools:
    """Whether each row is known to be free of the event on the day of each case, (n_cases, n)."""
    day = outcome.duration[cases][:, None]
    return np.asarray((outcome.duration > day) | ((outcome.duration == day) & ~outcome.event))


def _beaten(risk: Floats, cases: Ints, free: Bools) -> np.ndarray:
    """One where the case has the higher risk, one half where it ties, among rows free of the event, (n_cases, n)."""
    own = risk[cases][:, None]
    return (((own > risk).astype(np.float32) + (own >= risk)) / np.float32(2)) * free
