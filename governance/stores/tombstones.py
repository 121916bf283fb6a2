"""Tombstones: who was erased, so that neither a later delivery nor an older backup brings them back.

An id stands here as its HMAC-SHA256 under a key of its own. Both lie with the keys, outside of the home's backups: whoever has
the list alone learns nobody's id from it, and a backup that is restored is held against the list of today.
"""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.keyed_ids import KeyedIds
from adapters.whole_files import append_lines
from tenure.errors import ErasureError

KEY, FOLDER = "erased.key", "erased"


class Tombstones:
    """The tombstones of one company, below the folder of keys."""

    def __init__(self, keys: Path, project: str) -> None:
        """Name the places; nothing is created until somebody is erased."""
        missing = "Restore it with the keys: without it nobody can tell whom a delivery must not bring back."
        file = ClosedFile(path=keys / KEY, what="the key of erased ids", error=ErasureError, if_missing=missing)
        self._ids, self._list = KeyedIds(file), keys / FOLDER / f"{project}.txt"

    def add(self, ids: Collection[str]) -> None:
        """Set a stone for each id that has none."""
        # One key for all companies: the folder of their lists, not this one's, says whether it was made.
        self._ids.make_key(self._list.parent)
        new = sorted({self._ids.of(one) for one in ids} - self._stones)
        if new:
            append_lines(self._list, "".join(f"{stone}\n" for stone in new).encode())
            self.__dict__.pop("_stones", None)

    def gone(self, ids: Collection[str]) -> set[str]:
        """Those of some ids that were erased."""
        return {one for one in ids if self._ids.of(one) in self._stones} if self._stones else set()

    @property
    def n_stones(self) -> int:
        """How many ids were erased."""
        return len(self._stones)

    @cached_property
    def _stones(self) -> frozenset[str]:
        return frozenset(self._list.read_text(encoding="utf-8").split()) if self._list.exists() else frozenset()
