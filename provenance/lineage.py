"""Lineage: what each day of a table was made from, one record a day, carried forward from stage to stage as a digest.

The record of a day names its content, the definition it was made by, and for each input one digest: of a raw batch its bytes, of
another table the lineage of its same day, or of all its days up to this one. So the digest of a day of features, which the
scoring service signs with its scores, stands for everything behind it. Records are noted by the commits that write the days;
the digest is noted beside them, so that the next stage needs no more than that, and computed again by who checks it.

Which days are out of date is `origins.py`; what a check finds is told in `trace.py`.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from adapters.lake import DayCommit, Lake, OpenTable, history_by_day
from adapters.tables import BATCHES, FEATURES_TABLE, MADE_FROM
from tenure.canonical import canonical, sha256
from tenure.errors import TraceError

VALIDATED, RAW = "validated/", "raw/"


@dataclass(frozen=True, kw_only=True)
class Made:
    """By which definition a day was made, from which versions of which tables.

    Of `same_day` ones it was made from that day alone, of `whole` ones from all of their days, later ones too.
    """

    definition: str
    versions: Mapping[str, int]
    same_day: tuple[str, ...]
    whole: tuple[str, ...] = ()

    @property
    def as_note(self) -> str:
        """As commits note it."""
        whole = {"whole": list(self.whole)} if self.whole else {}
        return json.dumps(
            {"definition": self.definition, "versions": dict(self.versions), "same_day": list(self.same_day), **whole},
            sort_keys=True,
        )

    @classmethod
    def from_note(cls, text: str) -> "Made":
        """Read it back; notes of an earlier version of Tenure do not tell same-day tables from others."""
        read: dict[str, Any] = json.loads(text)
        same_day, whole = (tuple(read.get(name, ())) for name in ("same_day", "whole"))
        return cls(definition=read["definition"], versions=read["versions"], same_day=same_day, whole=whole)


class TableBook:
    """What the commits of one table note, read once, as of any version."""

    def __init__(self, newest: OpenTable) -> None:
        self._newest = newest

    def day(self, day: date, version: int) -> DayCommit | None:
        """The commit that stands for a day at a version; None where nothing of the day is left."""
        commits = self._by_day.get(day, [])
        place = bisect_right(commits, version, key=lambda commit: commit.noted_in)
        found = commits[place - 1] if place else None
        return found if found and found.content is not None else None

    def days(self, version: int, until: date) -> list[date]:
        """The days up to one that hold rows at a version, in order."""
        return [day for day in self._days if day <= until and self.day(day, version) is not None]

    @cached_property
    def _by_day(self) -> Mapping[date, list[DayCommit]]:
        return history_by_day(self._newest)

    @cached_property
    def _days(self) -> list[date]:
        return sorted(self._by_day)


class Lineage:
    """The lineage of a lake's tables.

    Parameters
    ----------
    is_checked: compute every digest from the records; else take those that are noted, as each stage does of the one before.
    """

    def __init__(self, lake: Lake, *, is_checked: bool = False) -> None:
        self._lake, self._is_checked = lake, is_checked
        self._books: dict[str, TableBook] = {}
        self._tables: dict[tuple[str, int], OpenTable] = {}
        self._digests: dict[tuple[str, int, date], str] = {}
        self._until: dict[tuple[str, int], dict[date, str]] = {}

    def book(self, table: str) -> TableBook:
        """What a table's commits note."""
        if table not in self._books:
            self._books[table] = TableBook(self._lake.open(table))
        return self._books[table]

    def table(self, name: str, version: int) -> OpenTable:
        """A table as it stood at a version."""
        if (name, version) not in self._tables:
            self._tables[name, version] = self._lake.open(name, version=version)
        return self._tables[name, version]

    def of(self, table: str, version: int, day: date) -> str:
        """The digest of the lineage of a day, as it stood at a version."""
        commit = self._written(table, version, day)
        if commit.lineage is not None and not self._is_checked:
            return commit.lineage
        at = (table, commit.noted_in, day)
        if at not in self._digests:
            self._digests[at] = self.digest(table, day, commit.root or commit.content or "", *self._behind(commit, day))
        return self._digests[at]

    def until(self, table: str, version: int, day: date) -> str:
        """One digest over the lineage of all days of a table up to one, as they stood at a version."""
        known = self._until.setdefault((table, version), {})
        days = self.book(table).days(version, day)
        last = days[-1] if days else date.min
        if last not in known:
            hasher = hashlib.sha256()
            known[date.min] = hasher.hexdigest()
            for each in days:
                hasher.update(f"{each.isoformat()} {self.of(table, version, each)}\n".encode())
                known[each] = hasher.hexdigest()
        return known[last]

    def made_now(self, made: Made, day: date) -> dict[str, str]:
        """For each input of a day its digest."""
        return {
            name: self.of(name, version, day)
            if name in made.same_day
            else self.until(name, version, date.max if name in made.whole else day)
            for name, version in made.versions.items()
        }

    @staticmethod
    def digest(table: str, day: date, content: str, definition: str, inputs: Mapping[str, str]) -> str:
        """The digest of a record."""
        record = {"table": table, "day": day.isoformat(), "content": content, "definition": definition, "inputs": dict(inputs)}
        return sha256(canonical(record))

    def made(self, table: str, version: int, day: date) -> Made:
        """What a day was made from."""
        return Made.from_note(noted(self._written(table, version, day), MADE_FROM, table))

    def validated(self, features: int, day: date) -> dict[str, OpenTable]:
        """The validated tables behind the features of a day, those behind the tables behind it included, as they were read."""
        found: dict[str, OpenTable] = {}
        for name, version in self.made(FEATURES_TABLE, features, day).versions.items():
            if name.startswith(VALIDATED):
                found[name] = self.table(name, version)
                continue
            days = self.book(name).days(version, day)
            if not days:
                raise TraceError(f"{name.capitalize()} holds no day up to {day}. Restore the lake from a backup.")
            newest = max(days, key=lambda each: self._written(name, version, each).noted_in)
            behind = self.made(name, version, newest).versions
            found = {**{of: self.table(of, at) for of, at in behind.items()}, **found}
        return found

    def batches(self, table: OpenTable, until: date) -> dict[date, str]:
        """The batch, by SHA-256, that each day of a validated table up to one was made from.

        Raises
        ------
        TraceError: when a commit does not note it.
        """
        days = self.book(table.name).days(table.version, until)
        return {day: self._batch(self._written(table.name, table.version, day), day, table.name) for day in days}

    def _behind(self, commit: DayCommit, day: date) -> tuple[str, Mapping[str, str]]:
        """The definition and the inputs that a commit notes of a day; nothing where it notes none."""
        if MADE_FROM in commit.origin:
            made = Made.from_note(commit.origin[MADE_FROM])
            return made.definition, self.made_now(made, day)
        batch = json.loads(commit.origin.get(BATCHES, "{}")).get(day.isoformat())
        return "", {} if batch is None else {RAW: batch}

    def _batch(self, commit: DayCommit, day: date, table: str) -> str:
        """The batch of a day."""
        return str(json.loads(noted(commit, BATCHES, table)).get(day.isoformat(), ""))

    def _written(self, table: str, version: int, day: date) -> DayCommit:
        """The commit that stands for a day."""
        commit = self.book(table).day(day, version)
        if commit is None:
            raise TraceError(f"No commit of table {table!r} up to version {version} wrote {day}. Restore the lake.")
        return commit


def noted(commit: DayCommit, name: str, table: str) -> str:
    """What a commit noted under a name."""
    for note in (commit.origin, commit.note):
        if name in note:
            return str(note[name])
    raise TraceError(
        f"Version {commit.version} of table {table!r} does not note {name!r}: an earlier version of Tenure wrote it. "
        "Days that are made again from now on can be traced."
    )
