"""Rows that trees are fitted to several times, each time with one number more, as a hazard's are once for each period.

They are never stacked in memory: the trees take them in parts, and what is fitted is the same to the bit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tenure import imports
from tenure.estimators.outcome import Floats, Ints

# So many rows are handed over at once.
_PART = 1 << 16


@dataclass(frozen=True, eq=False, kw_only=True)
class RepeatedRows:
    """Rows of X by their place in `row` (n,), which may repeat, with `last` (n,) as one column more."""

    X: Floats
    row: Ints
    last: Floats

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.row)

    @property
    def n_columns(self) -> int:
        """Columns of X, and one."""
        return self.X.shape[1] + 1

    def part(self, chosen: slice | list[int]) -> Floats:
        """Some of them, stacked."""
        stacked = np.empty((len(self.row[chosen]), self.n_columns))
        stacked[:, :-1], stacked[:, -1] = self.X[self.row[chosen]], self.last[chosen]
        return stacked

    def one(self, place: int) -> Floats:
        """One of them."""
        row = np.empty(self.n_columns)
        row[:-1], row[-1] = self.X[self.row[place]], self.last[place]
        return row

    def in_parts(self) -> Any:
        """As LightGBM takes what it is to read in parts."""
        rows = self

        class Parts(imports.lightgbm().Sequence):  # type: ignore[misc]
            batch_size = _PART

            def __len__(self) -> int:
                return len(rows)

            def __getitem__(self, place: int | slice | list[int]) -> Floats:
                return rows.part(place) if isinstance(place, slice | list) else rows.one(place)

        return Parts()
