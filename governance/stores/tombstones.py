"""Tombstones: who was erased, so that neither a later delivery nor an older backup brings them back.

An id stands here as its HMAC-SHA256 under a key of its own. Both lie with the keys, outside of the home's backups: whoever has
the list alone learns nobody's id from it, and a backup that is restored is held against the list of today.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.whole_files import append_lines, make_folder
from tenure.errors import ErasureError

KEY, FOLDER = "erased.key", "erased"
_KEY_BYTES = 32


class Tombstones:
    """The tombstones of one company, below the folder of keys."""

    def __init__(self, keys: Path, project: str) -> None:
        """Name the places; nothing is created until somebody is erased."""
        self._key, self._list = keys / KEY, keys / FOLDER / f"{project}.txt"

    def add(self, ids: Collection[str]) -> None:
        """Set a stone for each id that has none."""
        file = self._key_file
        # A new key would not know again who was erased under the old one.
        if not self._key.exists() and not self._list.exists():
            make_folder(self._key.parent)
            file.write_new(f"{secrets.token_hex(_KEY_BYTES)}\n".encode())
        new = sorted({self._stone(one) for one in ids} - self._stones)
        if new:
            append_lines(self._list, "".join(f"{stone}\n" for stone in new).encode())
            self.__dict__.pop("_stones", None)

    def gone(self, ids: Collection[str]) -> set[str]:
        """Those of some ids that were erased."""
        return {one for one in ids if self._stone(one) in self._stones} if self._stones else set()

    @property
    def n_stones(self) -> int:
        """How many ids were erased."""
        return len(self._stones)

    @property
    def _key_file(self) -> ClosedFile:
        missing = "Restore it with the keys: without it nobody can tell whom a delivery must not bring back."
        return ClosedFile(path=self._key, what="the key of erased ids", error=ErasureError, if_missing=missing)

    @cached_property
    def _secret(self) -> bytes:
        return bytes.fromhex(self._key_file.read_text().strip())

    @cached_property
    def _stones(self) -> frozenset[str]:
        return frozenset(self._list.read_text(encoding="utf-8").split()) if self._list.exists() else frozenset()

    def _stone(self, one: str) -> str:
        return hmac.new(self._secret, one.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
