"""Signing keys in files: PKCS#8 PEM, encrypted by a passphrase, readable by their owner alone.

Whose key may sign what is the trust root's (`governance/records/trust_root.py`); this file only makes, keeps and opens keys.
"""

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from adapters.closed_files import ClosedFile
from adapters.whole_files import make_folder, sync_folder
from governance.records.signing import public_bytes
from tenure.errors import SigningKeyError

# The file format stretches a passphrase by a few thousand rounds only, so its length must carry the weight.
SHORTEST_PASSPHRASE = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")


class KeyStore:
    """The keys in one folder, each in `<name>.pem`."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first key, closed to others."""
        self._folder = folder

    def new(self, name: str, passphrase: str) -> str:
        """Make a key and return its raw public half in lower-case hex, as a trust root lists it.

        Raises
        ------
        SigningKeyError: for a passphrase of less than 12 letters, or a name that is taken or cannot name a file.
        """
        path = self._path(name)
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise SigningKeyError(
                f"A passphrase needs at least {SHORTEST_PASSPHRASE} letters, found {len(passphrase)}. Take a few words."
            )
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
        make_folder(self._folder)
        try:
            _file(path).write_new(pem)
        except FileExistsError:
            raise SigningKeyError(
                f"There is a key at {path} already. Keys are never replaced: name the new one otherwise."
            ) from None
        sync_folder(self._folder)
        return public_bytes(key).hex()

    def load(self, name: str, passphrase: str) -> Ed25519PrivateKey:
        """Open a key.

        Raises
        ------
        SigningKeyError: when there is none, others may read or change its file, or the passphrase is not its own.
        """
        path = self._path(name)
        pem = _file(path).read()
        try:
            key = load_pem_private_key(pem, passphrase.encode())
        except (TypeError, ValueError):
            # Which of the two it is nobody can tell: a wrong passphrase gives a broken key.
            raise SigningKeyError(
                f"The key at {path} does not open: another passphrase, or no encrypted PKCS#8 key. Try again."
            ) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyError(f"Expected an Ed25519 key at {path}, found {type(key).__name__}. Make one: tenure keys new.")
        return key

    def public(self, name: str, passphrase: str) -> str:
        """The raw public half of a key in lower-case hex, as a trust root lists it."""
        return public_bytes(self.load(name, passphrase)).hex()

    def names(self) -> tuple[str, ...]:
        """Which keys there are."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.pem")))

    def _path(self, name: str) -> Path:
        """The file of a key."""
        if not _NAME.fullmatch(name) or ".." in name:
            raise SigningKeyError(
                f"A key is named by lower-case letters, digits, '.', '-' and '_', at most 63, found {name!r}. Rename it."
            )
        return self._folder / f"{name}.pem"


def _file(path: Path) -> ClosedFile:
    """A key's file."""
    return ClosedFile(
        path=path,
        what="a key",
        error=SigningKeyError,
        if_missing="Make one: tenure keys new.",
        if_open="If others had access to this machine, make a new key and have the trust root renewed.",
    )
