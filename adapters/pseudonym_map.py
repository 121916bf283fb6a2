"""Pseudonyms of one company and the way back: a key, and an encrypted map of every pseudonym that was given to its value.

A pseudonym is HMAC-SHA256 under the key, of its namespace and the value, in its first 128 bits. One that was given once stays:
the map is asked first, so another key (`rotate`) changes nothing that stands in the lake. The map is lines of AES-GCM under a
key that follows from the first by HKDF; it grows by a line for each batch with new values. Both lie with the keys.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.closed_files import ClosedFile
from adapters.journal import exclusive
from adapters.whole_files import append_lines, make_folder, write_whole
from tenure.errors import PseudonymError

FOLDER = "pseudonyms"
_KEY_BYTES, _NONCE_BYTES, _LETTERS, _FORMAT = 32, 12, 32, 1
_RESTORE = (
    "Restore it with the keys: under another one nobody would be known again, so none is made. Without it nothing new can be "
    "landed, and no id be told from its pseudonym; what is in the lake stays readable by pseudonyms."
)
T = TypeVar("T")
# A namespace and a value in it.
Meant = tuple[str, str]


@dataclass
class _Read:
    """What was read of the map until now: its first line, how far, how many lines, and what they hold both ways."""

    header: bytes = b""
    until: int = 0
    n_lines: int = 0
    given: dict[Meant, str] = field(default_factory=dict)
    meant: dict[str, Meant] = field(default_factory=dict)


class PseudonymMap:
    """The pseudonyms of a company, below the folder of keys; what other processes add is read when it is asked for."""

    def __init__(self, keys: Path, project: str) -> None:
        """Name the places; nothing is created before `make`."""
        self._project, folder = project, keys / FOLDER
        self._key = ClosedFile(
            path=folder / f"{project}.key", what="the key of pseudonyms", error=PseudonymError, if_missing=_RESTORE
        )
        self.map, self._lock = folder / f"{project}.map", folder / f"{project}.lock"
        self._read, self._reading = _Read(), RLock()

    def make(self) -> None:
        """Make the key and an empty map, of a company of which nothing is in the lake yet; a key that is there stays."""
        with exclusive(self._lock):
            if not self._key.path.exists() and not self.map.exists():
                make_folder(self.map.parent)
                self._key.write_new(f"{secrets.token_hex(_KEY_BYTES)}\n".encode())
            if self._key.path.exists() and not self.map.exists():
                self._write(self._keys()[0], {})

    def given(self, namespace: str, values: Sequence[str], *, is_kept: bool = True) -> list[str]:
        """The pseudonyms of some values; new ones are kept in the map, on disk, before they are returned.

        Parameters
        ----------
        is_kept: False where nothing may be written; what is new has then the pseudonym that it would be given.
        """
        with self._reading:
            self._refresh()
            if not is_kept:
                return self._steady(lambda: self._would_give(namespace, values))
            if any((namespace, value) not in self._read.given for value in values):
                with self._written():
                    new = dict.fromkeys(value for value in values if (namespace, value) not in self._read.given)
                    key = self._current()
                    self._append(key, {_made(key, namespace, value): (namespace, value) for value in new})
            return [self._read.given[namespace, value] for value in values]

    def known(self, namespace: str, value: str) -> str | None:
        """The pseudonym that a value was given; None where it was given none."""
        with self._reading:
            self._refresh()
            return self._read.given.get((namespace, value))

    def meant(self, pseudonym: str) -> Meant | None:
        """What a pseudonym stands for: its namespace and the value; None for what is no pseudonym of this company."""
        with self._reading:
            self._refresh()
            return self._read.meant.get(pseudonym)

    @property
    def state(self) -> tuple[bytes, int]:
        """What tells the map as it was read from any other."""
        with self._reading:
            self._refresh()
            return self._read.header, self._read.until

    def entries(self) -> Mapping[str, Meant]:
        """Everything that was given, as read now."""
        with self._reading:
            self._refresh()
            return self._read.meant

    def let_go(self, of: Collection[str], *, stays: Callable[[Collection[str]], Collection[str]]) -> int:
        """Let go of the entries of some pseudonyms, but of those of them that stay; returns how many went."""
        with self._written():
            asked = self._read.meant.keys() & set(of)
            gone = asked - set(stays(asked)) if asked else asked
            if gone:
                left = {one: meant for one, meant in self._read.meant.items() if one not in gone}
                self._write(self._current(), left)
        return len(gone)

    def rotate(self) -> int:
        """Put another key in the place of this one, which is destroyed; what was given stays. Returns how many entries stay.

        Both keys stand in the file until the map is written under the new one; of a process that died the next one goes by
        whichever key the map is of.
        """
        with self._written():
            old, new = self._current(), secrets.token_bytes(_KEY_BYTES)
            write_whole(self._key.path, f"{new.hex()}\n{old.hex()}\n")
            self._write(new, self._read.meant)
            write_whole(self._key.path, f"{new.hex()}\n")
            return len(self._read.meant)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Keep other writers out, with what they wrote read; a rotation that died is ended first."""
        # Threads first, then processes: who holds the lock of the file waits for no thread.
        with self._reading:
            self._refresh()
            with exclusive(self._lock):
                self._refresh()
                if len(self._keys()) > 1:
                    write_whole(self._key.path, f"{self._current().hex()}\n")
                yield

    def _would_give(self, namespace: str, values: Sequence[str]) -> list[str]:
        """The pseudonyms of some values; of new ones those that they would be given."""
        self._read_on()
        known = [self._read.given.get((namespace, value)) for value in values]
        key = self._current() if None in known else b""
        return [one or _made(key, namespace, value) for one, value in zip(known, values, strict=True)]

    def _keys(self) -> list[bytes]:
        """The key; of a rotation that is going on the new one and the old one."""
        try:
            found = [bytes.fromhex(line) for line in self._key.read_text().split()]
        except ValueError:
            found = []
        if not found or any(len(one) != _KEY_BYTES for one in found):
            raise PseudonymError(f"Expected the key of pseudonyms at {self._key.path}, found something else. {_RESTORE}")
        return found

    def _current(self) -> bytes:
        """The key that the map is of."""
        keys, named = self._keys(), _named(self._read.header).get("key")
        for key in keys:
            if _derived(key, b"name").hex() == named:
                return key
        raise PseudonymError(
            f"The map of pseudonyms at {self.map} is of another key than that at {self._key.path}: they were not restored "
            "together. Restore both from one archive of keys."
        )

    def _refresh(self) -> None:
        """Read what was added to the map, or all of another one that was put in its place; one thread at a time."""
        with self._reading:
            self._steady(self._read_on)

    def _steady(self, look: Callable[[], T]) -> T:
        """What a look at map and key gives; it is taken again where a rotation came between the two."""
        while True:
            try:
                return look()
            except PseudonymError:
                there = self._header()
                if not there or there == self._read.header:
                    raise

    def _header(self) -> bytes:
        """The first line of the map as it is now; nothing where there is none."""
        try:
            with self.map.open("rb") as file:
                return file.readline()
        except FileNotFoundError:
            return b""

    def _read_on(self) -> None:
        """The same, for the thread that does it, and unless the key is exchanged meanwhile."""
        try:
            with self.map.open("rb") as file:
                header = file.readline()
                if header != self._read.header:
                    self._read = _Read(header=header, until=len(header))
                if os.fstat(file.fileno()).st_size == self._read.until:
                    return
                file.seek(self._read.until)
                lines = file.read()
        except FileNotFoundError:
            self._keys()  # says that the key is lost, if it is
            raise PseudonymError(f"Expected the map of pseudonyms at {self.map}, found none. {_RESTORE}") from None
        cipher = AESGCM(_derived(self._current(), b"map"))
        for line in lines[: lines.rfind(b"\n") + 1].splitlines(keepends=True):
            for pseudonym, (namespace, value) in self._opened(cipher, line).items():
                self._read.given[namespace, value] = pseudonym
                self._read.meant[pseudonym] = (namespace, value)
            self._read.until, self._read.n_lines = self._read.until + len(line), self._read.n_lines + 1

    def _opened(self, cipher: AESGCM, line: bytes) -> dict[str, Meant]:
        """The entries of a line."""
        try:
            sealed = base64.b64decode(line, validate=False)
            packed = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._about(self._read.n_lines))
        except (ValueError, InvalidTag):
            raise PseudonymError(
                f"The map of pseudonyms at {self.map} was changed in line {self._read.n_lines + 2}. Restore it with the keys."
            ) from None
        return {one: (namespace, value) for one, namespace, value in json.loads(zlib.decompress(packed))}

    def _append(self, key: bytes, entries: Mapping[str, Meant]) -> None:
        """Add a line; what a process that died left of one is cut off first."""
        if self.map.stat().st_size > self._read.until:
            os.truncate(self.map, self._read.until)
        append_lines(self.map, self._sealed(key, entries, self._read.n_lines))
        self._refresh()

    def _write(self, key: bytes, entries: Mapping[str, Meant]) -> None:
        """Write the whole map anew, under a first line that no other has, so that whoever read the one before reads this one."""
        named = {"format": _FORMAT, "key": _derived(key, b"name").hex(), "written": secrets.token_hex(8)}
        line = self._sealed(key, entries, 0) if entries else b""
        write_whole(self.map, json.dumps(named).encode() + b"\n" + line)

    def _sealed(self, key: bytes, entries: Mapping[str, Meant], nth: int) -> bytes:
        """Entries as the nth line."""
        packed = zlib.compress(json.dumps([[one, *meant] for one, meant in sorted(entries.items())]).encode())
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(_derived(key, b"map")).encrypt(nonce, packed, self._about(nth))) + b"\n"

    def _about(self, nth: int) -> bytes:
        """What a line is bound to: it is none of another company, and in no other place."""
        return f"tenure pseudonyms {_FORMAT}\0{self._project}\0{nth}".encode()


def _made(key: bytes, namespace: str, value: str) -> str:
    """The pseudonym of a value under a key."""
    told = f"{namespace}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:_LETTERS]


def _derived(key: bytes, what: bytes) -> bytes:
    """A key for another use, or the name of the key."""
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"tenure pseudonyms " + what).derive(key)


def _named(header: bytes) -> Mapping[str, object]:
    """What the first line of a map says."""
    try:
        found = json.loads(header)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
