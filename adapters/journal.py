"""Append-only files of JSON lines that survive a killed process, and the lock under which they grow.

A record counts once its line ends: a process killed while writing leaves at most one line without an end, which readers pass
over and the next writer removes. What the records mean belongs to the callers.
"""

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import rfc8785

from adapters.whole_files import CLOSED_FILE, make_folder, sync_folder
from tenure.errors import JournalError
from tenure.inert import inert

LOCK_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.02
_LOG = logging.getLogger(__name__)

Json = str | int | float | bool | None


@contextmanager
def exclusive(path: Path, *, patience_seconds: float = LOCK_PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock file `path` against every other process and thread; it is released when the holder dies.

    Raises
    ------
    JournalError: when another holder keeps it longer than `patience_seconds`.
    """
    make_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, CLOSED_FILE)
    try:
        deadline = time.monotonic() + patience_seconds
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise JournalError(
                    f"Expected the lock {path} within {patience_seconds:g} s, but another process holds it. "
                    "Wait for that process to end, then try again."
                )
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Take the lock if it is free."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Journal:
    """One file of canonical JSON lines.

    `append` is called within `locked()`, together with the reading on which it depends.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is created until the first record."""
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all other writers out."""
        with exclusive(self.path.with_suffix(".lock")):
            yield

    def read(self) -> tuple[dict[str, Json], ...]:
        """Every complete record, oldest first.

        Raises
        ------
        JournalError: when a complete line is not a JSON object.
        """
        complete, torn = _split(self._content())
        if torn:
            _LOG.warning("%s: passed over %d bytes of a record that was never completed (a killed process)", self.path, len(torn))
        return tuple(self._parse(line, number) for number, line in enumerate(complete.splitlines(), start=1))

    def append(self, record: Mapping[str, Json]) -> None:
        """Add one record and return once it is on disk; what a killed process left unfinished is removed first."""
        make_folder(self.path.parent)
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, CLOSED_FILE)
        with os.fdopen(handle, "r+b") as file:
            complete, torn = _split(file.read())
            if torn:
                _LOG.warning("%s: removed %d bytes of a record that was never completed (a killed process)", self.path, len(torn))
                file.truncate(len(complete))
            file.seek(len(complete))
            file.write(inert(rfc8785.dumps(dict(record)).decode()).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def _content(self) -> bytes:
        """The file's bytes; none before the first record."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def _parse(self, line: bytes, number: int) -> dict[str, Json]:
        """Read one complete line."""
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise JournalError(
                f"{self.path}, line {number}: expected one JSON object, found something else. Restore the file from a backup."
            )
        return record


def _split(content: bytes) -> tuple[bytes, bytes]:
    """The complete lines, and what follows the last line's end."""
    end = content.rfind(b"\n") + 1
    return content[:end], content[end:]
