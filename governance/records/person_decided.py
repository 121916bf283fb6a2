"""Decisions about who is one person, in the log: each names an entry of the ledger of people by its number and a salted digest.

The entry itself, its ids and the salt stay in the lake, so the log tells of nobody; its moment is that of the decision, and its
list is what the ledger is held against.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

PERSON_DECIDED_TYPE = "application/vnd.tenure.person-decided+json"
DECIDERS = (Role.REVIEWER,)


@dataclass(frozen=True, kw_only=True)
class PersonDecided:
    """What somebody signs of one entry that they add to the ledger of people of a project of an installation.

    `digest` is over the entry's salt and the entry (`tenure/people/sealed.py`); `identity` is the pseudonymous staff id. The
    first record of a project names the decisions of before, which nobody signed, in `earlier`, by number and in order: no other
    counts as one of before.
    """

    installation: str
    project: str
    number: int
    digest: str
    earlier: tuple[int, ...]
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, value in (("an installation", self.installation), ("a project", self.project), ("an identity", self.identity)):
            check_text(name, value)
        check_hex("a digest", self.digest)
        if list(self.earlier) != sorted(set(self.earlier)) or min((self.number, *self.earlier)) < 0:
            raise ValueError("expected numbers of entries from 0, in order, each once")
        check_moment("issued", self.issued)


def sign_person_decided(decided: PersonDecided, key: Ed25519PrivateKey) -> bytes:
    """Sign a decision with the person's own key; returns the envelope."""
    return sign(encode(decided), PERSON_DECIDED_TYPE, [key])


def read_person_decided(data: bytes, ledger: Ledger, *, at: datetime, place: int) -> PersonDecided:
    """Read and verify a decision that reached the log at a time and place.

    Raises
    ------
    RefusedError: for somebody who may not decide, another signer than it names, another installation, a date that is not the
        log's, an entry that the log names already, and decisions of before that are named anew.
    """
    envelope, decided, what = read_envelope(data, what="the decision"), peek_person_decided(data), "the decision about a person"
    signer = ledger.root_before(place).signer(envelope, PERSON_DECIDED_TYPE, DECIDERS, at=decided.issued, what=what)
    ledger.check_here(decided.installation)
    if signer.staff_id != decided.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The decision about a person names {decided.identity}, but {signer.staff_id} signed it. Sign in your own name.",
        )
    if abs(decided.issued - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The decision about a person is dated {decided.issued:%Y-%m-%d %H:%M} UTC, but reached the log at "
            f"{at:%Y-%m-%d %H:%M}. Set the clocks right, then sign again.",
        )
    before = [one for _, one in _of_project(ledger, decided.project, before=place)]
    if decided.number in {one.number for one in before}:
        raise refused(
            Refusal.REPLAYED,
            f"The log names entry {decided.number} of the ledger of people of {decided.project} already. If the ledger lacks it, "
            "restore the lake from its newest backup; else look at the ledger again, then decide.",
        )
    if before and decided.earlier:
        raise refused(
            Refusal.REPLAYED,
            f"The first decision about people of {decided.project} in the log says which are of before it; a later one cannot. "
            "Sign without them.",
        )
    return decided


@lru_cache(maxsize=1 << 14)
def peek_person_decided(data: bytes) -> PersonDecided:
    """Read a decision whose signature is checked elsewhere; the same bytes always give the same one."""
    envelope = read_envelope(data, what="the decision about a person")
    return decode(PersonDecided, envelope.payload, what="a decision about a person")


def decided_in(ledger: Ledger, project: str) -> tuple[PersonDecided, ...]:
    """Every decision about people of a project that the log holds, oldest first, each verified as of its place.

    Raises
    ------
    RefusedError: for one that must not stand there.
    """
    return tuple(
        read_person_decided(ledger.records[place].signed, ledger, at=ledger.records[place].at, place=place)
        for place, _ in _of_project(ledger, project, before=ledger.size)
    )


def _of_project(ledger: Ledger, project: str, *, before: int) -> Iterator[tuple[int, PersonDecided]]:
    """The decisions of a project ahead of a place, and where they stand."""
    for record in ledger.of_kind(Kind.PERSON_DECIDED, before=before):
        decided = peek_person_decided(record.signed)
        if decided.project == project:
            yield record.sequence, decided
