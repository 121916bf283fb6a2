"""One file that holds others: a tar whose last member says what every other one is, so that nothing is put back unread.

What belongs into it is `backup.py`'s affair.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from adapters.whole_files import CLOSED_FILE, make_folder, sync_folder
from tenure.errors import HomeError

MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file for an archive: its name there, and either where it lies or what it holds, and since when."""

    name: str
    path: Path | None = None
    content: bytes = b""
    at_seconds: float = 0.0


Around = Callable[[IO[bytes]], AbstractContextManager[IO[bytes]]]


def pack(members: Iterable[Member], target: Path, about: Mapping[str, object], around: Around = nullcontext) -> int:
    """Write an archive, whole or not at all, closed to others; return how many files are in it.

    Parameters
    ----------
    members: taken one after the other, as late as possible; one that is gone by then is left out.
    about: what else the manifest says.
    around: what the bytes of the archive go through, such as its encryption.

    Raises
    ------
    HomeError: when there is a file of that name already.
    """
    if target.exists():
        raise HomeError(f"There is a file at {target} already; a backup replaces none. Name another.")
    make_folder(target.parent)
    beside = target.with_name(f".{target.name}.part")
    digests: dict[str, str] = {}
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, CLOSED_FILE)
        with os.fdopen(handle, "wb") as file:
            with around(file) as inner, tarfile.open(fileobj=inner, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for member in members:
                    with suppress(FileNotFoundError):
                        digests[member.name] = _add(archive, member)
                manifest = json.dumps({**about, "files": digests}, indent=1, ensure_ascii=False).encode()
                _add(archive, Member(name=MANIFEST, content=manifest))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(target)
        sync_folder(target.parent)
    finally:
        beside.unlink(missing_ok=True)
    return len(digests)


def _as_it_is(source: Path) -> IO[bytes]:
    return source.open("rb")


def unpack(source: Path, folder: Path, opened: Callable[[Path], IO[bytes]] = _as_it_is) -> dict[str, object]:
    """Put an archive's files into an empty folder, each held against the manifest; return what that says.

    Parameters
    ----------
    opened: gives the bytes of the archive, which are read once.

    Raises
    ------
    HomeError: when the archive is none, or a file in it is not what was packed. The folder then holds what was put there so far.
    """
    found: dict[str, str] = {}
    manifest: dict[str, object] = {}
    try:
        with opened(source) as file, tarfile.open(fileobj=file, mode="r|") as archive:
            for entry in archive:
                content = archive.extractfile(entry) if entry.isfile() else None
                if content is None or not _is_plain(entry.name):
                    raise HomeError(f"{source} holds {entry.name[:80]!r}, which no backup does. Do not use it.")
                if entry.name == MANIFEST:
                    manifest = json.loads(content.read())
                else:
                    found[entry.name] = _put(content, folder / entry.name, entry)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise HomeError(f"{source} is no whole backup ({type(error).__name__}). Take another.") from error
    listed = manifest.get("files")
    if found != listed:
        known = listed if isinstance(listed, dict) else {}
        differ = sorted(name for name in {*found, *known} if found.get(name) != known.get(name))
        raise HomeError(f"{source} is not what was backed up: {len(differ)} files differ, first {differ[:1]}. Take another.")
    return manifest


def _add(archive: tarfile.TarFile, member: Member) -> str:
    """Add a file as it is now; return its digest."""
    if member.path is None:
        entry = tarfile.TarInfo(member.name)
        entry.size, entry.mode, entry.mtime = len(member.content), CLOSED_FILE, member.at_seconds
        archive.addfile(entry, io.BytesIO(member.content))
        return hashlib.sha256(member.content).hexdigest()
    with member.path.open("rb") as file:
        held = os.fstat(file.fileno())
        entry = tarfile.TarInfo(member.name)
        entry.size, entry.mode, entry.mtime = held.st_size, held.st_mode & 0o700, held.st_mtime
        entry.pax_headers = {"mtime": repr(held.st_mtime)}
        reading = _Reading(file)
        archive.addfile(entry, reading)  # type: ignore[arg-type]
    return reading.digest.hexdigest()


class _Reading:
    """A file that is read once, and whose digest is known afterwards."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin at its beginning."""
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        content = self._file.read(size)
        self.digest.update(content)
        return content


def _put(content: IO[bytes], path: Path, entry: tarfile.TarInfo) -> str:
    """Write one file with its time, closed to others; return its digest."""
    make_folder(path.parent)
    digest = hashlib.sha256()
    mode = CLOSED_FILE if entry.mode & 0o200 else 0o400
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, CLOSED_FILE), "wb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode)
    os.utime(path, (entry.mtime, entry.mtime))
    return digest.hexdigest()


def _is_plain(name: str) -> bool:
    """Whether a name leads nowhere but down."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
