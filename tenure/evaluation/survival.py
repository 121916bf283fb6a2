"""Evaluation of a survival model on its test rows: figures with intervals, next to Kaplan-Meier and Cox, on the same draws.

What is reported is listed in `survival_metrics.py`, the draws are in `bootstrap.py`; what the figures must reach is the gates'
business.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from tenure.errors import EstimationError
from tenure.estimators.outcome import Bools, Floats, Ints, SurvivalOutcome
from tenure.evaluation.bootstrap import Drawn, Resamples, check_same_rows
from tenure.evaluation.brier import integrated_brier
from tenure.evaluation.capacity import campaign, mean_within, served_band, top_band
from tenure.evaluation.concordance import uno_c
from tenure.evaluation.ipcw import check_followed, ipcw_weights, known_at
from tenure.evaluation.metrics import equal_mass_bins
from tenure.evaluation.records import (
    CalibrationBin,
    Campaign,
    ChampionComparison,
    Evaluation,
    FeatureEffect,
    HorizonCalibration,
    LiftPoint,
    Metric,
    ServedBand,
)
from tenure.evaluation.same_rows import compared, same_rows
from tenure.evaluation.survival_calibration import curves_by_band, event_rate
from tenure.evaluation.survival_metrics import (
    COX,
    KAPLAN_MEIER,
    MODEL,
    SurvivalMetric,
    capacity_metrics,
    horizon_metrics,
    mean_risk,
    no_event,
    no_pairs,
    whole_curve_metrics,
)

DRAWS = 300
LIFT_RATES = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.75, 1.0)


def evaluate_survival(
    survival: Floats,
    outcome: SurvivalOutcome,
    *,
    kaplan_meier: Floats,
    cox: Floats,
    customer: Ints,
    as_of: np.ndarray,
    known_until: date,
    horizons_days: Sequence[int],
    score_horizon_days: int,
    seed: int,
    n_resamples: int = DRAWS,
    selected_rate: float = 0.10,
    served_from: float | None = None,
    effects: tuple[FeatureEffect, ...] = (),
    champion: ChampionComparison | None = None,
) -> Evaluation:
    """Measure a survival model on its test rows.

    Parameters
    ----------
    survival, kaplan_meier, cox: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day, by the model and by
        the baselines. The integrated Brier score and the c-indices run to last_day.
    customer: (n,), integer code of each row's customer; whole customers are drawn.
    as_of: (n,), the snapshot day, datetime64; the top band is taken within each.
    known_until: the day at which the outcomes' follow-up ends.
    horizons_days: days at which calibration and Brier score are reported; none after last_day.
    score_horizon_days: the day of the score, P(event by its end); lift and risk bands rank by it.
    selected_rate: the share of each snapshot that a campaign would select.
    served_from: the score from which customers are in the band that is served; None to leave it unjudged.

    Returns
    -------
    Evaluation, in which `n_events` counts events seen by last_day and `censored_rate` is the share of rows whose status at
    last_day is not known. Observed shares are Kaplan-Meier estimates.

    Raises
    ------
    EstimationError: when columns differ in length, or something given as a curve is none.
    HorizonError: when nobody was followed to last_day.
    """
    curves = {MODEL: survival, KAPLAN_MEIER: kaplan_meier, COX: cox}
    _check(curves, outcome, (*horizons_days, score_horizon_days), customer=customer, as_of=as_of)
    last_day, score = survival.shape[1], 1 - survival[:, score_horizon_days - 1]
    tops = {title: top_band(1 - curves[title][:, score_horizon_days - 1], as_of, selected_rate) for title in (MODEL, COX)}
    metrics = (
        *whole_curve_metrics(curves, outcome),
        *horizon_metrics(curves, outcome, horizons_days),
        *capacity_metrics(tops, outcome, day=score_horizon_days, rate=selected_rate),
    )
    draws = Resamples(customer=customer, seed=seed, n_resamples=n_resamples)
    reported = _reported(metrics, draws)
    horizons = {day: _horizon(curves, outcome, day, draws, reported) for day in horizons_days}
    plain = 1 - cox[:, score_horizon_days - 1]
    at_score = horizons.get(score_horizon_days)
    days = as_of.astype("datetime64[D]").astype(object)
    return Evaluation(
        test_from=min(days),
        test_to=max(days),
        known_until=known_until,
        n_rows=len(outcome),
        n_customers=len(np.unique(customer)),
        n_events=int(outcome.event_by(last_day).sum()),
        censored_rate=float(1 - known_at(outcome, last_day).mean()),
        metrics=reported,
        calibration=at_score.bins if at_score else _bins(score, outcome, score_horizon_days, draws),
        lift=_lift(score, plain, outcome, as_of, score_horizon_days, draws),
        horizons=tuple(horizons.values()),
        curves=curves_by_band(survival, outcome, risk=score, baseline=cox),
        effects=effects,
        champion=champion,
        baseline_calibration=at_score.baseline_bins if at_score else _bins(plain, outcome, score_horizon_days, draws),
        served_band=None if served_from is None else _served(score, outcome, score_horizon_days, served_from, customer, draws),
        campaign=_campaign(tops, outcome, score_horizon_days, draws, selected_rate=selected_rate, as_of=as_of),
    )


def compare_survival_with_champion(
    challenger: Floats,
    champion: Floats,
    outcome: SurvivalOutcome,
    *,
    metric: str,
    champion_version: int,
    champion_digest: str,
    customer: Ints,
    seed: int,
    n_resamples: int = DRAWS,
) -> ChampionComparison:
    """Compare two models' curves (n, last_day) on the same rows and draws; a positive difference is better.

    Parameters
    ----------
    metric: "integrated_brier_score" (to last_day) or "uno_c" (tau = last_day).

    Raises
    ------
    EstimationError: for another metric, or columns that do not fit.
    HorizonError: when nobody was followed to last_day.
    """
    curves = {"the challenger": challenger, "the champion": champion}
    _check(curves, outcome, (), customer=customer)
    kinds = {"integrated_brier_score": ("Integrated Brier score", "lower"), "uno_c": ("Uno's c", "higher")}
    if metric not in kinds:
        raise EstimationError(f"Expected a metric to compare by among {' and '.join(kinds)}, found {metric!r}.")
    statistics = {
        **{("integrated_brier_score", title): integrated_brier(curve, outcome) for title, curve in curves.items()},
        **{("uno_c", title): uno_c(mean_risk(curve), outcome, tau=curve.shape[1]) for title, curve in curves.items()},
    }
    why = no_pairs(challenger.shape[1])
    drawn = Resamples(customer=customer, seed=seed, n_resamples=n_resamples).drawn(
        statistics, why_not=dict.fromkeys(statistics, why)
    )
    measures = {
        name: same_rows(name, title, better, drawn[name, "the challenger"], drawn[name, "the champion"])
        for name, (title, better) in kinds.items()
    }
    return compared(metric, measures, champion_version=champion_version, champion_digest=champion_digest)


def _reported(metrics: Sequence[SurvivalMetric], draws: Resamples) -> tuple[Metric, ...]:
    """Metrics with baselines and the paired difference to the first of them, all on the same draws."""
    statistics = {
        (metric.name, title): statistic for metric in metrics for title, statistic in ((MODEL, metric.model), *metric.baselines)
    }
    reasons = {(metric.name, title): metric.why_not for metric in metrics for title in (MODEL, *dict(metric.baselines))}
    drawn = draws.drawn(statistics, why_not=reasons)
    return tuple(
        _metric(metric, drawn[metric.name, MODEL], [(title, drawn[metric.name, title]) for title, _ in metric.baselines])
        for metric in metrics
    )


def _metric(metric: SurvivalMetric, model: Drawn, baselines: Sequence[tuple[str, Drawn]]) -> Metric:
    """One metric as it is reported."""
    return Metric(
        name=metric.name,
        title=metric.title,
        definition=metric.definition,
        better=metric.better,
        estimate=model.estimate(centred=metric.centred),
        baselines=tuple((title, figure.estimate(centred=metric.centred)) for title, figure in baselines),
        difference=model.minus(baselines[0][1], name=baselines[0][0]) if baselines else None,
    )


def _horizon(
    curves: Mapping[str, Floats], outcome: SurvivalOutcome, day: int, draws: Resamples, reported: Sequence[Metric]
) -> HorizonCalibration:
    """Calibration at one horizon; the mean gap is the metric of the same name."""
    error = next(metric.estimate for metric in reported if metric.name == f"calibration_error_{day}d")
    bins, baseline_bins = (_bins(1 - curves[title][:, day - 1], outcome, day, draws) for title in (MODEL, COX))
    return HorizonCalibration(horizon_days=day, mean_absolute_error=error, bins=bins, baseline_bins=baseline_bins)


def _bins(risk: Floats, outcome: SurvivalOutcome, day: int, draws: Resamples) -> tuple[CalibrationBin, ...]:
    """Predicted against observed by bins of like size, from the lowest risk."""
    bins = equal_mass_bins(risk)
    members = [bins == bin_ for bin_ in np.unique(bins)]
    figures = draws.drawn({i: event_rate(outcome, rows, day=day) for i, rows in enumerate(members)}).values()
    return tuple(
        CalibrationBin(n_rows=int(rows.sum()), predicted=float(risk[rows].mean()), observed=figure.estimate())
        for rows, figure in zip(members, figures, strict=True)
    )


def _served(
    score: Floats, outcome: SurvivalOutcome, day: int, served_from: float, customer: Ints, draws: Resamples
) -> ServedBand:
    """What was said and what Kaplan-Meier saw of the band that is served."""
    served: Bools = score >= served_from
    happened, said = event_rate(outcome, served, day=day), mean_within(score, served)
    if not served.any():
        happened = said
    drawn = draws.drawn({"observed": happened, "gap": lambda weights: said(weights) - happened(weights)})
    return served_band(served_from, score, served, customer, observed=drawn["observed"], gap=drawn["gap"])


def _campaign(
    tops: Mapping[str, Bools],
    outcome: SurvivalOutcome,
    day: int,
    draws: Resamples,
    *,
    selected_rate: float,
    as_of: np.ndarray,
) -> Campaign:
    """What a campaign of one usual day meets by the day of the score."""
    bands = {**tops, "everyone": np.ones(len(outcome), dtype=np.bool_)}
    drawn = draws.drawn({title: event_rate(outcome, rows, day=day) for title, rows in bands.items()})
    return campaign(drawn[MODEL], drawn[COX], drawn["everyone"], baseline=COX, selected_rate=selected_rate, as_of=as_of)


def _lift(
    score: Floats, plain: Floats, outcome: SurvivalOutcome, as_of: np.ndarray, day: int, draws: Resamples
) -> tuple[LiftPoint, ...]:
    """What is found among the share ranked highest; captured shares count each event with its censoring weight."""
    bands: list[Bools] = [top_band(score, as_of, rate) for rate in LIFT_RATES]
    figures = draws.drawn({i: event_rate(outcome, band, day=day) for i, band in enumerate(bands)}).values()
    plainly = draws.drawn(
        {i: event_rate(outcome, top_band(plain, as_of, rate), day=day) for i, rate in enumerate(LIFT_RATES)}
    ).values()
    events = ipcw_weights(outcome, day=day) * outcome.event_by(day)
    total = float(events.sum())
    return tuple(
        LiftPoint(
            selected_rate=rate,
            event_rate=figure.estimate(),
            captured_rate=float(events[band].sum() / total) if total > 0 else no_event(day),
            baseline=baseline.estimate(),
        )
        for rate, band, figure, baseline in zip(LIFT_RATES, bands, figures, plainly, strict=True)
    )


def _check(curves: Mapping[str, Floats], outcome: SurvivalOutcome, days: Sequence[int], **columns: np.ndarray) -> None:
    """Refuse rows or curves that cannot be judged."""
    check_same_rows(outcome=outcome.duration, **columns, **dict(curves))
    shapes = {title: curve.shape for title, curve in curves.items()}
    if len(set(shapes.values())) != 1 or any(curve.ndim != 2 for curve in curves.values()):
        raise EstimationError(f"Expected curves over the same days, (n_rows, last_day) each; found shapes {shapes}.")
    for title, curve in curves.items():
        if not ((curve >= 0) & (curve <= 1)).all() or (np.diff(curve, axis=1) > 1e-12).any():
            raise EstimationError(f"Expected curves of {title} from 1 down to 0 that never rise, found others or missing values.")
    last_day = next(iter(curves.values())).shape[1]
    check_followed(outcome, last_day)
    if any(not 1 <= day <= last_day for day in days):
        raise EstimationError(f"Expected horizons from 1 to the curves' last day {last_day}, found {sorted(set(days))}.")
