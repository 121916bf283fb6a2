"""Ids as they are kept where nobody shall learn them: HMAC-SHA256 under a key that lies apart from the list.

Whoever has the list alone learns nobody's id from it, and can still tell whether two lines are of one person.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.whole_files import make_folder

_KEY_BYTES = 32


@dataclass(frozen=True)
class KeyedIds:
    """The pseudonyms of a list; `file` holds the key, and says what is wrong where it is lost."""

    file: ClosedFile

    def make_key(self, kept_in: Path) -> None:
        """Make the key, where nothing was kept under one yet: under a new one nobody would be known again."""
        if not self.file.path.exists() and not kept_in.exists():
            make_folder(self.file.path.parent)
            self.file.write_new(f"{secrets.token_hex(_KEY_BYTES)}\n".encode())

    def of(self, one: str) -> str:
        """The pseudonym of an id.

        Raises
        ------
        TenureError: of the file's kind, where the key is lost or open to others.
        """
        return hmac.new(self._key, one.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    @cached_property
    def _key(self) -> bytes:
        return bytes.fromhex(self.file.read_text().strip())
