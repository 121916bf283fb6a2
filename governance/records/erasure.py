"""Erasures: what was taken out for good at somebody's request, and what stands in its place.

A leaf of a day's tree that was emptied keeps its hash, and loses row and salt; a raw file, or a day of a table without leaves,
that had to be rewritten stands under its old digest and its new one. So every check of what is left still ends well, and says
what is missing; whatever else is missing, or is otherwise, was taken out by nobody who signed. It takes as many reviewers as a
promotion does: an erasure says what stands in the place of what was signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode, sha256
from tenure.refusals import Refusal, refused

# What stands in the place of a day of which no row is left.
NOTHING_LEFT = sha256(b"")
ERASURE_TYPE = "application/vnd.tenure.erasure.v3+json"


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
class LearntFrom:
    """A package of a model whose training snapshots held people that were erased: how many, of how many customers."""

    package: str
    n_people: int
    n_customers: int


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What one act took out of a project of an installation, why, and the reviewers who signed for it.

    An act that is too long for one record is entered in several, one after the other; `n_people` and `learnt_from` are those of
    the first alone. It names nobody.
    """

    installation: str
    project: str
    n_people: int
    rewritten: tuple[Rewritten, ...]
    emptied: tuple[Emptied, ...]
    learnt_from: tuple[LearntFrom, ...]
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
        for digest in (
            *(d for r in self.rewritten for d in (r.old, r.new)),
            *(e.root for e in self.emptied),
            *(m.package for m in self.learnt_from),
        ):
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
    acts: tuple[Erasure, ...] = ()
    _records: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def n_people(self) -> int:
        """How many people were erased."""
        return sum(act.n_people for act in self.acts)

    def learnt_from(self, package: str) -> LearntFrom | None:
        """How many people were erased since who were in the training snapshots of a package; None where nobody was."""
        found = [one for act in self.acts for one in act.learnt_from if one.package == package]
        if not found:
            return None
        n_people, n_customers = sum(one.n_people for one in found), max(one.n_customers for one in found)
        return LearntFrom(package=package, n_people=n_people, n_customers=n_customers)

    def stands_for(self, one: Rewritten) -> bool:
        """Whether the log says of a day that it stands so."""
        return self._digests.get((one.table, one.day, one.old)) == one.new

    def days_of(self, table: str) -> frozenset[date]:
        """The days of a table that were rewritten."""
        return frozenset(day for name, day, _ in self._digests if name == table)

    def covers(self, one: Emptied) -> bool:
        """Whether the log says of all these places that they were emptied."""
        return set(one.places) <= self.emptied(one.root)

    def emptied(self, root: str) -> frozenset[int]:
        """The places of a tree that were emptied."""
        return self._places.get(root, frozenset())

    def records(self, root: str) -> tuple[int, ...]:
        """The records of the log that name emptied places of a tree, oldest first."""
        return self._records.get(root, ())

    def n_leaves(self, root: str) -> int | None:
        """How many leaves a tree has of which some were emptied; None where none was."""
        return self._sizes.get(root)

    def now(self, table: str, day: date, digest: str | None) -> str | None:
        """The digest that stands in the place of one that was recorded: its own, unless it was rewritten; None if all went."""
        seen = set()
        while digest is not None and digest not in seen and (table, day, digest) in self._digests:
            seen.add(digest)
            digest = self._digests[table, day, digest]
        return None if digest == NOTHING_LEFT else digest


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
    digests, sizes, acts = {}, {}, []
    records: dict[str, tuple[int, ...]] = {}
    for record in ledger.of_kind(Kind.ERASED, before=ledger.size):
        erasure = read_erasure(record.signed, ledger, at=record.at, place=record.sequence)
        if erasure.project == project:
            acts.append(erasure)
            digests.update({(one.table, one.day, one.old): one.new for one in erasure.rewritten})
            for one in erasure.emptied:
                places[one.root] = places.get(one.root, frozenset()) | frozenset(one.places)
                sizes[one.root] = one.n_leaves
                records[one.root] = (*records.get(one.root, ()), record.sequence)
    return Erasures(places, sizes, digests, tuple(acts), records)
