"""Erasures: what was taken out for good at somebody's request, and what stands in its place.

A leaf of a day's tree that was emptied keeps its hash, and loses row and salt; a raw file, or a day of a table without leaves,
that had to be rewritten stands under its old digest and its new one. So every check of what is left still ends well, and says
what is missing; whatever else is missing, or is otherwise, was taken out by nobody who signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

ERASURE_TYPE = "application/vnd.tenure.erasure+json"


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """A day of a table, or of the raw batches of a source (`raw/<source>`), by its digest before and after."""

    table: str
    day: date
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """Places, from 0, of a tree that holds its root without their rows."""

    root: str
    places: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What one act took out of a project, why, and who signed for it."""

    project: str
    rewritten: tuple[Rewritten, ...]
    emptied: tuple[Emptied, ...]
    reason: str
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, text in (("a project", self.project), ("an identity", self.identity), ("a reason", self.reason)):
            check_text(name, text)
        for one in self.rewritten:
            check_text("a table", one.table)
        for digest in (*(d for r in self.rewritten for d in (r.old, r.new)), *(e.root for e in self.emptied)):
            check_hex("a digest", digest)
        if any(list(one.places) != sorted(set(one.places)) for one in self.emptied):
            raise ValueError("expected places in order, each once")
        check_moment("issued", self.issued)


@dataclass(frozen=True)
class Erasures:
    """What the verified log says was erased of a project."""

    _places: Mapping[str, frozenset[int]]
    _digests: Mapping[tuple[str, date, str], str]

    def emptied(self, root: str) -> frozenset[int]:
        """The places of a tree that were emptied."""
        return self._places.get(root, frozenset())

    def now(self, table: str, day: date, digest: str | None) -> str | None:
        """The digest that stands in the place of one that was recorded: its own, unless it was rewritten."""
        seen = set()
        while digest is not None and digest not in seen and (table, day, digest) in self._digests:
            seen.add(digest)
            digest = self._digests[table, day, digest]
        return digest

    def before(self, table: str, day: date, digest: str | None) -> str | None:
        """The digest that was first recorded of what stands now: its own, unless it was rewritten."""
        olds = {(name, at, new): old for (name, at, old), new in self._digests.items()}
        seen = set()
        while digest is not None and digest not in seen and (table, day, digest) in olds:
            seen.add(digest)
            digest = olds[table, day, digest]
        return digest


def sign_erasure(erasure: Erasure, key: Ed25519PrivateKey) -> bytes:
    """Sign an erasure with the key of the person who answers for it; returns the envelope."""
    return sign(encode(erasure), ERASURE_TYPE, [key])


def read_erasure(data: bytes, root: TrustRoot, *, at: datetime) -> Erasure:
    """Read and verify an erasure.

    Raises
    ------
    RefusedError: for a signer who is no reviewer, or another than it names, and a date that is not the log's.
    """
    envelope = read_envelope(data, what="the erasure")
    erasure = decode(Erasure, envelope.payload, what="an erasure")
    signer = root.signer(envelope, ERASURE_TYPE, [Role.REVIEWER], at=at, what="the erasure")
    if signer.staff_id != erasure.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The erasure names {erasure.identity}, but {signer.staff_id} signed it. Sign in your own name.",
        )
    if abs(erasure.issued - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The erasure is dated {erasure.issued:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. "
            "Set the clocks right, then sign again.",
        )
    return erasure


def erasures(ledger: Ledger, project: str) -> Erasures:
    """Every erasure of a project that the log holds, each verified as of its place."""
    places: dict[str, frozenset[int]] = {}
    digests = {}
    for record in ledger.of_kind(Kind.ERASED, before=ledger.size):
        erasure = read_erasure(record.signed, ledger.root_before(record.sequence), at=record.at)
        if erasure.project == project:
            digests.update({(one.table, one.day, one.old): one.new for one in erasure.rewritten})
            for one in erasure.emptied:
                places[one.root] = places.get(one.root, frozenset()) | frozenset(one.places)
    return Erasures(places, digests)
