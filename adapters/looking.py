"""A few of a company's files, for a first look: which there are, and the bytes of some that lie evenly among them."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tenure.contracts.readers import KINDS_IN_WORDS, ending_of
from tenure.errors import SourceError

_MOST_BYTES, _FEWEST_FILES = 12 << 20, 12


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Files as they lie there: all paths, in order; the bytes and endings of some; when the newest was written."""

    paths: tuple[str, ...]
    some: tuple[tuple[bytes, str], ...]
    written_on: date


def look_at(place: str) -> Looked:
    """Look at a file, a folder or a pattern.

    Raises
    ------
    SourceError: when nothing lies there that is read.
    """
    path = Path(place).expanduser()
    found = sorted(path.iterdir()) if path.is_dir() else sorted(map(Path, glob.glob(str(path), recursive=True)))
    files = [each.resolve() for each in found if each.is_file() and ending_of(each.name) is not None]
    if not files:
        raise SourceError(
            f"Nothing is read at {place}: expected files that end in {KINDS_IN_WORDS}; found {len(found)} others. Name a file, a "
            "folder, or a pattern in quotes. A database or an address is named in a source: see Query and Files in docs/guide.md."
        )
    chosen = _spread(files)
    return Looked(
        paths=tuple(map(str, files)),
        some=tuple((each.read_bytes(), ending_of(each.name) or "") for each in chosen),
        written_on=datetime.fromtimestamp(files[-1].stat().st_mtime, UTC).date(),
    )


def _spread(files: Sequence[Path]) -> Sequence[Path]:
    """As many files as may be read, evenly from the first to the last."""
    size = sum(each.stat().st_size for each in files)
    n = max(_FEWEST_FILES, int(len(files) * _MOST_BYTES / max(size, 1)))
    if n >= len(files):
        return files
    return [files[round(i * (len(files) - 1) / (n - 1))] for i in range(n)]
