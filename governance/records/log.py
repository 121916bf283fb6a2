"""The log's entries: salted records under a Merkle tree, and signed checkpoints of the tree.

Leaf = H(0x00 || H(salt || record)): without its salt nobody can guess a record from its place in the tree. What a record must
fulfil is `rules.py`; where entries are kept is `governance/stores/promotion_log.py`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.merkle import leaf_hash, root_hash
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import check_hex, check_moment, check_text, decode, encode, sha256
from tenure.refusals import Refusal, refused

CHECKPOINT_TYPE = "application/vnd.tenure.checkpoint+json"
SALT_BYTES = 32


class Kind(StrEnum):
    """What a record says."""

    ROOT = "root"
    REQUEST = "request"
    STATEMENT = "statement"
    APPROVAL = "approval"
    REJECTION = "rejection"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    REVOKED = "revoked"
    EXCEPTION = "exception"
    EXCEPTED = "excepted"
    DELIVERED = "delivered"
    ERASED = "erased"
    DATA_PROPOSED = "data_proposed"
    DATA_DECIDED = "data_decided"
    DATA_NOTED = "data_noted"
    PERSON_DECIDED = "person_decided"
    RETENTION = "retention"
    ACCESS_AUDITED = "access_audited"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One line of history: what happened, when it reached the log, and the signed envelope that says so.

    `sequence` counts from 0. Only staff ids stand for people.
    """

    sequence: int
    kind: Kind
    at: datetime
    envelope: str
    envelope_digest: str

    def __post_init__(self) -> None:
        """Refuse a record whose envelope is not the one that it names."""
        check_moment("at", self.at)
        if sha256(self.envelope.encode()) != self.envelope_digest:
            raise ValueError("expected the digest of the record's own envelope")

    @cached_property
    def signed(self) -> bytes:
        """The envelope's bytes."""
        return self.envelope.encode()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A place in the tree: its leaf hash, and the record's bytes and salt, of which it was made."""

    sequence: int
    leaf: bytes
    salt: bytes
    record: bytes


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The tree at one time: whose log, how many leaves, their root hash (hex)."""

    origin: str
    size: int
    root_hash: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("an origin", self.origin)
        check_hex("a root hash", self.root_hash)
        check_moment("at", self.at)
        if self.size < 0:
            raise ValueError("expected a size of at least 0")


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where the log ends; an append names the head that it follows."""

    size: int
    root_hash: str


def head_of(leaves: Sequence[bytes]) -> Head:
    """The head of a log with these leaf hashes."""
    return Head(size=len(leaves), root_hash=root_hash(leaves).hex())


def leaf_of(salt: bytes, record: bytes) -> bytes:
    """The leaf hash of a record."""
    return leaf_hash(hashlib.sha256(salt + record).digest())


def new_entry(sequence: int, kind: Kind, envelope: bytes, *, at: datetime, salt: bytes) -> Entry:
    """The entry of one signed record; `salt` is 32 fresh random bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"expected a salt of {SALT_BYTES} bytes, found {len(salt)}")
    text = envelope.decode()
    record = encode(Record(sequence=sequence, kind=kind, at=at, envelope=text, envelope_digest=sha256(envelope)))
    return Entry(sequence=sequence, leaf=leaf_of(salt, record), salt=salt, record=record)


def read_entry(entry: Entry, *, sequence: int) -> Record:
    """Read the record at a place of the log.

    Raises
    ------
    RefusedError: when another place is named, or the record is not the one that the tree was built over.
    """
    if entry.sequence != sequence:
        raise refused(
            Refusal.MISSING_RECORD,
            f"Expected record {sequence} of the promotion log, found record {entry.sequence}: one was removed, repeated or "
            "reordered. Restore the log from a backup.",
        )
    if leaf_of(entry.salt, entry.record) != entry.leaf:
        raise refused(
            Refusal.ALTERED_RECORD,
            f"Record {sequence} of the promotion log is not what its leaf hash was made of. Restore the log from a backup.",
        )
    record = _record(entry.record, sequence)
    if record.sequence != sequence:
        raise refused(
            Refusal.MISSING_RECORD,
            f"Record {sequence} of the promotion log was written as record {record.sequence}. Restore the log from a backup.",
        )
    return record


@lru_cache(maxsize=1 << 14)
def _record(data: bytes, sequence: int) -> Record:
    """Read a record's bytes; the same bytes always give the same one, and the tree over them is checked by whoever asks."""
    return decode(Record, data, what=f"record {sequence} of the promotion log")


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """Sign a checkpoint with the log's key, or a witness its copy with its own."""
    return sign(encode(checkpoint), CHECKPOINT_TYPE, [key])


def peek_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint whose signature nobody has checked yet: to learn which trust root was in force."""
    return decode(Checkpoint, read_envelope(data, what="the checkpoint").payload, what="a checkpoint")


def read_checkpoint(data: bytes, root: TrustRoot, *, origin: str, roles: Sequence[Role] = (Role.LOG,)) -> Checkpoint:
    """Read and verify a checkpoint of this log.

    Raises
    ------
    RefusedError: for a changed envelope, a signer without the role, or a checkpoint of another log.
    """
    checkpoint = peek_checkpoint(data)
    envelope = read_envelope(data, what="the checkpoint")
    root.signer(envelope, CHECKPOINT_TYPE, roles, at=checkpoint.at, what="the checkpoint")
    if checkpoint.origin != origin:
        raise refused(
            Refusal.OTHER_LOG,
            f"Expected a checkpoint of the log {origin!r}, found one of {checkpoint.origin!r}. Restore the right one.",
        )
    return checkpoint
