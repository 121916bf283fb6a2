"""The bytes of batches as received, once, named by the digest of the plain bytes, whether they lie encrypted or not.

    <root>/objects/<first two of sha256>/<sha256>.<format>

Which batch they are of is said by receipts (`raw_store.py`). They lie encrypted under the data key of the source that landed
them first; another that lands equal bytes names the same file.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from adapters.at_rest import AtRest, KeptFile
from adapters.whole_files import make_folder, sync_folder, write_new
from tenure.errors import DamagedError

# What the data key is of under which nothing lies, where the source's own is about to be destroyed.
ENDED = "raw"


def category(project: str, source_name: str) -> str:
    """What the data key of a source is of: its batches, and its tables that were read whole."""
    return f"raw/{project}/{source_name}"


class RawObjects:
    """The objects under the root of raw batches."""

    def __init__(self, root: Path, at_rest: AtRest) -> None:
        self._objects, self._aside, self._at_rest = root / "objects", root / "aside", at_rest

    def file(self, digest: str, format: str) -> KeptFile:
        """The file of a digest, whether it is there or not."""
        return KeptFile(self._path(digest, format), self._at_rest, digest)

    def read(self, digest: str, format: str) -> bytes | None:
        """The plain bytes of a digest, None where they are gone or their data key was destroyed; raises as `AtRest.parts`."""
        path = self._path(digest, format)
        return self._at_rest.read_unless_destroyed(path, digest) if path.is_file() else None

    def holds(self, digest: str, format: str, content: bytes) -> bool:
        """Whether bytes are here already, whole and readable."""
        try:
            return self.read(digest, format) == content
        except DamagedError:
            return False

    def write(self, digest: str, format: str, content: bytes, category: str) -> Path:
        """Write bytes under their digest; the folder is the caller's to sync."""
        path = self._path(digest, format)
        write_aside(self._aside, path, self._at_rest.closed(content, category))
        return path

    def keep_beside(self, project: str, content: bytes, format: str, category: str) -> str:
        """Keep bytes that an erasure of a project is about to name, where nobody reads them; returns their digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest, format)
        beside = path.with_name(f".{path.name}.{project}.erased")
        write_aside(self._aside, beside, self._at_rest.closed(content, category))
        return digest

    def is_kept(self, project: str, digest: str, format: str) -> bool:
        """Whether bytes are here, in their place or beside it."""
        path = self._path(digest, format)
        return path.is_file() or path.with_name(f".{path.name}.{project}.erased").is_file()

    def put_beside(self, project: str) -> None:
        """Put what was kept so in its place."""
        for path in self._beside(project):
            path.replace(path.with_name(path.name.removeprefix(".").removesuffix(f".{project}.erased")))
            sync_folder(path.parent)

    def drop_beside(self, project: str) -> None:
        """Let go of what was kept so."""
        for path in self._beside(project):
            path.unlink()

    def let_go(self, digest: str, format: str) -> None:
        """Delete bytes that no receipt names any more."""
        self._path(digest, format).unlink(missing_ok=True)

    def _beside(self, project: str) -> list[Path]:
        return sorted(self._objects.glob(f"*/.*.{project}.erased"))

    def _path(self, digest: str, format: str) -> Path:
        return self._objects / digest[:2] / f"{digest}.{format}"


def write_aside(aside: Path, path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write aside, sync, rename."""
    for folder in (aside, path.parent):
        make_folder(folder)
    beside = aside / f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        write_new(beside, content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
