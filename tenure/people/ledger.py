"""The ledger of people: what was ever recorded of who is one person. It is only ever added to.

Each entry has a number, in the order in which entries were recorded, and the day from which on it is known: as of that day, and
not of an earlier one, ids belong together or are apart. An `undone` entry stands on the day of what it takes back, for it holds
of every day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tenure.errors import PeopleError
from tenure.tables import Shape

TABLE = "people"
# What stands in the place of the id of somebody who was erased, followed by 16 letters of random hex.
ERASED = "erased:"


class Did(StrEnum):
    """What an entry records."""

    GIVEN = "given"  # an id was met for the first time, and is a person until it is merged
    MERGED = "merged"  # two ids are of one person
    SPLIT = "split"  # earlier merges no longer hold, and the ids moved out are kept apart from the others
    WAITS = "waits"  # two ids may be of one person; somebody is to decide
    APART = "apart"  # two ids are of two people, whatever rules say
    UNDONE = "undone"  # an earlier entry is taken back, as if it had never been
    ESTIMATED = "estimated"  # what an agreement of two records counts, by which likeness is judged from then on


ROWS = Shape(
    key=("number",),
    columns=(
        ("day", pa.date32(), "the as-of day from which on the entry is known"),
        ("number", pa.int64(), "the place of the entry in the order in which entries were recorded"),
        ("did", pa.string(), "given, merged, split, waits, apart, undone or estimated"),
        ("customer_id", pa.string(), "the id that it is of"),
        ("with_id", pa.string(), "the id that it is merged with, waits with or is apart from"),
        ("rule", pa.string(), "the identifier, or the comparison, by which rules decided; null where a person did"),
        ("probability", pa.float64(), "how likely it is that the two are one; 1 for equal identifiers"),
        ("reason", pa.string(), "why, in words"),
        ("by", pa.string(), "who decided; null where rules did"),
        ("of", pa.list_(pa.int64()), "the entries that it takes back or ends; of an estimate, from how many ids it was made"),
        ("moved", pa.list_(pa.string()), "of a split, the ids that are moved out"),
        ("others", pa.list_(pa.string()), "of a split, the ids that they are apart from"),
        ("parameters", pa.string(), "of an estimate, what an agreement counts, as JSON"),
        (
            "signed",
            pa.string(),
            "the salt of the digest that whoever decided signed in the promotion log; of before, their envelope; else null",
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry; fields are the columns of `ROWS`."""

    number: int
    day: date
    did: Did
    customer_id: str | None = None
    with_id: str | None = None
    rule: str | None = None
    probability: float | None = None
    reason: str | None = None
    by: str | None = None
    of: tuple[int, ...] = ()
    moved: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    parameters: str | None = None
    signed: str | None = None

    @property
    def is_erased(self) -> bool:
        """Whether it is of somebody who was erased."""
        ids = (self.customer_id or "", self.with_id or "", *self.moved, *self.others)
        return any(one.startswith(ERASED) for one in ids)


@dataclass(frozen=True)
class Ledger:
    """All entries, as rows of the lake's table; `given` ids are many and stay columns."""

    rows: pa.Table

    @classmethod
    def of(cls, rows: pa.Table | None) -> "Ledger":
        """Read the lake's rows, in order; none are an empty ledger."""
        if rows is None:
            return cls(ROWS.schema.empty_table())
        return cls(_whole(rows).sort_by("number").combine_chunks())

    @property
    def next_number(self) -> int:
        """The number of the next entry."""
        return int(self.rows.num_rows)

    @cached_property
    def given(self) -> pa.Table:
        """Ids that were given: `customer_id`, `number` and `day`, in order."""
        return self.rows.filter(pc.equal(self.rows["did"], Did.GIVEN)).select(["customer_id", "number", "day"])

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries but those of ids given, in order."""
        told = self.rows.filter(pc.not_equal(self.rows["did"], Did.GIVEN)).to_pylist()
        return tuple(_entry(row) for row in told)

    @cached_property
    def undone(self) -> frozenset[int]:
        """The numbers of entries that do not hold. What undid something may be undone too."""
        gone: set[int] = set()
        for entry in reversed(self.entries):
            if entry.did is Did.UNDONE and entry.number not in gone:
                gone.update(entry.of)
        return frozenset(gone)

    @cached_property
    def standing(self) -> tuple[Entry, ...]:
        """The entries that hold."""
        return tuple(entry for entry in self.entries if entry.number not in self.undone and entry.did is not Did.UNDONE)

    def entry(self, number: int) -> Entry:
        """One entry that is not of an id given."""
        found = next((entry for entry in self.entries if entry.number == number), None)
        if found is None:
            what = "is of an id that was given, which is never taken back" if 0 <= number < self.next_number else "does not exist"
            raise PeopleError(f"Entry {number} of the ledger of people {what}. `tenure people status` lists the latest ones.")
        return found

    def places(self, ids: Iterable[str]) -> Mapping[str, int]:
        """In which order ids were given; those that never were stand last, by themselves."""
        asked = sorted(set(ids))
        found = pc.index_in(pa.array(asked, pa.string()), value_set=self.given["customer_id"]).to_pylist()
        numbers = self.given["number"]
        return {one: self.next_number if at is None else numbers[at].as_py() for one, at in zip(asked, found, strict=True)}

    def knows(self, customer_id: str) -> bool:
        """Whether an id was ever given."""
        return bool(pc.any(pc.equal(self.given["customer_id"], customer_id)).as_py())

    def with_rows(self, more: pa.Table) -> "Ledger":
        """The ledger with further entries."""
        return Ledger(pa.concat_tables([self.rows, _whole(more)]).sort_by("number"))

    def with_entries(self, entries: Sequence[Entry]) -> "Ledger":
        """The ledger with further entries."""
        return self.with_rows(as_rows(entries))


def as_rows(entries: Sequence[Entry]) -> pa.Table:
    """Entries as rows of the lake's table."""
    empty = {"of", "moved", "others"}
    told = [{name: list(value) if name in empty else value for name, value in vars(entry).items()} for entry in entries]
    return pa.Table.from_pylist(told, schema=ROWS.schema)


def _whole(rows: pa.Table) -> pa.Table:
    """Rows with all columns; ledgers of before lack the last ones."""
    for name in ROWS.schema.names:
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, ROWS.schema.field(name).type))
    return rows.select(ROWS.schema.names).cast(ROWS.schema)


def _entry(row: dict[str, Any]) -> Entry:
    """A row of the lake as an entry."""
    lists = {name: tuple(row[name] or ()) for name in ("of", "moved", "others")}
    return Entry(**(row | lists | {"did": Did(row["did"])}))
