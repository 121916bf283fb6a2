"""The policy of a model: gates, the audit's lines, reviewers, evidence; and the gates judged again from a package's own evidence.

A decision that training wrote down is a claim. Promotion believes what `recompute` finds, and refuses a package that says
anything else. How gates are judged is `tenure/gates.py`.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from governance.records.approval import CARD, EVIDENCE, Subject, signed_file
from governance.records.trust_root import TrustRoot
from tenure.audit import AuditLines
from tenure.audit.recount import contradictions
from tenure.canonical import encode, record_reader, sha256
from tenure.errors import CardError, SpecError
from tenure.evidence import Evidence
from tenure.gate import Gate
from tenure.gates import Decision, Outcome
from tenure.open_points import judge
from tenure.package import Package
from tenure.project import Project
from tenure.refusals import Refusal, refused
from tenure.specs import Model

T = TypeVar("T")

BILL = "sbom.json"
WORDS = "words.json"
REQUIRED = (CARD, EVIDENCE, WORDS)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What must hold before a model may serve; its digest is what statements, approvals and promotions name.

    `audit_lines` are what the audit is held to, `protected` the attributes that it must compare, each and in pairs. `reviewers`
    says how many the project asks for (the trust root's quorum rules), `one_person_may` that the trust root lets somebody
    approve what they trained; `review_within_days` how long a promoted package may serve before people look again.
    """

    project: str
    model: str
    gates: tuple[Gate, ...]
    audit_lines: AuditLines
    protected: tuple[str, ...]
    reviewers: int
    one_person_may: bool
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


def policy_of(project: Project, spec: Model, root: TrustRoot) -> Policy:
    """The policy that a model's spec and its project state, with what the trust root in force asks of people."""
    return Policy(
        project=project.name,
        model=spec.name,
        gates=spec.gates,
        audit_lines=project.audit_lines,
        protected=tuple(spec.protected),
        reviewers=root.quorum(project.name),
        one_person_may=bool(root.own_reviewers),
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
        card_digest=sha256(signed_file(package, CARD)),
        audit_digest=sha256(signed_file(package, EVIDENCE)),
        policy_digest=policy.digest,
    )


def recompute(package: Package, policy: Policy) -> Decision:
    """Judge a package's gates anew, from its own evidence, and compare with the decision that it holds.

    That its card is what this evidence gives is for `doors/promotion.py` to prove, which knows the project's words.

    Raises
    ------
    RefusedError: when evidence is missing, unreadable, of another model, or contradicts itself; when the decision in the package
        is not what the policy's gates give; when a gate refuses.
    """
    # The scorer imports this file and judges nothing.
    from model_cards.card import Words
    from model_cards.compile import card_fields

    missing = sorted(set(policy.required_files) - set(package.files))
    if missing:
        raise refused(
            Refusal.MISSING_EVIDENCE,
            f"Package {package.digest[:12]} lacks {missing}, which the policy of {policy.project}.{policy.model} requires. "
            "Train again.",
        )
    evidence, words = evidence_in(package), _read(Words, package, WORDS)
    _check_model(package, evidence, policy)
    _check_bill(package, evidence)
    _check_audit(package, evidence, policy)
    try:
        card = card_fields(replace(evidence, decision=None), words.narrative, words.roles)
        found = judge(policy.gates, evidence, card=card)
    except CardError as error:
        raise refused(Refusal.UNREADABLE_EVIDENCE, f"The words of package {package.digest[:12]} make no card: {error}") from None
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
            f"The gates refuse package {package.digest[:12]}; read its card and train another.{found.reasons_listed}",
        )
    told = evidence.policy
    if policy.one_person_may != (told is not None and told.one_person_may):
        raise refused(
            Refusal.OTHER_POLICY,
            f"The trust root lets {'one person train and approve' if policy.one_person_may else 'nobody approve their own'}, "
            f"and the card in package {package.digest[:12]} says otherwise. Train again under the trust root in force.",
        )
    if evidence.policy is not None and evidence.policy.digest != policy.digest:
        raise refused(
            Refusal.OTHER_POLICY,
            f"The card in package {package.digest[:12]} names policy {evidence.policy.digest[:12]}, but {policy.digest[:12]} "
            "is in force. Train again under the policy in force.",
        )
    return found


def evidence_in(package: Package) -> Evidence:
    """The evidence that a package holds; raises RefusedError when it has another shape."""
    return _read(Evidence, package, EVIDENCE)


def _check_model(package: Package, evidence: Evidence, policy: Policy) -> None:
    """Refuse evidence of another model."""
    named = (evidence.model.project, evidence.model.name, evidence.model.model_digest)
    if named != (policy.project, policy.model, package.model_digest):
        raise refused(
            Refusal.OTHER_MODEL_EVIDENCE,
            f"Package {package.digest[:12]} holds model {package.model_digest[:12]} for {policy.project}.{policy.model}, but "
            f"evidence of {named[0]}.{named[1]}, model {named[2][:12]}. Train again.",
        )


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


def _read(kind: type[T], package: Package, path: str) -> T:
    """Read a record from one file of the package."""
    try:
        return record_reader(kind).validate_json(package.file(path))
    except ValueError as error:  # pydantic's ValidationError is one
        raise refused(
            Refusal.UNREADABLE_EVIDENCE,
            f"Expected {kind.__name__} in {path} of package {package.digest[:12]}, found another shape. Train again.",
        ) from error


def _differences(found: Decision, claimed: Decision | None) -> str:
    """Which gates were judged otherwise."""
    then = {verdict.gate: verdict for verdict in claimed.verdicts} if claimed else {}
    now = {verdict.gate: verdict for verdict in found.verdicts}
    names = sorted({gate.name for gate in {*then, *now} if then.get(gate) != now.get(gate)})
    return f"gates {names}" if names else f"outcome {found.outcome.value}"
