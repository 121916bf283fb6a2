"""Where packages are kept: candidates by project and model, promoted ones by digest alone.

A package appears whole or not at all (written aside, synced, renamed), is never written twice, and is verified from bytes in
memory each time it is read. How its folder is read is `package_folder.py`; who may put it into the store is `promotion.py`.
"""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.unfinished_parts import sweep
from adapters.whole_files import make_folder, sync_folder, write_new
from governance.stores.package_folder import check_keepable, read_folder, translated
from tenure.canonical import sha256
from tenure.errors import PackageError, PromotionError
from tenure.package import MANIFEST_NAME, Package, build_manifest, seal, verify

SHORTEST_PREFIX = 8
_DIGEST = re.compile("[0-9a-f]{64}")
_ASIDE = ".tmp-"
# What is kept never changes, and is its owner's alone.
READ_ONLY = 0o400


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
        self._home, self._candidates = home, home / "candidates"
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
        _write_once(self._home, self._candidates / project / model / package.digest, package)
        return package

    def candidates(self, project: str | None = None, model: str | None = None) -> tuple[Candidate, ...]:
        """Kept candidates, oldest first, optionally of one project or model; their bytes are not read.

        Whatever else lies among them (files, links, folders of other names) is none, and passed over.

        Raises
        ------
        PackageError: when the disk cannot list them.
        """
        with translated(self._candidates):
            found = [
                Candidate(project=mine.name, model=of.name, digest=one.name, folder=one, kept_at_seconds=at)
                for mine, _ in _folders(self._candidates)
                if project in (None, mine.name)
                for of, _ in _folders(mine)
                if model in (None, of.name)
                for one, at in _folders(of)
                if _DIGEST.fullmatch(one.name)
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

    def stamp(self, candidate: Candidate) -> tuple[tuple[str, int, int, int], ...]:
        """What differs once any file of a candidate was touched, read from its folder alone: whoever keeps what was read of a
        candidate keeps this beside it, and reads again where it differs.

        Raises
        ------
        PackageError: when the disk cannot list them.
        """
        with translated(candidate.folder):
            found = [(str(path), path.lstat()) for path in candidate.folder.rglob("*")]
        # A file's time can be set back; the time at which that was done cannot.
        return tuple(sorted((path, one.st_ino, one.st_size, one.st_ctime_ns) for path, one in found))

    def candidate(self, digest: str) -> Package:
        """The verified package of a candidate, by digest or unique prefix."""
        return self.read_candidate(self.find(digest))

    def read_candidate(self, candidate: Candidate) -> Package:
        """The verified package of a candidate that was listed."""
        return _read(self._home, candidate.folder, candidate.digest)

    def admit(self, package: Package) -> None:
        """Copy a package into the content-addressed store; only a promotion calls this."""
        _write_once(self._home, self._promoted / package.digest, package)

    @property
    def has_promoted(self) -> bool:
        """Whether promoted packages are kept here; a machine that proves the log alone has none."""
        return self._promoted.is_dir()

    def load(self, digest: str) -> Package:
        """Read and verify a promoted package; every byte is checked before any of it is parsed.

        Raises
        ------
        PackageError: when the package is missing or is not what its digest says.
        """
        return _read(self._home, self._promoted / digest, digest)

    def read(self, digest: str) -> tuple[dict[str, bytes], bytes]:
        """The files of a promoted package by path, and the bytes of its manifest: contents as found, held against nothing yet.

        There are no files where the manifest is not that package's own.

        Raises
        ------
        PackageError: when nothing is kept under that digest, or it is not made of the listed files at their listed sizes.
        """
        return read_folder(self._home, self._promoted / digest, digest)


def _write_once(home: Path, folder: Path, package: Package) -> None:
    """Write a package aside, bring it to disk and rename it into place; an equal one already there is verified instead."""
    check_keepable(build_manifest(package.files))
    parent = folder.parent
    with translated(folder):
        make_folder(parent)
        sweep(parent, f"{_ASIDE}*")
        # A link that leads nowhere is in the way, too.
        if os.path.lexists(folder):
            _read(home, folder, package.digest)
            return
        _place(home, folder, package)


def _place(home: Path, folder: Path, package: Package) -> None:
    """Write a package aside and rename it into place."""
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder.parent))
    try:
        _write(aside, package)
        try:
            aside.rename(folder)
        except OSError:
            if not os.path.lexists(folder):
                raise
            # Another process was first with the same digest, so its bytes must be these.
            _read(home, folder, package.digest)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(folder: Path, package: Package) -> None:
    """Write files and, last, the manifest; all read-only and synced."""
    manifest = build_manifest(package.files).canonical
    for path, content in (*package.files.items(), (MANIFEST_NAME, manifest)):
        target = folder / path
        make_folder(target.parent)
        write_new(target, content)
        target.chmod(READ_ONLY)
    for below in {target.parent for target in folder.rglob("*")}:
        sync_folder(below)


def _read(home: Path, folder: Path, digest: str) -> Package:
    """Compare the manifest with the digest, then read every listed file once and compare it with the manifest."""
    files, manifest = read_folder(home, folder, digest)
    if sha256(manifest) != digest:
        raise PackageError(
            f"The manifest at {str(folder)!r} is not that of package {digest[:12]}. Do not use it; restore the package from a "
            "backup, or train again."
        )
    return verify(files, manifest)


def _folders(parent: Path) -> Iterator[tuple[Path, float]]:
    """The folders in a folder, links to folders left out, with the time of each; none where there is no such folder."""
    with suppress(FileNotFoundError):
        for path in sorted(parent.iterdir()):
            # Whoever trains may remove one in the meantime.
            with suppress(FileNotFoundError):
                status = path.lstat()
                if stat.S_ISDIR(status.st_mode):
                    yield path, status.st_mtime
