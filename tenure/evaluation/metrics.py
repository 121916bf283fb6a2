"""Weighted metrics of a predicted probability, prepared once and evaluated for many draws at a time.

Each function takes the outcome and the score and returns a `Statistic`: weights (n_draws, n_rows) in, figures (n_draws,)
out. With weights of one they are scikit-learn's definitions. What is reported, and against what, is decided in
`propensity.py`.
"""

import numpy as np

from tenure.estimators.calibration import inverse_logit
from tenure.evaluation.bootstrap import Statistic
from tenure.evaluation.records import NotDefined

SMALLEST_PROBABILITY = float(np.finfo(np.float64).eps)


def roc_auc(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Chance that a row with the event scores above one without; ties count half."""
    order = np.argsort(score, kind="stable")
    first = _first_of_ties(score[order])
    event = y[order].astype(np.float64)

    def statistic(weights: np.ndarray) -> np.ndarray:
        sorted_weights = weights[:, order]
        positive = np.add.reduceat(sorted_weights * event, first, axis=1)
        negative = np.add.reduceat(sorted_weights * (1 - event), first, axis=1)
        below = np.cumsum(negative, axis=1) - 0.5 * negative
        return _ratio((positive * below).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1))

    return statistic


def average_precision(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Mean precision over the events, each at its own score: sum of recall steps times precision."""
    order = np.argsort(-score, kind="stable")
    first = _first_of_ties(score[order])
    event = y[order].astype(np.float64)

    def statistic(weights: np.ndarray) -> np.ndarray:
        sorted_weights = weights[:, order]
        positive = np.add.reduceat(sorted_weights * event, first, axis=1)
        selected = np.cumsum(np.add.reduceat(sorted_weights, first, axis=1), axis=1)
        precision = np.cumsum(positive, axis=1) / np.maximum(selected, 1e-300)
        return _ratio((positive * precision).sum(axis=1), positive.sum(axis=1))

    return statistic


def brier_score(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Mean squared distance between probability and outcome."""
    return mean_of((score - y) ** 2)


def brier_skill(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Share of the Brier score of the rows' own event rate that the model removes."""
    model, rate = brier_score(y, score), mean_of(y.astype(np.float64))

    def statistic(weights: np.ndarray) -> np.ndarray:
        base = rate(weights)
        return 1 - _ratio(model(weights), base * (1 - base))

    return statistic


def log_loss(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Mean negative log likelihood, in nats."""
    p = np.clip(score, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return mean_of(-np.log(np.where(y, p, 1 - p)))


def equal_mass_bins(score: np.ndarray, n_bins: int = 10) -> np.ndarray:
    """The bin of each row, (n_rows,): rows in the order of their score, cut into bins of like size."""
    bins = np.empty(len(score), dtype=np.int64)
    for i, rows in enumerate(np.array_split(np.argsort(score, kind="stable"), n_bins)):
        bins[rows] = i
    return bins


def expected_calibration_error(y: np.ndarray, score: np.ndarray, *, n_bins: int = 10) -> Statistic:
    """Mean over equal-mass bins of the gap between mean probability and share observed; the bins are those of all rows."""
    in_bin = equal_mass_bins(score, n_bins)[:, None] == np.arange(n_bins)
    gap_by_bin = in_bin * (score - y)[:, None]

    def statistic(weights: np.ndarray) -> np.ndarray:
        return _ratio(np.abs(weights @ gap_by_bin).sum(axis=1), weights.sum(axis=1))

    return statistic


def calibration_intercept(y: np.ndarray, score: np.ndarray) -> Statistic:
    """How far the log-odds are off on the whole (0 is right): the intercept with the model's log-odds as offset.

    References
    ----------
    Van Calster et al. (2019), BMC Medicine 17, 230.
    """
    x = log_odds(score)
    start = calibration_line(y, x, slope=False)[0]

    def statistic(weights: np.ndarray) -> np.ndarray:
        shift = np.full(len(weights), start)
        for _ in range(NEWTON_STEPS):
            p = inverse_logit(shift[:, None] + x)
            gradient = (weights * (y - p)).sum(axis=1)
            shift = shift + _ratio(gradient, (weights * p * (1 - p)).sum(axis=1))
        return shift

    return statistic


def calibration_slope(y: np.ndarray, score: np.ndarray) -> Statistic:
    """How far the log-odds must be stretched (1 is right; below 1 the model is too sure of itself)."""
    x = log_odds(score)
    start = calibration_line(y, x)

    def statistic(weights: np.ndarray) -> np.ndarray:
        line = np.tile(start, (len(weights), 1))
        for _ in range(NEWTON_STEPS):
            p = inverse_logit(line[:, :1] + line[:, 1:] * x)
            rest, curve = weights * (y - p), weights * p * (1 - p)
            h0, h1, h2 = curve.sum(axis=1), curve @ x, curve @ (x * x)
            g0, g1 = rest.sum(axis=1), rest @ x
            determinant = h0 * h2 - h1 * h1
            line = line + np.column_stack([_ratio(h2 * g0 - h1 * g1, determinant), _ratio(h0 * g1 - h1 * g0, determinant)])
        return line[:, 1]

    return statistic


def why_no_line(y: np.ndarray, score: np.ndarray) -> NotDefined:
    """Why no line of the outcome on the log-odds fits best, should there be none."""
    if score.min() == score.max():
        return NotDefined(because="every row has the same score")
    if y.all() or not y.any():
        return NotDefined(because="every row has the same outcome")
    with_event, without = score[y.astype(bool)], score[~y.astype(bool)]
    if with_event.min() >= without.max() or with_event.max() <= without.min():
        return NotDefined(
            because="the scores part rows with the event from rows without, so that a steeper line always fits better"
        )
    return NotDefined(because="the search for the line that fits best did not settle")


# Draws start at the estimate of all rows, a few standard errors away at most, where Newton's method doubles its digits.
NEWTON_STEPS = 3


def calibration_line(y: np.ndarray, x: np.ndarray, *, slope: bool = True) -> np.ndarray:
    """Intercept and slope of the outcome on log-odds `x` by maximum likelihood, (2,); the slope stays 1 unless asked for.

    NaN where the likelihood has no maximum (the log-odds separate the outcomes, or do not vary).
    """
    X = np.column_stack([np.ones_like(x), x])[:, : 2 if slope else 1]
    offset = np.zeros_like(x) if slope else x
    line = np.array([0.0, 1.0])[: X.shape[1]]
    for _ in range(50):
        p = inverse_logit(offset + X @ line)
        curvature = (X * (p * (1 - p))[:, None]).T @ X
        if not np.isfinite(curvature).all() or np.linalg.cond(curvature) > 1e12:
            return np.array([np.nan, np.nan])
        step = np.linalg.solve(curvature, X.T @ (y - p))
        line = line + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-10:
            return line if slope else np.array([line[0], 1.0])
    return np.array([np.nan, np.nan])


def mean_of(values: np.ndarray) -> Statistic:
    """The weighted mean of a figure per row."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        return _ratio(weights @ values, weights.sum(axis=1))

    return statistic


def log_odds(score: np.ndarray) -> np.ndarray:
    """Log-odds of a probability, finite at 0 and 1."""
    p = np.clip(score, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return np.asarray(np.log(p) - np.log1p(-p))


def _first_of_ties(ordered: np.ndarray) -> np.ndarray:
    """Where each run of equal values starts."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Above over below; NaN where below is nothing."""
    undefined = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=undefined, where=np.asarray(below) != 0))
