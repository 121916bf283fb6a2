"""Gathering evidence: one record of all that the stages of a challenger measured, from which its card is compiled."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from tenure.audit import AuditReport
from tenure.challenger import Challenger
from tenure.drift import DriftReference, build_reference, measure
from tenure.drift_alarm import ALARM_RULE
from tenure.errors import EstimationError
from tenure.estimators.propensity import PropensityModel
from tenure.evaluation.records import Evaluation
from tenure.evidence import (
    AttributeFacts,
    DataFacts,
    EnvironmentFacts,
    Evidence,
    FeatureFacts,
    ModelFacts,
    MonitoringFacts,
    PeriodFacts,
    PolicyFacts,
    SourceFacts,
    StabilityFacts,
)
from tenure.false_alarms import FalseAlarms, false_alarm_rate
from tenure.judged import Judged
from tenure.outcomes import Kind
from tenure.package import model_digest
from tenure.privacy.records import PrivacyReport
from tenure.specs import Model, directions
from tenure.training_set import FIT, ROLES, TEST, TrainingSet

EVIDENCE_SCHEMA_VERSION = 8
DIRECTIONS = {1: "raises the score", -1: "lowers the score", 0: "either way"}


def gather(
    challenger: Challenger,
    training_set: TrainingSet,
    evaluation: Evaluation,
    audit: AuditReport,
    privacy: PrivacyReport,
    spec: Model,
    *,
    first_day: date,
    timezone: str,
    sources: Sequence[SourceFacts],
    attributes: Sequence[AttributeFacts],
    environment: EnvironmentFacts,
    test_rows_digest: str,
    policy: PolicyFacts | None,
) -> Judged:
    """Put the record of a challenger together, with the reference of its fit rows; the decision is still open."""
    fit, as_of = training_set.role(FIT), training_set.split.test_known_until
    score = challenger.score(fit.X)
    reference = build_reference(fit.X, score, names=training_set.feature_names, words=training_set.words)
    alarms = false_alarm_rate(reference, fit.X, score, day_rows=len(fit.event) // len(training_set.split.fit), seed=spec.seed)
    data = DataFacts(
        first_day=first_day,
        known_until=as_of,
        periods=tuple(_period(training_set, role) for role in ROLES),
        sources=tuple(sources),
        attributes=tuple(attributes),
        training_set_digest=training_set.digest,
        features_version=training_set.features_version,
        outcome_rule=f"{spec.foresees.rule}; days are those of {timezone}",
        split_rule=split_rule(spec),
        history_versions=training_set.history_versions,
        test_rows_digest=test_rows_digest,
        consent=training_set.consent,
    )
    evidence = Evidence(
        schema_version=EVIDENCE_SCHEMA_VERSION,
        model=_model(challenger, spec, as_of),
        data=data,
        features=_features(training_set, spec),
        never_used=spec.protected,
        environment=environment,
        evaluation=evaluation,
        audit=audit,
        monitoring=_monitoring(spec, alarms),
        stability=_stability(challenger, training_set, reference),
        policy=policy,
        privacy=privacy,
    )
    return Judged(evidence=evidence, reference=reference)


def _monitoring(spec: Model, false_alarms: FalseAlarms) -> MonitoringFacts:
    """What will watch the model, with the alarm's known error rate."""
    return MonitoringFacts(
        psi_limit=ALARM_RULE.limit,
        alarm_windows=ALARM_RULE.windows,
        alarm_of_windows=ALARM_RULE.of,
        false_alarm_rate=false_alarms.rate if false_alarms.is_judged else None,
        max_age_days=spec.max_age_days,
        false_alarm_high_rate=false_alarms.high if false_alarms.is_judged else None,
        false_alarm_quarters=false_alarms.n_quarters if false_alarms.is_judged else None,
    )


def split_rule(spec: Model) -> str:
    """How rows were kept apart, in words."""
    if spec.split is not None:
        return (
            f"by customer, in {spec.split.n} parts drawn by chance: one tests, one calibrates, the others fit; all are of one day"
        )
    if spec.kind is Kind.PROPENSITY:
        return f"by time, {spec.purge_days} days left out between fit, calibration and test, so that no label looks into the next"
    return (
        "by time; the follow-up of fit rows is cut where calibration starts, and what is seen from there to where test starts "
        "calibrates, of fit rows too"
    )


