"""Where packages are kept: candidates by project and model, promoted ones by digest alone.

A package appears whole or not at all (written aside, synced, renamed), is never written twice, and is verified from bytes in
memory each time it is read. Who may put a package into the store is decided in `promotion.py`.
"""

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.journal import sync_folder
from tenure.errors import PackageError, PromotionError
from tenure.promotion.package import MANIFEST_NAME, Package, build_manifest, seal, verify

SHORTEST_PREFIX = 8
DIGEST_LETTERS = 64
_ASIDE = ".tmp-"
_ABANDONED_AFTER_SECONDS = 6 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A kept candidate: whose it is, its digest and its folder."""

    project: str
    model: str
    digest: str
    folder: Path
    kept_at_seconds: float  # file time, for order alone


class PackageStore:
    """Packages below `<home>/candidates` and `<home>/store/sha256`."""

    def __init__(self, home: Path) -> None:
        """Name the place; nothing is created until a package is kept."""
        self._candidates = home / "candidates"
        self._promoted = home / "store" / "sha256"

    def keep_candidate(self, project: str, model: str, files: Mapping[str, bytes]) -> Package:
        """Keep what training made; keeping equal files again changes nothing.

        Raises
        ------
        PackageError: when the files cannot be a package, or the project or model cannot be a folder.
        """
        for name in (project, model):
            if not (name.isidentifier() and name.isascii()):
                raise PackageError(f"Expected a project and a model named by letters, digits and underscores, found {name!r}.")
        package = seal(files)
        _write_once(self._candidates / project / model / package.digest, package)
        return package

    def candidates(self, project: str | None = None, model: str | None = None) -> tuple[Candidate, ...]:
        """Kept candidates, oldest first, optionally of one project or model; their bytes are not read."""
        folders = self._candidates.glob(f"{project or '*'}/{model or '*'}/*")
        found = [
            Candidate(
                project=folder.parent.parent.name,
                model=folder.parent.name,
                digest=folder.name,
                folder=folder,
                kept_at_seconds=folder.stat().st_mtime,
            )
            for folder in folders
            if len(folder.name) == DIGEST_LETTERS and not folder.name.startswith(_ASIDE)
        ]
        return tuple(sorted(found, key=lambda c: (c.kept_at_seconds, c.project, c.model, c.digest)))

    def find(self, digest: str) -> Candidate:
        """The candidate of that digest, or of a prefix of at least 8 letters that names only one.

        Raises
        ------
        PromotionError: when none or several match; the message names the candidates there are.
        """
        known = self.candidates()
        wanted = digest.strip().lower()
        matches = [c for c in known if c.digest.startswith(wanted)] if len(wanted) >= SHORTEST_PREFIX else []
        if len(matches) == 1:
            return matches[0]
        found = f"{len(matches)} candidates match" if matches else "no candidate matches"
        names = ", ".join(f"{c.digest[:12]} ({c.project}.{c.model})" for c in known) or "none; train a model first"
        raise PromotionError(
            f"Expected the digest of one candidate, or at least {SHORTEST_PREFIX} letters of it; {found} {digest!r}. "
            f"Candidates: {names}."
        )

    def candidate(self, digest: str) -> Package:
        """The verified package of a candidate, by digest or unique prefix."""
        found = self.find(digest)
        return _read(found.folder, found.digest)

    def admit(self, package: Package) -> None:
        """Copy a package into the content-addressed store; only a promotion calls this."""
        _write_once(self._promoted / package.digest, package)

    def load(self, digest: str) -> Package:
        """Read and verify a promoted package; every byte is checked before any of it is parsed.

        Raises
        ------
        PackageError: when the package is missing or is not what its digest says.
        """
        return _read(self._promoted / digest, digest)

    def read(self, digest: str) -> tuple[dict[str, bytes], bytes]:
        """The files of a promoted package by path, and the bytes of its manifest: as found, held against nothing yet.

        Raises
        ------
        PackageError: when nothing is kept under that digest, or a link or device is among it.
        """
        return _found(self._promoted / digest, digest)


def _write_once(folder: Path, package: Package) -> None:
    """Write a package aside, bring it to disk and rename it into place; an equal one already there is verified instead."""
    parent = folder.parent
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    if folder.exists():
        _read(folder, package.digest)
        return
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=parent))
    try:
        _write(aside, package)
        aside.chmod(0o755)  # mkdtemp's folders are closed to the people who read candidates
        try:
            aside.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            # Another process was first with the same digest, so its bytes must be these.
            _read(folder, package.digest)
        sync_folder(parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(folder: Path, package: Package) -> None:
    """Write files and, last, the manifest; all read-only and synced."""
    manifest = build_manifest(package.files).canonical
    for path, content in (*package.files.items(), (MANIFEST_NAME, manifest)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        target.chmod(0o444)
    for below in {target.parent for target in folder.rglob("*")}:
        sync_folder(below)


def _sweep(parent: Path) -> None:
    """Remove what processes killed long ago left half written."""
    for aside in parent.glob(f"{_ASIDE}*"):
        # Another process may rename or remove its own in the meantime.
        with suppress(FileNotFoundError):
            if time.time() - aside.stat().st_mtime > _ABANDONED_AFTER_SECONDS:
                shutil.rmtree(aside, ignore_errors=True)


def _read(folder: Path, digest: str) -> Package:
    """Read every byte once, compare the manifest with the digest and the files with the manifest."""
    files, manifest = _found(folder, digest)
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise PackageError(
            f"The manifest at {folder} is not that of package {digest[:12]}. Do not use it; restore the package from a backup, "
            "or train again."
        )
    return verify(files, manifest)


def _found(folder: Path, digest: str) -> tuple[dict[str, bytes], bytes]:
    """Read every byte below a folder once: the files, and the manifest beside them (empty if there is none)."""
    if not folder.is_dir():
        raise PackageError(f"Expected package {digest[:12]} at {folder}, found nothing. Restore it from a backup or train again.")
    files = {path.relative_to(folder).as_posix(): _bytes_of(path) for path in sorted(folder.rglob("*")) if not _is_folder(path)}
    return files, files.pop(MANIFEST_NAME, b"")


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder itself rather than a link to one."""
    return stat.S_ISDIR(path.lstat().st_mode)


def _bytes_of(path: Path) -> bytes:
    """Read a plain file, never through a link."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise PackageError(f"Expected only plain files in a package, found a link or device at {path}. Do not use the package.")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        return file.read()
