"""Origins: from which versions of its input tables, and by which definition, each day of a derived table was made.

They are kept beside the table, in `origins/<table>`, one row a day. A day is stale once an input has changed since in a way that
reaches it. Which days to make again is decided by whoever makes them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from adapters.lake import Lake, OpenTable, changes, read_rows

KEY = ("made_from",)


def origins_table(table: str) -> str:
    """Lake table of the origins of another."""
    return f"origins/{table}"


@dataclass(frozen=True)
class Input:
    """A table that days are made from, as a step opened it.

    `reaches_back`: a day is made from everything up to it, so that a change of a day concerns all days from it on; else from
    the input's same day alone.
    """

    table: OpenTable
    reaches_back: bool = True

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
    kept: OpenTable
    inputs: tuple[Input, ...]
    definition: str | None

    def all_days(self) -> tuple[date, ...]:
        """Every day whose origin is known; of a table without origins, every day that it holds."""
        known = self.table if self.kept.delta is None else self.kept
        return _days(read_rows(known, columns=["day"], distinct=True))

    def stale_days(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of the days that have no rows, or were made otherwise than they would be made now."""
        present = _days(read_rows(self.table, days=days, columns=["day"], distinct=True))
        return tuple(sorted({*(set(days) - set(present)), *self.made_otherwise(days)}))

    def made_otherwise(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of the days of unknown origin, made by another definition, or from an input that has changed since for them."""
        rows = read_rows(self.kept, days=days) if days else None
        made_from = {} if rows is None else {row["day"]: json.loads(row["made_from"]) for row in rows.to_pylist()}
        return tuple(day for day in sorted(days) if day not in made_from or self._is_otherwise(day, made_from[day]))

    def note(self, days: Iterable[date]) -> None:
        """Keep the origin of days that have been made; a day that was not stale keeps the one it has."""
        stale = self.stale_days(sorted(days))
        if stale:
            rows = pa.table({"day": pa.array(stale, pa.date32()), "made_from": [self.made_from] * len(stale)})
            self.lake.replace_days(self.kept, rows, days=stale, key=KEY, note={"table": self.table.name})

    @property
    def made_from(self) -> str:
        """What days that are made now are made from, as it is kept and noted in the commit that writes them."""
        return made_from(*(each.table for each in self.inputs), definition=self.definition or "")

    @property
    def _versions(self) -> dict[str, int]:
        return {each.table.name: each.table.version for each in self.inputs}

    def _is_otherwise(self, day: date, made_from: Mapping[str, object]) -> bool:
        versions = made_from["versions"]
        if not isinstance(versions, dict) or versions.keys() != self._versions.keys():
            return True
        if self.definition is not None and made_from["definition"] != self.definition:
            return True
        return any(each.has_changed(day, since=versions[each.table.name]) for each in self.inputs)


def made_from(*tables: OpenTable, definition: str = "") -> str:
    """A definition and the versions of the tables that it was applied to, as JSON."""
    return json.dumps({"definition": definition, "versions": {table.name: table.version for table in tables}}, sort_keys=True)


def open_origins(lake: Lake, table: OpenTable, *inputs: Input, definition: str | None = "") -> Origins:
    """Open the origins of a table, before its days are made from these inputs."""
    kept = lake.open(origins_table(table.name))
    return Origins(lake=lake, table=table, kept=kept, inputs=inputs, definition=definition)


def _days(rows: pa.Table | None) -> tuple[date, ...]:
    """The days of a reading."""
    return () if rows is None else tuple(sorted(rows["day"].to_pylist()))
