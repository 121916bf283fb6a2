"""Evaluation of a propensity model on its test rows: figures with intervals, next to their baselines, on the same draws.

What is reported is listed in `propensity_metrics.py`, the draws are in `bootstrap.py`; what the figures must reach is the
gates' business.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from tenure.errors import EstimationError
from tenure.evaluation.bootstrap import Drawn, Resamples, Statistic, check_same_rows, estimate
from tenure.evaluation.capacity import PRECISION, campaign, mean_within, served_band, top_band
from tenure.evaluation.metrics import equal_mass_bins, expected_calibration_error, mean_of
from tenure.evaluation.propensity_metrics import KINDS, MetricKind, capacity_kinds
from tenure.evaluation.records import (
    NOISE_FLOOR,
    CalibrationBin,
    ChampionComparison,
    Estimate,
    Evaluation,
    FeatureEffect,
    LiftPoint,
    Metric,
    ServedBand,
)
from tenure.evaluation.same_rows import compared, same_rows

DRAWS = 500
LIFT_RATES = (0.01, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50, 0.75, 1.0)
CONSTANT = "the event rate for everyone"
N_NOISE_DRAWS = 200


def evaluate_propensity(
    y: np.ndarray,
    score: np.ndarray,
    baseline_scores: Sequence[tuple[str, np.ndarray]],
    *,
    customer: np.ndarray,
    as_of: np.ndarray,
    known_until: date,
    seed: int,
    n_resamples: int = DRAWS,
    selected_rate: float = 0.10,
    served_from: float | None = None,
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
    served_from: the score from which customers are in the band that is served; None to leave it unjudged.

    Raises
    ------
    EstimationError: when columns differ in length, an outcome is missing, or a score is not a probability.
    """
    scores = (("the model", score), *baseline_scores)
    y = _checked(y, scores, customer=customer, as_of=as_of)
    kinds = (*KINDS, *capacity_kinds(as_of, selected_rate))
    bins = equal_mass_bins(score)
    bands = tuple(top_band(score, as_of, rate) for rate in LIFT_RATES)
    (baseline, plain), served = baseline_scores[0], np.ones(len(y), dtype=bool) if served_from is None else score >= served_from
    plain_bins = equal_mass_bins(plain)
    statistics: dict[tuple[str, str], Statistic] = {(k.name, title): k.prepare(y, s) for k in kinds for title, s in scores}
    statistics |= {("bin", str(i)): mean_within(y, bins == i) for i in np.unique(bins)}
    statistics |= {("plain bin", str(i)): mean_within(y, plain_bins == i) for i in np.unique(plain_bins)}
    statistics |= {("band", str(i)): mean_within(y, band) for i, band in enumerate(bands)}
    statistics |= {("plain band", str(i)): mean_within(y, top_band(plain, as_of, rate)) for i, rate in enumerate(LIFT_RATES)}
    statistics |= {("served", "observed"): mean_within(y, served), ("served", "gap"): mean_within(score - y, served)}
    statistics["everyone", ""] = mean_of(y.astype(float))
    reasons = {(k.name, title): k.why_not(y, s) for k in kinds for title, s in scores}
    figures = Resamples(customer=customer, seed=seed, n_resamples=n_resamples).drawn(statistics, why_not=reasons)
    floor = _noise_floor(score, seed=seed)
    days = as_of.astype("datetime64[D]").astype(object)
    return Evaluation(
        test_from=min(days),
        test_to=max(days),
        known_until=known_until,
        n_rows=len(y),
        n_customers=len(np.unique(customer)),
        n_events=int(y.sum()),
        censored_rate=0.0,
        metrics=tuple(_metric(kind, figures, [title for title, _ in scores], float(y.mean()), floor) for kind in kinds),
        calibration=_calibration("bin", score, bins, customer, figures),
        lift=_lift(y, bands, customer, figures),
        effects=effects,
        champion=champion,
        baseline_calibration=_calibration("plain bin", plain, plain_bins, customer, figures),
        served_band=None if served_from is None else _served(served_from, score, served, customer, figures),
        campaign=campaign(
            figures[PRECISION, "the model"],
            figures[PRECISION, baseline],
            figures["everyone", ""],
            baseline=baseline,
            selected_rate=selected_rate,
            as_of=as_of,
        ),
    )


