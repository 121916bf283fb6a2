"""Erasures: the signed word that a record's content was removed on purpose.

Content can be erased without breaking a proof, so whoever may write to the database could make a revocation vanish and leave the
tree whole. A gap in the log is therefore accepted only where a reviewer signed for it, in the log, and never over records that
say who serves.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tenure.promotion.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.promotion.log import Kind
from tenure.promotion.refusals import Refusal, refused
from tenure.promotion.signing import read_envelope, sign
from tenure.promotion.trust import Role, TrustRoot

ERASURE_TYPE = "application/vnd.tenure.erasure+json"
ERASABLE = (Kind.STATEMENT, Kind.APPROVAL, Kind.REJECTION)


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """The content of record `sequence` goes, and why; its kind and the package that it was about stay known."""

    sequence: int
    kind: Kind
    package_digest: str
    reason: str
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_hex("a package digest", self.package_digest)
        check_text("an identity", self.identity)
        check_moment("issued", self.issued)


def sign_erasure(erasure: Erasure, key: Ed25519PrivateKey) -> bytes:
    """Sign an erasure with a reviewer's key; returns the envelope."""
    return sign(encode(erasure), ERASURE_TYPE, [key])


def read_erasure(data: bytes, root: TrustRoot, *, at: datetime) -> Erasure:
    """Read and verify an erasure.

    Raises
    ------
    RefusedError: for a signer who may not decide or is not the one named, a missing reason, another date than the log's, or a
        kind of record that must stay readable.
    """
    envelope = read_envelope(data, what="the erasure")
    erasure = decode(Erasure, envelope.payload, what="an erasure")
    signer = root.signer(envelope, ERASURE_TYPE, [Role.REVIEWER], at=erasure.issued, what="the erasure")
    if signer.staff_id != erasure.identity:
        raise refused(
            Refusal.OTHER_PERSON, f"The erasure names {erasure.identity}, but {signer.staff_id} signed it. Sign in your own name."
        )
    if not erasure.reason.strip():
        raise refused(Refusal.NO_REASON, f"The erasure by {erasure.identity} gives no reason. Say why, and sign again.")
    if abs(erasure.issued - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The erasure is dated {erasure.issued:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. "
            "Set the clocks right, then sign again.",
        )
    if erasure.kind not in ERASABLE:
        raise refused(
            Refusal.ERASED_RECORD,
            f"A record that says {erasure.kind.value} must stay readable: who serves depends on it. "
            f"Only {', '.join(kind.value for kind in ERASABLE)} may be erased.",
        )
    return erasure
