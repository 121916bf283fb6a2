"""Dagster's SQLite event log, fast enough for a year of daily partitions in one run.

Dagster opens an engine and commits for every event, about 20 ms each; a year of history has thousands. Here a database keeps
its engine, and the events of a batch (Dagster groups those of one range of partitions) are one transaction: about 1 ms each.
Drop this file when Dagster does the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

# The index of assets and the runs of the moment; older runs' databases are closed.
MOST_OPEN = 8


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """Event log in SQLite with one open connection per database; the parent's lock serialises its use."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Keep the databases under `base_dir`."""
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._in_batch = threading.local()
        self._tables: set[str] = set()
        self._columns: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build from dagster.yaml; the parent's own would build the parent."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Whether a table exists; once it does, it is not asked for again (the parent asks the schema at every event)."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        if column_name not in self._columns and super()._has_asset_key_col_on_connection(conn, column_name):
            self._columns.add(column_name)
        return column_name in self._columns

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events in one transaction per database; all are kept or none."""
        with ExitStack() as stack:
            shards = sorted({INDEX_SHARD_NAME, *(event.run_id for event in events)})
            stack.enter_context(self._db_lock)
            self._in_batch.connections = {shard: stack.enter_context(self._transaction(shard)) for shard in shards}
            stack.callback(self._in_batch.__dict__.clear)
            for event in events:
                self.store_event(event)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        held = getattr(self._in_batch, "connections", {})
        if shard in held:
            yield held[shard]
            return
        with self._db_lock, self._transaction(shard) as connection:
            yield connection

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        """A transaction on a database, which is created on first use."""
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        """The open engine of a database."""
        if shard not in self._engines:
            self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
        self._engines.move_to_end(shard)
        while len(self._engines) > MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]
