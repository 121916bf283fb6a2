"""Whole tables as they were read, for sources of which a day's batch is a part: their bytes once, and for each key which it was.

<root>/wholes/<project>/<source>/<sha256>.<format>  the bytes
<root>/wholes/<project>/<source>/<key>.whole        which of them the batch of a key was cut from
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from adapters.at_rest import AS_IT_IS, AtRest
from adapters.raw_objects import category
from adapters.whole_files import write_whole


@dataclass(frozen=True)
class Whole:
    """A table as it was read: its bytes and their format."""

    content: bytes
    format: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Wholes:
    """What was read of one source; without a folder nothing was, and nothing is kept. `category` names its data key."""

    folder: Path | None
    at_rest: AtRest = AS_IT_IS
    category: str = ""

    def keep(self, key: date, whole: Whole) -> None:
        """Keep what the batch of a key was cut from."""
        if self.folder is None:
            return
        name = f"{whole.digest}.{whole.format}"
        if not (self.folder / name).exists():
            write_whole(self.folder / name, self.at_rest.closed(whole.content, self.category))
        if self._noted(key) != name:
            write_whole(self.folder / f"{key}.whole", name)

    def of(self, key: date) -> Whole | None:
        """What the batch of a key was cut from."""
        name = self._noted(key)
        if self.folder is None or name is None:
            return None
        digest, _, written = name.partition(".")
        return Whole(self.at_rest.read(self.folder / name, digest), written)

    def before(self, key: date) -> tuple[date, Whole] | None:
        """What was read last before a key, and for which key."""
        earlier = [each for each in self._keys if each < key]
        whole = self.of(earlier[-1]) if earlier else None
        return (earlier[-1], whole) if whole is not None else None

    @property
    def last(self) -> date:
        """The last key that was landed; before all days where none was."""
        return max(self._keys, default=date.min)

    def replace(self, digest: str, whole: Whole) -> None:
        """Let every key that was cut from some bytes name others, and delete those: for an erasure of people."""
        if self.folder is None:
            return
        old, name = next(self.folder.glob(f"{digest}.*")), f"{whole.digest}.{whole.format}"
        write_whole(self.folder / name, self.at_rest.closed(whole.content, self.category))
        for key in self._keys:
            if self._noted(key) == old.name:
                write_whole(self.folder / f"{key}.whole", name)
        if old.name != name:
            old.unlink()

    def let_go(self, keys: Collection[date]) -> None:
        """Forget what batches were cut from, and delete what no other was; the last stays, for the next is cut by it."""
        if self.folder is None:
            return
        for key in {*keys} - {self.last}:
            (self.folder / f"{key}.whole").unlink(missing_ok=True)
        named = {self._noted(key) for key in self._keys}
        for path in self.folder.glob("*.*"):
            if path.suffix != ".whole" and not path.name.startswith(".") and path.name not in named:
                path.unlink()

    def _noted(self, key: date) -> str | None:
        """The name of the file that a key was cut from."""
        noted = self.folder / f"{key}.whole" if self.folder is not None else None
        return noted.read_text(encoding="utf-8") if noted is not None and noted.exists() else None

    @property
    def _keys(self) -> tuple[date, ...]:
        """The keys for which something was read, in order."""
        return tuple(sorted(date.fromisoformat(p.stem) for p in self.folder.glob("*.whole"))) if self.folder is not None else ()


NOTHING_READ = Wholes(None)


def wholes_of(root: Path, project: str, source_name: str, at_rest: AtRest = AS_IT_IS) -> Wholes:
    """What was read of a source, under the root of raw batches."""
    return Wholes(root / "wholes" / project / source_name, at_rest, category(project, source_name))
