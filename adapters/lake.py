"""The lake: Delta tables of days, read through DuckDB.

A day is replaced in one atomic commit, and only when its content differs. Every commit has a version, so that training can
name what it read. A table is opened at the start of a step; if somebody else meanwhile commits the same days, or others that
one file holds with them, the step's own commit fails.

A year landed in one run is one file, not one a day: readers open every file of a table, and each costs about a millisecond.
Which files hold a day is read from Delta's own statistics (`docs/decisions/0009-files-of-many-days.md`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from adapters.unfinished_parts import sweep
from tenure.content import digest_by_day
from tenure.errors import TenureError

if TYPE_CHECKING:
    import ibis
    from deltalake import DeltaTable
    from ibis.backends.duckdb import Backend


# Under these names every commit notes the days that it changed, and for each a word ("-" where there is none): the digest of its
# content, the root hash over its salted rows, and the digest of its lineage; commits of scores of an earlier version of Tenure
# also what was signed of each day. A commit without a change notes days whose lineage alone is another now.
DAYS_NOTE, AGAIN_NOTE = "tenure_days", "tenure_again"
CONTENT_NOTE, ROOT_NOTE, LINEAGE_NOTE, SIGNED_NOTE = "tenure_content", "tenure_root", "tenure_lineage", "tenure_signed"
# By day and place in its tree, the hashes of leaves whose rows were erased, as JSON.
EMPTIED_NOTE = "tenure_emptied"
NO_CONTENT = "-"
# The column of the rows' salts. It is read by who asks for it alone: it is no part of what a row says.
SALT = "salt"
# Rows are kept in order of days, so that a reader of one day skips the other groups of a file.
ROWS_PER_GROUP = 1 << 17
DAYS_AT_ONCE = 31
# Never DeltaTable.to_pyarrow_table(): with this version the process aborts at exit. Files are read by the names of their columns,
# so that days written before a column was added hold nulls there.
AS_DELTA_MEANS_IT: dict[str, Any] = {"hive_partitioning": False, "union_by_name": True}


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What a write did: the table's version afterwards, the days that changed, and each day's content digest."""

    version: int
    changed: tuple[date, ...]
    digests: Mapping[date, str]


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What is kept beside the rows of a day: a salt for each, in the order of the key, or none; and words to be noted of it."""

    salts: pa.Array | None
    words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DayCommit:
    """The commit that last changed a day: when it was made, what it noted, and the words of this day.

    `origin`, a note too, and `lineage` are those of version `noted_in`, which may have changed no row. `emptied` has, by place in
    the day's tree, the hashes of leaves without rows.
    """

    version: int
    noted_in: int
    at: datetime
    note: Mapping[str, str]
    origin: Mapping[str, str]
    content: str | None
    root: str | None
    lineage: str | None
    signed: str | None
    emptied: Mapping[int, bytes]


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
        seal: Callable[[date, pa.Table, str], Seal] | None = None,
        is_salted: bool = False,
    ) -> Commit:
        """Replace `days` by `rows` in one commit; days whose content is unchanged are left alone.

        Parameters
        ----------
        table: opened at the start of the step; if anybody else has committed one of these days since then, this fails.
        rows: with a `day` column that holds only days in `days`.
        key: columns that name a row within a day; they fix the order for the content digest.
        note: written into the commit, for lineage.
        seal: given a day that changes, its rows by key and the digest of its content, what is kept beside them.
        is_salted: a day whose rows stand there without salts is written again, whether or not its content changes.
        """
        new = digest_by_day(rows, key)
        old = self._digests(table, days, key, rows.column_names)
        bare = self._unsalted(table, days) if is_salted else set()
        changed = tuple(day for day in sorted(days) if new.get(day) != old.get(day) or (day in new and day in bare))
        if not changed:
            return Commit(version=table.version, changed=(), digests=new)
        noted = {**note, DAYS_NOTE: _in_line(changed), CONTENT_NOTE: _in_line(new.get(day) for day in changed)}
        if seal is not None:
            by_day = {day: rows.filter(pc.equal(rows["day"], day)).sort_by([(k, "ascending") for k in key]) for day in changed}
            seals = {day: seal(day, own, new[day]) for day, own in by_day.items() if day in new}
            for name in sorted({name for one in seals.values() for name in one.words}):
                noted[name] = _in_line(seals[day].words.get(name) if day in seals else None for day in changed)
            rows = _with_salts(by_day, seals)
        return Commit(version=_commit(table, rows, changed, noted), changed=changed, digests=new)

    def note_again(self, table: OpenTable, lineage: Mapping[date, str], note: Mapping[str, str], schema: pa.Schema) -> None:
        """Note another lineage of days whose content is what it was: a commit that changes no row.

        Parameters
        ----------
        schema: of the rows, for a table that does not exist yet.
        """
        from deltalake import CommitProperties, PostCommitHookProperties, write_deltalake

        days = sorted(lineage)
        noted = {**note, AGAIN_NOTE: _in_line(days), LINEAGE_NOTE: _in_line(lineage[day] for day in days)}
        empty = (schema if table.delta is None else pa.schema(table.delta.schema().to_arrow())).empty_table()
        write_deltalake(
            str(table.path),
            empty,
            mode="append",
            commit_properties=CommitProperties(custom_metadata=noted),
            post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        )

    def _unsalted(self, table: OpenTable, days: Sequence[date]) -> set[date]:
        """Those of the days that hold a row without a salt."""
        found = read_rows(table, days=days, columns=["day", SALT])
        if found is None:
            return set()
        if SALT in found.column_names:
            found = found.filter(pc.is_null(found[SALT]))
        return set(found["day"].to_pylist())

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
        rows = rows.filter(_condition(days))
    wanted = [name for name in rows.columns if name != SALT] if columns is None else [n for n in columns if n in rows.columns]
    rows = rows.select(*(f'"{name}"' for name in wanted))
    found = (rows.distinct() if distinct else rows).to_arrow_table()
    return found if found.num_rows else None


def changes(table: OpenTable) -> tuple[tuple[int, tuple[date, ...]], ...]:
    """Every commit up to the opened version: its version and the days that it changed, in order, oldest first."""
    return tuple((version, days) for version, commit in _commits(table) if (days := _days_of(commit)))


def commits_by_day(table: OpenTable) -> Mapping[date, DayCommit]:
    """For each day that was ever written, the commit up to the opened version that last changed it."""
    return {day: commits[-1] for day, commits in history_by_day(table).items()}


def history_by_day(table: OpenTable) -> Mapping[date, list[DayCommit]]:
    """For each day every commit up to the opened version that changed it, or noted another lineage of it, oldest first."""
    found: dict[date, list[DayCommit]] = {}
    for version, commit in _commits(table):
        emptied = json.loads(commit.get(EMPTIED_NOTE, "{}"))
        words = {name: _words(commit, name) for name in (CONTENT_NOTE, ROOT_NOTE, LINEAGE_NOTE, SIGNED_NOTE)}
        for place, day in enumerate(_days_of(commit)):
            made = DayCommit(
                version=version,
                noted_in=version,
                at=datetime.fromtimestamp(commit["timestamp"] / 1000, UTC),
                note=commit,
                origin=commit,
                content=words[CONTENT_NOTE][place],
                root=words[ROOT_NOTE][place],
                lineage=words[LINEAGE_NOTE][place],
                signed=words[SIGNED_NOTE][place],
                emptied={int(at): bytes.fromhex(leaf) for at, leaf in emptied.get(day.isoformat(), {}).items()},
            )
            found.setdefault(day, []).append(made)
        for day, lineage in zip(_days(commit.get(AGAIN_NOTE, "")), words[LINEAGE_NOTE], strict=False):
            before = found[day][-1] if day in found else _nothing(version, commit)
            found.setdefault(day, []).append(replace(before, noted_in=version, origin=commit, lineage=lineage))
    return found


def _nothing(version: int, commit: Mapping[str, Any]) -> DayCommit:
    """What stands for a day of which no commit wrote a row."""
    at = datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)
    words: dict[str, Any] = dict.fromkeys(("content", "root", "lineage", "signed"))
    return DayCommit(version=version, noted_in=version, at=at, note=commit, origin=commit, emptied={}, **words)


def commits_of_day(table: OpenTable, day: date) -> tuple[int, ...]:
    """The versions in which a day changed, oldest first."""
    return tuple(version for version, days in changes(table) if day in days)


def changed_contents(
    table: OpenTable,
    days: Sequence[date],
    key: Sequence[str],
    *,
    now: Callable[[date, str | None], str | None] = lambda _, digest: digest,
) -> tuple[date, ...]:
    """Those of the days whose rows are not what the commit that wrote them noted.

    Parameters
    ----------
    key: the columns that named a row within a day when the days were written.
    now: given a day and the digest that was noted, the digest that its rows must have.
    """
    noted = commits_by_day(table)
    wanted = {day: now(day, noted[day].content) if day in noted else None for day in sorted(days)}
    differ: list[date] = []
    # Some days at a time: a year of receipt lines, sorted at once, would take most of a gigabyte.
    for some in (list(wanted)[start : start + DAYS_AT_ONCE] for start in range(0, len(wanted), DAYS_AT_ONCE)):
        differ += _changed(table, some, key, wanted, noted)
    return tuple(differ)


def _changed(
    table: OpenTable,
    days: Sequence[date],
    key: Sequence[str],
    wanted: Mapping[date, str | None],
    noted: Mapping[date, DayCommit],
) -> list[date]:
    """Those of these days whose rows have another digest than is wanted."""
    from deltalake import DeltaTable

    rows = read_rows(table, days=days)
    if rows is None:
        return [day for day in days if wanted[day] is not None]
    found = digest_by_day(rows, key)
    differ = {day for day in days if found.get(day) != wanted[day]}
    for version in {noted[day].version for day in differ if day in noted}:
        # Columns that came to the table after the day was written are no change of it.
        columns = {field.name for field in DeltaTable(str(table.path), version=version).schema().fields}
        older = digest_by_day(rows.select([name for name in rows.column_names if name in columns]), key)
        differ -= {day for day in differ if day in noted and noted[day].version == version and older.get(day) == wanted[day]}
    return sorted(differ)


def _commits(table: OpenTable) -> list[tuple[int, Mapping[str, Any]]]:
    """Every commit of ours up to the opened version, with its version, oldest first."""
    history = [] if table.delta is None else table.delta.history()[::-1]
    # Delta lists what came after the opened version too, and then numbers all of them wrongly: we count from the oldest.
    oldest = max(0, table.version + 1 - len(history))
    return [
        (version, commit)
        for version, commit in enumerate(history, start=oldest)
        if (DAYS_NOTE in commit or AGAIN_NOTE in commit) and version <= table.version
    ]


def _days_of(commit: Mapping[str, Any]) -> tuple[date, ...]:
    """The days that a commit changed."""
    return _days(commit.get(DAYS_NOTE, ""))


def _days(noted: str) -> tuple[date, ...]:
    """Days as they are noted."""
    return tuple(date.fromisoformat(day) for day in noted.split())


def _words(commit: Mapping[str, Any], name: str) -> list[str | None]:
    """A note's word for each of the commit's days; none in commits of an earlier version of Tenure.

    A note that was changed so that it does not fit the days is nobody's: each day is given all of it.
    """
    days, noted = _days_of(commit) or _days(commit.get(AGAIN_NOTE, "")), str(commit.get(name, ""))
    words = noted.split(" ") if noted else [NO_CONTENT] * len(days)
    return [None if word == NO_CONTENT else word for word in (words if len(words) == len(days) else [noted] * len(days))]


def _in_line(words: Iterable[object]) -> str:
    """Words as one note; a dash where there is none."""
    return " ".join(NO_CONTENT if word is None else str(word) for word in words)


def _with_salts(by_day: Mapping[date, pa.Table], seals: Mapping[date, Seal]) -> pa.Table:
    """The rows of days, with the salts that were given them."""
    whole = []
    for day, rows in by_day.items():
        salts = seals[day].salts if day in seals else None
        whole.append(rows if salts is None else rows.append_column(SALT, salts))
    return pa.concat_tables(whole, promote_options="default")


@contextmanager
def views(tables: Mapping[str, OpenTable]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private DuckDB in which opened tables, none of which may be new, are views of these names."""
    with _database() as connection:
        for name, table in tables.items():
            if files := _files(table, None):
                rows = connection.read_parquet(files, **AS_DELTA_MEANS_IT)
                rows.select(*(f'"{column}"' for column in rows.columns if column != SALT)).create_view(name)
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
    added = pa.table(table.delta.get_add_actions(flatten=True))
    files = added.select(["path", "min.day", "max.day"]).to_pylist() if added.num_rows else []
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
