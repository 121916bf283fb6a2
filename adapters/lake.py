"""The lake: Delta tables of days, read through DuckDB.

A day is replaced in one atomic commit, and only when its content differs. Every commit has a version, so that training can
name what it read. A table is opened at the start of a step; if somebody else meanwhile commits the same days, or others that
one file holds with them, the step's own commit fails.

A year landed in one run is one file, not one a day: readers open every file of a table, and each costs about a millisecond.
Which files hold a day is read from Delta's own statistics (`docs/decisions/0009-files-of-many-days.md`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from adapters.unfinished_parts import sweep
from tenure.content import digest_by_day
from tenure.errors import TenureError

if TYPE_CHECKING:
    import ibis
    from deltalake import DeltaTable
    from ibis.backends.duckdb import Backend


# Under these names every commit notes the days that it changed, and for each the digest of its content ("-" where none is left);
# a commit of scores also what the scoring service signed of each day ("-" where nothing is left).
DAYS_NOTE, CONTENT_NOTE, SIGNED_NOTE = "tenure_days", "tenure_content", "tenure_signed"
NO_CONTENT = "-"
# Rows are kept in order of days, so that a reader of one day skips the other groups of a file.
ROWS_PER_GROUP = 1 << 17
# Never DeltaTable.to_pyarrow_table(): with this version the process aborts at exit. Files are read by the names of their columns,
# so that days written before a column was added hold nulls there.
AS_DELTA_MEANS_IT: dict[str, Any] = {"hive_partitioning": False, "union_by_name": True}


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What a write did: the table's version afterwards, the days that changed, and each day's content digest and rows."""

    version: int
    changed: tuple[date, ...]
    digests: Mapping[date, str]
    n_rows: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DayCommit:
    """The commit that last changed a day: when it was made, what it noted, the digest of the day's content, what was signed."""

    version: int
    at: datetime
    note: Mapping[str, str]
    content: str | None
    signed: str | None


@dataclass(frozen=True)
class OpenTable:
    """A table as it stood when a step opened it; `delta` is None where the table does not exist yet."""

    name: str
    path: Path
    delta: "DeltaTable | None"

    @property
    def version(self) -> int:
        """The version that was opened, -1 for a table that does not exist."""
        return -1 if self.delta is None else self.delta.version()


@dataclass(frozen=True)
class Lake:
    """All tables of one project under one root; names are asset paths such as `validated/transactions`."""

    root: Path
    project: str

    def open(self, name: str, *, version: int | None = None) -> OpenTable:
        """Open a table as it stands now, or as it stood at an earlier version."""
        from deltalake import DeltaTable

        path = self.root / self.project / name
        exists = DeltaTable.is_deltatable(str(path))
        return OpenTable(name, path, DeltaTable(str(path), version=version) if exists else None)

    def read(self, name: str, connection: "Backend", *, days: Sequence[date] | None = None) -> "ibis.Table | None":
        """Bind a table, or some of its days, into a DuckDB connection; as `read_table`."""
        return read_table(self.open(name), connection, days=days)

    def rows(self, name: str, *, days: Sequence[date] | None = None, columns: Sequence[str] | None = None) -> pa.Table | None:
        """The rows of a table, or of some of its days, as they are; None where there are none."""
        return read_rows(self.open(name), days=days, columns=columns)

    def days(self, name: str) -> tuple[date, ...]:
        """Days that hold rows, in order."""
        found = read_rows(self.open(name), columns=["day"], distinct=True)
        return () if found is None else tuple(sorted(found["day"].to_pylist()))

    def replace_days(
        self,
        table: OpenTable,
        rows: pa.Table,
        *,
        days: Sequence[date],
        key: Sequence[str],
        note: Mapping[str, str],
        sign: Callable[[date, str], str] | None = None,
    ) -> Commit:
        """Replace `days` by `rows` in one commit; days whose content is unchanged are left alone.

        Parameters
        ----------
        table: opened at the start of the step; if anybody else has committed one of these days since then, this fails.
        rows: with a `day` column that holds only days in `days`.
        key: columns that name a row within a day; they fix the order for the content digest.
        note: written into the commit, for lineage.
        sign: given a day that changes and the digest of its content, what is signed of it, without a space; it is noted too.
        """
        new = digest_by_day(rows, key)
        n_rows = {each["values"]: each["counts"] for each in rows["day"].value_counts().to_pylist()}
        old = self._digests(table, days, key, rows.column_names)
        changed = tuple(day for day in sorted(days) if new.get(day) != old.get(day))
        if not changed:
            return Commit(version=table.version, changed=(), digests=new, n_rows=n_rows)
        noted = {
            **note,
            DAYS_NOTE: " ".join(day.isoformat() for day in changed),
            CONTENT_NOTE: " ".join(new.get(day, NO_CONTENT) for day in changed),
        }
        if sign is not None:
            noted[SIGNED_NOTE] = " ".join(sign(day, new[day]) if day in new else NO_CONTENT for day in changed)
        return Commit(version=_commit(table, rows, changed, noted), changed=changed, digests=new, n_rows=n_rows)

    def _digests(self, table: OpenTable, days: Sequence[date], key: Sequence[str], columns: Sequence[str]) -> dict[date, str]:
        """Content digests of the days as they stand, in these columns; none where a column is new to them."""
        current = read_rows(table, days=days, columns=columns)
        return {} if current is None or current.num_columns < len(columns) else digest_by_day(current, key)


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
    return bound if days is None else bound.filter(bound.day.isin(list(days)))


