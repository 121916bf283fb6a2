"""Evaluation of a propensity model on its test rows: figures with intervals, next to their baselines, on the same draws.

The metrics themselves are in `metrics.py`, the draws in `bootstrap.py`; what the figures must reach is the gates' business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tenure.errors import EstimationError
from tenure.evaluation import metrics
from tenure.evaluation.bootstrap import Resamples, Statistic, check_same_rows, estimate, point
from tenure.evaluation.records import (
    CalibrationBin,
    ChampionComparison,
    Estimate,
    Evaluation,
    FeatureEffect,
    LiftPoint,
    Metric,
)

LIFT_RATES = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.75, 1.0)
CONSTANT = "the event rate for everyone"
NOISE_FLOOR = "a perfectly calibrated model (noise floor)"


@dataclass(frozen=True, kw_only=True)
class MetricKind:
    """A metric as it is reported."""

    name: str
    title: str
    definition: str
    better: str
    prepare: Callable[[np.ndarray, np.ndarray], Statistic]
    centred: bool = False
    constant: Callable[[float], float] | None = None  # its value for a model that gives everyone the event rate


KINDS = (
    MetricKind(
        name="roc_auc",
        title="ROC-AUC",
        definition="Chance that a customer with the event scores above one without it; ties count half.",
        better="higher",
        prepare=metrics.roc_auc,
        constant=lambda rate: 0.5,
    ),
    MetricKind(
        name="average_precision",
        title="Average precision",
        definition="Precision averaged over the customers with the event, each at its own score.",
        better="higher",
        prepare=metrics.average_precision,
        constant=lambda rate: rate,
    ),
    MetricKind(
        name="brier_score",
        title="Brier score",
        definition="Mean squared distance between probability and outcome.",
        better="lower",
        prepare=metrics.brier_score,
        constant=lambda rate: rate * (1 - rate),
    ),
    MetricKind(
        name="brier_skill",
        title="Brier skill",
        definition="Share of the Brier score of the test rows' own event rate that the model removes.",
        better="higher",
        prepare=metrics.brier_skill,
        constant=lambda rate: 0.0,
    ),
    MetricKind(
        name="log_loss",
        title="Log loss",
        definition="Mean negative log likelihood of the outcome, in nats.",
        better="lower",
        prepare=metrics.log_loss,
        constant=lambda rate: float(-rate * np.log(rate) - (1 - rate) * np.log1p(-rate)),
    ),
    MetricKind(
        name="expected_calibration_error",
        title="Expected calibration error",
        definition=(
            "Mean gap between predicted probability and observed share over ten bins of like size. Chance alone keeps it "
            "above zero; the noise floor says how far."
        ),
        better="lower",
        prepare=metrics.expected_calibration_error,
        centred=True,
    ),
    MetricKind(
        name="calibration_intercept",
        title="Calibration intercept",
        definition="Shift that the log-odds need as a whole.",
        better="closer to zero",
        prepare=metrics.calibration_intercept,
    ),
    MetricKind(
        name="calibration_slope",
        title="Calibration slope",
        definition="Stretch that the log-odds need; below one the model is too sure of itself.",
        better="closer to one",
        prepare=metrics.calibration_slope,
    ),
)


def evaluate_propensity(
    y: np.ndarray,
    score: np.ndarray,
    baseline_scores: Sequence[tuple[str, np.ndarray]],
    *,
    customer: np.ndarray,
    as_of: np.ndarray,
    known_until: date,
    seed: int,
    n_resamples: int = 500,
    selected_rate: float = 0.10,
    effects: tuple[FeatureEffect, ...] = (),
    champion: ChampionComparison | None = None,
) -> Evaluation:
    """Measure a model on its test rows.

    Parameters
    ----------
    y: (n_rows,) bool, the outcome.
    score: (n_rows,) the model's probability.
    baseline_scores: title and probability (n_rows,) of each baseline; differences are taken to the first.
    customer: (n_rows,) integer code of each row's customer; whole customers are drawn.
    as_of: (n_rows,) the snapshot day, datetime64; the top band is taken within each.
    known_until: the day at which the outcomes' follow-up ends.
    selected_rate: the share of each snapshot that a campaign would select.

    Raises
    ------
    EstimationError: when columns differ in length, an outcome is missing, or a score is not a probability.
    """
    scores = [("score", score), *baseline_scores]
    check_same_rows(y=y, customer=customer, as_of=as_of, **dict(scores))
    _check_outcome_and_scores(y, scores)
    y = y.astype(bool)
    resamples = Resamples(customer=customer, seed=seed, n_resamples=n_resamples)
    kinds = (*KINDS, *_capacity_kinds(as_of, selected_rate))
    bins, bands = metrics.equal_mass_bins(score), [(rate, top_band(score, as_of, rate)) for rate in LIFT_RATES]
    shares = {f"bin {i}": _mean_within(y, bins == i) for i in np.unique(bins)}
    shares |= {f"band {rate}": _mean_within(y, band) for rate, band in bands}
    figures = _figures({(kind.name, title): kind.prepare(y, s) for kind in kinds for title, s in scores}, shares, resamples)
    days = as_of.astype("datetime64[D]").astype(object)
    return Evaluation(
        test_from=min(days),
        test_to=max(days),
        known_until=known_until,
        n_rows=len(y),
        n_customers=len(np.unique(customer)),
        n_events=int(y.sum()),
        censored_rate=0.0,
        metrics=tuple(_metric(kind, figures, [title for title, _ in baseline_scores], y, score, seed) for kind in kinds),
        calibration=tuple(
            CalibrationBin(n_rows=int((bins == i).sum()), predicted=float(score[bins == i].mean()), observed=figures[f"bin {i}"].estimate())
            for i in np.unique(bins)
        ),
        lift=tuple(
            LiftPoint(
                selected_rate=rate, event_rate=figures[f"band {rate}"].estimate(), captured_rate=float(y[band].sum() / y.sum())
            )
            for rate, band in bands
        ),
        effects=effects,
        champion=champion,
    )
