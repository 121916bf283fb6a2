"""Files at rest: encrypted where encryption was begun, as they are everywhere else. Readers need not know which.

A file says of itself whether it is encrypted, so that one home may hold both while what was there before is encrypted. Archives
and exports, which leave the home, carry their own data key, wrapped by the installation's.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from adapters.data_keys import DataKeys, KeptKey
from adapters.frames import MAGIC, Head, OpenedStream, SealedStream, Sealing, head_of, opened, sealed
from adapters.installation_keys import KeyPlace
from adapters.settings import Settings
from tenure.errors import DamagedError, DestroyedError, EncryptionError

_KEY, _WRAPPED, _BY = "key", "wrapped", "by"
_TRAVELS = "data key of a file of its own"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class AtRest:
    """How files of a home are written and read; without keys nothing is encrypted, and nothing encrypted can be opened."""

    keys: DataKeys | None = None

    @property
    def is_on(self) -> bool:
        """Whether what is written is encrypted."""
        return self.keys is not None and self.keys.is_begun

    def closed(self, content: bytes, category: str) -> bytes | Iterable[bytes]:
        """Bytes as they are to be written: encrypted under the key of their category, or as they are."""
        if self.keys is None or not self.keys.is_begun:
            return content
        key = self.keys.current(category, datetime.now(UTC))
        return sealed((content,), key.secret, {_KEY: key.id})

    def parts(self, path: Path, digest: str = "") -> Iterator[bytes]:
        """The plain bytes of a file, in parts.

        Parameters
        ----------
        digest: SHA-256 of the plain bytes where it is known: a file that somebody delivered may itself begin as ours do.

        Raises
        ------
        EncryptionError: as `DataKeys.of`. DamagedError: when the file was changed or cut short.
        """
        with path.open("rb") as file:
            if _is_encrypted(file, digest):
                yield from opened(file, str(path), self._key_of)
                return
            while part := file.read(_CHUNK):
                yield part

    def read(self, path: Path, digest: str = "") -> bytes:
        """The plain bytes of a file; raises as `parts` does."""
        return b"".join(self.parts(path, digest))

    def read_unless_destroyed(self, path: Path, digest: str = "") -> bytes | None:
        """The same; None where the data key was destroyed, for then nobody is in it any more."""
        try:
            return self.read(path, digest)
        except DestroyedError:
            return None

    def digest_of(self, path: Path, digest: str = "") -> str:
        """SHA-256 of the plain bytes of a file; raises as `parts` does."""
        found = hashlib.sha256()
        for part in self.parts(path, digest):
            found.update(part)
        return found.hexdigest()

    def is_closed(self, path: Path, digest: str = "") -> bool:
        """Whether a file of the home is encrypted, as `is_encrypted` says it, without reading all of it where that can be spared.

        A head that names a data key of the home is ours: half of the name is random, and nobody who delivers files knows it.
        """
        with path.open("rb") as file, suppress(DamagedError):
            found = head_of(file, str(path))
            if found is None or (self.keys is not None and self.keys.has(found[0].get(_KEY, ""))):
                return found is not None
        return is_encrypted(path, digest)

    def key_of(self, path: Path, digest: str = "") -> KeptKey | None:
        """The data key under which a file of the home lies; None for one that is plain, or carries a key of its own."""
        with path.open("rb") as file:
            found = head_of(file, str(path)) if _is_encrypted(file, digest) else None
        named = found[0].get(_KEY) if found else None
        return self.keys.kept(named) if named and self.keys else None

    def to_travel(self, content: bytes) -> Iterator[bytes]:
        """Bytes as an encrypted file that carries its own key, for whoever has the installation's."""
        return sealed((content,), *self._of_its_own())

    def handed_out(self, path: Path, content: bytes, *, is_asked: bool) -> bytes | Iterator[bytes]:
        """Bytes as they are handed out to a path: encrypted where that is asked for, or they stay in a home that is."""
        stays = self.keys is not None and self.is_on and path.resolve().is_relative_to(self.keys.home.resolve())
        return self.to_travel(content) if is_asked or stays else content

    @contextmanager
    def travelling(self, file: IO[bytes]) -> Iterator[IO[bytes]]:
        """A file of plain bytes that is written as such an encrypted one."""
        stream = SealedStream(file, Sealing(*self._of_its_own()))
        yield stream  # type: ignore[misc]
        stream.finish()

    def open_travelled(self, path: Path) -> IO[bytes]:
        """A file as plain bytes that are read once, from the beginning on, encrypted or not; the caller closes it."""
        return OpenedStream(self.parts(path))  # type: ignore[return-value]

    def _of_its_own(self) -> tuple[bytes, Head]:
        place, home = self._place
        first, secret = place.keys(home=home)[0], secrets.token_bytes(32)
        return secret, {_BY: first.name, _WRAPPED: first.wrap(secret, _TRAVELS)}

    def _key_of(self, head: Head) -> bytes:
        place, home = self._place
        if _KEY in head and self.keys is not None:
            return self.keys.of(head[_KEY]).secret
        if _BY in head and _WRAPPED in head:
            return place.named(head[_BY], home=home).unwrap(head[_WRAPPED], _TRAVELS)
        raise EncryptionError("An encrypted file names no key that this Tenure knows. It is of a newer one; install that.")

    @property
    def _place(self) -> tuple[KeyPlace, Path]:
        if self.keys is None:
            raise EncryptionError("This is encrypted, and was opened where no key is known. Open it by its company's home.")
        return self.keys.place, self.keys.home


AS_IT_IS = AtRest()


def lanes(project: str) -> str:
    """What the data key is of under which the rows of a company's trainings lie."""
    return f"lanes/{project}"


def at_rest(settings: Settings) -> AtRest:
    """How files of a home are kept."""
    return AtRest(DataKeys(settings.home, settings.encryption))


@dataclass(frozen=True)
class KeptFile:
    """A file that is kept, by its name and its plain bytes: what a reader needs of one."""

    path: Path
    at_rest: AtRest
    digest: str = ""

    @property
    def name(self) -> str:
        """The file's name, whose ending says how it is written."""
        return self.path.name

    @property
    def is_destroyed(self) -> bool:
        """Whether it lies under a data key that was destroyed."""
        key = self.at_rest.key_of(self.path, self.digest) if self.path.is_file() else None
        return key is not None and not key.by

    def read_bytes(self) -> bytes:
        """The plain bytes; raises as `AtRest.parts` does."""
        return self.at_rest.read(self.path, self.digest)


def is_encrypted(path: Path, digest: str = "") -> bool:
    """Whether a file is encrypted: it begins as one, and its own bytes do not have the digest of the plain ones, if given."""
    with path.open("rb") as file:
        return _is_encrypted(file, digest)


def _is_encrypted(file: IO[bytes], digest: str) -> bool:
    """The same of an open file, which is at its beginning before and after."""
    found = file.read(len(MAGIC)) == MAGIC
    if found and digest:
        file.seek(0)
        found = hashlib.file_digest(file, "sha256").hexdigest() != digest  # type: ignore[arg-type]
    file.seek(0)
    return found