def _model(challenger: Challenger, spec: Model, as_of: date) -> ModelFacts:
    """What was fitted, and what fitting took."""
    if challenger.effort is None:
        raise EstimationError(f"The effort of fitting {spec.name!r} was not recorded; fit it again.")
    model, files = challenger.model, challenger.model_files()
    if isinstance(model, PropensityModel):
        method, scores = model.calibration.calibrator.method, tuple(model.calibration.scores)
    else:
        method, scores = model.calibration.method, model.calibration_scores
    return ModelFacts(
        project=challenger.facts.project,
        name=spec.name,
        title=spec.title,
        kind=spec.kind.value,
        owner=spec.owner,
        algorithm=_algorithm(spec),
        parameters=tuple((name, f"{value:g}") for name, value in _parameters(spec)),
        calibration_method=method,
        calibration_scores=scores,
        seed=spec.seed,
        as_of=as_of,
        population=spec.population.in_words,
        score_means=spec.score_means,
        outcome_days=spec.outcome_days,
        horizons_days=spec.horizons_days,
        longest_follow_up_days=None if isinstance(model, PropensityModel) else model.longest_follow_up_days,
        model_digest=model_digest(files),
        trained_at=challenger.effort.trained_at,
        training_seconds=challenger.effort.seconds,
        n_threads=challenger.effort.n_threads,
        peak_memory_mb=challenger.effort.peak_memory_mb,
        files=tuple(sorted(files)),
    )


def _parameters(spec: Model) -> Sequence[tuple[str, float]]:
    """What the trees were grown with."""
    is_read = {"start_share": spec.kind is Kind.PROPENSITY, "cox_share": spec.cox_share > 0}
    return [(name, value) for name, value in vars(spec.parameters).items() if is_read.get(name, True)]


def _algorithm(spec: Model) -> str:
    """What was fitted, in words."""
    if spec.kind is Kind.SURVIVAL:
        start = f" that start from {spec.cox_share:.0%} of a Cox model's log hazard ratio" if spec.cox_share else ""
        return f"gradient-boosted trees (LightGBM) on the hazard of each day{start}"
    share = spec.parameters.start_share
    start = f" that start from {share:.0%} of a logistic regression's log-odds" if share else ""
    calibrated = "later weeks" if spec.split is None else "other customers"
    return f"gradient-boosted trees (LightGBM){start}, calibrated on {calibrated}"


def _period(training_set: TrainingSet, role: str) -> PeriodFacts:
    """Rows and outcomes of one role."""
    rows, split = training_set.role(role), training_set.split
    days = {"fit": split.fit, "calibration": split.calibration, "test": split.test}[role]
    return PeriodFacts(
        role=role,
        first_as_of=days[0],
        last_as_of=days[-1],
        known_until=split.known_until(days[-1]),
        n_snapshots=len(days),
        n_rows=len(rows.event),
        n_customers=len(np.unique(rows.customer)),
        n_events=int(rows.event.sum()),
        censored_rate=float(1 - rows.event.mean()) if training_set_is_censored(rows.duration) else 0.0,
    )


def training_set_is_censored(duration: np.ndarray) -> bool:
    """Whether rows have follow-up of unlike length; labels of a fixed window have one length and no censoring."""
    return len(np.unique(duration)) > 1


def _features(training_set: TrainingSet, spec: Model) -> tuple[FeatureFacts, ...]:
    """Each input as declared, with its imposed direction and how often it is missing in the fit rows."""
    missing = np.isnan(training_set.role(FIT).X).mean(axis=0)
    return tuple(
        FeatureFacts(
            name=feature.name,
            unit=feature.unit,
            meaning=feature.meaning,
            reads=feature.reads,
            lookback_days=feature.lookback_days,
            capped_at=feature.capped_at,
            direction=DIRECTIONS[direction],
            missing_rate=float(rate),
        )
        for feature, direction, rate in zip(spec.inputs, directions(spec), missing, strict=True)
    )


def _stability(challenger: Challenger, training_set: TrainingSet, reference: DriftReference) -> StabilityFacts:
    """How far inputs and scores moved from the fit rows to the test rows."""
    test = training_set.role(TEST)
    moved = measure(reference, test.X, challenger.score(test.X), day=training_set.split.test[-1])
    return StabilityFacts(
        score_psi=moved.score_psi,
        feature_psi=tuple((s.name, s.psi) for s in moved.shifts if s.name in training_set.feature_names),
    )
