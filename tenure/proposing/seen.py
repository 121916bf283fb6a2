"""What a table holds, found without a contract: columns with the types that their cells prove, and the rows of several files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from tenure.received.header import folded

# Beside the columns: of which of the files each row is, where there are several.
FILE = "tenure:file"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One column as it was seen.

    Parameters
    ----------
    kind: a type of the table of columns, such as "whole"; `received_as` is the company's own name of the column.
    empty: the share of its cells that hold nothing; `n_values` how many values differ, `words` the most frequent of few.
    lowest, highest: of numbers; `first`, `last`: of days and times.
    times: how times are written, where that is not to be found in each file alone; `doubt` why that is no more than likely.
    zone: of times that say their zone the most frequent: a name, or what it is ahead of UTC, such as "+02:00".
    may_be_read: a person says that models may read it, although its name tells of something protected.
    is_code: whether its cells look like ids: all of one make, and as long as ids are.
    """

    name: str
    received_as: str
    kind: str
    empty: float
    n_values: int
    n_rows: int
    words: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    first: datetime | None = None
    last: datetime | None = None
    times: tuple[str, ...] = ()
    doubt: str = ""
    zone: str = ""
    is_code: bool = False
    may_be_read: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it can be counted with."""
        return self.kind in ("whole", "number")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Tables of one kind as they were received, put together: `rows` in the types of `columns`, under their plain names.

    `nothing`: words that stand for nothing among numbers or days, by the columns that show it. `decimal`, `thousands`: the signs
    within its numbers, where its cells prove that they are not the usual ones; a file of few rows alone need not show it.
    """

    columns: tuple[Seen, ...]
    rows: pa.Table
    said: tuple[str, ...]
    has_header: bool = True
    nothing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimal: str = ""
    thousands: str = ""

    def read(self, names: Collection[str]) -> "Table":
        """The table, of which models may read these columns whatever their names tell."""
        wanted = {folded(name) for name in names}
        columns = (replace(c, may_be_read=bool(wanted & {folded(c.name), folded(c.received_as)})) for c in self.columns)
        return replace(self, columns=tuple(columns)) if wanted else self

    def column(self, name: str) -> Seen | None:
        """The column of a name, as it is written here or as the company writes it."""
        return next((c for c in self.columns if folded(name) in (folded(c.name), folded(c.received_as))), None)
