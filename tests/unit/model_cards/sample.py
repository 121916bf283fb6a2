"""Made-up evidence of made-up models, for tests of the card alone. No figure here was ever measured."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from math import exp
from typing import Any

from model_cards.compile import compile_card
from tenure.audit import AttributeAudit, AuditLines, AuditReport, Disparity, GroupFigures, Verdict
from tenure.evaluation.records import (
    CalibrationBin,
    Campaign,
    ChampionComparison,
    Curve,
    Estimate,
    Evaluation,
    FeatureEffect,
    HorizonCalibration,
    LiftPoint,
    Metric,
    ServedBand,
)
from tenure.evidence import (
    AttributeFacts,
    BillFacts,
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
from tenure.gates import Decision, GateResult, GateVerdict, Outcome
from tenure.gathering import EVIDENCE_SCHEMA_VERSION
from tenure.open_points import open_points
from tenure.specs import Gate, GateKind
from tenure.statements import Narrative, NotApplicable, Statement

ROLES = {"model_owner": "model owner (demo)", "data_steward": "data steward (demo)"}


def about(value: float, spread: float = 0.02) -> Estimate:
    """An estimate with a made-up interval."""
    return Estimate(value=value, low=value - spread, high=value + spread)


def metric(name: str, title: str, value: float, base: float, *, better: str = "higher", spread: float = 0.02) -> Metric:
    """A metric beside one baseline."""
    return Metric(
        name=name,
        title=title,
        definition=f"What {title} says, in one sentence.",
        better=better,
        estimate=about(value, spread),
        baselines=(("logistic regression", about(base, spread)),),
        difference=Estimate(value=value - base, low=value - base - spread / 4, high=value - base + spread / 4),
    )


FEATURES = (
    ("recency_days", "days", "days since the last purchase", "raises the score"),
    ("gap_median_days", "days", "days between purchases, median", "either way"),
    ("recency_in_gaps", "ratio", "time since the last purchase, in own gaps", "raises the score"),
    ("purchase_days_91d", "count", "days with a purchase in the last 91 days", "lowers the score"),
    ("spend_28d", "cents", "spent in the last 28 days", "either way"),
    ("velocity_28d", "ratio", "spend of 28 days over the 28 before", "either way"),
    ("departments_91d", "count", "departments bought from", "either way"),
    ("coupon_rate_91d", "rate", "share of lines bought with a coupon", "either way"),
)


def features() -> tuple[FeatureFacts, ...]:
    """Inputs as a spec declares them."""
    return tuple(
        FeatureFacts(
            name=name,
            unit=unit,
            meaning=meaning,
            reads=("transactions.day", "transactions.household_id"),
            lookback_days=91,
            capped_at=None,
            direction=direction,
            missing_rate=0.014 if name == "velocity_28d" else 0.0,
        )
        for name, unit, meaning, direction in FEATURES
    )


def effects() -> tuple[FeatureEffect, ...]:
    """What inputs do to the mean prediction."""
    shares = (0.41, 0.22, 0.13, 0.09, 0.06, 0.04, 0.03, 0.02)
    return tuple(
        FeatureEffect(
            feature=name,
            gain_rate=share,
            values=tuple(float(5 * i) for i in range(8)),
            mean_prediction=tuple(
                0.13 + (0.05 * i if direction != "lowers the score" else -0.012 * i) * share * 2 for i in range(8)
            ),
        )
        for (name, _, _, direction), share in zip(FEATURES, shares, strict=True)
    )


def periods() -> tuple[PeriodFacts, ...]:
    """Fit, calibration and test."""
    days = (
        ("fit", date(2017, 4, 9), date(2017, 6, 11), date(2017, 7, 9), 10, 21340, 2391, 2731),
        ("calibration", date(2017, 7, 9), date(2017, 7, 23), date(2017, 8, 20), 3, 6402, 2204, 813),
        ("test", date(2017, 8, 20), date(2017, 9, 3), date(2017, 10, 1), 3, 6377, 2188, 829),
    )
    return tuple(
        PeriodFacts(
            role=role,
            first_as_of=first,
            last_as_of=last,
            known_until=until,
            n_snapshots=n,
            n_rows=rows,
            n_customers=customers,
            n_events=n_events,
            censored_rate=0.0,
        )
        for role, first, last, until, n, rows, customers, n_events in days
    )


def data() -> DataFacts:
    """What the model learnt from."""
    transactions = SourceFacts(
        name="transactions",
        title="Transactions",
        grain="one line of a receipt",
        available="at the end of the event's UTC day",
        limitation="",
        n_days=273,
        n_received=1_091_204,
        n_quarantined=317,
        n_days_withheld=0,
        quarantine_by_rule=(("quantity_maximum", 12), ("amount_minimum", 305)),
        lake_version=3,
        content_digest="5ab1" * 16,
    )
    households = replace(
        transactions,
        name="households",
        title="Households",
        grain="one household",
        available="from the first day, for the source carries no date",
        limitation="Demographics carry no date and count as known from the first day.",
        n_days=1,
        n_received=801,
        n_quarantined=0,
        quarantine_by_rule=(),
    )
    return DataFacts(
        first_day=date(2017, 1, 1),
        known_until=date(2017, 10, 1),
        periods=periods(),
        sources=(transactions, households),
        attributes=tuple(
            AttributeFacts(name=name, title=title, source="households", n_known=801, n_customers=2469)
            for name, title in (
                ("age", "age of the head of household"),
                ("income", "household income"),
                ("marital_status", "marital status"),
            )
        ),
        training_set_digest="c0ffee" * 10 + "beef",
        features_version=7,
        activity_version=41,
        outcome_rule="no purchase in the days after the scoring day",
        split_rule="by time, with one label window left out between periods",
    )


def model(kind: str) -> ModelFacts:
    """What was fitted."""
    survival = kind == "survival"
    return ModelFacts(
        project="sample_company",
        name="sample_pause" if survival else "sample_lapse",
        title="Sample time to lapse" if survival else "Sample lapse within 28 days",
        kind=kind,
        owner="team:growth",
        algorithm="discrete-time hazard, gradient boosting" if survival else "gradient-boosted trees",
        parameters=(("n_rounds", "300"), ("learning_rate", "0.03"), ("num_leaves", "7")),
        calibration_method="Platt",
        calibration_scores=(("none", 0.0921), ("Platt", 0.0897), ("isotonic", 0.0902)),
        seed=20170101,
        as_of=date(2017, 10, 1),
        population="customers who bought within the 56 days before the scoring day",
        score_means="the probability of no purchase within 28 days from the scoring day",
        outcome_days=56 if survival else 28,
        horizons_days=(7, 14, 28, 42, 56) if survival else (),
        longest_follow_up_days=91 if survival else None,
        model_digest="9f2c" * 16,
        trained_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        training_seconds=14.2,
        n_threads=2,
        peak_memory_mb=812.0,
        files=("model/booster.txt", "model/calibration.json", "model/scoring.json"),
    )


def bins(n: int = 10, *, shift: float = 0.0) -> tuple[CalibrationBin, ...]:
    """Calibration bins that climb."""
    return tuple(
        CalibrationBin(
            n_rows=638,
            predicted=0.004 + 0.62 * (i / (n - 1)) ** 2.2,
            observed=about(0.006 + shift + 0.6 * (i / (n - 1)) ** 2.2, 0.03),
        )
        for i in range(n)
    )


def curves() -> tuple[Curve, ...]:
    """Survival by risk band."""
    days = tuple(range(0, 57, 2))
    return tuple(
        Curve(
            label=label,
            n_rows=n,
            days=days,
            predicted=tuple(exp(-hazard * day) for day in days),
            observed=tuple(exp(-hazard * 1.04 * day) for day in days),
            baseline=tuple(exp(-hazard * 0.9 * day) for day in days),
        )
        for label, hazard, n in (("highest tenth", 0.03, 640), ("next four tenths", 0.006, 2550), ("lowest half", 0.0008, 3190))
    )


def evaluation(kind: str, *, champion: bool) -> Evaluation:
    """What was measured on the test rows."""
    survival = kind == "survival"
    ranking = ("uno_c", "Uno’s c") if survival else ("roc_auc", "ROC-AUC")
    metrics = (
        metric(*ranking, 0.862, 0.851),
        metric("average_precision", "Average precision", 0.431, 0.402),
        metric("brier", "Brier score", 0.089, 0.093, better="lower", spread=0.006),
        metric("brier_skill", "Brier skill", 0.21, 0.18),
        metric("log_loss", "Log loss", 0.298, 0.297, better="lower"),
        metric("precision_top_band", "Precision in the top band", 0.61, 0.57, spread=0.04),
        metric("expected_calibration_error", "Expected calibration error", 0.024, 0.029, better="lower", spread=0.005),
        metric("calibration_slope", "Calibration slope", 1.03, 0.98, better="closer to one", spread=0.06),
    )
    comparison = ChampionComparison(
        champion_version=3,
        champion_digest="77aa" * 16,
        metric=ranking[0],
        challenger=about(0.862),
        champion=about(0.859),
        difference=Estimate(value=0.003, low=-0.002, high=0.008),
    )
    points = ((0.02, 0.78, 0.12), (0.05, 0.69, 0.27), (0.1, 0.61, 0.47), (0.2, 0.42, 0.65), (0.5, 0.24, 0.91), (1.0, 0.13, 1.0))
    return Evaluation(
        test_from=date(2017, 8, 20),
        test_to=date(2017, 9, 3),
        known_until=date(2017, 10, 1),
        n_rows=6377,
        n_customers=2188,
        n_events=829,
        censored_rate=0.31 if survival else 0.0,
        metrics=metrics,
        calibration=bins(),
        lift=tuple(
            LiftPoint(selected_rate=s, event_rate=about(r, 0.04), captured_rate=c, baseline=about(r - 0.03 * (s < 1), 0.04))
            for s, r, c in points
        ),
        horizons=tuple(
            HorizonCalibration(
                horizon_days=d,
                mean_absolute_error=about(0.011, 0.004),
                bins=bins(6, shift=d / 4000),
                baseline_bins=bins(6, shift=d / 1500),
            )
            for d in (7, 14, 28, 42, 56)
        )
        if survival
        else (),
        curves=curves() if survival else (),
        effects=effects(),
        champion=comparison if champion else None,
        baseline_calibration=bins(shift=0.02),
        served_band=ServedBand(
            from_score=0.41,
            n_rows=641,
            n_customers=320,
            predicted=0.59,
            observed=about(0.61, 0.03),
            gap=about(-0.02, 0.02),
            line=0.05,
        ),
        campaign=Campaign(
            selected_rate=0.1,
            n_scored=2126,
            n_selected=213,
            reached=about(130, 8),
            baseline="logistic regression",
            reached_by_baseline=about(121, 8),
            reached_at_random=about(28, 2),
            difference=about(9, 4),
        ),
    )


def group(name: str, rate: float, *, n: int = 180, assessable: bool = True, why_not: str = "") -> GroupFigures:
    """One group's figures; none of a small one."""
    figures = (
        ("selection_rate", about(rate, 0.025)),
        ("selection_ratio", about(rate / 0.13, 0.1)),
        ("true_positive_rate", about(rate + 0.35, 0.08)),
        ("event_rate", about(rate + 0.02, 0.02)),
        ("mean_score", about(rate + 0.03, 0.01)),
        ("calibration_in_the_large", about(0.01, 0.012)),
        ("calibration_slope", about(1.02, 0.14)),
    )
    return GroupFigures(
        group=name,
        n_rows=3 * n,
        n_customers=n,
        n_customers_with_event=n // 4,
        assessable=assessable,
        why_not=why_not,
        figures=figures if n >= 100 else (),
    )


