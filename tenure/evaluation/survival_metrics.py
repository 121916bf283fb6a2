"""The metrics reported of a survival model: name, title, definition, direction, baselines, and how each is computed.

The computations are in `brier.py`, `concordance.py` and `survival_calibration.py`; rows and draws come together in `survival.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tenure.estimators.outcome import Bools, Floats, SurvivalOutcome
from tenure.evaluation.bootstrap import NO_VALUE, Statistic, once
from tenure.evaluation.brier import brier_at, integrated_brier
from tenure.evaluation.capacity import PRECISION
from tenure.evaluation.concordance import harrell_c, uno_c
from tenure.evaluation.metrics import equal_mass_bins
from tenure.evaluation.records import NotDefined
from tenure.evaluation.survival_calibration import calibration_error, event_rate

MODEL, KAPLAN_MEIER, COX = "the model", "Kaplan-Meier", "Cox"


@dataclass(frozen=True, kw_only=True)
class SurvivalMetric:
    """A metric as it is reported, with the statistic of the model and of each baseline; the first is what differences are to."""

    name: str
    title: str
    definition: str
    better: str
    model: Statistic
    baselines: tuple[tuple[str, Statistic], ...] = ()
    centred: bool = False
    why_not: NotDefined = NO_VALUE  # should it have no value


def no_event(day: int) -> NotDefined:
    """Why what is counted in events has no value."""
    return NotDefined(because=f"nobody has the event by day {day}")


def no_pairs(tau: int) -> NotDefined:
    """Why an order has no value."""
    return NotDefined(because=f"no customer has the event by day {tau} while another is followed longer")


def mean_risk(survival: Floats) -> Floats:
    """One figure to rank by, (n,): the mean of P(event by t) over days, that is the expected share of days after the event."""
    return np.asarray((1 - survival).mean(axis=1))


def whole_curve_metrics(curves: Mapping[str, Floats], outcome: SurvivalOutcome) -> tuple[SurvivalMetric, ...]:
    """Metrics of the whole curve and of the order; `curves` holds (n, last_day) of the model and both baselines."""
    last_day = curves[MODEL].shape[1]
    ibs = {title: once(integrated_brier(curve, outcome)) for title, curve in curves.items()}
    skill = {title: _skill(statistic, ibs[KAPLAN_MEIER]) for title, statistic in ibs.items()}
    span = f"days 1 to {last_day}"
    return (
        SurvivalMetric(
            name="integrated_brier_score",
            title="Integrated Brier score",
            definition=f"Squared error of the survival curve against what happened, weighted for censoring, mean over {span}.",
            better="lower",
            model=ibs[MODEL],
            baselines=((KAPLAN_MEIER, ibs[KAPLAN_MEIER]), (COX, ibs[COX])),
        ),
        SurvivalMetric(
            name="ibs_skill_over_kaplan_meier",
            title="Skill over Kaplan-Meier",
            definition=f"Share of the population curve's integrated Brier score over {span} that the model removes.",
            better="higher",
            model=skill[MODEL],
            baselines=((COX, skill[COX]), (KAPLAN_MEIER, skill[KAPLAN_MEIER])),
            why_not=NotDefined(because="the population curve makes no error that could be removed"),
        ),
        SurvivalMetric(
            name="ibs_gain_over_cox",
            title="Gain over Cox",
            definition=f"Integrated Brier score of the Cox model over {span}, minus that of the model.",
            better="higher",
            model=_minus(ibs[COX], ibs[MODEL]),
        ),
        _order_metric("uno_c", "Uno's c", "Each pair counts as if nobody were censored.", uno_c, curves, outcome),
        _order_metric("harrell_c", "Harrell's c", "Only pairs that censoring left comparable count.", harrell_c, curves, outcome),
    )


def horizon_metrics(curves: Mapping[str, Floats], outcome: SurvivalOutcome, days: Sequence[int]) -> tuple[SurvivalMetric, ...]:
    """Brier score and calibration error at each horizon."""
    return tuple(
        metric for day in days for metric in (_brier_metric(curves, outcome, day), _calibration_metric(curves, outcome, day))
    )


def capacity_metrics(band: Mapping[str, Bools], outcome: SurvivalOutcome, *, day: int, rate: float) -> tuple[SurvivalMetric, ...]:
    """What the highest band holds, for the model and for Cox; Kaplan-Meier ranks nobody."""
    precision = {title: event_rate(outcome, rows, day=day) for title, rows in band.items()}
    everyone = event_rate(outcome, np.ones(len(outcome), dtype=np.bool_), day=day)
    lift = {title: _over(statistic, everyone) for title, statistic in precision.items()}
    return (
        SurvivalMetric(
            name=PRECISION,
            title="Precision in the top band",
            definition=f"Kaplan-Meier share with the event by day {day} among the {rate:.0%} of each day ranked highest.",
            better="higher",
            model=precision[MODEL],
            baselines=((COX, precision[COX]), ("everyone", everyone)),
        ),
        SurvivalMetric(
            name="lift_top_band",
            title="Lift in the top band",
            definition=f"Precision among the {rate:.0%} ranked highest, over the event rate of everyone by day {day}.",
            better="higher",
            model=lift[MODEL],
            baselines=((COX, lift[COX]),),
            why_not=no_event(day),
        ),
    )


def _order_metric(
    name: str,
    title: str,
    words: str,
    prepare: Callable[..., Statistic],
    curves: Mapping[str, Floats],
    outcome: SurvivalOutcome,
) -> SurvivalMetric:
    """A c-index; Kaplan-Meier gives everybody the same risk and so has one half by definition."""
    tau = curves[MODEL].shape[1]
    c = {which: prepare(mean_risk(curves[which]), outcome, tau=tau) for which in (MODEL, COX)}
    return SurvivalMetric(
        name=name,
        title=title,
        definition=(
            f"Chance that of two customers the one with the higher mean predicted risk over {tau} days has the event first, "
            f"for events by day {tau}; one half is no order. {words}"
        ),
        better="higher",
        model=c[MODEL],
        baselines=((COX, c[COX]),),
        why_not=no_pairs(tau),
    )


def _brier_metric(curves: Mapping[str, Floats], outcome: SurvivalOutcome, day: int) -> SurvivalMetric:
    """The Brier score at one horizon."""
    brier = {title: brier_at(curve, outcome, day=day) for title, curve in curves.items()}
    return SurvivalMetric(
        name=f"brier_{day}d",
        title=f"Brier score at {day} days",
        definition=f"Squared error of P(no event by day {day}) against what happened, weighted for censoring.",
        better="lower",
        model=brier[MODEL],
        baselines=((KAPLAN_MEIER, brier[KAPLAN_MEIER]), (COX, brier[COX])),
    )


def _calibration_metric(curves: Mapping[str, Floats], outcome: SurvivalOutcome, day: int) -> SurvivalMetric:
    """Calibration error at one horizon, each model in bins of its own."""
    risks = {title: 1 - curves[title][:, day - 1] for title in (MODEL, COX)}
    error = {title: calibration_error(risk, outcome, equal_mass_bins(risk), day=day) for title, risk in risks.items()}
    return SurvivalMetric(
        name=f"calibration_error_{day}d",
        title=f"Calibration error at {day} days",
        definition=f"Mean gap between predicted and Kaplan-Meier event rate by day {day}, over ten bins of like size.",
        better="lower",
        model=error[MODEL],
        baselines=((COX, error[COX]),),
        centred=True,
    )


def _minus(first: Statistic, second: Statistic) -> Statistic:
    """First minus second, draw by draw."""
    return lambda weights: first(weights) - second(weights)


def _over(first: Statistic, second: Statistic) -> Statistic:
    """First over second, draw by draw; NaN where the second is nothing."""

    def statistic(weights: Floats) -> Floats:
        below = second(weights)
        return np.asarray(np.divide(first(weights), below, out=np.full(len(below), np.nan), where=below > 0))

    return statistic


def _skill(score: Statistic, reference: Statistic) -> Statistic:
    """One minus score over reference."""
    ratio = _over(score, reference)
    return lambda weights: 1 - ratio(weights)
