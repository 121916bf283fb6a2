"""Pseudonyms of one company and the way back: a key, and an encrypted map of every pseudonym that was given to its value.

A pseudonym is HMAC-SHA256 under the key, of its namespace and the value, in its first 128 bits. One that was given once stays:
the map is asked first, so another key (`rotate`) changes nothing that stands in the lake. The map is lines of AES-GCM under a
key that follows from the first by HKDF; it grows by a line for each batch with new values. Its end (how many lines, and the tag
of the last one) stands beside it, authenticated under the key, so that a map that was cut is noticed. All lie with the keys.
"""

import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import TypeVar

from adapters.closed_files import ClosedFile
from adapters.journal import exclusive
from adapters.pseudonym_lines import KEY_BYTES, Meant, derived, end_of, header_of, key_named, made, opened, sealed, tag
from adapters.whole_files import append_lines, make_folder, write_whole
from tenure.errors import PseudonymError

FOLDER = "pseudonyms"
_RESTORE = (
    "Restore it with the keys: under another one nobody would be known again, so none is made. Without it nothing new can be "
    "landed, and no id be told from its pseudonym; what is in the lake stays readable by pseudonyms."
)
T = TypeVar("T")


@dataclass
class _Read:
    """What was read of the map until now: its first line, how far, the tag of each line, and what they hold both ways.

    `is_whole` once it was held against its end.
    """

    header: bytes = b""
    until: int = 0
    tags: list[str] = field(default_factory=list)
    is_whole: bool = False
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
        # Of a name that an archive of the keys takes before the map: there are never fewer lines than it says.
        self._end = folder / f"{project}.end"
        self._read, self._reading = _Read(), RLock()

    def make(self) -> None:
        """Make the key and an empty map, of a company of which nothing is in the lake yet; a key that is there stays."""
        with exclusive(self._lock):
            if not self._key.path.exists() and not self.map.exists():
                make_folder(self.map.parent)
                self._key.write_new(f"{secrets.token_hex(KEY_BYTES)}\n".encode())
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
                    self._append(key, {made(key, namespace, value): (namespace, value) for value in new})
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
            old, new = self._current(), secrets.token_bytes(KEY_BYTES)
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
        return [one or made(key, namespace, value) for one, value in zip(known, values, strict=True)]

    def _keys(self) -> list[bytes]:
        """The key; of a rotation that is going on the new one and the old one."""
        try:
            found = [bytes.fromhex(line) for line in self._key.read_text().split()]
        except ValueError:
            found = []
        if not found or any(len(one) != KEY_BYTES for one in found):
            raise PseudonymError(f"Expected the key of pseudonyms at {self._key.path}, found something else. {_RESTORE}")
        return found

    def _current(self) -> bytes:
        """The key that the map is of."""
        keys, name = self._keys(), key_named(self._read.header)
        for key in keys:
            if derived(key, b"name").hex() == name:
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
        # The end is written after a line, and before another map is put in the place of this one: what it says is there.
        ends = self._ends()
        while not self._is_read_until(ends):
            before, ends = ends, self._ends()
            if ends == before:
                raise PseudonymError(f"The map of pseudonyms at {self.map} was cut, or is not the one it was. {_RESTORE}")
        self._read.is_whole = True

    def _ends(self) -> list[str]:
        """The end of the map; of one that is being written anew that of before and the other one."""
        return self._end.read_bytes().decode(errors="replace").splitlines() if self._end.exists() else []

    def _is_read_until(self, ends: Sequence[str]) -> bool:
        """Read what there is of the map, and say whether it reaches to its end, if that was not known."""
        try:
            with self.map.open("rb") as file:
                header, size = file.readline(), os.fstat(file.fileno()).st_size
                if header != self._read.header or size < self._read.until or not self._read.is_whole:
                    self._read = _Read(header=header, until=len(header))
                elif size == self._read.until:
                    return True
                self._read.is_whole = False
                file.seek(self._read.until)
                lines = file.read()
        except FileNotFoundError:
            self._keys()  # says that the key is lost, if it is
            raise PseudonymError(f"Expected the map of pseudonyms at {self.map}, found none. {_RESTORE}") from None
        key, tags = self._current(), self._read.tags
        for line in lines[: lines.rfind(b"\n") + 1].splitlines(keepends=True):
            for pseudonym, (namespace, value) in self._opened(key, line).items():
                self._read.given[namespace, value] = pseudonym
                self._read.meant[pseudonym] = (namespace, value)
            self._read.until += len(line)
            tags.append(tag(line))
        told = [int(n) for n, _, _ in (end.partition(" ") for end in ends) if n.isascii() and n.isdecimal()]
        return any(end_of(self._project, key, self._read.header, tags[:n]) in ends for n in told if n <= len(tags))

    def _opened(self, key: bytes, line: bytes) -> Mapping[str, Meant]:
        """The entries of the next line."""
        found = opened(self._project, key, line, len(self._read.tags))
        if found is None:
            raise PseudonymError(
                f"The map of pseudonyms at {self.map} was changed in line {len(self._read.tags) + 2}. Restore it with the keys."
            )
        return found

    def _append(self, key: bytes, entries: Mapping[str, Meant]) -> None:
        """Add a line; what a process that died left of one is cut off first."""
        if self.map.stat().st_size > self._read.until:
            os.truncate(self.map, self._read.until)
        append_lines(self.map, sealed(self._project, key, entries, len(self._read.tags)))
        self._refresh()
        self._write_end(end_of(self._project, key, self._read.header, self._read.tags))

    def _write(self, key: bytes, entries: Mapping[str, Meant]) -> None:
        """Write the whole map anew, under a first line that no other has, so that whoever read the one before reads this one."""
        header, line = header_of(key), sealed(self._project, key, entries, 0) if entries else b""
        before = [end_of(self._project, self._current(), self._read.header, self._read.tags)] if self._read.is_whole else []
        end = end_of(self._project, key, header, [tag(line)] if line else [])
        self._write_end(*before, end)
        write_whole(self.map, header + line)
        self._write_end(end)

    def _write_end(self, *ends: str) -> None:
        """Keep the end of the map, or of either of two."""
        write_whole(self._end, "".join(f"{end}\n" for end in ends))
