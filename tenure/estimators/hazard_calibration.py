"""Recalibration of a hazard model on later rows: none, a scale on the hazard, or Platt's line on its log-odds.

Every candidate keeps curves monotone. The choice is made by integrated Brier score on customers the candidate was not fitted to.
"""

from dataclasses import replace

import numpy as np

from tenure.estimators.calibration import MIN_SLOPE
from tenure.estimators.hazard import HazardCalibration, HazardModel
from tenure.estimators.outcome import Floats, Ints, SurvivalOutcome
from tenure.estimators.person_periods import PersonPeriods, expand
from tenure.evaluation.brier import integrated_brier_score

METHODS = ("none", "scale", "platt")
# Simpler methods win ties: a gain must be worth this share of the score without recalibration.
WORTH = 0.001


def calibrate_hazard(
    model: HazardModel, X: Floats, outcome: SurvivalOutcome, *, customer: Ints, last_day: int, seed: int
) -> HazardModel:
    """Recalibrate a model on calibration rows, by the method that predicts unseen customers best.

    Parameters
    ----------
    X, outcome: calibration rows, later than the fit rows and free of the test rows.
    customer: (n,), customers as whole numbers. One half of the customers fits a candidate and the other half judges it, both
        ways round, so that a method with more parameters has no head start.
    last_day: the integrated Brier score runs to this day, or to the longest follow-up of the rows where that is shorter.

    Returns
    -------
    The model with the chosen method fitted on all rows, and the scores of all methods in `calibration_scores`.
    """
    day = min(last_day, outcome.longest_follow_up_days, model.longest_follow_up_days)
    raw = model.raw_log_odds(X)
    codes = np.unique(customer, return_inverse=True)[1]
    half = np.random.default_rng(seed).permutation(codes.max() + 1)[codes] % 2 == 0
    scores = {method: _crossed_score(model, X, raw, outcome, half, method, day) for method in METHODS}
    chosen = min(METHODS, key=lambda method: scores[method] + (0 if method == "none" else WORTH * scores["none"]))
    return replace(
        model,
        calibration=_fit(model, X, raw, outcome, chosen),
        calibration_scores=tuple(scores.items()),
    )


def _crossed_score(
    model: HazardModel, X: Floats, raw: Floats, outcome: SurvivalOutcome, half: Ints, method: str, last_day: int
) -> float:
    """Integrated Brier score when each half of the customers is predicted by a candidate fitted to the other."""
    curves = np.empty((len(X), last_day))
    for judged in (half, ~half):
        fitted = replace(model, calibration=_fit(model, X[~judged], raw[~judged], outcome.rows(~judged), method))
        curves[judged] = fitted.curve(X[judged], raw[judged], range(1, last_day + 1))
    return integrated_brier_score(curves, outcome)


def _fit(model: HazardModel, X: Floats, raw: Floats, outcome: SurvivalOutcome, method: str) -> HazardCalibration:
    """Fit one method on these rows."""
    if method == "none":
        return HazardCalibration()
    rows = expand(model.periods, model.first_chance(X), outcome)
    log_odds = raw[rows.row, rows.period]
    first = rows.period == 0
    return HazardCalibration(
        method=method,
        first_chance=_line(log_odds, rows, first, with_slope=method == "platt"),
        later=_line(log_odds, rows, ~first, with_slope=method == "platt"),
    )


def _line(log_odds: Floats, rows: PersonPeriods, chosen: Ints, *, with_slope: bool) -> tuple[float, float]:
    """Weighted logistic regression of the event on its log-odds by Newton's method; the identity where nothing can be learnt."""
    x, y, weight = log_odds[chosen], rows.event[chosen].astype(np.float64), rows.weight[chosen]
    if not 0 < y.sum() < weight.sum():
        return (0.0, 1.0)
    design = np.column_stack([np.ones_like(x), x]) if with_slope else np.ones((len(x), 1))
    offset = np.zeros_like(x) if with_slope else x
    line = np.array([0.0, 1.0]) if with_slope else np.zeros(1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(offset + design @ line)))
        # A trace of ridge keeps the step finite when all log-odds are alike.
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(design.shape[1])
        step = np.linalg.solve(curvature, design.T @ (weight * (y - p)))
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    intercept, slope = float(line[0]), float(line[1]) if with_slope else 1.0
    return (intercept, slope) if slope >= MIN_SLOPE else (0.0, 1.0)
