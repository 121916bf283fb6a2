"""The ledger: a log whose tree, checkpoint and trust roots have been verified, and readings of it.

Opening one proves that the records are those that the log's key signed for, in order, under a chain of trust roots that holds
the pinned one. Whether each record was allowed is `rules.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from governance.records.log import (
    Checkpoint,
    Entry,
    Head,
    Kind,
    Record,
    head_of,
    peek_checkpoint,
    read_checkpoint,
    read_entry,
)
from governance.records.merkle import prefix_roots
from governance.records.trust_root import Role, TrustRoot, read_first_root, read_next_root
from tenure.canonical import SKEW
from tenure.refusals import Refusal, refused


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A verified log; made by `open_ledger` alone.

    `roots` pairs each trust root with the place of its own record. `checkpoint` is None for a log without any record.
    """

    origin: str
    pinned: str
    entries: tuple[Entry, ...] = field(repr=False)
    records: tuple[Record, ...] = field(repr=False)
    roots: tuple[tuple[int, TrustRoot], ...] = field(repr=False)
    checkpoint: Checkpoint | None

    @property
    def head(self) -> Head:
        """Where the log ends: what an append says that it follows."""
        return head_of([entry.leaf for entry in self.entries])

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self.entries)

    @property
    def root(self) -> TrustRoot:
        """The trust root in force."""
        return self.root_before(self.size)

    def root_before(self, place: int) -> TrustRoot:
        """The trust root in force for a record at that place."""
        in_force = [root for sequence, root in self.roots if sequence < place]
        if not in_force:
            raise refused(
                Refusal.OLD_TRUST_ROOT,
                "The promotion log holds no trust root yet, so nobody may sign anything. Its first record is trust root 1.",
            )
        return in_force[-1]

    def check_here(self, named: str | None) -> None:
        """Refuse a record that names another installation: copied from its log, it says nothing here."""
        if named != self.origin:
            raise refused(
                Refusal.OTHER_INSTALLATION,
                f"The record was signed for the installation {named}, and this is {self.origin}. "
                "It counts where it was signed alone: sign one here.",
            )

    def of_kind(self, *kinds: Kind, before: int) -> Iterator[Record]:
        """Records of these kinds ahead of a place, oldest first."""
        return (record for record in self.records[:before] if record.kind in kinds)

    def named(self, envelope_digest: str, *kinds: Kind, before: int) -> Record | None:
        """The first record of these kinds ahead of a place with that envelope."""
        return next((r for r in self.of_kind(*kinds, before=before) if r.envelope_digest == envelope_digest), None)


def open_ledger(entries: Sequence[Entry], checkpoint: bytes | None, *, pinned: str, origin: str, now: datetime) -> Ledger:
    """Verify a log and its checkpoint.

    Parameters
    ----------
    entries: every entry, in order. checkpoint: the envelope that the log's key signed over them; None if there are none.
    pinned: digest of a trust root that this installation was given by another way than the log, best its newest: a log
        that does not reach it was cut back.
    origin: the log's own name, so that one installation's log cannot stand in for another's.

    Raises
    ------
    RefusedError: naming the first record that is not as it was written, or what of the checkpoint or the roots is wrong.
    """
    records = tuple(read_entry(entry, sequence=place) for place, entry in enumerate(entries))
    _check_times(records)
    roots = _roots(records)
    if not entries and checkpoint is None:
        return Ledger(origin=origin, pinned=pinned, entries=(), records=(), roots=(), checkpoint=None)
    ledger = Ledger(
        origin=origin,
        pinned=pinned,
        entries=tuple(entries),
        records=records,
        roots=roots,
        checkpoint=None,
    )
    if pinned not in {root.digest for _, root in roots}:
        raise refused(
            Refusal.OLD_TRUST_ROOT,
            f"The log's trust roots end at version {roots[-1][1].version if roots else 0} and do not hold the pinned one, "
            f"{pinned[:12]}: the log is older than what this installation knows, or another's. Restore the log.",
        )
    return replace(ledger, checkpoint=_checkpoint(ledger, checkpoint, now))


