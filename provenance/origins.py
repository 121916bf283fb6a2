"""Origins: which days of a derived table are out of date, by what their commits note of how they were made.

A day is stale once an input has changed since in a way that reaches it, or it would be made by another definition now. Which
days to make again is decided by whoever makes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from adapters.lake import LINEAGE_NOTE, ROOT_NOTE, Commit, Lake, OpenTable, Seal, changes, commits_by_day, read_rows
from adapters.tables import MADE_FROM
from provenance.leaves import with_leaves
from provenance.lineage import Lineage, Made


@dataclass(frozen=True)
class Input:
    """A table that days are made from, as a step opened it.

    `reaches_back`: a day is made from everything up to it, so that a change of a day concerns all days from it on; else from
    the input's same day alone. `reads_ahead`: what is known only later enters too, and makes no earlier day stale. `may_be_new`:
    a day that was made before this was an input at all stays as it is.
    """

    table: OpenTable
    reaches_back: bool = True
    reads_ahead: bool = False
    may_be_new: bool = False

    def has_changed(self, day: date, since: int) -> bool:
        """Whether a commit after a version concerns what is made of a day."""
        if since >= self.table.version:
            # A table whose versions count from the beginning again is another table.
            return since > self.table.version
        return any(version > since and self._concerns(days, day) for version, days in self._changes)

    @cached_property
    def _changes(self) -> tuple[tuple[int, tuple[date, ...]], ...]:
        return changes(self.table)

    def _concerns(self, changed: Sequence[date], day: date) -> bool:
        return changed[0] <= day if self.reaches_back else day in changed


@dataclass(frozen=True, kw_only=True)
class Origins:
    """The origins of a table's days, with the table and its inputs as a step opened them.

    `definition` says how days are made now; None where only the inputs are asked about, and nothing is made.
    """

    lake: Lake
    table: OpenTable
    inputs: tuple[Input, ...]
    definition: str | None

    def stale_days(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of the days that have no rows, or were made otherwise than they would be made now."""
        present = _days(read_rows(self.table, days=days, columns=["day"], distinct=True))
        return tuple(sorted({*(set(days) - set(present)), *self.made_otherwise(days)}))

    def made_otherwise(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of the days of unknown origin, made by another definition, or from an input that has changed since for them."""
        return tuple(day for day in sorted(days) if day not in self._made or self._is_otherwise(day, self._made[day]))

    def replace_days(
        self,
        rows: pa.Table,
        *,
        days: Sequence[date],
        key: Sequence[str],
        note: Mapping[str, str] | None = None,
        is_salted: bool = False,
    ) -> Commit:
        """Replace days of the table in one commit that notes their lineage; of days whose content stays, it is noted again.

        Parameters
        ----------
        is_salted: give each row a salt, so that the day is a tree whose root is noted. The rest is as in `Lake.replace_days`.
        """

        def seal(day: date, own: pa.Table, content: str) -> Seal:
            if not is_salted:
                return Seal(salts=None, words={LINEAGE_NOTE: self.lineage_of(day, content)})
            salts, root = with_leaves(own)
            return Seal(salts=salts, words={ROOT_NOTE: root, LINEAGE_NOTE: self.lineage_of(day, root)})

        noted = {**(note or {}), MADE_FROM: self.made.as_note}
        stale = set(self.made_otherwise(days))
        commit = self.lake.replace_days(self.table, rows, days=days, key=key, note=noted, seal=seal, is_salted=is_salted)
        self.note_again([day for day in sorted(days) if day in stale and day not in commit.changed], rows.schema)
        return commit

    def note_again(self, days: Sequence[date], schema: pa.Schema) -> None:
        """Note how days would be made now, whose rows stay as they are; some may have none."""
        if not days:
            return
        table = self.lake.open(self.table.name)
        commits = commits_by_day(table)
        contents = {day: (commits[day].root or commits[day].content or "") if day in commits else "" for day in days}
        lineage = {day: self.lineage_of(day, content) for day, content in contents.items()}
        self.lake.note_again(table, lineage, {MADE_FROM: self.made.as_note}, schema)

    def lineage_of(self, day: date, content: str) -> str:
        """The digest of the lineage of a day that is made now."""
        inputs = self._inputs_now.made_now(self.made, day)
        return Lineage.digest(self.table.name, day, content, self.made.definition, inputs)

    @cached_property
    def made(self) -> Made:
        """How days are made now."""
        return Made(
            definition=self.definition or "",
            versions={each.table.name: each.table.version for each in self.inputs},
            same_day=tuple(each.table.name for each in self.inputs if not each.reaches_back),
            whole=tuple(each.table.name for each in self.inputs if each.reads_ahead),
        )

    @cached_property
    def _inputs_now(self) -> Lineage:
        """The lineage of the inputs, each read once."""
        return Lineage(self.lake)

    @cached_property
    def _made(self) -> Mapping[date, Made]:
        """How each day was made; of one that an earlier version of Tenure made, as it kept that in a table of its own."""
        kept = read_rows(self.lake.open(f"origins/{self.table.name}"))
        found = {} if kept is None else {row["day"]: Made.from_note(row["made_from"]) for row in kept.to_pylist()}
        for day, commit in commits_by_day(self.table).items():
            if commit.lineage is not None and MADE_FROM in commit.origin:
                found[day] = Made.from_note(commit.origin[MADE_FROM])
        return found

    def _is_otherwise(self, day: date, made: Made) -> bool:
        owed = {each.table.name for each in self.inputs if not each.may_be_new}
        if not owed <= made.versions.keys() <= self.made.versions.keys():
            return True
        if self.definition is not None and made.definition != self.definition:
            return True
        known = (each for each in self.inputs if each.table.name in made.versions)
        return any(each.has_changed(day, since=made.versions[each.table.name]) for each in known)


def open_origins(lake: Lake, table: OpenTable, *inputs: Input, definition: str | None = "") -> Origins:
    """Open the origins of a table, before its days are made from these inputs."""
    return Origins(lake=lake, table=table, inputs=inputs, definition=definition)


def _days(rows: pa.Table | None) -> tuple[date, ...]:
    """The days of a reading."""
    return () if rows is None else tuple(sorted(rows["day"].to_pylist()))
