"""Where the promotion log is kept: one table of entries and one row for its head, in SQLite or PostgreSQL.

An append names the head that it follows; of many at one time, one wins and the others learn that the head moved. What a record
must fulfil is `governance/rules/admission.py`; this file refuses nothing else.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger, open_ledger, with_entry
from governance.records.log import SALT_BYTES, Checkpoint, Entry, Head, Kind, head_of, new_entry, sign_checkpoint
from governance.rules.admission import check_record
from tenure.canonical import moment
from tenure.errors import HeadMovedError
from tenure.refusals import Refusal, refused

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

PATIENCE_SECONDS = 60
# The entries in order, and the checkpoint that was signed over them.
Kept = tuple[tuple[Entry, ...], bytes | None]


class PromotionLog:
    """One log at one place. Every call opens a connection of its own, so processes and threads may share an address."""

    def __init__(self, address: str, *, origin: str, pinned: str) -> None:
        """Bind to a database.

        Parameters
        ----------
        address: as SQLAlchemy spells it.
        origin: the log's own name, written into every checkpoint.
        pinned: digest of a trust root of this installation, best its newest.
        """
        self._address = address
        self._origin = origin
        self._pinned = pinned

    def ledger(self, now: datetime) -> Ledger:
        """Read and verify the whole log; raises RefusedError where it is not as it was signed."""
        (entries, checkpoint), told = self._kept()
        ledger = self._opened(entries, checkpoint, moment(now))
        # Nothing rests on this row but the next append, which would wait for ever for a head that never comes.
        if ledger.size and told != ledger.head:
            raise refused(
                Refusal.ROOT_HASH_DIFFERS,
                f"The promotion log holds {ledger.size} records, but its table of the head says {told.size} with root "
                f"{told.root_hash[:12]}: somebody edited it. Restore the log from a backup.",
            )
        return ledger

    def append(self, expected: Head, kind: Kind, envelope: bytes, *, now: datetime, log_key: Ed25519PrivateKey) -> bytes:
        """Add one record after `expected`, if the log still ends there and the rules allow it; `append_all` of one."""
        return self.append_all(expected, [(kind, envelope)], now=now, log_key=log_key)

    def append_all(
        self, expected: Head, signed: Sequence[tuple[Kind, bytes]], *, now: datetime, log_key: Ed25519PrivateKey
    ) -> bytes:
        """Add records after `expected`, all or none, if the log still ends there and the rules allow each.

        Parameters
        ----------
        expected: the head of the ledger on which the records were decided.
        signed: kind and envelope of each. log_key: signs the new checkpoint.

        Returns
        -------
        The checkpoint's envelope, for the witness.

        Raises
        ------
        HeadMovedError: when another record came first; nothing was written.
        RefusedError: when the log or a record breaks a rule; nothing was written.
        """
        at = moment(now)
        with self._begun() as connection:
            self._take(connection, expected)
            (entries, standing), _ = self._read(connection)
            grown = self._opened(entries, standing, at)
            for kind, envelope in signed:
                check_record(grown, kind, envelope, at=at)
                entry = new_entry(grown.size, kind, envelope, at=at, salt=secrets.token_bytes(SALT_BYTES))
                grown = with_entry(grown, entry)
            head = grown.head
            checkpoint = sign_checkpoint(
                Checkpoint(origin=self._origin, size=head.size, root_hash=head.root_hash, at=at), log_key
            )
            self._write(connection, grown.entries[len(entries) :], head, checkpoint)
            # Read back as the scorer will: a log key that the trust root does not name must not leave a log nobody can open.
            self._opened(grown.entries, checkpoint, at)
        return checkpoint

    def _opened(self, entries: tuple[Entry, ...], checkpoint: bytes | None, at: datetime) -> Ledger:
        """Verify a log as it was read; the same bytes are not verified twice in a row."""
        kept = _verified(self._address, self._pinned, self._origin)
        if kept and (kept[0].entries, kept[0].envelope) == (entries, checkpoint) and kept[0].at <= at:
            return kept[0].ledger
        ledger = open_ledger(entries, checkpoint, pinned=self._pinned, origin=self._origin, now=at)
        kept[:] = [_Verified(entries=entries, envelope=checkpoint, at=at, ledger=ledger)]
        return ledger

    def entries(self) -> tuple[tuple[Entry, ...], bytes | None]:
        """The entries and the checkpoint as they are kept, unverified: for export and copies."""
        return self._kept()[0]

    def _kept(self) -> tuple[Kept, Head]:
        """What is kept, and where the head's row says that it ends."""
        engine = _engine(self._address, is_reader=True)
        try:
            with engine.begin() as connection:
                if not _is_prepared(connection):
                    return ((), None), head_of(())
                return self._read(connection)
        finally:
            engine.dispose()

    def _take(self, connection: "Connection", expected: Head) -> None:
        """Compare and set: mark the head as taken, if it is the expected one. Others wait here, then find another head."""
        heads = _heads()
        taken = connection.execute(
            heads.update()
            .where(heads.c.id == 1, heads.c.size == expected.size, heads.c.root_hash == expected.root_hash)
            .values(size=expected.size)
        )
        if taken.rowcount != 1:
            raise HeadMovedError(
                f"Expected the promotion log to end after {expected.size} records with root {expected.root_hash[:12]}, but it "
                "has moved: somebody else's record came first. Look again at what stands, then try again."
            )

    def _write(self, connection: "Connection", added: Sequence[Entry], head: Head, checkpoint: bytes) -> None:
        """The new entries and the new head."""
        heads = _heads()
        connection.execute(_entries().insert(), [vars(entry) for entry in added])
        connection.execute(
            heads.update().where(heads.c.id == 1).values(size=head.size, root_hash=head.root_hash, checkpoint=checkpoint)
        )

    def _read(self, connection: "Connection") -> tuple[Kept, Head]:
        """Everything, in order, and where the head's row says that it ends."""
        table, heads = _entries(), _heads()
        rows = connection.execute(table.select().order_by(table.c.sequence)).all()
        row = connection.execute(heads.select()).one()
        found = tuple(_entry(row) for row in rows), None if row.checkpoint is None else _bytes(row.checkpoint)
        return found, Head(size=row.size, root_hash=row.root_hash)

    @contextmanager
    def _begun(self) -> "Iterator[Connection]":
        """A connection in a writing transaction, on tables that exist."""
        engine = _engine(self._address, is_reader=False)
        try:
            _prepare(engine)
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()