def with_entry(ledger: Ledger, entry: Entry) -> Ledger:
    """A log with one entry more, as an append would leave it; its checkpoint is still to be signed."""
    record = read_entry(entry, sequence=ledger.size)
    records = (*ledger.records, record)
    _check_times(records[-2:])
    roots = _roots(records) if record.kind is Kind.ROOT else ledger.roots
    return replace(ledger, entries=(*ledger.entries, entry), records=records, roots=roots)


def check_witnessed(ledger: Ledger, copies: Sequence[bytes]) -> int:
    """Hold the log against the checkpoints that a witness kept, and return the largest size that it saw.

    Raises
    ------
    RefusedError: when the log is shorter than the witness saw it, or begins otherwise.
    """
    seen = 0
    roots = tuple(root.hex() for root in prefix_roots([entry.leaf for entry in ledger.entries]))
    for data in copies:
        peeked = peek_checkpoint(data)
        root = ledger.root_before(min(peeked.size, ledger.size))
        copy = read_checkpoint(data, root, origin=ledger.origin, roles=(Role.WITNESS,))
        if copy.size > ledger.size:
            raise refused(
                Refusal.LOG_CUT_BACK,
                f"The witness saw {copy.size} records at {copy.at:%Y-%m-%d %H:%M} UTC, the log holds {ledger.size}: it was cut "
                "back or restored from an old backup. Restore the newest.",
            )
        if roots[copy.size] != copy.root_hash:
            raise refused(
                Refusal.LOG_REWRITTEN,
                f"The first {copy.size} records are not those that the witness saw at {copy.at:%Y-%m-%d %H:%M} UTC: history was "
                "rewritten and signed anew. Restore the log from a backup, and renew the log's key.",
            )
        seen = max(seen, copy.size)
    return seen


def _checkpoint(ledger: Ledger, data: bytes | None, now: datetime) -> Checkpoint:
    """The log's checkpoint, verified against its entries."""
    if data is None:
        raise refused(
            Refusal.ROOT_HASH_DIFFERS, f"The promotion log holds {ledger.size} records and no checkpoint. Restore the log."
        )
    checkpoint = read_checkpoint(data, ledger.root, origin=ledger.origin)
    if checkpoint.size > ledger.size:
        raise refused(
            Refusal.MISSING_RECORD,
            f"The checkpoint is over {checkpoint.size} records, the log holds {ledger.size}: records were removed at its end. "
            "Restore the log from a backup.",
        )
    if checkpoint.size < ledger.size or checkpoint.root_hash != ledger.head.root_hash:
        raise refused(
            Refusal.ROOT_HASH_DIFFERS,
            f"The log's {ledger.size} records do not give the root hash of its checkpoint over {checkpoint.size}: records were "
            "changed or added past the log's key. Restore the log from a backup.",
        )
    if checkpoint.at > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"The checkpoint is dated {checkpoint.at:%Y-%m-%d %H:%M} UTC, later than now, {now:%Y-%m-%d %H:%M}. "
            "Set the clocks right.",
        )
    return checkpoint


def _roots(records: Sequence[Record]) -> tuple[tuple[int, TrustRoot], ...]:
    """Every trust root of the log, each verified against the one before."""
    roots: list[tuple[int, TrustRoot]] = []
    for record in records:
        if record.kind is not Kind.ROOT:
            continue
        data = record.signed
        root = read_next_root(data, after=roots[-1][1]) if roots else read_first_root(data, pinned=None)
        roots.append((record.sequence, root))
    return tuple(roots)


def _check_times(records: Sequence[Record]) -> None:
    """Refuse a log in which time runs back by more than clocks differ."""
    latest: datetime | None = None
    for record in records:
        if latest and record.at < latest - SKEW:
            raise refused(
                Refusal.TIME_RUNS_BACK,
                f"Record {record.sequence} is dated {record.at:%Y-%m-%d %H:%M} UTC, before one that precedes it "
                f"({latest:%Y-%m-%d %H:%M}). Set the clocks of all who write to the log right.",
            )
        latest = max(latest, record.at) if latest else record.at
