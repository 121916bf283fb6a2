"""Erasures: what was taken out for good at somebody's request, and what stands in its place.

A leaf of a day's tree that was emptied keeps its hash, and loses row and salt; a raw file, or a day of a table without leaves,
that had to be rewritten stands under its old digest and its new one. So every check of what is left still ends well, and says
what is missing; whatever else is missing, or is otherwise, was taken out by nobody who signed. It takes as many reviewers as a
promotion does: an erasure says what stands in the place of what was signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

ERASURE_TYPE = "application/vnd.tenure.erasure.v2+json"


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """A day of a table, or of the raw batches of a source (`raw/<source>`), by its digest before and after."""

    table: str
    day: date
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """Places, from 0, of a tree of `n_leaves` that holds its root without their rows."""

    root: str
    n_leaves: int
    places: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What one act took out of a project of an installation, why, and the reviewers who signed for it."""

    installation: str
    project: str
    rewritten: tuple[Rewritten, ...]
    emptied: tuple[Emptied, ...]
    reason: str
    identities: tuple[str, ...]
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        names = (("an installation", self.installation), ("a project", self.project), ("a reason", self.reason))
        for name, text in (*names, *(("an identity", one) for one in self.identities)):
            check_text(name, text)
        for one in self.rewritten:
            check_text("a table", one.table)
        for digest in (*(d for r in self.rewritten for d in (r.old, r.new)), *(e.root for e in self.emptied)):
            check_hex("a digest", digest)
        if any(list(one.places) != sorted(set(one.places) & set(range(one.n_leaves))) for one in self.emptied):
            raise ValueError("expected places of the tree in order, each once")
        check_moment("issued", self.issued)


@dataclass(frozen=True)
class Erasures:
    """What the verified log says was erased of a project."""

    _places: Mapping[str, frozenset[int]]
    _sizes: Mapping[str, int]
    _digests: Mapping[tuple[str, date, str], str]

    def emptied(self, root: str) -> frozenset[int]:
        """The places of a tree that were emptied."""
        return self._places.get(root, frozenset())

    def n_leaves(self, root: str) -> int | None:
        """How many leaves a tree has of which some were emptied; None where none was."""
        return self._sizes.get(root)

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


def sign_erasure(erasure: Erasure, keys: Sequence[Ed25519PrivateKey]) -> bytes:
    """Sign an erasure with the keys of the people who answer for it; returns the envelope."""
    return sign(encode(erasure), ERASURE_TYPE, keys)


def read_erasure(data: bytes, ledger: Ledger, *, at: datetime, place: int) -> Erasure:
    """Read and verify an erasure that reached the log at a time and place.

    Raises
    ------
    RefusedError: for a signer who is no reviewer, others than it names, fewer than a promotion of the project asks for, another
        installation, and a date that is not the log's.
    """
    envelope, root = read_envelope(data, what="the erasure"), ledger.root_before(place)
    signers = root.signers(envelope, ERASURE_TYPE, [Role.REVIEWER], at=at, what="the erasure")
    erasure = decode(Erasure, envelope.payload, what="an erasure")
    ledger.check_here(erasure.installation)
    people, needed = sorted({one.staff_id for one in signers}), root.quorum(erasure.project)
    if people != list(erasure.identities):
        raise refused(
            Refusal.OTHER_PERSON,
            f"The erasure names {', '.join(erasure.identities)}, but {', '.join(people)} signed it. Each signs for themselves.",
        )
    if len(people) < needed:
        raise refused(
            Refusal.TOO_FEW_APPROVALS,
            f"The erasure is signed by {', '.join(people)}, and takes {needed} different reviewers, as a promotion does. Have it "
            "signed by all.",
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
    digests, sizes = {}, {}
    for record in ledger.of_kind(Kind.ERASED, before=ledger.size):
        erasure = read_erasure(record.signed, ledger, at=record.at, place=record.sequence)
        if erasure.project == project:
            digests.update({(one.table, one.day, one.old): one.new for one in erasure.rewritten})
            for one in erasure.emptied:
                places[one.root] = places.get(one.root, frozenset()) | frozenset(one.places)
                sizes[one.root] = one.n_leaves
    return Erasures(places, sizes, digests)
