"""Recalibration of a hazard model on later days: none, a scale on the hazard, or Platt's line on its log-odds.

Every candidate keeps curves monotone. The choice is made by the log loss of the days at risk, on customers that the candidate was
not fitted to.
"""

from dataclasses import replace

import numpy as np

from tenure.estimators.calibration import MIN_SLOPE, inverse_logit
from tenure.estimators.hazard import HazardCalibration, HazardModel
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome
from tenure.estimators.person_periods import PersonPeriods, expand

METHODS = ("none", "scale", "platt")
# Simpler methods win ties: a gain must be worth this share of the score without recalibration.
WORTH = 0.001


def calibrate_hazard(
    model: HazardModel,
    X: Floats,
    outcome: SurvivalOutcome,
    *,
    customer: Ints,
    last_day: int,
    seed: int,
    entry: Ints | None = None,
) -> HazardModel:
    """Recalibrate a model on days later than those it was fitted to, by the method that predicts unseen customers best.

    Parameters
    ----------
    X, outcome: rows that were followed on those days, and what was seen of them by the last; free of the test rows.
    entry: (n,), days that each row was followed before, which count for nothing; none by default. So a horizon is calibrated by
        who reached it on these days, also by customers who were scored long before them.
    customer: (n,), customers as whole numbers. One half of the customers fits a candidate and the other half judges it, both
        ways round, so that a method with more parameters has no head start.
    last_day: days beyond it are not looked at.

    Returns
    -------
    The model with the chosen method fitted on all rows, and the scores of all methods in `calibration_scores`.
    """
    last_day = min(last_day, model.longest_follow_up_days)
    seen = SurvivalOutcome(np.minimum(outcome.duration, last_day), outcome.event & (outcome.duration <= last_day))
    days = expand(model.periods, model.first_chance(X), seen, entry=entry)
    log_odds = model.raw_log_odds(X, n_periods=1 + model.periods.n_later(last_day))[days.row, days.period]
    if not days.weight.sum():
        # Nobody was at risk: all were seen too lately for a pause to be over.
        return replace(model, calibration_scores=())
    codes = np.unique(customer, return_inverse=True)[1]
    half = (np.random.default_rng(seed).permutation(codes.max() + 1)[codes] % 2 == 0)[days.row]
    scores = {method: _crossed_log_loss(log_odds, days, half, method) for method in METHODS}
    chosen = min(METHODS, key=lambda method: scores[method] + (0 if method == "none" else WORTH * scores["none"]))
    return replace(
        model,
        calibration=_fit(log_odds, days, np.ones_like(half), chosen),
        calibration_scores=tuple(scores.items()),
    )


def _crossed_log_loss(log_odds: Floats, days: PersonPeriods, half: Bools, method: str) -> float:
    """Mean log loss of a day at risk, when each half of the customers is predicted by a candidate fitted to the other."""
    total = 0.0
    for judged in (half, ~half):
        fitted = _fit(log_odds, days, ~judged, method)
        first = days.period == 0
        for line, rows in ((fitted.first_chance, judged & first), (fitted.later, judged & ~first)):
            margin = line[0] + line[1] * log_odds[rows]
            total += float(days.weight[rows] @ np.logaddexp(0.0, np.where(days.event[rows], -margin, margin)))
    return total / float(days.weight.sum())


def _fit(log_odds: Floats, days: PersonPeriods, chosen: Bools, method: str) -> HazardCalibration:
    """Fit one method on some of the days."""
    if method == "none":
        return HazardCalibration()
    first = days.period == 0
    return HazardCalibration(
        method=method,
        first_chance=_line(log_odds, days, chosen & first, with_slope=method == "platt"),
        later=_line(log_odds, days, chosen & ~first, with_slope=method == "platt"),
    )


def _line(log_odds: Floats, days: PersonPeriods, chosen: Bools, *, with_slope: bool) -> tuple[float, float]:
    """Weighted logistic regression of the event on its log-odds by Newton's method; the identity where nothing can be learnt."""
    x, y, weight = log_odds[chosen], days.event[chosen].astype(np.float64), days.weight[chosen]
    if not 0 < y.sum() < weight.sum():
        return (0.0, 1.0)
    design = np.column_stack([np.ones_like(x), x]) if with_slope else np.ones((len(x), 1))
    offset = np.zeros_like(x) if with_slope else x
    line = np.array([0.0, 1.0]) if with_slope else np.zeros(1)
    for _ in range(50):
        p = inverse_logit(offset + design @ line)
        # A trace of ridge keeps the step finite when all log-odds are alike.
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(design.shape[1])
        step = np.linalg.solve(curvature, design.T @ (weight * (y - p)))
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    intercept, slope = float(line[0]), float(line[1]) if with_slope else 1.0
    return (intercept, slope) if slope >= MIN_SLOPE else (0.0, 1.0)
