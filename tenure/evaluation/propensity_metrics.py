"""The metrics reported of a propensity model: name, title, definition, direction, and how each is computed.

The computations are in `metrics.py`; rows, draws and baselines come together in `propensity.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tenure.evaluation import metrics
from tenure.evaluation.bootstrap import NO_VALUE, Statistic
from tenure.evaluation.capacity import PRECISION, mean_within, top_band
from tenure.evaluation.records import NotDefined


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
    why_not: Callable[[np.ndarray, np.ndarray], NotDefined] = lambda y, score: NO_VALUE  # should it have no value


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
        why_not=metrics.why_no_line,
    ),
    MetricKind(
        name="calibration_slope",
        title="Calibration slope",
        definition="Stretch that the log-odds need; below one the model is too sure of itself.",
        better="closer to one",
        prepare=metrics.calibration_slope,
        why_not=metrics.why_no_line,
    ),
)


def capacity_kinds(as_of: np.ndarray, selected_rate: float) -> tuple[MetricKind, ...]:
    """What a campaign gets that selects the top band of each snapshot; the band stays as delivered in every draw.

    `as_of`: (n_rows,) the snapshot of each row.
    """

    def precision(y: np.ndarray, score: np.ndarray) -> Statistic:
        return mean_within(y, top_band(score, as_of, selected_rate))

    def lift(y: np.ndarray, score: np.ndarray) -> Statistic:
        selected, everyone = precision(y, score), metrics.mean_of(y.astype(np.float64))
        return lambda weights: selected(weights) / np.maximum(everyone(weights), np.finfo(float).tiny)

    return (
        MetricKind(
            name=PRECISION,
            title="Precision in the top band",
            definition=f"Share with the event among the {selected_rate:.0%} of each scoring day that are ranked highest.",
            better="higher",
            prepare=precision,
            constant=lambda rate: rate,
        ),
        MetricKind(
            name="lift_top_band",
            title="Lift in the top band",
            definition=f"Precision among the {selected_rate:.0%} ranked highest, over the event rate of everyone.",
            better="higher",
            prepare=lift,
            constant=lambda rate: 1.0,
        ),
    )
