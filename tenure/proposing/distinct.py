"""The different cells of a column, and how often each is there: what a cell says, it says wherever it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

# Beside the cells, in SQL: on how many rows each stands.
OFTEN = "tenure:often"


@dataclass(frozen=True)
class Distinct:
    """Cells, each once; on how many rows each stands; and of each row, which of the cells is its own (None: the rows' order)."""

    cells: pa.Array
    often: np.ndarray
    places: pa.Array | None

    def spread(self, values: pa.ChunkedArray) -> pa.ChunkedArray:
        """Of each row, what was made of its cell."""
        return values if self.places is None else values.take(self.places)

    def beside(self, name: str) -> pa.Table:
        """The cells under a name, and how often each is there."""
        return pa.table({name: self.cells, OFTEN: pa.array(self.often)})


def distinct(cells: pa.ChunkedArray) -> Distinct:
    """Take the cells of a column apart; of what is no text all cells are kept as they are."""
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    if not pa.types.is_string(whole.type):
        return Distinct(whole, np.ones(len(whole), dtype=np.int64), None)
    encoded = whole.dictionary_encode(null_encoding="encode")
    n = len(encoded.dictionary)
    return Distinct(encoded.dictionary, np.bincount(encoded.indices.to_numpy(), minlength=n), encoded.indices)


def padded(columns: Iterable[tuple[str, pa.Array]]) -> pa.Table:
    """Columns of several lengths as one table, in which nothing stands below the shorter ones."""
    named = dict(columns)
    n = max(map(len, named.values()), default=0)
    filled = {name: pa.concat_arrays([its, pa.nulls(n - len(its), its.type)]) for name, its in named.items()}
    return pa.table({name: pa.chunked_array([its]) for name, its in filled.items()})