@dataclass(frozen=True, kw_only=True)
class _Verified:
    """A log as it was read and verified at a time: equal bytes are not verified again."""

    entries: tuple[Entry, ...]
    envelope: bytes | None
    at: datetime
    ledger: Ledger


@lru_cache(maxsize=16)
def _verified(_address: str, _pinned: str, _origin: str) -> list[_Verified]:
    """The log at an address as it was last verified under a pin, in a list of its own; empty before the first time."""
    return []


def _entry(row: Any) -> Entry:
    """One row of the table."""
    return Entry(sequence=row.sequence, leaf=_bytes(row.leaf), salt=_bytes(row.salt), record=_bytes(row.record))


def _bytes(value: Any) -> bytes:
    """The bytes in a column; SQLite lets whoever writes to it put text or numbers there, which are no record's."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return value.encode() if isinstance(value, str) else b""


def _entries() -> "Table":
    """The table of entries."""
    import sqlalchemy as sa

    return sa.Table(
        "tenure_promotion_log",
        sa.MetaData(),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("record", sa.LargeBinary),
    )


def _heads() -> "Table":
    """The table of the one row that says where the log ends."""
    import sqlalchemy as sa

    return sa.Table(
        "tenure_promotion_head",
        sa.MetaData(),
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("root_hash", sa.String(64), nullable=False),
        sa.Column("checkpoint", sa.LargeBinary),
    )


def _engine(address: str, *, is_reader: bool) -> "Engine":
    """An engine without a pool: a connection is never shared or kept. A reader's transaction sees one state of the log."""
    import sqlalchemy as sa

    if not address.startswith("sqlite"):
        level = "REPEATABLE READ" if is_reader else "READ COMMITTED"
        return sa.create_engine(address, poolclass=sa.NullPool, isolation_level=level)
    engine = sa.create_engine(address, poolclass=sa.NullPool, connect_args={"timeout": PATIENCE_SECONDS})

    # Python's driver begins transactions late and for writing only; the head must be compared and set in one.
    @sa.event.listens_for(engine, "connect")
    def _manual(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: "Connection") -> None:
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")

    return engine


def _is_prepared(connection: "Connection") -> bool:
    """Whether the tables are there."""
    import sqlalchemy as sa

    return sa.inspect(connection).has_table(_heads().name)


def _prepare(engine: "Engine") -> None:
    """Make the tables and the head's row where there are none; of several that begin at once, all go on."""
    import sqlalchemy as sa

    with engine.connect() as connection:
        if _is_prepared(connection):
            return
    empty = head_of(())
    statements: Sequence[Any] = (
        sa.schema.CreateTable(_entries(), if_not_exists=True),
        sa.schema.CreateTable(_heads(), if_not_exists=True),
        sa.text(
            "INSERT INTO tenure_promotion_head (id, size, root_hash) VALUES (1, 0, :root_hash) ON CONFLICT (id) DO NOTHING"
        ).bindparams(root_hash=empty.root_hash),
    )
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two sessions that create one table at once can both find it missing.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('tenure_promotion_log'))"))
        for statement in statements:
            connection.execute(statement)
