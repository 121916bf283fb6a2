"""Promotions, rollbacks and revocations as signed records, and readings of those that a ledger holds.

A reading says what the log says; whether a record was allowed to say it is `rules.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.approval import Approval, Subject, peek_approval
from governance.records.earlier import decode_form, form_of
from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.signing import read_envelope, sign
from governance.records.statement import Statement, peek_package, read_statement
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, encode
from tenure.gates import Outcome
from tenure.promotions import Action
from tenure.refusals import Refusal, refused

PROMOTION_TYPE = "application/vnd.tenure.promotion.v2+json"
REVOCATION_TYPE = "application/vnd.tenure.revocation.v2+json"


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """From here on this package serves, on the strength of these approvals.

    `request`, `statement` and `approvals` are envelope digests of records in the log; the request, which says who wanted it, is
    None in what was signed before requests were. `expected_previous` is the package that served until now. `version` counts a
    model's packages from 1; `review_by` is excluded.
    """

    action: Action
    project: str
    model: str
    version: int
    subject: Subject
    request: str | None
    statement: str
    approvals: tuple[str, ...]
    expected_previous: str | None
    outcome: Outcome
    reason: str
    identity: str
    decided_at: datetime
    review_by: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for digest in (self.statement, *self.approvals, *filter(None, (self.request, self.expected_previous))):
            check_hex("a digest", digest)
        for name, value in (("a project", self.project), ("a model", self.model), ("an identity", self.identity)):
            check_text(name, value)
        check_moment("decided_at", self.decided_at)
        check_moment("review_by", self.review_by)

    @property
    def is_earlier(self) -> bool:
        """Whether it was signed before promotions named their installation and who asked for them."""
        return self.request is None


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """A package that must not serve any more in an installation, and why.

    `installation` is None in what was signed before revocations named one.
    """

    installation: str | None
    package_digest: str
    reason: str
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        if self.installation is not None:
            check_text("an installation", self.installation)
        check_hex("a package digest", self.package_digest)
        check_text("an identity", self.identity)
        check_moment("issued", self.issued)


def sign_promotion(promotion: Promotion, key: Ed25519PrivateKey) -> bytes:
    """Sign a promotion or rollback with the promoter's key; returns the envelope."""
    return sign(encode(promotion), PROMOTION_TYPE, [key])


def sign_revocation(revocation: Revocation, key: Ed25519PrivateKey) -> bytes:
    """Sign a revocation with a reviewer's or the promoter's key; returns the envelope."""
    return sign(encode(revocation), REVOCATION_TYPE, [key])


def promotions(ledger: Ledger, project: str, model: str, *, before: int) -> Iterator[tuple[Record, Promotion]]:
    """Promotions and rollbacks of a model ahead of a place, oldest first; their signatures are not checked here."""
    for record in ledger.of_kind(Kind.PROMOTED, Kind.ROLLED_BACK, before=before):
        promotion = peek_promotion(record.signed)
        if (promotion.project, promotion.model) == (project, model):
            yield record, promotion


def newest_promotion(ledger: Ledger, project: str, model: str, *, before: int | None = None) -> tuple[Record, Promotion] | None:
    """The newest promotion or rollback of a model, not yet verified; None before the first."""
    found = list(promotions(ledger, project, model, before=ledger.size if before is None else before))
    return found[-1] if found else None


def decisions(ledger: Ledger, *, before: int) -> Iterator[tuple[Approval, Record]]:
    """Approvals and rejections ahead of a place, oldest first; their signatures are not checked here."""
    for record in ledger.of_kind(Kind.APPROVAL, Kind.REJECTION, before=before):
        yield peek_approval(record.signed), record


def used_approvals(ledger: Ledger, *, before: int) -> frozenset[str]:
    """Envelope digests of the approvals on which earlier promotions rest, of whatever model."""
    earlier = (peek_promotion(r.signed) for r in ledger.of_kind(Kind.PROMOTED, Kind.ROLLED_BACK, before=before))
    return frozenset(digest for promotion in earlier for digest in promotion.approvals)


def trainers_of(ledger: Ledger, package_digest: str, *, before: int) -> frozenset[str]:
    """Everybody whom any statement about a package names as its trainer."""
    return frozenset(name for one in statements(ledger, package_digest, before=before) for name in one.trainers)


