"""A table of the lake as it is described: what it is called, what one row is named by, and what each column means.

What the tables of a project are is said once, in `home/lake_tables.py`; names that others use of them are `adapters/tables.py`'s.
"""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a table holds: the columns that name a row within a day, and every column with its type and meaning."""

    key: tuple[str, ...]
    columns: tuple[tuple[str, pa.DataType, str], ...]

    @property
    def schema(self) -> pa.Schema:
        """The types, for whoever writes rows."""
        return pa.schema([(name, kind) for name, kind, _ in self.columns])


@dataclass(frozen=True, kw_only=True)
class LakeTable:
    """One table of the lake: its name within the project, what it holds, in words, and its shape."""

    name: str
    meaning: str
    shape: Shape