def read_rows(
    table: OpenTable, *, days: Sequence[date] | None = None, columns: Sequence[str] | None = None, distinct: bool = False
) -> pa.Table | None:
    """The rows of an opened table as they are; None where it holds no such rows. Columns that no row has yet are left out.

    DuckDB itself, not through Ibis: opening a backend and compiling a query cost more than most of these reads.
    """
    files = _files(table, days)
    if not files:
        return None
    rows = _shared().cursor().read_parquet(files, **AS_DELTA_MEANS_IT)
    if days is not None:
        rows = rows.filter(_condition(days))
    if columns is not None:
        rows = rows.select(*(f'"{name}"' for name in columns if name in rows.columns))
    found = (rows.distinct() if distinct else rows).to_arrow_table()
    return found if found.num_rows else None


def changes(table: OpenTable) -> tuple[tuple[int, tuple[date, ...]], ...]:
    """Every commit up to the opened version: its version and the days that it changed, in order, oldest first."""
    return tuple((version, _days_of(commit)) for version, commit in _commits(table))


def commits_by_day(table: OpenTable) -> Mapping[date, DayCommit]:
    """For each day that was ever written, the commit up to the opened version that last changed it."""
    return {
        day: DayCommit(
            version=version,
            at=datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
            note=commit,
            content=content if content != NO_CONTENT else None,
            signed=signed if signed != NO_CONTENT else None,
        )
        for version, commit in _commits(table)
        for day, content, signed in zip(_days_of(commit), _contents_of(commit), _signed_of(commit), strict=True)
    }


def commits_of_day(table: OpenTable, day: date) -> tuple[int, ...]:
    """The versions in which a day changed, oldest first."""
    return tuple(version for version, days in changes(table) if day in days)


def changed_contents(table: OpenTable, days: Sequence[date], key: Sequence[str]) -> tuple[date, ...]:
    """Those of the days whose rows are not what the commit that wrote them noted.

    Parameters
    ----------
    key: the columns that named a row within a day when the days were written.
    """
    from deltalake import DeltaTable

    noted = commits_by_day(table)
    wanted = {day: noted[day].content if day in noted else None for day in days}
    rows = read_rows(table, days=days) if days else None
    if rows is None:
        return tuple(day for day in sorted(days) if wanted[day] is not None)
    found = digest_by_day(rows, key)
    differ = {day for day in days if found.get(day) != wanted[day]}
    for version in {noted[day].version for day in differ if day in noted}:
        # Columns that came to the table after the day was written are no change of it.
        columns = {field.name for field in DeltaTable(str(table.path), version=version).schema().fields}
        older = digest_by_day(rows.select([name for name in rows.column_names if name in columns]), key)
        differ -= {day for day in differ if day in noted and noted[day].version == version and older.get(day) == wanted[day]}
    return tuple(sorted(differ))


def _commits(table: OpenTable) -> list[tuple[int, Mapping[str, Any]]]:
    """Every commit of ours up to the opened version, with its version, oldest first.

    Read from Delta's own files: its history loses the numbers of an older version, and the path where a sign of it means
    something in an address.
    """
    if table.delta is None:
        return []
    log = sorted((table.path / "_delta_log").glob("[0-9]*.json"))
    noted = ((int(path.stem), _note_of(path)) for path in log if int(path.stem) <= table.version)
    return [(version, commit) for version, commit in noted if DAYS_NOTE in commit]