MEASURES = (
    ("selection_ratio", "Selection-rate ratio", "at least 0.80 (and so at most 1.25 the other way round)", about(0.84, 0.09)),
    ("opportunity_difference", "Equal-opportunity difference", "at most 0.10", about(0.08, 0.06)),
    (
        "calibration_in_the_large",
        "Calibration in the large, within groups",
        "at most 0.02 off in every group",
        about(0.011, 0.008),
    ),
    (
        "calibration_slope",
        "Calibration slope, within groups",
        "at most a factor of 1.25 from 1, in every group",
        about(1.08, 0.07),
    ),
)
_WHY = {
    Verdict.PASS: "the whole interval keeps the line",
    Verdict.FAIL: "the whole interval is beyond the line",
    Verdict.INCONCLUSIVE: "19-34 and 45-54 are furthest apart, and the interval reaches to both sides of the line",
    Verdict.NOT_ASSESSABLE: "fewer than two groups have enough customers",
}


def attribute(name: str, title: str, groups: tuple[GroupFigures, ...], verdicts: tuple[Verdict, ...]) -> AttributeAudit:
    """One attribute with four measures."""
    return AttributeAudit(
        attribute=name,
        title=title,
        n_known=801,
        n_customers=2469,
        known=(),
        groups=groups,
        disparities=tuple(
            Disparity(
                measure=measure,
                title=words,
                line=line,
                estimate=None if verdict is Verdict.NOT_ASSESSABLE else figure,
                groups=("19-34", "45-54"),
                verdict=verdict,
                reason=_WHY[verdict],
            )
            for (measure, words, line, figure), verdict in zip(MEASURES, verdicts, strict=True)
        ),
    )


