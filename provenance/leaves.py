"""A day's rows as a tree of salted leaves: made when the day is written, and held against its root when it is read.

How a leaf is hashed is `governance/records/leaves.py`; salts stand beside the rows in the lake, whose commits note the hashes of
leaves that were emptied.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from adapters.lake import SALT, OpenTable, read_rows
from governance.records.leaves import ROW_SALT_BYTES, leaves_of, root_of
from tenure.rows import canonical_rows


@dataclass(frozen=True)
class Tree:
    """The rows of a day as they are read, by key, with their salts; `salts` has None where a row has none."""

    rows: pa.Table
    salts: Sequence[bytes | None]

    def root(self, emptied: Mapping[int, bytes]) -> str | None:
        """The root hash, given the leaves that were emptied; None where a row has no salt."""
        salts = [salt for salt in self.salts if salt is not None]
        return root_of(leaves_of(canonical_rows(self.rows), salts), emptied) if len(salts) == len(self.salts) else None


def with_leaves(rows: pa.Table) -> tuple[pa.Array, str]:
    """Fresh salts for the rows of a day, and the root hash over them."""
    random = secrets.token_bytes(ROW_SALT_BYTES * rows.num_rows)
    salts = [random[start : start + ROW_SALT_BYTES] for start in range(0, len(random), ROW_SALT_BYTES)]
    return pa.array(salts, pa.binary()), root_of(leaves_of(canonical_rows(rows), salts), {})


def emptied_tree(table: OpenTable) -> Tree:
    """The tree of a day of which every leaf was emptied, in the columns of its table."""
    fields = [] if table.delta is None else pa.schema(table.delta.schema().to_arrow())
    return Tree(pa.schema([each for each in fields if each.name != SALT]).empty_table(), [])


def tree_of(table: OpenTable, day: date, key: Sequence[str]) -> Tree | None:
    """The tree of a day as it stands; None where the day has no rows."""
    names = [] if table.delta is None else [field.name for field in table.delta.schema().fields]
    rows = read_rows(table, days=[day], columns=[*(name for name in names if name != SALT), SALT])
    if rows is None:
        return None
    rows = rows.sort_by([(name, "ascending") for name in key]).combine_chunks()
    if SALT not in rows.column_names:
        return Tree(rows, [None] * rows.num_rows)
    return Tree(rows.drop_columns([SALT]), rows[SALT].to_pylist())