def _note_of(path: Path) -> Mapping[str, Any]:
    """What a commit says of itself; it is the line that says so, among those that name parts."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"commitInfo"'):
                return dict(json.loads(line)["commitInfo"])
    return {}


def _days_of(commit: Mapping[str, Any]) -> tuple[date, ...]:
    """The days that a commit changed."""
    return tuple(date.fromisoformat(day) for day in commit[DAYS_NOTE].split())


def _contents_of(commit: Mapping[str, Any]) -> list[str]:
    """The digest of each of these days; none in commits of an earlier version of Tenure."""
    return commit[CONTENT_NOTE].split() if CONTENT_NOTE in commit else [NO_CONTENT] * len(_days_of(commit))


def _signed_of(commit: Mapping[str, Any]) -> list[str]:
    """What was signed of each of these days. A note that was changed so that it does not fit the days is nobody's envelope."""
    days, noted = _days_of(commit), str(commit.get(SIGNED_NOTE, ""))
    if not noted:
        return [NO_CONTENT] * len(days)
    signed = noted.split(" ")
    return signed if len(signed) == len(days) else [noted] * len(days)


@contextmanager
def views(tables: Mapping[str, OpenTable]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private DuckDB in which opened tables, none of which may be new, are views of these names."""
    with _database() as connection:
        for name, table in tables.items():
            if files := _files(table, None):
                connection.read_parquet(files, **AS_DELTA_MEANS_IT).create_view(name)
            elif table.delta is not None:
                connection.register(name, pa.schema(table.delta.schema().to_arrow()).empty_table())
        yield connection


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    """One in-memory database for the plain reads of this process; each read has a cursor of its own."""
    return _database()


def _database() -> duckdb.DuckDBPyConnection:
    """An in-memory database that reads local files only and never downloads an extension."""
    return duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})


def _files(table: OpenTable, days: Sequence[date] | None) -> list[str]:
    """The files that may hold rows of these days, or all; none for a table that does not exist."""
    if table.delta is None:
        return []
    if table.delta.metadata().partition_columns:
        raise TenureError(
            f"The table {table.path} was written by an earlier version, with a folder for each day. Move the folder lake/ out of "
            "TENURE_HOME and land the days again: the bytes as received are still there."
        )
    files = pa.table(table.delta.get_add_actions(flatten=True)).select(["path", "min.day", "max.day"]).to_pylist()
    return [
        _as_path(str(table.path / unquote(file["path"])))
        for file in files
        if days is None or any(file["min.day"] <= day <= file["max.day"] for day in days)
    ]


def _as_path(file: str) -> str:
    """A file as DuckDB reads it, which takes some signs for a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in file)


def _commit(table: OpenTable, rows: pa.Table, changed: Sequence[date], note: Mapping[str, str]) -> int:
    """Write the changed days; return the table's new version."""
    import pyarrow.compute as pc
    from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, WriterProperties, write_deltalake

    sweep(table.path)
    # The day first: Delta keeps the smallest and largest value of the first 32 columns alone.
    ordered = rows.select(["day", *(name for name in rows.column_names if name != "day")])
    wanted = ordered.filter(pc.is_in(ordered["day"], pa.array(changed, pa.date32()))).sort_by("day")
    properties = CommitProperties(custom_metadata=dict(note))
    writing = WriterProperties(max_row_group_size=ROWS_PER_GROUP)
    # By default a checkpoint forgets commits older than a month; then nobody could say what changed since, or read it again.
    keeping = PostCommitHookProperties(cleanup_expired_logs=False)
    if table.delta is None:
        write_deltalake(
            str(table.path),
            wanted,
            mode="error",
            commit_properties=properties,
            post_commithook_properties=keeping,
            writer_properties=writing,
        )
        return 0
    target = DeltaTable(str(table.path), version=table.delta.version())
    # Columns that are new to the table are added; days written before hold nulls there.
    write_deltalake(
        target,
        wanted,
        mode="overwrite",
        predicate=_condition(changed),
        schema_mode="merge",
        commit_properties=properties,
        post_commithook_properties=keeping,
        writer_properties=writing,
    )
    return DeltaTable(str(table.path)).version()


def _condition(days: Sequence[date]) -> str:
    """A condition in SQL that holds for exactly these days."""
    if not days:
        return "false"
    first, last = min(days), max(days)
    if last - first == timedelta(days=len(set(days)) - 1):
        return f"day >= '{first.isoformat()}' AND day <= '{last.isoformat()}'"
    return "day IN (" + ", ".join(f"'{day.isoformat()}'" for day in sorted(set(days))) + ")"
