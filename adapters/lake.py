"""The lake: Delta tables of days, read through DuckDB.

A day is replaced in one atomic commit, and only when its content differs. Every commit has a version, so that training can
name what it read. A table is opened at the start of a step; if somebody else meanwhile commits the same days, or others that
one file holds with them, the step's own commit fails.

A year landed in one run is one file, not one a day: readers open every file of a table, and each costs about a millisecond.
Which files hold a day is read from Delta's own statistics (`docs/decisions/0009-files-of-many-days.md`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from adapters.erasing_guard import ErasingGuard
from adapters.lake_notes import (
    AGAIN_NOTE,
    CONTENT_NOTE,
    DAYS_NOTE,
    EMPTIED_NOTE,
    ENDED_NOTE,
    LINEAGE_NOTE,
    ROOT_NOTE,
    SIGNED_NOTE,
    DayCommit,
    changed_contents,
    changes,
    commits_by_day,
    commits_of_day,
    history_by_day,
    in_line,
)
from adapters.lake_reading import SALT, OpenTable, condition, connect, read_rows, read_table, views
from adapters.unfinished_parts import sweep
from tenure.content import digest_by_day

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend

# What others use of the lake: they import it from here.
__all__ = [
    "CONTENT_NOTE",
    "DAYS_NOTE",
    "EMPTIED_NOTE",
    "ENDED_NOTE",
    "LINEAGE_NOTE",
    "ROOT_NOTE",
    "SALT",
    "SIGNED_NOTE",
    "Commit",
    "DayCommit",
    "Lake",
    "OpenTable",
    "Seal",
    "changed_contents",
    "changes",
    "commits_by_day",
    "commits_of_day",
    "connect",
    "history_by_day",
    "read_rows",
    "read_table",
    "views",
]
# Rows are kept in order of days, so that a reader of one day skips the other groups of a file.
ROWS_PER_GROUP = 1 << 17


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What a write did: the table's version afterwards, the days that changed, and each day's content digest and rows."""

    version: int
    changed: tuple[date, ...]
    digests: Mapping[date, str]
    n_rows: Mapping[date, int] = field(default_factory=dict)

    @classmethod
    def of_all(cls, commits: "Sequence[Commit]") -> Self:
        """What one after the other did, each of days of its own."""
        return cls(
            version=commits[-1].version,
            changed=tuple(sorted(day for commit in commits for day in commit.changed)),
            digests={day: digest for commit in commits for day, digest in commit.digests.items()},
            n_rows={day: n for commit in commits for day, n in commit.n_rows.items()},
        )


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What is kept beside the rows of a day: a salt for each, in the order of the key, or none; and words to be noted of it."""

    salts: pa.Array | None
    words: Mapping[str, str]


@dataclass(frozen=True)
class Lake:
    """All tables of one project under one root; names are asset paths such as `validated/transactions`."""

    root: Path
    project: str

    def open(self, name: str, *, version: int | None = None) -> OpenTable:
        """Open a table as it stands now, or as it stood at an earlier version: at -1 it was not there yet."""
        from deltalake import DeltaTable

        path = self.root / self.project / name
        n_erasures, exists = self.guard.n_acts, version != -1 and DeltaTable.is_deltatable(str(path))
        return OpenTable(name, path, DeltaTable(str(path), version=version) if exists else None, n_erasures)

    @property
    def guard(self) -> ErasingGuard:
        """What keeps erasures and whoever writes apart."""
        return ErasingGuard(self.root / self.project)

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
        n_rows = {each["values"]: each["counts"] for each in rows["day"].value_counts().to_pylist()}
        old = self._digests(table, days, key, rows.column_names)
        bare = self._unsalted(table, days) if is_salted else set()
        changed = tuple(day for day in sorted(days) if new.get(day) != old.get(day) or (day in new and day in bare))
        if not changed:
            return Commit(version=table.version, changed=(), digests=new, n_rows=n_rows)
        noted = {**note, DAYS_NOTE: in_line(changed), CONTENT_NOTE: in_line(new.get(day) for day in changed)}
        if seal is not None:
            by_day = {day: rows.filter(pc.equal(rows["day"], day)).sort_by([(k, "ascending") for k in key]) for day in changed}
            seals = {day: seal(day, own, new[day]) for day, own in by_day.items() if day in new}
            for name in sorted({name for one in seals.values() for name in one.words}):
                noted[name] = in_line(seals[day].words.get(name) if day in seals else None for day in changed)
            rows = _with_salts(by_day, seals)
        with self.guard.writing(since=table.n_erasures):
            version = _commit(table, rows, changed, noted)
        return Commit(version=version, changed=changed, digests=new, n_rows=n_rows)

    def take_out(self, table: OpenTable, days: Sequence[date], *, record: int) -> int:
        """Let a table hold no row of days any more whose time has ended, as a record of the log says; returns its version.

        Earlier versions hold them as before.
        """
        if table.delta is None:
            return table.version
        rows = pa.schema(table.delta.schema().to_arrow()).empty_table()
        noted = {ENDED_NOTE: str(record), DAYS_NOTE: in_line(sorted(days)), CONTENT_NOTE: in_line(None for _ in days)}
        with self.guard.writing(since=table.n_erasures):
            return _commit(table, rows, sorted(days), noted)

    def note_again(self, table: OpenTable, lineage: Mapping[date, str], note: Mapping[str, str], schema: pa.Schema) -> None:
        """Note another lineage of days whose content is what it was: a commit that changes no row.

        Parameters
        ----------
        schema: of the rows, for a table that does not exist yet.
        """
        from deltalake import CommitProperties, PostCommitHookProperties, write_deltalake

        days = sorted(lineage)
        noted = {**note, AGAIN_NOTE: in_line(days), LINEAGE_NOTE: in_line(lineage[day] for day in days)}
        empty = (schema if table.delta is None else pa.schema(table.delta.schema().to_arrow())).empty_table()
        with self.guard.writing(since=table.n_erasures):
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


def _with_salts(by_day: Mapping[date, pa.Table], seals: Mapping[date, Seal]) -> pa.Table:
    """The rows of days, with the salts that were given them."""
    whole = []
    for day, rows in by_day.items():
        salts = seals[day].salts if day in seals else None
        whole.append(rows if salts is None else rows.append_column(SALT, salts))
    return pa.concat_tables(whole, promote_options="default")


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
        predicate=condition(changed),
        schema_mode="merge",
        commit_properties=properties,
        post_commithook_properties=keeping,
        writer_properties=writing,
    )
    return DeltaTable(str(table.path)).version()