def audit(*, assessable: bool = True) -> AuditReport:
    """An audit in which something can be said, or nothing."""
    ok, unclear, none = (
        (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.NOT_ASSESSABLE) if assessable else (Verdict.NOT_ASSESSABLE,) * 3
    )
    few = "too small: 31 customers, 7 of them with the event, where 100 and 20 are needed"
    unknown = group("unknown", 0.12, n=1668, assessable=False, why_not="value not known: shown, never compared")
    ages = (
        group("19-34", 0.11),
        group("35-44", 0.09),
        group("45-54", 0.08, n=280),
        group("65+", 0.1, n=31, assessable=False, why_not=few),
        unknown,
    )
    incomes = (group("under 35K", 0.12), group("35-74K", 0.1, n=300), group("75K and over", 0.08, n=240), unknown)
    marital = (group("married", 0.08, n=340), group("single", 0.11, n=160), unknown)
    pair = (group("19-34 x married", 0.1, n=60, assessable=False, why_not=few), group("45-54 x married", 0.09, n=131), unknown)
    return AuditReport(
        lines=AuditLines(),
        selection_rule="the tenth of customers with the highest score on each day",
        attributes=(
            attribute("age", "age of the head of household", ages, (unclear, unclear, ok, ok)),
            attribute("income", "household income", incomes, (ok, unclear, ok, ok)),
            attribute("marital_status", "marital status", marital, (ok, ok, ok, ok)),
            attribute("age x income", "age of the head of household x household income", pair, (none, none, none, none)),
            attribute("age x marital_status", "age of the head of household x marital status", pair, (none, unclear, ok, ok)),
        ),
    )


