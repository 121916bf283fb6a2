"""Approvals: what a reviewer signs, and when such a signature counts.

A reviewer signs the digests of exactly what was shown (model, card, audit, policy), so "approve the latest" cannot be said.
It says which action it allows, and in which installation. Rejections are signed in the same form. Where they are kept is
`log.py`; what they are needed for is `governance/rules/`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.earlier import decode_form, form_of
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, encode
from tenure.package import Package
from tenure.promotions import Action
from tenure.refusals import Refusal, refused
from tenure.specs import LONGEST_SERVICE_DAYS

APPROVAL_TYPE = "application/vnd.tenure.approval.v2+json"
# The files that reviewers sign beside the model: the page that they read, and every figure behind it, the audit among them.
CARD, EVIDENCE = "card.html", "evidence.json"
# Packages before them kept the card as data, and the audit apart.
_FIRST_LAYOUT = {CARD: "card.json", EVIDENCE: "audit.json"}
NONCE_LETTERS = 32
# A decision is about a card as it was read; after a month somebody reads it again.
LONGEST_DECISION = timedelta(days=30)


def signed_file(package: Package, name: str) -> bytes:
    """What reviewers of a package signed as CARD or EVIDENCE."""
    return package.file(name if CARD in package.files or _FIRST_LAYOUT[name] not in package.files else _FIRST_LAYOUT[name])


class Verdict(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a decision is about: where and as which model a package may serve, for how long, and all that was read, by digest.

    `installation` is the name of the log for which it counts, None in what was signed before installations were named;
    `serves_days` is how many days after a promotion people must have looked again; `audit_digest` is that of the evidence, in
    which the audit stands.
    """

    installation: str | None
    project: str
    model: str
    serves_days: int
    package_digest: str
    model_digest: str
    card_digest: str
    audit_digest: str
    policy_digest: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        if self.installation is not None:
            check_text("an installation", self.installation)
        check_text("a project", self.project)
        check_text("a model", self.model)
        for name in ("package_digest", "model_digest", "card_digest", "audit_digest", "policy_digest"):
            check_hex(name, getattr(self, name))
        if not 1 <= self.serves_days <= LONGEST_SERVICE_DAYS:
            raise ValueError(f"expected a package to serve a day at least and {LONGEST_SERVICE_DAYS} at most")


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A reviewer's decision: about what, for which action, with what reason, in which role, and until when it may be used.

    `action` is None in what was signed before decisions named one; such a decision allows nothing any more. `identity` is a
    pseudonymous staff id; `nonce` is 32 letters of random hex, so that no two decisions are alike.
    `expires` is excluded.
    """

    subject: Subject
    action: Action | None
    verdict: Verdict
    reason: str
    identity: str
    role: Role
    issued: datetime
    expires: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("an identity", self.identity)
        check_moment("issued", self.issued)
        check_moment("expires", self.expires)
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)

    @property
    def is_earlier(self) -> bool:
        """Whether it was signed before decisions named what they allow, and where."""
        return self.action is None


@dataclass(frozen=True, kw_only=True)
class SignedApproval:
    """A verified decision and its envelope's digest, by which a promotion names it."""

    approval: Approval
    envelope_digest: str


def sign_approval(approval: Approval, key: Ed25519PrivateKey) -> bytes:
    """Sign a decision with the reviewer's own key; returns the envelope."""
    return sign(encode(approval), APPROVAL_TYPE, [key])


def read_approval(data: bytes, root: TrustRoot, *, now: datetime) -> SignedApproval:
    """Read and verify a decision that reached the log at time `now`, under the trust root in force.

    Raises
    ------
    RefusedError: for a changed envelope, another signer than the decision names, a role that may not decide, a key that was
        not valid, another date than the log's, a longer force than a month, or no reason.
    """
    envelope = read_envelope(data, what="the approval")
    approval = peek_approval(data)
    signer = root.signer(envelope, form_of(envelope, APPROVAL_TYPE), [Role.REVIEWER], at=approval.issued, what="the approval")
    if signer.staff_id != approval.identity or approval.role is not Role.REVIEWER:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The approval names {approval.identity} as {approval.role.value}, but {signer.staff_id} signed it. "
            "Each reviewer signs in their own name, with their own key.",
        )
    if not approval.reason.strip():
        raise refused(Refusal.NO_REASON, f"The decision of {approval.identity} gives no reason. Say why, and sign again.")
    _check_dates(approval, arrived=now)
    return SignedApproval(approval=approval, envelope_digest=envelope.digest)


@lru_cache(maxsize=4096)
def peek_approval(data: bytes) -> Approval:
    """Read a decision whose signature is checked elsewhere; the same bytes always give the same one."""
    envelope = read_envelope(data, what="the approval")
    added = ("action", "subject.installation")
    return decode_form(Approval, envelope, present=APPROVAL_TYPE, added=added, what="an approval")


def _check_dates(approval: Approval, *, arrived: datetime) -> None:
    """Refuse a decision dated otherwise than the log dates it: a key that has ended could sign into its own past."""
    if abs(approval.issued - arrived) > SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED if approval.issued > arrived else Refusal.TIME_RUNS_BACK,
            f"The decision of {approval.identity} is dated {approval.issued:%Y-%m-%d %H:%M} UTC, but reached the log at "
            f"{arrived:%Y-%m-%d %H:%M}. Set both clocks right, then sign again.",
        )
    if not timedelta() < approval.expires - approval.issued <= LONGEST_DECISION:
        raise refused(
            Refusal.COUNTS_TOO_LONG,
            f"The decision of {approval.identity} would count from {approval.issued:%Y-%m-%d} until {approval.expires:%Y-%m-%d}; "
            f"expected at most {LONGEST_DECISION.days} days. Sign again.",
        )
