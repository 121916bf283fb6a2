"""Reading a package's folder: the manifest first, then exactly the files that it lists, at exactly the sizes that it lists.

Whoever writes to the disk can put files there that fill the memory, links that lead elsewhere, and folders without end. So
nothing is read before it is known how much it is, nothing is followed, and nothing below an unlisted folder is looked at.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tenure.canonical import sha256
from tenure.errors import PackageError
from tenure.package import MANIFEST_NAME, Manifest, read_manifest

# A manifest takes about 110 bytes per file, and a package has tens of files.
MOST_MANIFEST_BYTES = 1 << 18
MOST_PACKAGE_BYTES = 1 << 30
LONGEST_PATH = 255
_MOST_NAMED = 10
_DO_NOT_USE = "Do not use it; restore the package from a backup, or train again."


def read_folder(home: Path, folder: Path, digest: str) -> tuple[dict[str, bytes], bytes]:
    """The files of a package by path, and the bytes of its manifest.

    The manifest's digest is compared before anything else is read: where it is not `digest`, the files are empty. Contents are
    not yet held against the manifest.

    Parameters
    ----------
    home: where links are believed no more: every folder from below it to `folder` must be a folder itself.

    Raises
    ------
    PackageError: when there is no such folder, a link or device is on the way or among the files, or files are unlisted, missing
        or of another size than the manifest says; for what the disk cannot do.
    """
    with translated(folder):
        _check_way(home, folder, digest)
        manifest = _manifest_of(folder)
        if sha256(manifest) != digest:
            return {}, manifest
        listed = {entry.path: entry.n_bytes for entry in _checked(read_manifest(manifest)).entries}
        _check_sizes(digest, listed, _sizes(folder, listed))
        return {path: _bytes_of(folder / path, at_most=n_bytes) for path, n_bytes in listed.items()}, manifest


def check_keepable(manifest: Manifest) -> None:
    """Refuse what could be written but never read again: too much, or paths that are too long."""
    if len(_checked(manifest).canonical) > MOST_MANIFEST_BYTES:
        raise PackageError(f"A package's manifest has at most {MOST_MANIFEST_BYTES} bytes. Put fewer files into it.")


@contextmanager
def translated(place: Path) -> Iterator[None]:
    """Say in a sentence what the disk could not do, and where."""
    try:
        yield
    except OSError as error:
        raise PackageError(
            f"The package at {str(place)!r} cannot be read or written ({error.strerror or type(error).__name__}). If somebody is "
            "writing there just now, try again; otherwise set the disk right, or restore the package from a backup."
        ) from error


def _check_way(home: Path, folder: Path, digest: str) -> None:
    """Refuse a package behind a link: it could be exchanged for another without anything here being touched."""
    at = home
    for part in folder.relative_to(home).parts:
        at /= part
        try:
            mode = at.lstat().st_mode
        except FileNotFoundError:
            raise PackageError(
                f"Expected package {digest[:12]} at {str(folder)!r}, found nothing. Restore it from a backup or train again."
            ) from None
        if not stat.S_ISDIR(mode):
            found = "a link" if stat.S_ISLNK(mode) else "a file"
            raise PackageError(
                f"Expected a folder at {str(at)!r}, found {found}. Do not use package {digest[:12]} from there; put the folder "
                "itself in its place, or restore it from a backup."
            )


def _manifest_of(folder: Path) -> bytes:
    """The manifest as found, cut off where none can end; empty if there is none."""
    try:
        return _bytes_of(folder / MANIFEST_NAME, at_most=MOST_MANIFEST_BYTES)
    except FileNotFoundError:
        return b""


def _checked(manifest: Manifest) -> Manifest:
    """A manifest of paths and sizes that can be read."""
    long = [entry.path[:20] for entry in manifest.entries if len(entry.path) > LONGEST_PATH]
    if long:
        raise PackageError(f"A path in a package has at most {LONGEST_PATH} letters; those at {long} have more. Rename them.")
    if sum(abs(entry.n_bytes) for entry in manifest.entries) > MOST_PACKAGE_BYTES:
        raise PackageError(
            f"Package {manifest.digest[:12]} is larger than {MOST_PACKAGE_BYTES} bytes, so it is not read into memory. "
            "Train a smaller model."
        )
    return manifest


def _sizes(folder: Path, listed: Iterable[str]) -> dict[str, int]:
    """The sizes of plain files by path; an unlisted folder is named, not opened, and the search ends after a few of them."""
    folders = {parent for path in listed for parent in _parents(path)}
    found, waiting, n_unlisted, known = {}, [""], 0, set(listed)
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                path, status = f"{below}{entry.name}", entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode) and f"{path}/" in folders:
                    waiting.append(f"{path}/")
                    continue
                name = f"{path}/" if stat.S_ISDIR(status.st_mode) else path
                if name == path:
                    _check_plain(folder / path, status.st_mode)
                found[name] = status.st_size
                n_unlisted += name not in known and name != MANIFEST_NAME
                if n_unlisted == _MOST_NAMED:
                    return found
    return found


def _parents(path: str) -> Iterator[str]:
    """The folders on the way to a path, each with its slash."""
    parts = path.split("/")
    return ("/".join(parts[:n]) + "/" for n in range(1, len(parts)))


def _check_sizes(digest: str, listed: Mapping[str, int], found: Mapping[str, int]) -> None:
    """Refuse files that are unlisted, missing or of another size, before any of them is read."""
    unlisted, missing = sorted(set(found) - set(listed) - {MANIFEST_NAME}), sorted(set(listed) - set(found))
    if unlisted:
        raise PackageError(
            f"Package {digest[:12]} and its manifest list different files: unlisted {unlisted[:_MOST_NAMED]}. {_DO_NOT_USE}"
        )
    if missing:
        raise PackageError(f"Package {digest[:12]} and its manifest list different files: missing {missing}. {_DO_NOT_USE}")
    changed = sorted(path for path, n_bytes in listed.items() if found[path] != n_bytes)
    if changed:
        raise PackageError(
            f"Package {digest[:12]}: the content of {changed} is not what the manifest says: "
            f"{found[changed[0]]} bytes instead of {listed[changed[0]]}. {_DO_NOT_USE}"
        )


def _check_plain(path: Path, mode: int) -> None:
    """Refuse links and devices."""
    if not stat.S_ISREG(mode):
        raise PackageError(
            f"Expected only plain files in a package, found a link or device at {str(path)!r}. Do not use the package."
        )


def _bytes_of(path: Path, *, at_most: int) -> bytes:
    """Read a plain file, never through a link, and one byte further than it should reach: that it is longer must show."""
    _check_plain(path, path.lstat().st_mode)
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _check_plain(path, os.fstat(handle).st_mode)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(at_most + 1)
    finally:
        os.close(handle)