def compare_with_champion(
    y: np.ndarray,
    challenger_score: np.ndarray,
    champion_score: np.ndarray,
    *,
    metric: str,
    champion_version: int,
    champion_digest: str,
    customer: np.ndarray,
    seed: int,
    n_resamples: int = DRAWS,
) -> ChampionComparison:
    """Compare two models on the same rows and the same draws; a positive difference is better, whichever way the metric runs.

    Parameters
    ----------
    y: (n_rows,) bool.
    challenger_score, champion_score: (n_rows,) probabilities.
    metric: the name of a metric for which higher or lower is better.
    customer: (n_rows,) integer code of each row's customer.

    Raises
    ------
    EstimationError: for a metric without a direction, or columns that do not fit.
    """
    kinds = {kind.name: kind for kind in KINDS if kind.better in ("higher", "lower")}
    if metric not in kinds:
        raise EstimationError(f"Expected a metric to compare by among {sorted(kinds)}, found {metric!r}.")
    scores = (("challenger", challenger_score), ("champion", champion_score))
    y = _checked(y, scores, customer=customer)
    statistics = {(kind.name, title): kind.prepare(y, score) for kind in kinds.values() for title, score in scores}
    figures = Resamples(customer=customer, seed=seed, n_resamples=n_resamples).drawn(statistics)
    measures = {
        kind.name: same_rows(
            kind.name,
            kind.title,
            kind.better,
            figures[kind.name, "challenger"],
            figures[kind.name, "champion"],
            centred=kind.centred,
        )
        for kind in kinds.values()
    }
    return compared(metric, measures, champion_version=champion_version, champion_digest=champion_digest)


def _checked(y: np.ndarray, scores: Sequence[tuple[str, np.ndarray]], **columns: np.ndarray) -> np.ndarray:
    """Return y as bool, or refuse rows that cannot be evaluated."""
    check_same_rows(outcome=y, **columns, **dict(scores))
    if not 0 < y.sum() < len(y):
        raise EstimationError(f"Expected test rows with the event and without; found {int(y.sum())} with it among {len(y)}.")
    for title, score in scores:
        if not ((score >= 0) & (score <= 1)).all():
            raise EstimationError(f"Expected probabilities from 0 to 1 from {title}, found others or missing values.")
    return y.astype(bool)


def _metric(
    kind: MetricKind, figures: Mapping[tuple[str, str], Drawn], titles: list[str], event_rate: float, floor: Estimate
) -> Metric:
    """One metric with its baselines, and the paired difference to the first where better has a direction."""
    model, *others = (figures[kind.name, title] for title in titles)
    baselines = [(title, other.estimate(centred=kind.centred)) for title, other in zip(titles[1:], others, strict=True)]
    if kind.constant is not None:
        baselines.append((CONSTANT, Estimate(value=kind.constant(event_rate))))
    if kind.name == "expected_calibration_error":
        baselines.append((NOISE_FLOOR, floor))
    difference = None
    if others and kind.better in ("higher", "lower"):
        difference = model.minus(others[0], name=titles[1])
    return Metric(
        name=kind.name,
        title=kind.title,
        definition=kind.definition,
        better=kind.better,
        estimate=model.estimate(centred=kind.centred),
        baselines=tuple(baselines),
        difference=difference,
    )


def _served(
    served_from: float,
    score: np.ndarray,
    served: np.ndarray,
    customer: np.ndarray,
    figures: Mapping[tuple[str, str], Drawn],
) -> ServedBand:
    """What was said and what happened in the band that is served."""
    return served_band(served_from, score, served, customer, observed=figures["served", "observed"], gap=figures["served", "gap"])


def _calibration(
    which: str, score: np.ndarray, bins: np.ndarray, customer: np.ndarray, figures: Mapping[tuple[str, str], Drawn]
) -> tuple[CalibrationBin, ...]:
    """Predicted against observed, by bins of like size."""
    return tuple(
        CalibrationBin(
            n_rows=int((bins == i).sum()),
            predicted=float(score[bins == i].mean()),
            observed=figures[which, str(i)].share(customer[bins == i]),
        )
        for i in np.unique(bins)
    )


def _lift(
    y: np.ndarray, bands: Sequence[np.ndarray], customer: np.ndarray, figures: Mapping[tuple[str, str], Drawn]
) -> tuple[LiftPoint, ...]:
    """What is found among the share ranked highest, for each share."""
    return tuple(
        LiftPoint(
            selected_rate=rate,
            event_rate=figures["band", str(i)].share(customer[band]),
            captured_rate=float(y[band].sum() / y.sum()),
            baseline=figures["plain band", str(i)].share(customer[band]),
        )
        for i, (rate, band) in enumerate(zip(LIFT_RATES, bands, strict=True))
    )


def _noise_floor(score: np.ndarray, *, seed: int) -> Estimate:
    """The calibration error of a model whose probabilities are exactly right, on as many rows: what chance alone leaves."""
    rng = np.random.default_rng(seed)
    once = np.ones((1, len(score)))
    draws = np.array([expected_calibration_error(rng.random(len(score)) < score, score)(once)[0] for _ in range(N_NOISE_DRAWS)])
    return estimate(float(draws.mean()), draws)
