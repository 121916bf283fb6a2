"""Calibration and lift of survival curves at a horizon: what was predicted for a group, and what Kaplan-Meier saw of it."""

from collections.abc import Sequence

import numpy as np

from tenure.estimators.kaplan_meier import product_limit
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome
from tenure.evaluation.bootstrap import Statistic
from tenure.evaluation.ipcw import check_followed
from tenure.evaluation.records import Curve

# Bands of customers by risk at the score horizon, from the highest: share above, share to the end of the band, words.
BANDS = (
    (0.00, 0.10, "highest 10 %"),
    (0.10, 0.30, "next 20 %"),
    (0.30, 0.60, "next 30 %"),
    (0.60, 1.00, "lowest 40 %"),
)


def event_rate(outcome: SurvivalOutcome, rows: Bools, *, day: int) -> Statistic:
    """One minus Kaplan-Meier at the end of `day` among some of the rows; NaN where a draw holds none of them.

    Within the rows censoring is taken to be independent of the event.

    Raises
    ------
    HorizonError: when nobody was followed to `day`.
    """
    check_followed(outcome, day)
    members = outcome.rows(rows)

    def statistic(weights: Floats) -> Floats:
        chosen = weights[:, rows]
        rate = 1 - product_limit(members, chosen, last_day=day)[:, day]
        return np.where(chosen.sum(axis=1) > 0, rate, np.nan)

    return statistic


def calibration_error(risk: Floats, outcome: SurvivalOutcome, bins: Ints, *, day: int) -> Statistic:
    """Mean over bins, by their size, of the gap between mean risk and observed event rate at the end of `day`.

    Parameters
    ----------
    risk: (n,), predicted P(event by the end of `day`).
    bins: (n,), the bin of each row, from `metrics.equal_mass_bins`.
    """
    members = [bins == bin_ for bin_ in np.unique(bins)]
    observed = [event_rate(outcome, rows, day=day) for rows in members]

    def statistic(weights: Floats) -> Floats:
        total = np.zeros(len(weights))
        for rows, rate in zip(members, observed, strict=True):
            size = weights[:, rows].sum(axis=1)
            gap = np.abs(weights[:, rows] @ risk[rows] - size * rate(weights))
            total += np.where(size > 0, gap, 0.0)
        return np.asarray(total / weights.sum(axis=1))

    return statistic


def curves_by_band(survival: Floats, outcome: SurvivalOutcome, *, risk: Floats, baseline: Floats) -> tuple[Curve, ...]:
    """Mean predicted curve and Kaplan-Meier of each band of risk, from the highest, with the day 0 at which all are one.

    Parameters
    ----------
    survival, baseline: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day, by model and baseline.
    risk: (n,), by which rows are ranked.
    """
    order = np.argsort(-risk, kind="stable")
    edges = [(round(start * len(order)), round(end * len(order)), label) for start, end, label in BANDS]
    return tuple(_curve(label, survival, baseline, outcome, order[start:end]) for start, end, label in edges if end > start)


def _curve(label: str, survival: Floats, baseline: Floats, outcome: SurvivalOutcome, rows: Ints) -> Curve:
    """One band."""
    last_day = survival.shape[1]
    observed = product_limit(outcome.rows(rows), np.ones((1, len(rows))), last_day=last_day)[0]
    return Curve(
        label=label,
        n_rows=len(rows),
        days=tuple(range(last_day + 1)),
        predicted=(1.0, *_plain(survival[rows].mean(axis=0))),
        observed=_plain(observed),
        baseline=(1.0, *_plain(baseline[rows].mean(axis=0))),
    )


def _plain(values: Floats | Sequence[float]) -> tuple[float, ...]:
    """Array to plain floats."""
    return tuple(float(value) for value in values)
