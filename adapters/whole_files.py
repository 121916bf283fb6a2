"""The one way to write a file: whole, in UTF-8, on disk before it is named, and its owner's alone.

Who reads meanwhile, or after a killed process, finds the old file or the new one. Only journals grow in place (`journal.py`).
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

CLOSED_FILE, CLOSED_FOLDER = 0o600, 0o700


def write_whole(path: Path, content: bytes | str | Iterable[bytes]) -> Path:
    """Write beside, bring it to disk, then rename; the folder is made where there is none. Returns the path.

    What comes in parts is never held whole.

    A pipe or a device, such as `/dev/stdout`, cannot be replaced, and takes the bytes as they are.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            stream.writelines(_parts(content))
        return path
    make_folder(path.parent)
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.new")
    try:
        write_new(beside, content)
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    return path


def write_new(path: Path, content: bytes | str | Iterable[bytes]) -> None:
    """Write a file that is not there yet and bring it to disk; raises FileExistsError where there is one, or a link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, CLOSED_FILE)
    with os.fdopen(handle, "wb") as file:
        file.writelines(_parts(content))
        file.flush()
        os.fsync(file.fileno())


def append_lines(path: Path, lines: bytes, *, is_synced: bool = True) -> None:
    """Add whole lines to a file that only grows, in one write, so that processes may share it; it is made where there is none."""
    make_folder(path.parent)
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, CLOSED_FILE)
    # The buffer holds all of it, so that it is written at once; what a full disk does not take is an error.
    with os.fdopen(handle, "ab", buffering=len(lines) + 2) as file:
        file.write(lines)
        file.flush()
        if is_synced:
            os.fsync(file.fileno())
    if is_new and is_synced:
        sync_folder(path.parent)


def make_folder(folder: Path) -> Path:
    """Make a folder, and those above it that are missing, closed to other accounts; one that is there stays as it is."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=CLOSED_FOLDER, exist_ok=True)
    if not missing:
        folder.mkdir(exist_ok=True)  # raises where a file stands in its place
    return folder


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk, so that a file just created or renamed in it outlives a power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parts(content: bytes | str | Iterable[bytes]) -> Iterable[bytes]:
    """What is written, in the parts in which it comes."""
    return (as_bytes(content),) if isinstance(content, bytes | str) else content


def as_bytes(content: bytes | str) -> bytes:
    """What is written: text is UTF-8, whatever the locale."""
    return content.encode() if isinstance(content, str) else content
