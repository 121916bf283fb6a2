"""The batches behind a day of features: by the notes of the lake's commits, from features and activity to the validated tables.

The notes are the lake's own and signed by nobody. What the scoring service signed of them is `delivery.py`; what is said of the
steps of a walk is `trace.py`.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.lake import DayCommit, Lake, OpenTable, commits_by_day
from adapters.raw_store import RawStore, Receipt, digest_of_batches
from adapters.tables import ACTIVITY_TABLE, BATCHES, FEATURES_TABLE, MADE_FROM
from tenure.errors import SourceError, TraceError


class Versions:
    """Tables of a lake in the versions that other tables name, each opened once, and what their commits note."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._tables: dict[tuple[str, int], OpenTable] = {}
        self._commits: dict[tuple[str, int], Mapping[date, DayCommit]] = {}
        self._batches: dict[tuple[str, int], Mapping[date, str | None]] = {}

    def table(self, name: str, version: int) -> OpenTable:
        """A table as it stood at a version."""
        if (name, version) not in self._tables:
            self._tables[name, version] = self._lake.open(name, version=version)
        return self._tables[name, version]

    def commits(self, table: OpenTable) -> Mapping[date, DayCommit]:
        """For each day of an opened table the commit that wrote it."""
        key = (table.name, table.version)
        if key not in self._commits:
            self._commits[key] = commits_by_day(table)
        return self._commits[key]

    def made_from(self, features: OpenTable, day: date) -> Mapping[str, Any]:
        """The definition and the versions of the inputs by which the features of a day were made."""
        commit = self.commits(features).get(day)
        return dict(json.loads(noted(written(commit, features, day), MADE_FROM, FEATURES_TABLE)))

    def inputs(self, features: OpenTable, day: date) -> Mapping[str, OpenTable]:
        """The tables that the features of a day were made from, by name, in those versions."""
        return {name: self.table(name, version) for name, version in self.made_from(features, day)["versions"].items()}

    def validated(self, features: OpenTable, day: date) -> Mapping[str, OpenTable]:
        """The validated tables behind the features of a day, those behind activity included, in the versions that were read."""
        inputs = self.inputs(features, day)
        commits = [commit for at, commit in self.commits(inputs[ACTIVITY_TABLE]).items() if at <= day]
        if not commits:
            raise TraceError(f"Activity holds no day up to {day}. Restore the lake from a backup.")
        newest = max(commits, key=lambda commit: commit.version)
        behind = json.loads(noted(newest, MADE_FROM, ACTIVITY_TABLE))["versions"]
        direct = {name: table for name, table in inputs.items() if name != ACTIVITY_TABLE}
        return {**{name: self.table(name, version) for name, version in behind.items()}, **direct}

    def batches(self, table: OpenTable, until: date) -> dict[date, str]:
        """The batch, by digest, that each day of a validated table up to one was made from.

        Raises
        ------
        TraceError: when a commit does not note it.
        """
        found = {day: sha256 for day, sha256 in self._noted_batches(table).items() if day <= until}
        for day, sha256 in found.items():
            if sha256 is None:
                noted(self.commits(table)[day], BATCHES, table.name)
        return {day: sha256 for day, sha256 in found.items() if sha256 is not None}

    def digests(self, features: OpenTable, day: date) -> dict[str, str]:
        """For each source behind the features of a day, one digest over its batches up to that day, as `digest_of` gives it.

        A source whose batches an earlier version of Tenure did not note is left out.
        """
        found = {}
        for name, table in self.validated(features, day).items():
            batches = {at: sha256 for at, sha256 in self._noted_batches(table).items() if at <= day}
            if all(batches.values()):
                found[source_name(name)] = digest_of_batches(batches)
        return found

    def _noted_batches(self, table: OpenTable) -> Mapping[date, str | None]:
        """For each day of a validated table the batch that its commit notes; None where it notes none."""
        key = (table.name, table.version)
        if key not in self._batches:
            commits = self.commits(table)
            notes = {c.version: json.loads(c.note.get(BATCHES, "{}")) for c in {c.version: c for c in commits.values()}.values()}
            self._batches[key] = {day: notes[commit.version].get(day.isoformat()) for day, commit in commits.items()}
        return self._batches[key]


def source_name(table: str) -> str:
    """The source of a validated table, by name."""
    return table.split("/", 1)[1]


def receipts_of(raw: RawStore, project: str, source: str, batches: Mapping[date, str]) -> dict[date, Receipt]:
    """The receipts of batches: for each the one that holds, or one that a later delivery replaced.

    Raises
    ------
    SourceError: when no receipt names the bytes.
    """
    found = {}
    for day, sha256 in batches.items():
        holding = raw.receipt(project, source, day)
        named = holding if holding and holding.sha256 == sha256 else None
        named = named or next((r for r in raw.history(project, source, day) if r.sha256 == sha256), None)
        if named is None:
            raise SourceError(
                f"No receipt of {source}, batch {day}, names the bytes {sha256[:12]}. Restore the store from a backup."
            )
        found[day] = named
    return found


def written(commit: DayCommit | None, table: OpenTable, day: date) -> DayCommit:
    """The commit that last changed a day of an opened table, if there is one."""
    if commit is None:
        raise TraceError(f"No commit of table {table.name!r} up to version {table.version} wrote {day}. Restore the lake.")
    return commit


def noted(commit: DayCommit, name: str, table: str) -> str:
    """What a commit noted under a name."""
    if name not in commit.note:
        raise TraceError(
            f"Version {commit.version} of table {table!r} does not note {name!r}: an earlier version of Tenure wrote it. "
            "Days that are made again from now on can be traced."
        )
    return str(commit.note[name])
