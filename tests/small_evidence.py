"""A small challenger's evidence: every part that the catalogue shows, and no more."""

from datetime import UTC, date, datetime

from tenure.audit import AuditLines, AuditReport
from tenure.evaluation.records import CalibrationBin, Curve, Estimate, Evaluation, FeatureEffect, LiftPoint, Metric
from tenure.evidence import DataFacts, EnvironmentFacts, Evidence, ModelFacts, MonitoringFacts, PeriodFacts, SourceFacts
from tenure.gates import Decision, Outcome

DAY = date(2017, 10, 1)
AT = datetime(2017, 10, 1, 8, tzinfo=UTC)
EVALUATION = Evaluation(
    test_from=DAY,
    test_to=DAY,
    known_until=DAY,
    n_rows=1000,
    n_customers=900,
    n_events=130,
    censored_rate=0.0,
    metrics=(
        Metric(
            name="roc_auc",
            title="ranks well",
            definition="",
            better="higher",
            estimate=Estimate(value=0.86, low=0.84, high=0.88),
            baselines=(("logistic regression", Estimate(value=0.85, low=0.83, high=0.87)),),
            difference=Estimate(value=0.01, low=0.002, high=0.018),
        ),
        Metric(name="brier", title="", definition="", better="lower", estimate=Estimate(value=0.09)),
    ),
    calibration=tuple(
        CalibrationBin(n_rows=100, predicted=p / 20, observed=Estimate(value=p / 19, low=p / 22, high=p / 16))
        for p in range(1, 11)
    ),
    lift=tuple(
        LiftPoint(
            selected_rate=s / 10,
            event_rate=Estimate(value=0.6 - s / 22, low=0.5 - s / 24, high=0.7 - s / 20),
            captured_rate=s / 10,
        )
        for s in range(1, 11)
    ),
    curves=(Curve(label="top tenth", n_rows=100, days=(0, 14, 28), predicted=(1, 0.7, 0.5), observed=(1, 0.72, 0.48)),),
    effects=tuple(
        FeatureEffect(feature=f"days_since_{w}", gain_rate=g, values=(0, 10, 30), mean_prediction=(0.1, 0.2, 0.5))
        for w, g in (("purchase", 0.6), ("coupon", 0.3), ("campaign", 0.06), ("fuel", 0.04))
    ),
)
EVIDENCE = Evidence(
    schema_version=1,
    model=ModelFacts(
        project="shop",
        name="lapse_28d",
        title="Lapse",
        kind="propensity",
        owner="team:growth",
        algorithm="LightGBM",
        parameters=(("num_leaves", "7"),),
        calibration_method="platt",
        calibration_scores=(),
        seed=1,
        as_of=DAY,
        population="everybody",
        score_means="",
        outcome_days=28,
        horizons_days=(),
        longest_follow_up_days=None,
        model_digest="",
        trained_at=AT,
        training_seconds=1.0,
        n_threads=2,
        peak_memory_mb=100.0,
    ),
    data=DataFacts(
        first_day=DAY,
        known_until=DAY,
        periods=(
            PeriodFacts(
                role="fit",
                first_as_of=DAY,
                last_as_of=DAY,
                known_until=DAY,
                n_snapshots=1,
                n_rows=1000,
                n_customers=900,
                n_events=130,
                censored_rate=0.0,
            ),
        ),
        sources=(
            SourceFacts(
                name="transactions",
                title="",
                grain="",
                available="",
                limitation="",
                n_days=1,
                n_received=1,
                n_quarantined=0,
                n_days_withheld=0,
                quarantine_by_rule=(),
                lake_version=3,
                content_digest="c0ffee",
            ),
        ),
        attributes=(),
        training_set_digest="beef",
        features_version=1,
        outcome_rule="",
        split_rule="",
    ),
    features=(),
    never_used=(),
    environment=EnvironmentFacts(code_commit="abc", lock_digest="", python="", platform="", packages=()),
    evaluation=EVALUATION,
    audit=AuditReport(lines=AuditLines(), selection_rule="", attributes=()),
    monitoring=MonitoringFacts(psi_limit=0.25, alarm_windows=3, alarm_of_windows=5, false_alarm_rate=0.0, max_age_days=120),
    decision=Decision(outcome=Outcome.ACCEPTED, verdicts=()),
)
