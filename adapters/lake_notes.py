"""What the lake's commits note of the days that they changed, and whether the days still are so.

Nobody signs these notes; what is signed of them is `governance/records/delivery.py`, and how lineage is made of them
`provenance/lineage.py`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from adapters.lake_reading import OpenTable, read_rows
from tenure.content import digest_by_day

# Under these names every commit notes the days that it changed, and for each a word ("-" where there is none): the digest of its
# content, the root hash over its salted rows, and the digest of its lineage; commits of scores of an earlier version of Tenure
# also what was signed of each day. A commit without a change notes days whose lineage alone is another now.
DAYS_NOTE, AGAIN_NOTE = "tenure_days", "tenure_again"
CONTENT_NOTE, ROOT_NOTE, LINEAGE_NOTE, SIGNED_NOTE = "tenure_content", "tenure_root", "tenure_lineage", "tenure_signed"
# By day and place in its tree, the hashes of leaves whose rows were erased, as JSON.
EMPTIED_NOTE = "tenure_emptied"
# Of a commit that took days out because their time had ended: the record of the log that says so. Nothing is made anew for it.
ENDED_NOTE = "tenure_ended"
NO_CONTENT = "-"
DAYS_AT_ONCE = 10


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


def changes(table: OpenTable) -> tuple[tuple[int, tuple[date, ...]], ...]:
    """Every commit up to the opened version: its version and the days that it changed, in order, oldest first.

    Days whose time has ended are no change: what was made of them while they were kept stays as it was made.
    """
    return tuple((v, days) for v, commit in _commits(table) if ENDED_NOTE not in commit and (days := _days_of(commit)))


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
    """Every commit of ours up to the opened version, with its version, oldest first.

    Read from Delta's own files: its history loses the numbers of an older version, and the path where a sign of it means
    something in an address.
    """
    if table.delta is None:
        return []
    log = sorted((table.path / "_delta_log").glob("[0-9]*.json"))
    noted = ((int(path.stem), _note_of(path)) for path in log if int(path.stem) <= table.version)
    return [(version, commit) for version, commit in noted if DAYS_NOTE in commit or AGAIN_NOTE in commit]


def _note_of(path: Path) -> Mapping[str, Any]:
    """What a commit says of itself; it is the line that says so, among those that name parts."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"commitInfo"'):
                return dict(json.loads(line)["commitInfo"])
    return {}


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


def in_line(words: Iterable[object]) -> str:
    """Words as one note; a dash where there is none."""
    return " ".join(NO_CONTENT if word is None else str(word) for word in words)
