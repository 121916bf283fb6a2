"""A company's files for a first look: which there are, in kinds, and the bytes of some that lie evenly among those of a kind."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

from adapters.readers.places import addresses, is_address, lying
from tenure.contracts.readers import KINDS_IN_WORDS, ending_of
from tenure.errors import SourceError

_MOST_BYTES, _FEWEST_FILES = 12 << 20, 12


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Files of one kind as they lie there: all paths, in order; the bytes and endings of some; when the newest was written.

    `table` is the table of the database whose rows they are, where they are no files.
    """

    paths: tuple[str, ...]
    some: tuple[tuple[bytes, str], ...]
    written_on: date
    table: str = ""

    @property
    def called(self) -> str:
        """What a person calls it."""
        return self.table or PurePath(self.paths[0]).name + (f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else "")


def look_at(place: str) -> tuple[Looked, ...]:
    """Look at a file, a folder, a pattern, or an address of files; files whose names differ in digits alone are of one kind.

    Raises
    ------
    SourceError: when nothing lies there that is read.
    """
    paths = addresses(place) if is_address(place) else _paths(place)
    files = [path for path in paths if ending_of(path) is not None]
    if not files:
        raise SourceError(
            f"Nothing is read at {place}: expected files that end in {KINDS_IN_WORDS}; found {_others(paths)}. Name a file, a "
            "folder, or a pattern in quotes; an address such as 's3://bucket/orders/*.csv'; or a database, "
            "postgresql://account@host/shop."
        )
    kinds: dict[str, list[str]] = {}
    for path in files:
        kinds.setdefault(re.sub(r"\d+", "0", path), []).append(path)
    return tuple(_looked(paths) for paths in kinds.values())


def together(kinds: Sequence[Looked]) -> Looked:
    """Kinds that turned out to be one."""
    paths = sorted(path for kind in kinds for path in kind.paths)
    some = tuple(each for kind in kinds for each in kind.some)
    return replace(kinds[0], paths=tuple(paths), some=some, written_on=max(kind.written_on for kind in kinds))


def _paths(place: str) -> Sequence[str]:
    """The files on this machine."""
    path = Path(place).expanduser()
    found = sorted(path.iterdir()) if path.is_dir() else sorted(map(Path, glob.glob(str(path), recursive=True)))
    # A link keeps its name: it is the link that a company moves on to the next file.
    return [os.path.abspath(each) for each in found if each.is_file() and not each.name.startswith(".")]


def _others(paths: Sequence[str]) -> str:
    """How many files nobody reads, and what their names end in."""
    endings = sorted({PurePath(path).suffix or "nothing" for path in paths})
    return f"{len(paths)} others" + (f", which end in {', '.join(endings[:5])}" if endings else "")


def _looked(paths: Sequence[str]) -> Looked:
    """Files of one kind."""
    if is_address(paths[0]):
        contents = dict(_read(paths))
        return Looked(paths=tuple(paths), some=tuple(contents.values()), written_on=datetime.now(UTC).date())
    files = [Path(path) for path in paths]
    chosen = _spread(files)
    return Looked(
        paths=tuple(paths),
        some=tuple((each.read_bytes(), ending_of(each.name) or "") for each in chosen),
        written_on=datetime.fromtimestamp(max(each.stat().st_mtime for each in chosen), UTC).date(),
    )


def _read(paths: Sequence[str]) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Some files at addresses."""
    n = min(len(paths), _FEWEST_FILES)
    for i in range(n):
        path = paths[round(i * (len(paths) - 1) / max(n - 1, 1))]
        for content in lying(path).values():
            yield path, (content, ending_of(path) or "")


def _spread(files: Sequence[Path]) -> Sequence[Path]:
    """As many files as may be read, evenly from the first to the last."""
    size = sum(each.stat().st_size for each in files)
    n = max(_FEWEST_FILES, int(len(files) * _MOST_BYTES / max(size, 1)))
    if n >= len(files):
        return files
    return [files[round(i * (len(files) - 1) / (n - 1))] for i in range(n)]
