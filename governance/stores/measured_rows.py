"""Test rows on disk: what each candidate was measured on, one salted leaf a customer, under the root that its evidence names.

They are rows of people, so they stay here, closed to other accounts. A customer's leaf can be emptied: the rows and the salt go,
the hash stays, and the root is what it was. What is measured from rows is `tenure/evaluation/`.
"""

import io
import re
import secrets
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.at_rest import AS_IT_IS, AtRest
from adapters.whole_files import write_whole
from governance.records.leaves import ROW_SALT_BYTES, leaves_of, root_of
from tenure.errors import DamagedError, EstimationError, PackageError
from tenure.evaluation.measured import MeasuredRows, rows_of
from tenure.rows import canonical_rows

_ROOT = re.compile("[0-9a-f]{64}")
CATEGORY = "test_rows"
_ROWS, _LEAVES = "rows.parquet", "leaves.parquet"


@dataclass(frozen=True, kw_only=True)
class KeptRows:
    """Test rows that are those of their root; of `n_emptied` customers the rows are gone."""

    rows: MeasuredRows
    n_emptied: int


class MeasuredRowsStore:
    """Test rows below `<home>/store/test_rows`, by root."""

    def __init__(self, home: Path, at_rest: AtRest = AS_IT_IS) -> None:
        """Name the place; nothing is created until rows are kept."""
        self._folder, self._at_rest = home / "store" / "test_rows", at_rest

    def keep(self, rows: MeasuredRows, salt: Callable[[], bytes] = lambda: secrets.token_bytes(ROW_SALT_BYTES)) -> str:
        """Keep rows, each customer's under a salt of its own; returns their root."""
        table = rows.table()
        customers = sorted(set(table["customer_id"].to_pylist()))
        salts, none_emptied = [salt() for _ in customers], pa.nulls(len(customers), pa.binary())
        leaves = pa.table({"customer_id": customers, "salt": salts, "leaf": none_emptied})
        root = _root(table, leaves)
        self._write(root, table, leaves)
        return root

    def read(self, root: str) -> KeptRows | None:
        """The rows of a root; None where this machine does not hold them.

        Raises
        ------
        PackageError: when what is kept under it is something else.
        """
        kept = self._read(root)
        if kept is None:
            return None
        table, leaves = kept
        try:
            return KeptRows(rows=rows_of(table), n_emptied=leaves["leaf"].length() - leaves["leaf"].null_count)
        except EstimationError as error:
            raise PackageError(f"The test rows {root[:12]} cannot be read: {error}") from None

    def in_words(self, root: str | None) -> str:
        """Whether what was measured can be measured again here, for whoever is about to rest on it."""
        try:
            kept = self.read(root) if root else None
        except PackageError as error:  # told, for whoever rejects the package must not be stopped
            return str(error)
        if kept is None:
            return "Its test rows are not on this machine: its figures were not measured again, and rest on what training signed."
        if kept.n_emptied:
            return f"Of its test rows those of {kept.n_emptied} customers were erased: its figures rest on what training signed."
        return "Its figures can be measured again from its test rows, which are kept here."

    def roots(self) -> tuple[str, ...]:
        """Which rows are kept, by their roots."""
        return tuple(sorted(path.name for path in self._folder.glob("*") if _ROOT.fullmatch(path.name)))

    def drop(self, root: str) -> None:
        """Let all rows of a root go."""
        if _ROOT.fullmatch(root):
            shutil.rmtree(self._folder / root, ignore_errors=True)

    def n_of(self, root: str, customers: Collection[str]) -> int:
        """How many of the customers have rows among them."""
        wanted = set(customers)
        return sum(one in wanted for one in self.customers(root))

    def customers(self, root: str) -> list[str]:
        """Whose rows are among them; those that were emptied are nobody's."""
        leaves = self._folder / root / _LEAVES
        if not leaves.is_file():
            return []
        known = pq.read_table(io.BytesIO(self._at_rest.read(leaves)), columns=["customer_id"])["customer_id"].to_pylist()
        return [one for one in known if one is not None]

    def empty(self, root: str, customers: Collection[str]) -> int:
        """Let the rows and salts of customers go, and keep their hashes; returns how many there were."""
        kept = self._read(root)
        if kept is None:
            return 0
        table, leaves = kept
        gone = pc.is_in(leaves["customer_id"], pa.array(list(customers), pa.string()))
        hashes = dict(zip(*_leaves(table, leaves), strict=True))
        kept_leaves = [
            {"customer_id": None, "salt": None, "leaf": hashes[one["customer_id"]]} if is_gone else one
            for one, is_gone in zip(leaves.to_pylist(), gone.to_pylist(), strict=True)
        ]
        of_others = pc.invert(pc.is_in(table["customer_id"], pa.array(list(customers), pa.string())))
        self._write(root, table.filter(of_others), pa.Table.from_pylist(kept_leaves, leaves.schema))
        return sum(gone.to_pylist())

    def _read(self, root: str) -> tuple[pa.Table, pa.Table] | None:
        """Rows and leaves, held against their root."""
        folder = self._folder / root
        if not _ROOT.fullmatch(root) or not folder.is_dir():
            return None
        try:
            table, leaves = (pq.read_table(io.BytesIO(self._at_rest.read(folder / name))) for name in (_ROWS, _LEAVES))
            is_right = _root(table, leaves) == root
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, DamagedError):
            is_right = False
        if not is_right:
            raise PackageError(
                f"The test rows in {folder} are not those that the evidence names ({root[:12]}): they were changed. "
                "Restore them from a backup, or train again."
            )
        return table, leaves

    def _write(self, root: str, table: pa.Table, leaves: pa.Table) -> None:
        """Write both files, each whole."""
        for name, content in ((_ROWS, table), (_LEAVES, leaves)):
            buffer = io.BytesIO()
            pq.write_table(content, buffer, compression="zstd")
            write_whole(self._folder / root / name, self._at_rest.closed(buffer.getvalue(), CATEGORY))


def _root(table: pa.Table, leaves: pa.Table) -> str:
    """The root over the leaves of all customers, those that were emptied at their places."""
    _, hashes = _leaves(table, leaves)
    emptied = {place: leaf for place, leaf in enumerate(leaves["leaf"].to_pylist()) if leaf is not None}
    return root_of(hashes, emptied)


def _leaves(table: pa.Table, leaves: pa.Table) -> tuple[list[str], list[bytes]]:
    """Customers that still have their rows, in order, and the hash of each: over its rows in one spelling, a line each."""
    by_customer: dict[str, list[bytes]] = {}
    for customer, row in zip(table["customer_id"].to_pylist(), canonical_rows(table), strict=True):
        by_customer.setdefault(customer, []).append(row)
    known = [(c, s) for c, s in zip(leaves["customer_id"].to_pylist(), leaves["salt"].to_pylist(), strict=True) if c is not None]
    if len(by_customer) != len(known):
        raise ValueError("expected a leaf for each customer")
    names = [customer for customer, _ in known]
    return names, leaves_of([b"\n".join(by_customer[name]) for name in names], [salt for _, salt in known])
