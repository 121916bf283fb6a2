"""Evaluating a challenger: its test rows, its baselines and the champion on the same rows."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tenure.challenger import LOGISTIC, Challenger
from tenure.estimators.outcome import SurvivalOutcome
from tenure.estimators.propensity import PropensityModel
from tenure.evaluation.effects import feature_effects
from tenure.evaluation.measured import CHAMPION, MODEL, MeasuredRows, measured_rows
from tenure.evaluation.propensity import DRAWS as PROPENSITY_DRAWS
from tenure.evaluation.propensity import compare_with_champion, evaluate_propensity
from tenure.evaluation.records import ChampionComparison, Evaluation, FeatureEffect
from tenure.evaluation.survival import DRAWS as SURVIVAL_DRAWS
from tenure.evaluation.survival import compare_survival_with_champion, evaluate_survival
from tenure.evaluation.survival_metrics import COX, KAPLAN_MEIER
from tenure.gate import GateKind
from tenure.outcomes import Kind
from tenure.scoring import Scorer
from tenure.specs import Model
from tenure.training_set import TEST, Rows, TrainingSet


@dataclass(frozen=True, kw_only=True)
class ChampionOnTest:
    """The present champion with its own inputs X (n, n_features of the champion) for the challenger's test rows."""

    version: int
    digest: str
    scorer: Scorer
    X: np.ndarray

    def predictions(self, spec: Model) -> np.ndarray:
        """What it foretells of them: probabilities, or curves to the longest horizon."""
        model = self.scorer.model
        if spec.kind is Kind.SURVIVAL:
            return model.survival(self.X, range(1, max(spec.horizons_days) + 1))  # type: ignore[union-attr]
        return model.predict(self.X)  # type: ignore[union-attr]


def evaluate_challenger(
    challenger: Challenger, training_set: TrainingSet, spec: Model, *, champion: ChampionOnTest | None
) -> Evaluation:
    """Measure a challenger on its test rows, which trained and calibrated nothing."""
    test = training_set.role(TEST)
    return evaluate_rows(
        measured_rows(challenger, test, spec, champion=champion.predictions(spec) if champion else None, groups={}),
        spec,
        known_until=training_set.split.test_known_until,
        champion=(champion.version, champion.digest) if champion else None,
        served_from=challenger.facts.high_from,
        effects=_effects(challenger, test, spec.seed),
    )


def evaluate_rows(
    rows: MeasuredRows,
    spec: Model,
    *,
    known_until: date,
    champion: tuple[int, str] | None,
    served_from: float | None,
    effects: tuple[FeatureEffect, ...],
    n_draws: int | None = None,
) -> Evaluation:
    """Measure what test rows hold.

    Parameters
    ----------
    champion: version and package of the champion that the rows hold predictions of; None where they hold none.
    served_from: the score from which customers are in the band that is served; None to leave it unjudged.
    effects: what the inputs do, which the rows do not tell.
    n_draws: by default as many as an evaluation takes; fewer give the same figures with other intervals.
    """
    if spec.kind is Kind.PROPENSITY:
        return _propensity(rows, spec, known_until, champion, served_from, effects, n_draws or PROPENSITY_DRAWS)
    return _survival(rows, spec, known_until, champion, served_from, effects, n_draws or SURVIVAL_DRAWS)


def _propensity(
    rows: MeasuredRows,
    spec: Model,
    known_until: date,
    champion: tuple[int, str] | None,
    served_from: float | None,
    effects: tuple[FeatureEffect, ...],
    n_draws: int,
) -> Evaluation:
    """Against the logistic regression on the same inputs."""
    comparison: ChampionComparison | None = None
    if champion is not None:
        comparison = compare_with_champion(
            rows.event,
            rows.predicted[MODEL],
            rows.predicted[CHAMPION],
            metric=champion_metric(spec),
            champion_version=champion[0],
            champion_digest=champion[1],
            customer=rows.customer,
            seed=spec.seed,
            n_resamples=n_draws,
        )
    return evaluate_propensity(
        rows.event,
        rows.predicted[MODEL],
        [(LOGISTIC, rows.predicted[LOGISTIC])],
        customer=rows.customer,
        as_of=rows.day,
        known_until=known_until,
        seed=spec.seed,
        n_resamples=n_draws,
        selected_rate=spec.top_band_share,
        served_from=served_from,
        effects=effects,
        champion=comparison,
    )


def _survival(
    rows: MeasuredRows,
    spec: Model,
    known_until: date,
    champion: tuple[int, str] | None,
    served_from: float | None,
    effects: tuple[FeatureEffect, ...],
    n_draws: int,
) -> Evaluation:
    """Against Kaplan-Meier and Cox, day by day up to the longest horizon."""
    outcome = SurvivalOutcome(rows.duration, rows.event)
    comparison: ChampionComparison | None = None
    if champion is not None:
        comparison = compare_survival_with_champion(
            rows.predicted[MODEL],
            rows.predicted[CHAMPION],
            outcome,
            metric=champion_metric(spec),
            champion_version=champion[0],
            champion_digest=champion[1],
            customer=rows.customer,
            seed=spec.seed,
            n_resamples=n_draws,
        )
    return evaluate_survival(
        rows.predicted[MODEL],
        outcome,
        kaplan_meier=rows.predicted[KAPLAN_MEIER],
        cox=rows.predicted[COX],
        customer=rows.customer,
        as_of=rows.day,
        known_until=known_until,
        horizons_days=spec.horizons_days,
        score_horizon_days=spec.score_horizon_days,
        seed=spec.seed,
        n_resamples=n_draws,
        selected_rate=spec.top_band_share,
        served_from=served_from,
        effects=effects,
        champion=comparison,
    )


def champion_metric(spec: Model) -> str:
    """The metric on which challenger and champion are compared: that of the spec's gate, or the kind's first."""
    for gate in spec.gates:
        if gate.kind is GateKind.NOT_WORSE_THAN_CHAMPION and gate.metric:
            return gate.metric
    return "roc_auc" if spec.kind is Kind.PROPENSITY else "integrated_brier_score"


def _effects(challenger: Challenger, test: Rows, seed: int) -> tuple[FeatureEffect, ...]:
    """What the most important inputs do."""
    model = challenger.model
    gain = model.booster.gain_rate() if isinstance(model, PropensityModel) else model.gain_rate()
    names, words = challenger.facts.feature_names, challenger.facts.words
    return feature_effects(challenger.score, test.X, feature_names=names, gain_rate=gain, seed=seed, words=words)
