"""Reading the lake: its Delta tables through DuckDB, by the files that Delta says may hold the days."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from tenure.errors import TenureError

if TYPE_CHECKING:
    import ibis
    from deltalake import DeltaTable
    from ibis.backends.duckdb import Backend

# The column of the rows' salts. It is read by who asks for it alone: it is no part of what a row says.
SALT = "salt"
# Never DeltaTable.to_pyarrow_table(): with this version the process aborts at exit. Files are read by the names of their columns,
# so that days written before a column was added hold nulls there.
AS_DELTA_MEANS_IT: dict[str, Any] = {"hive_partitioning": False, "union_by_name": True}


@dataclass(frozen=True)
class OpenTable:
    """A table as it stood when a step opened it; `delta` is None where the table does not exist yet.

    `n_erasures` acts had taken people out of it by then.
    """

    name: str
    path: Path
    delta: "DeltaTable | None"
    n_erasures: int = 0

    @property
    def version(self) -> int:
        """The version that was opened, -1 for a table that does not exist."""
        return -1 if self.delta is None else self.delta.version()


def connect() -> "Backend":
    """Open a private in-memory DuckDB that reads local files only and never downloads an extension."""
    import ibis

    return ibis.duckdb.connect(autoinstall_known_extensions=False, autoload_known_extensions=False)


def read_table(table: OpenTable, connection: "Backend", *, days: Sequence[date] | None = None) -> "ibis.Table | None":
    """Bind an opened table into a connection, to compute on it.

    None where no file could hold such rows; a table without rows where files hold the days around them only.
    """
    files = _files(table, days)
    if not files:
        return None
    bound = connection.read_parquet(files, **AS_DELTA_MEANS_IT)
    bound = bound.drop(SALT) if SALT in bound.columns else bound
    return bound if days is None else bound.filter(bound.day.isin(list(days)))


def read_rows(
    table: OpenTable, *, days: Sequence[date] | None = None, columns: Sequence[str] | None = None, distinct: bool = False
) -> pa.Table | None:
    """The rows of an opened table as they are; None where it holds no such rows. Columns that no row has yet are left out.

    The salts are among them only where `columns` names them.

    DuckDB itself, not through Ibis: opening a backend and compiling a query cost more than most of these reads.
    """
    files = _files(table, days)
    if not files:
        return None
    rows = _shared().cursor().read_parquet(files, **AS_DELTA_MEANS_IT)
    if days is not None:
        rows = rows.filter(condition(days))
    wanted = [name for name in rows.columns if name != SALT] if columns is None else [n for n in columns if n in rows.columns]
    rows = rows.select(*(f'"{name}"' for name in wanted))
    found = (rows.distinct() if distinct else rows).to_arrow_table()
    return found if found.num_rows else None


@contextmanager
def views(tables: Mapping[str, OpenTable | pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private DuckDB in which opened tables, none of which may be new, and rows in memory are views of these names."""
    with _database() as connection:
        for name, table in tables.items():
            if isinstance(table, pa.Table):
                connection.register(name, table)
            elif files := _files(table, None):
                rows = connection.read_parquet(files, **AS_DELTA_MEANS_IT)
                rows.select(*(f'"{column}"' for column in rows.columns if column != SALT)).create_view(name)
            elif table.delta is not None:
                connection.register(name, pa.schema(table.delta.schema().to_arrow()).empty_table())
        yield connection


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    """One in-memory database for the plain reads of this process; each read has a cursor of its own.

    One thread: such a read takes milliseconds, and each further thread memory of its own.
    """
    return _database(threads="1")


def _database(**more: str) -> duckdb.DuckDBPyConnection:
    """An in-memory database that reads local files only and never downloads an extension."""
    return duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", **more})


def _files(table: OpenTable, days: Sequence[date] | None) -> list[str]:
    """The files that may hold rows of these days, or all; none for a table that does not exist."""
    if table.delta is None:
        return []
    if table.delta.metadata().partition_columns:
        raise TenureError(
            f"The table {table.path} was written by an earlier version, with a folder for each day. Move the folder lake/ out of "
            "TENURE_HOME and land the days again: the bytes as received are still there."
        )
    # Not pa.table(), which loads pandas to ask whether it was given a frame of it.
    added = pa.RecordBatchReader.from_stream(table.delta.get_add_actions(flatten=True)).read_all()
    files = added.select(["path", "min.day", "max.day"]).to_pylist() if added.num_rows else []
    return [
        _as_path(str(table.path / unquote(file["path"])))
        for file in files
        if days is None or any(file["min.day"] <= day <= file["max.day"] for day in days)
    ]


def _as_path(file: str) -> str:
    """A file as DuckDB reads it, which takes some signs for a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in file)


def condition(days: Sequence[date]) -> str:
    """A condition in SQL that holds for exactly these days."""
    if not days:
        return "false"
    first, last = min(days), max(days)
    if last - first == timedelta(days=len(set(days)) - 1):
        return f"day >= '{first.isoformat()}' AND day <= '{last.isoformat()}'"
    return "day IN (" + ", ".join(f"'{day.isoformat()}'" for day in sorted(set(days))) + ")"
