"""The policy of a model: gates, the audit's lines, reviewers, evidence; and the gates judged again from a package's own evidence.

A decision that training wrote down is a claim. Promotion believes what `recompute` finds, and refuses a package that says
anything else. How gates are judged is `tenure/gates.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from governance.records.approval import AUDIT, CARD, Subject
from tenure.audit import AuditLines, AuditReport
from tenure.audit.recount import contradictions
from tenure.canonical import encode, record_reader, sha256
from tenure.errors import SpecError, TenureError
from tenure.evidence import Evidence
from tenure.gates import Decision, Outcome, decide
from tenure.package import DECISION_NAME, Package
from tenure.project import Project
from tenure.refusals import Refusal, refused
from tenure.specs import Gate, ModelSpec

T = TypeVar("T")

EVIDENCE = "evidence.json"
BILL = "sbom.json"
REQUIRED = (AUDIT, CARD, DECISION_NAME, EVIDENCE)
# The card's field of the decision itself: it is filled after the gates have judged the card.
_FILLED_BY_THE_DECISION = 38


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What must hold before a model may serve; its digest is what statements, approvals and promotions name.

    `audit_lines` are what the audit is held to, `protected` the attributes that it must compare, each and in pairs. `reviewers`
    says how many the project asks for (the trust root's quorum rules); `review_within_days` how long a promoted package may
    serve before people look again.
    """

    project: str
    model: str
    gates: tuple[Gate, ...]
    audit_lines: AuditLines
    protected: tuple[str, ...]
    reviewers: int
    review_within_days: int
    required_files: tuple[str, ...] = REQUIRED

    def __post_init__(self) -> None:
        """Refuse a policy that would let anything through."""
        if not self.gates or self.reviewers < 1 or self.review_within_days < 1 or not set(REQUIRED) <= set(self.required_files):
            raise SpecError(
                f"The policy of {self.project}.{self.model} must have a gate, a reviewer, a day until review and the files "
                f"{list(REQUIRED)}; found {len(self.gates)}, {self.reviewers}, {self.review_within_days}, "
                f"{list(self.required_files)}. Complete it."
            )

    @property
    def canonical(self) -> bytes:
        """The policy as RFC 8785 canonical JSON."""
        return encode(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in lower-case hex."""
        return sha256(self.canonical)


def policy_of(project: Project, spec: ModelSpec, *, reviewers: int) -> Policy:
    """The policy that a model's spec and its project state, with the quorum of the trust root."""
    return Policy(
        project=project.name,
        model=spec.name,
        gates=spec.gates,
        audit_lines=project.audit_lines,
        protected=tuple(spec.protected),
        reviewers=reviewers,
        review_within_days=spec.max_age_days,
    )


def subject_of(package: Package, policy: Policy, *, installation: str) -> Subject:
    """What the reviewers of a package sign; `installation` is the name of the log in which it shall count."""
    return Subject(
        installation=installation,
        project=policy.project,
        model=policy.model,
        serves_days=policy.review_within_days,
        package_digest=package.digest,
        model_digest=package.model_digest,
        card_digest=sha256(package.file(CARD)),
        audit_digest=sha256(package.file(AUDIT)),
        policy_digest=policy.digest,
    )


def recompute(package: Package, policy: Policy) -> Decision:
    """Judge a package's gates anew, from its own evidence, and compare with the decision that it holds.

    Raises
    ------
    RefusedError: when evidence is missing, unreadable, of another model, or contradicts itself; when the card shows other
        evidence; when the decision in the package is not what the policy's gates give; when a gate refuses.
    """
    missing = sorted(set(policy.required_files) - set(package.files))
    if missing:
        raise refused(
            Refusal.MISSING_EVIDENCE,
            f"Package {package.digest[:12]} lacks {missing}, which the policy of {policy.project}.{policy.model} requires. "
            "Train again.",
        )
    evidence = _consistent_evidence(package, policy)
    _check_bill(package, evidence)
    _check_audit(package, evidence, policy)
    card = _card(package, evidence)
    try:
        found = decide(policy.gates, evaluation=evidence.evaluation, audit=evidence.audit, card_gaps=card_gaps(card))
    except SpecError as error:
        raise refused(
            Refusal.OTHER_POLICY, f"The policy asks for what package {package.digest[:12]} did not measure: {error}"
        ) from None
    if found != evidence.decision:
        raise refused(
            Refusal.DECISION_DIFFERS,
            f"The decision in package {package.digest[:12]} is not what its evidence gives under policy {policy.digest[:12]}: "
            f"{_differences(found, evidence.decision)}. Train again under the policy in force.",
        )
    if found.outcome is Outcome.REFUSED:
        raise refused(
            Refusal.GATES_REFUSED,
            f"The gates refuse package {package.digest[:12]}: {'; '.join(found.reasons)}. Read its card and train another.",
        )
    if evidence.policy is not None and evidence.policy.digest != policy.digest:
        raise refused(
            Refusal.OTHER_POLICY,
            f"The card in package {package.digest[:12]} names policy {evidence.policy.digest[:12]}, but {policy.digest[:12]} "
            "is in force. Train again under the policy in force.",
        )
    return found


def card_gaps(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that a card shows as missing, as the gate of the complete card words them."""
    gaps = tuple(
        f"{field['number']} {field['key']}: {field['reason']}"
        for field in card["fields"]
        if field["status"] == "missing" and field["number"] != _FILLED_BY_THE_DECISION
    )
    return gaps if card["summary"] else ("summary: no text", *gaps)


def _consistent_evidence(package: Package, policy: Policy) -> Evidence:
    """The package's evidence, held against its model, its audit and its decision."""
    evidence = _read(Evidence, package, EVIDENCE)
    named = (evidence.model.project, evidence.model.name, evidence.model.model_digest)
    if named != (policy.project, policy.model, package.model_digest):
        raise refused(
            Refusal.OTHER_MODEL_EVIDENCE,
            f"Package {package.digest[:12]} holds model {package.model_digest[:12]} for {policy.project}.{policy.model}, but "
            f"evidence of {named[0]}.{named[1]}, model {named[2][:12]}. Train again.",
        )
    beside = {AUDIT: _read(AuditReport, package, AUDIT), DECISION_NAME: _read(Decision, package, DECISION_NAME)}
    within = {AUDIT: evidence.audit, DECISION_NAME: evidence.decision}
    differing = [name for name in beside if beside[name] != within[name]]
    if differing:
        raise refused(
            Refusal.CONTRADICTING_EVIDENCE,
            f"In package {package.digest[:12]}, {differing} and {EVIDENCE} say different things. Train again.",
        )
    return evidence


def _check_bill(package: Package, evidence: Evidence) -> None:
    """Refuse another bill of materials than the evidence speaks of."""
    bill = evidence.environment.bill
    if bill is not None and (BILL not in package.files or sha256(package.file(BILL)) != bill.digest):
        raise refused(
            Refusal.CONTRADICTING_EVIDENCE,
            f"In package {package.digest[:12]}, {BILL} is not the bill of materials that {EVIDENCE} names. Train again.",
        )


def _check_audit(package: Package, evidence: Evidence, policy: Policy) -> None:
    """Refuse an audit that says other than its own counts and figures do."""
    found = contradictions(evidence.audit, policy.audit_lines, policy.protected)
    if found:
        raise refused(
            Refusal.AUDIT_DIFFERS,
            f"The audit in package {package.digest[:12]} does not hold when it is recounted: {'; '.join(found)}. "
            "Train again under the policy in force.",
        )


def _card(package: Package, evidence: Evidence) -> dict[str, Any]:
    """The package's card, held against the evidence."""
    try:
        card: dict[str, Any] = json.loads(package.file(CARD))
        shown = _parsed(Evidence, json.dumps(card["evidence"]).encode())
        card_gaps(card)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refused(
            Refusal.UNREADABLE_EVIDENCE,
            f"Expected a model card in {CARD} of package {package.digest[:12]}, found another shape ({type(error).__name__}). "
            "Train again.",
        ) from None
    if shown != evidence:
        raise refused(
            Refusal.STALE_CARD,
            f"The card in package {package.digest[:12]} shows other evidence than {EVIDENCE} holds. Train again.",
        )
    return card


def _read(kind: type[T], package: Package, path: str) -> T:
    """Read a record from one file of the package."""
    try:
        return _parsed(kind, package.file(path))
    except (ValueError, TenureError) as error:
        raise refused(
            Refusal.UNREADABLE_EVIDENCE,
            f"Expected {kind.__name__} in {path} of package {package.digest[:12]}, found another shape. Train again.",
        ) from error


def _parsed(kind: type[T], content: bytes) -> T:
    """Read a record from JSON; pydantic's ValidationError is a ValueError."""
    return record_reader(kind).validate_json(content)


def _differences(found: Decision, claimed: Decision | None) -> str:
    """Which gates were judged otherwise."""
    then = {verdict.gate: verdict for verdict in claimed.verdicts} if claimed else {}
    now = {verdict.gate: verdict for verdict in found.verdicts}
    names = sorted({gate.name for gate in {*then, *now} if then.get(gate) != now.get(gate)})
    return f"gates {names}" if names else f"outcome {found.outcome.value}"