def decision(evaluated: Evaluation, *, outcome: Outcome = Outcome.NEEDS_REASON) -> Decision:
    """Gates of every kind."""
    refused = outcome is Outcome.REFUSED
    ranking, title = evaluated.metrics[0].name, evaluated.metrics[0].title
    logistic = Gate(
        name="not_worse_than_logistic", kind=GateKind.NOT_WORSE_THAN_BASELINE, metric=ranking, limit=0.005, reviewers_line=0.0
    )
    calibrated = Gate(
        name="calibrated", kind=GateKind.CEILING, metric="expected_calibration_error", limit=0.03, reviewers_line=0.02
    )
    return Decision(
        outcome=outcome,
        champion_digest=evaluated.champion.champion_digest if evaluated.champion else None,
        champion_version=evaluated.champion.champion_version if evaluated.champion else None,
        verdicts=(
            GateVerdict(
                gate=Gate(name="ranks_well", kind=GateKind.FLOOR, metric=ranking, limit=0.857),
                result=GateResult.FAIL if refused else GateResult.PASS,
                found=f"{title} 0.8620, asked at least 0.857",
                value=0.862,
            ),
            GateVerdict(
                gate=logistic,
                result=GateResult.PASS,
                found=f"{title} against the baseline: 0.0110 (0.0060 to 0.0160), positive being better; "
                "asked a lower end no more than 0.005 below 0",
                value=0.006,
                meets_reviewers_line=True,
            ),
            GateVerdict(
                gate=calibrated,
                result=GateResult.PASS,
                found="Expected calibration error 0.0240, asked at most 0.03",
                value=0.024,
                meets_reviewers_line=False,
            ),
            GateVerdict(
                gate=Gate(name="fair", kind=GateKind.AUDIT),
                result=GateResult.NEEDS_REASON,
                found="inconclusive: age of the head of household, household income; pass: marital status",
            ),
            GateVerdict(
                gate=Gate(name="card", kind=GateKind.CARD_COMPLETE),
                result=GateResult.PASS,
                found="every required field is filled",
            ),
        ),
    )


BILL = BillFacts(
    digest="b111" * 16,
    n_packages=210,
    licences=(("MIT", 120), ("Apache-2.0", 61), ("BSD-3-Clause", 27)),
    licence_unknown=("huey", "skops"),
)
POLICY = PolicyFacts(digest="9f0c" * 16, reviewers=2, approval_lasts_days=30, review_within_days=120)


