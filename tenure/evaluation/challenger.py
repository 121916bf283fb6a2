"""Evaluating a challenger: its test rows, its baselines and the champion on the same rows."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tenure.challenger import LOGISTIC, Challenger
from tenure.errors import EstimationError
from tenure.estimators.outcome import SurvivalOutcome
from tenure.estimators.propensity import PropensityModel
from tenure.evaluation.effects import feature_effects
from tenure.evaluation.propensity import compare_with_champion, evaluate_propensity
from tenure.evaluation.records import Evaluation, FeatureEffect
from tenure.evaluation.survival import compare_survival_with_champion, evaluate_survival
from tenure.scoring import Scorer
from tenure.specs import GateKind, ModelSpec, PropensitySpec, SurvivalSpec
from tenure.training_set import TEST, Rows, TrainingSet


@dataclass(frozen=True, kw_only=True)
class ChampionOnTest:
    """The present champion with its own inputs X (n, n_features of the champion) for the challenger's test rows."""

    version: int
    digest: str
    scorer: Scorer
    X: np.ndarray


def evaluate_challenger(
    challenger: Challenger, training_set: TrainingSet, spec: ModelSpec, *, champion: ChampionOnTest | None
) -> Evaluation:
    """Measure a challenger on the test rows, which trained and calibrated nothing."""
    test = training_set.role(TEST)
    known_until = training_set.split.test_known_until
    if isinstance(spec, PropensitySpec):
        return _propensity(challenger, test, spec, known_until, champion)
    return _survival(challenger, test, spec, known_until, champion)


def _propensity(
    challenger: Challenger, test: Rows, spec: PropensitySpec, known_until: date, champion: ChampionOnTest | None
) -> Evaluation:
    """Against the logistic regression on the same inputs."""
    if challenger.logistic is None:
        raise EstimationError(f"Challenger of {spec.name!r} has no logistic baseline; fit it again.")
    score = challenger.score(test.X)
    comparison = None
    if champion is not None:
        comparison = compare_with_champion(
            test.event,
            score,
            champion.scorer.model.predict(champion.X),  # type: ignore[union-attr]
            metric=champion_metric(spec),
            champion_version=champion.version,
            champion_digest=champion.digest,
            customer=test.customer,
            seed=spec.seed,
        )
    return evaluate_propensity(
        test.event,
        score,
        [(LOGISTIC, challenger.logistic.predict(test.X))],
        customer=test.customer,
        as_of=test.day,
        known_until=known_until,
        seed=spec.seed,
        selected_rate=spec.top_band_share,
        served_from=challenger.facts.high_from,
        effects=_effects(challenger, test, spec.seed),
        champion=comparison,
    )


def _survival(
    challenger: Challenger, test: Rows, spec: SurvivalSpec, known_until: date, champion: ChampionOnTest | None
) -> Evaluation:
    """Against Kaplan-Meier and Cox, day by day up to the longest horizon."""
    if challenger.cox is None or challenger.kaplan_meier is None:
        raise EstimationError(f"Challenger of {spec.name!r} lacks its Cox or Kaplan-Meier baseline; fit it again.")
    days = range(1, max(spec.horizons_days) + 1)
    outcome = SurvivalOutcome(test.duration, test.event)
    curves = challenger.model.survival(test.X, days)  # type: ignore[union-attr]
    comparison = None
    if champion is not None:
        comparison = compare_survival_with_champion(
            curves,
            champion.scorer.model.survival(champion.X, days),  # type: ignore[union-attr]
            outcome,
            metric=champion_metric(spec),
            champion_version=champion.version,
            champion_digest=champion.digest,
            customer=test.customer,
            seed=spec.seed,
        )
    return evaluate_survival(
        curves,
        outcome,
        kaplan_meier=challenger.kaplan_meier.survival(test.X, days),
        cox=challenger.cox.survival(test.X, days),
        customer=test.customer,
        as_of=test.day,
        known_until=known_until,
        horizons_days=spec.horizons_days,
        score_horizon_days=spec.score_horizon_days,
        seed=spec.seed,
        selected_rate=spec.top_band_share,
        served_from=challenger.facts.high_from,
        effects=_effects(challenger, test, spec.seed),
        champion=comparison,
    )


def champion_metric(spec: ModelSpec) -> str:
    """The metric on which challenger and champion are compared: that of the spec's gate, or the kind's first."""
    for gate in spec.gates:
        if gate.kind is GateKind.NOT_WORSE_THAN_CHAMPION and gate.metric:
            return gate.metric
    return "roc_auc" if isinstance(spec, PropensitySpec) else "integrated_brier_score"


def _effects(challenger: Challenger, test: Rows, seed: int) -> tuple[FeatureEffect, ...]:
    """What the most important inputs do."""
    model = challenger.model
    gain = model.booster.gain_rate() if isinstance(model, PropensityModel) else model.gain_rate()
    names = challenger.facts.feature_names
    return feature_effects(challenger.score, test.X, feature_names=names, gain_rate=gain, seed=seed)
