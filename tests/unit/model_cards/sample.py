"""Made-up evidence of made-up models, for tests of the card alone. No figure here was ever measured."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from model_cards.compile import compile_card
from tenure.evaluation.records import Estimate, Evaluation
from tenure.evidence import (
    BillFacts,
    EnvironmentFacts,
    Evidence,
    MonitoringFacts,
    PolicyFacts,
    StabilityFacts,
)
from tenure.gate import Gate, GateKind, GateResult, GateVerdict
from tenure.gates import Decision, Outcome
from tenure.gathering import EVIDENCE_SCHEMA_VERSION
from tenure.open_points import open_points
from tenure.privacy.records import MembershipInference, Memorised, PrivacyReport
from tenure.statements import Narrative, NotApplicable, Statement
from tests.unit.model_cards.sample_audit import audit
from tests.unit.model_cards.sample_learnt import FEATURES, data, features, model
from tests.unit.model_cards.sample_measured import evaluation

ROLES = {"model_owner": "model owner (demo)", "data_steward": "data steward (demo)"}


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
PRIVACY = PrivacyReport(
    membership=MembershipInference(auc=Estimate(value=0.512, low=0.507, high=0.518), n_customers=2_400, n_days=13),
    memorised=Memorised(n_files=9, n_ids=2_450, n_ids_passed_over=12, n_ids_found=0, n_rare_words_found=0, n_own_figures_found=0),
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
        privacy=PRIVACY,
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