def evidence(
    kind: str = "propensity",
    *,
    champion: bool = True,
    assessable: bool = True,
    outcome: Outcome = Outcome.NEEDS_REASON,
    governed: bool = False,
) -> Evidence:
    """Everything of one challenger, made up; `governed` if a policy and a bill of materials are named."""
    evaluated = evaluation(kind, champion=champion)
    judged = decision(evaluated, outcome=outcome)
    made = Evidence(
        schema_version=EVIDENCE_SCHEMA_VERSION,
        model=model(kind),
        data=data(),
        features=features(),
        never_used=("age", "income", "marital_status", "household_composition"),
        environment=EnvironmentFacts(
            code_commit="1f6e" * 10,
            lock_digest="ab12" * 16,
            python="3.11.9",
            platform="linux",
            packages=(("lightgbm", "4.7.0", "MIT"), ("numpy", "2.3.1", "BSD-3-Clause")),
            bill=BILL if governed else None,
        ),
        evaluation=evaluated,
        audit=audit(assessable=assessable),
        monitoring=MonitoringFacts(
            psi_limit=0.25,
            alarm_windows=3,
            alarm_of_windows=5,
            false_alarm_rate=1 / 60,
            max_age_days=120,
            false_alarm_high_rate=0.067,
            false_alarm_quarters=60,
        ),
        stability=StabilityFacts(score_psi=0.03, feature_psi=tuple((name, 0.01 * i) for i, (name, *_) in enumerate(FEATURES))),
        policy=POLICY if governed else None,
        decision=judged,
    )
    return replace(made, decision=replace(judged, open_points=open_points(judged, made)))


_SAID = {
    "ownership": "The growth team owns the model; the data team built it and answers at its usual address.",
    "target": "A pause of {model.outcome_days} days is called a lapse; shorter pauses are usual.",
    "intended_use": "Choosing whom to send a reminder with a voucher. Used by the growth team, once a day.",
    "out_of_scope": "Never for prices, credit, service levels or anything a customer cannot decline.",
    "human_oversight": "People choose the campaign and its size; the list can be changed by hand before anything is sent.",
    "risk_tier": 'Low: marketing, not among the uses of "Annex III"; decided by the owner.',
    "provenance": "Receipts of a loyalty card, as published for research.",
    "known_gaps": "Members only; demographics are known for {data.attributes.age.n_known} of {data.attributes.age.n_customers}.",
    "features": "All inputs describe how a household buys, none who it is.",
    "protected_attributes": "Basket breadth may stand in for household size; it is kept because it describes buying.",
    "evaluation_data": "The latest weeks whose outcome is known, so that the test is nearest to use.",
    "metrics": "Ranking decides whom a campaign reaches; calibration decides what it costs.",
    "fairness": "A reminder is a benefit, so we ask that those who would lapse are found equally often in every group.",
    "explanation": "Shares of gain say what the trees used, not what causes a lapse.",
    "limitations": "Holidays and a household that moves away look alike. One year only: no season is seen twice.",
    "ethics": "A household may feel watched when a reminder follows a pause at once.",
    "residual_risk": "A wrong reminder costs a voucher; the weekly cap bounds it.",
    "thresholds": "The campaign reaches the top tenth, which is what the budget allows.",
    "monitoring": "The owner reads alarms each working day; at a breach, campaigns stop until a retrained model is approved.",
    "changes": "Retraining on newer months is foreseen; new inputs are a new review.",
    "standards": 'Fields follow the literature; "Article 11" duties were not assessed by a lawyer.',
    "instructions": "To switch it off, roll back, or stop the daily schedule.",
}


def narrative(**changes: Statement | NotApplicable) -> Narrative:
    """Human statements for every field that asks for one, with changes by key."""
    said: dict[str, Statement | NotApplicable] = {
        key: Statement(text=text, author="model_owner", on=date(2026, 11, 2)) for key, text in _SAID.items()
    }
    said["consent_coverage"] = NotApplicable(
        reason="The published sample carries no consent records.", author="data_steward", on=date(2026, 11, 2)
    )
    return Narrative(
        summary="Each morning it scores {model.population}. The score is {model.score_means}. It is for choosing whom to "
        "remind; it must not be used for prices or service.",
        verb="lapse",
        statements=said | changes,
    )


@cache
def card(
    kind: str = "propensity", *, champion: bool = True, assessable: bool = True, outcome: Outcome = Outcome.NEEDS_REASON
) -> dict[str, Any]:
    """The card of one challenger, compiled once for all tests that only read it."""
    return compile_card(
        evidence(kind, champion=champion, assessable=assessable, outcome=outcome, governed=True), narrative(), ROLES
    )
