"""Approvals: what a reviewer signs, and when such a signature counts.

A reviewer signs the digests of exactly what was shown (model, card, audit, policy), so "approve the latest" cannot be said.
Rejections are signed in the same form. Where they are kept is `log.py`; what they are needed for is `rules.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.package import Package
from tenure.refusals import Refusal, refused
from tenure.specs import LONGEST_SERVICE_DAYS

APPROVAL_TYPE = "application/vnd.tenure.approval+json"
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
    """What a decision is about: as which model a package may serve, for how long, and everything that was read, by digest.

    `serves_days` is how many days after a promotion people must have looked again; `audit_digest` is that of the evidence, in
    which the audit stands.
    """

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
        check_text("a project", self.project)
        check_text("a model", self.model)
        for name in ("package_digest", "model_digest", "card_digest", "audit_digest", "policy_digest"):
            check_hex(name, getattr(self, name))
        if not 1 <= self.serves_days <= LONGEST_SERVICE_DAYS:
            raise ValueError(f"expected a package to serve a day at least and {LONGEST_SERVICE_DAYS} at most")


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A reviewer's decision: about what, with what reason, in which role, and until when it may be used to promote.

    `identity` is a pseudonymous staff id; `nonce` is 32 letters of random hex, so that no two decisions are alike.
    `expires` is excluded.
    """

    subject: Subject
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
    signer = root.signer(envelope, APPROVAL_TYPE, [Role.REVIEWER], at=approval.issued, what="the approval")
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
    return decode(Approval, read_envelope(data, what="the approval").payload, what="an approval")


def check_time(approval: Approval, *, now: datetime) -> None:
    """Refuse a decision that was signed after `now` by more than clocks differ, or that has run out."""
    if approval.issued > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"The decision of {approval.identity} is dated {approval.issued:%Y-%m-%d %H:%M} UTC, later than now, "
            f"{now:%Y-%m-%d %H:%M}. Set both clocks right, then sign again.",
        )
    if approval.expires <= now:
        raise refused(
            Refusal.EXPIRED,
            f"The decision of {approval.identity} could be used until {approval.expires:%Y-%m-%d %H:%M} UTC; it is "
            f"{now:%Y-%m-%d %H:%M}. Read the card again and sign anew.",
        )


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


def check_subject(approval: Approval, subject: Subject) -> None:
    """Refuse a decision that is about something else, naming what differs."""
    if (approval.subject.project, approval.subject.model) != (subject.project, subject.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"{approval.identity} decided on a package of {approval.subject.project}.{approval.subject.model}, but this is one "
            f"of {subject.project}.{subject.model}. A decision counts for the model that it names alone: sign for this one.",
        )
    if approval.subject.serves_days != subject.serves_days:
        raise refused(
            Refusal.OTHER_POLICY,
            f"{approval.identity} let the package serve {approval.subject.serves_days} days until its review, but this is "
            f"{subject.serves_days}. Read the policy in force, then sign.",
        )
    differing: tuple[tuple[str, Refusal, str], ...] = (
        ("policy_digest", Refusal.OTHER_POLICY, "policy"),
        ("card_digest", Refusal.OTHER_CARD, "card"),
        ("audit_digest", Refusal.OTHER_AUDIT, "audit"),
        ("model_digest", Refusal.OTHER_MODEL, "model"),
        ("package_digest", Refusal.OTHER_PACKAGE, "package"),
    )
    if approval.subject.package_digest != subject.package_digest and approval.subject.model_digest != subject.model_digest:
        differing = differing[-1:]  # another candidate altogether; its card and audit differ of course
    for name, refusal, words in differing:
        signed, found = getattr(approval.subject, name), getattr(subject, name)
        if signed != found:
            raise refused(
                refusal,
                f"{approval.identity} decided on {words} {signed[:12]}, but this is {words} {found[:12]}. "
                f"A decision counts for what was read alone: read this {words}, then sign.",
            )


def check_quorum(
    named: Sequence[SignedApproval], subject: Subject, *, needed: int, trainers: frozenset[str], now: datetime
) -> frozenset[str]:
    """Refuse unless enough different people, none of them a trainer, approve exactly this.

    Parameters
    ----------
    named: the verified approvals that a promotion rests on.
    now: when they are used, that is, the time of the promotion.

    Returns
    -------
    The staff ids of those who approve.
    """
    for approval in (one.approval for one in named):
        if approval.verdict is not Verdict.APPROVE:
            raise refused(Refusal.REJECTED, f"{approval.identity} rejected {_package(subject)}: a rejection approves nothing.")
        check_subject(approval, subject)
        check_time(approval, now=now)
        check_independent(approval, trainers)
    people = frozenset(one.approval.identity for one in named)
    if len(people) < needed <= len(named):
        raise refused(
            Refusal.ONE_PERSON_TWICE,
            f"{_package(subject).capitalize()} has {len(named)} approvals, but of {len(people)} people "
            f"({', '.join(sorted(people))}); {needed} are needed. One person counts once, whatever their keys: ask another.",
        )
    if len(people) < needed:
        raise refused(
            Refusal.TOO_FEW_APPROVALS,
            f"{_package(subject).capitalize()} is approved by {len(people)} ({', '.join(sorted(people)) or 'nobody'}), "
            f"but {needed} different reviewers are needed. Ask more of them.",
        )
    return people


def check_independent(approval: Approval, trainers: frozenset[str]) -> None:
    """Refuse an approval by who trained the package."""
    if approval.verdict is Verdict.APPROVE and approval.identity in trainers:
        raise refused(
            Refusal.SELF_APPROVAL,
            f"{approval.identity} trained {_package(approval.subject)} and cannot approve it. Ask another reviewer.",
        )


def check_unopposed(decisions: Iterable[Approval], subject: Subject) -> None:
    """Refuse a package that somebody rejected and has not approved since.

    Parameters
    ----------
    decisions: all decisions, oldest first; those on other packages are passed over. A rejection does not run out.
    """
    if against := rejected_by(decisions, subject.package_digest):
        raise refused(
            Refusal.REJECTED,
            f"{', '.join(against)} rejected {_package(subject)}. Settle it with them: only their own later approval takes a "
            "rejection back.",
        )


def rejected_by(decisions: Iterable[Approval], package_digest: str) -> tuple[str, ...]:
    """Staff ids of those whose last decision on a package, of decisions in order, is to reject it."""
    last = {one.identity: one.verdict for one in decisions if one.subject.package_digest == package_digest}
    return tuple(sorted(name for name, verdict in last.items() if verdict is Verdict.REJECT))


def _package(subject: Subject) -> str:
    """The package in a sentence."""
    return f"package {subject.package_digest[:12]}"
