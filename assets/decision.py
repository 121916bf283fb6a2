"""Decision: all evidence of a challenger in one record, judged by the spec's gates. A refusal is a result, not an error."""

from collections.abc import Sequence
from dataclasses import replace

import dagster as dg
import numpy as np

from adapters.environment import environment_facts
from assets.audit import groups_of, known_groups
from assets.evaluation import champion_on_test
from assets.naming import lane_stage, stage_key, upstream
from governance.records.approval import LONGEST_DECISION
from governance.rules.levels import level_of
from home.approved import purpose_facts
from home.day_figures import verdicts_by_day
from home.workplace import Workplace
from model_cards.compile import card_fields
from tenure.audit import AuditReport
from tenure.challenger import Challenger
from tenure.contracts import Source
from tenure.evaluation.measured import measured_rows
from tenure.evaluation.records import Evaluation
from tenure.evidence import AttributeFacts, Evidence, PolicyFacts, SourceFacts
from tenure.gate import GateResult
from tenure.gathering import gather
from tenure.judged import Judged
from tenure.open_points import judge as judge_gates
from tenure.privacy.records import PrivacyReport
from tenure.project import Project
from tenure.specs import Model
from tenure.training_set import TEST, TrainingSet
from tenure.validation import rows_by_rule

STAGE = "decision"
GATES = "gates"


def decision_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The decision on a model's challenger."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"python"}),
        ins=upstream(project, spec, "training_set", "challenger", "evaluation", "audit", "privacy"),
        description=f"{len(spec.gates)} gates, each with what it asked and what was found.",
    )
    def decision(
        context: dg.AssetExecutionContext,
        training_set: TrainingSet,
        challenger: Challenger,
        evaluation: Evaluation,
        audit: AuditReport,
        privacy: PrivacyReport,
        workplace: dg.ResourceParam[Workplace],
    ) -> Judged:
        judged = judge(workplace, spec, training_set, challenger, evaluation, audit, privacy)
        outcome = str(judged.evidence.decision.outcome) if judged.evidence.decision else None
        context.add_output_metadata({"outcome": outcome, "gates": dg.MetadataValue.md(_as_markdown(judged.evidence))})
        return judged

    return decision


def gates_check(project: Project, spec: Model) -> dg.AssetChecksDefinition:
    """The check that reports the decision. It blocks nothing: a rejected challenger needs its card most."""

    @dg.asset_check(asset=stage_key(project, spec, STAGE), name=GATES, description="Every gate of the spec holds.")
    def gates(decision: Judged) -> dg.AssetCheckResult:
        found = decision.evidence.decision
        reasons = found.reasons if found else ("no decision was made",)
        return dg.AssetCheckResult(
            passed=not reasons, severity=dg.AssetCheckSeverity.WARN, description="; ".join(reasons) or "every gate holds"
        )

    return gates


def judge(
    workplace: Workplace,
    spec: Model,
    training_set: TrainingSet,
    challenger: Challenger,
    evaluation: Evaluation,
    audit: AuditReport,
    privacy: PrivacyReport,
) -> Judged:
    """Gather the evidence, then let the gates decide."""
    project = workplace.project
    champion = champion_on_test(workplace, spec, training_set) if evaluation.champion else None
    rows = measured_rows(
        challenger,
        training_set.role(TEST),
        spec,
        champion=champion.predictions(spec) if champion else None,
        groups=groups_of(workplace, spec, training_set),
    )
    with workplace.lake.guard.writing(since=training_set.n_erasures):
        test_rows_digest = workplace.test_rows.keep(rows)
    gathered = gather(
        challenger,
        training_set,
        evaluation,
        audit,
        privacy,
        spec,
        first_day=project.first_day,
        timezone=project.timezone,
        sources=[source_facts(workplace, source, training_set) for source in project.sources],
        attributes=attribute_facts(workplace, spec, training_set),
        environment=environment_facts(),
        test_rows_digest=test_rows_digest,
        policy=policy_facts(workplace, spec),
        purpose=purpose_facts(workplace, spec),
    )
    evidence = gathered.evidence
    card = card_fields(evidence, spec.narrative, project.authors)
    standing = workplace.promotions.excepted_now(spec.name)
    decision = judge_gates(spec.gates, replace(evidence, exceptions=standing), card=card)
    asked = {verdict.gate.name for verdict in decision.verdicts if verdict.result in (GateResult.FAIL, GateResult.EXCEPTED)}
    # An exception that nothing rests on is none of this candidate's, and may end without touching it.
    used = tuple(one for one in standing if one.gate in asked)
    judged = replace(evidence, decision=decision, exceptions=used)
    return replace(gathered, evidence=judged, n_erasures=training_set.n_erasures)


def policy_facts(workplace: Workplace, spec: Model) -> PolicyFacts | None:
    """What is asked before this model may serve; None where there is no trust root, so nobody who could be asked."""
    if not workplace.promotions.has_trust_root:
        return None
    policy = workplace.promotions.policy(spec.name)
    return PolicyFacts(
        digest=policy.digest,
        reviewers=policy.reviewers,
        approval_lasts_days=LONGEST_DECISION.days,
        review_within_days=policy.review_within_days,
        one_person_may=policy.one_person_may,
        level=level_of(workplace.promotions.ledger().root, workplace.project.name),
    )


def source_facts(workplace: Workplace, source: Source, training_set: TrainingSet) -> SourceFacts:
    """What of a source was known when the model was trained: days, rows, quarantine."""
    verdicts = verdicts_by_day(workplace.lake, source, until=training_set.split.test_known_until)
    return SourceFacts(
        name=source.name,
        title=source.title,
        grain=source.grain,
        available=source.available_in_words,
        limitation=source.limitation,
        n_days=len(verdicts),
        n_received=sum(day.n_received for day in verdicts),
        n_quarantined=sum(day.n_quarantined for day in verdicts),
        n_days_withheld=sum(not day.is_released for day in verdicts),
        quarantine_by_rule=tuple(sorted(rows_by_rule(verdicts).items())),
        lake_version=dict(training_set.source_versions)[source.name],
        content_digest=workplace.raw.digest_of(workplace.project.name, source.name, [day.key for day in verdicts]),
    )


def attribute_facts(workplace: Workplace, spec: Model, training_set: TrainingSet) -> Sequence[AttributeFacts]:
    """For how many customers of the training set each protected attribute is known."""
    customers = set(np.unique(training_set.rows["customer_id"].to_numpy(zero_copy_only=False)))
    facts = []
    for name in spec.protected:
        attribute = workplace.project.attribute(name)
        known = customers & set(known_groups(workplace, attribute, training_set))
        facts.append(
            AttributeFacts(
                name=name, title=attribute.title, source=attribute.source, n_known=len(known), n_customers=len(customers)
            )
        )
    return facts


def _as_markdown(evidence: Evidence) -> str:
    """The gates as a table."""
    met = {None: "–", True: "met", False: "not met"}
    verdicts = evidence.decision.verdicts if evidence.decision else ()
    rows = [
        f"| {v.gate.name} | {v.result} | {v.found} | "
        f"{'' if v.gate.reviewers_line is None else f'{v.gate.reviewers_line:g}: '}{met[v.meets_reviewers_line]} |"
        for v in verdicts
    ]
    return "\n".join(["| gate | result | found | reviewers' line |", "|---|---|---|---|", *rows])