def statements(ledger: Ledger, package_digest: str, *, before: int) -> Iterator[Statement]:
    """Verified statements about a package, oldest first."""
    for record in ledger.of_kind(Kind.STATEMENT, before=before):
        if peek_package(record.signed) == package_digest:
            yield read_statement(record.signed, ledger.root_before(record.sequence), at=record.at)


def check_not_revoked(ledger: Ledger, package_digest: str, *, before: int) -> None:
    """Refuse a package that somebody entitled to has revoked."""
    if revocation := revocation_of(ledger, package_digest, before=before):
        raise refused(
            Refusal.REVOKED,
            f"{revocation.identity} revoked package {package_digest[:12]} on {revocation.issued:%Y-%m-%d}: "
            f"{revocation.reason}. Roll back to another package, or promote one.",
        )


def revocation_of(ledger: Ledger, package_digest: str, *, before: int) -> Revocation | None:
    """The first verified revocation of a package ahead of a place; None if nobody revoked it."""
    for record in ledger.of_kind(Kind.REVOKED, before=before):
        revocation = read_revocation(record.signed, ledger, at=record.at, place=record.sequence)
        if revocation.package_digest == package_digest:
            return revocation
    return None


def read_revocation(data: bytes, ledger: Ledger, *, at: datetime, place: int) -> Revocation:
    """Read and verify a revocation that reached the log at a time and place.

    Raises
    ------
    RefusedError: for a signer who may not revoke, or another than it names, another installation, and another date.
    """
    envelope, root, who = read_envelope(data, what="the revocation"), ledger.root_before(place), (Role.REVIEWER, Role.PROMOTER)
    form = form_of(envelope, REVOCATION_TYPE)
    revocation = decode_form(Revocation, envelope, present=REVOCATION_TYPE, added=("installation",), what="a revocation")
    signer = root.signer(envelope, form, who, at=revocation.issued, what="the revocation")
    if revocation.installation is not None:
        ledger.check_here(revocation.installation)
    _check_own(signer.staff_id, revocation.identity, "revocation", revocation.reason)
    _check_dated(revocation.issued, at, "revocation")
    return revocation


def read_promotion(data: bytes, root: TrustRoot, at: datetime) -> Promotion:
    """A promotion by a promoter, in its own name, with a reason, dated as the log dates it, reviewed in time."""
    envelope = read_envelope(data, what="the promotion")
    promotion = peek_promotion(data)
    form = form_of(envelope, PROMOTION_TYPE)
    signer = root.signer(envelope, form, [Role.PROMOTER], at=promotion.decided_at, what="the promotion")
    _check_own(signer.staff_id, promotion.identity, "promotion", promotion.reason)
    _check_dated(promotion.decided_at, at, "promotion")
    longest = timedelta(days=promotion.subject.serves_days)
    if not promotion.decided_at < promotion.review_by <= promotion.decided_at + longest:
        raise refused(
            Refusal.REVIEW_TOO_FAR,
            f"A promotion of {promotion.decided_at:%Y-%m-%d} must be reviewed within {longest.days} days, as its reviewers "
            f"signed, found {promotion.review_by:%Y-%m-%d}. Name a nearer day.",
        )
    return promotion


@lru_cache(maxsize=4096)
def peek_promotion(data: bytes) -> Promotion:
    """Read a promotion whose signature is checked elsewhere."""
    envelope = read_envelope(data, what="the promotion")
    added = ("request", "subject.installation")
    return decode_form(Promotion, envelope, present=PROMOTION_TYPE, added=added, what="a promotion")


def version_of(earlier: list[Promotion], package_digest: str) -> int:
    """The version of a package: the one it was first promoted under, or the next free one."""
    known = {promotion.subject.package_digest: promotion.version for promotion in earlier}
    return known.get(package_digest, len(known) + 1)


def _check_own(signer: str, named: str, what: str, reason: str) -> None:
    """Who signed is who is named, and says why."""
    if signer != named:
        raise refused(Refusal.OTHER_PERSON, f"The {what} names {named}, but {signer} signed it. Sign in your own name.")
    if not reason.strip():
        raise refused(Refusal.NO_REASON, f"The {what} by {named} gives no reason. Say why, and sign again.")


def _check_dated(claimed: datetime, at: datetime, what: str) -> None:
    """Refuse a date of its own that is not the log's."""
    if abs(claimed - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The {what} is dated {claimed:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. "
            "Set the clocks right, then sign again.",
        )
