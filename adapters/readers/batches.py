"""Which reader has its turn, and what a person put into the inbox in place of what it gives."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from adapters.readers.daily import Batch, Left, daily_batches, empty_batch, event_day_of
from adapters.readers.growing import growing_batches
from adapters.readers.package import package_batches
from adapters.readers.places import is_pattern, lying, together
from adapters.readers.postgres import read_query
from adapters.readers.snapshots import snapshot_batches, snapshots_of_now
from adapters.wholes import NOTHING_READ, Whole, Wholes
from tenure.contracts import Cumulative, Files, PackageTables, Query, Snapshots, Source
from tenure.contracts.readers import KINDS, ending_of
from tenure.errors import SourceError

NO_DATABASES: Mapping[str, str] = {}


def _all(content: bytes, format: str) -> tuple[bytes, str]:
    """Bytes as they came: nobody was erased."""
    return content, format


class UndeliveredError(SourceError):
    """Batches that are not there, or not clearly; raised after all others were given.

    `missing` and `unclear` say why, in words, for each key: no file was delivered, or the inbox holds more than one.
    """

    def __init__(self, source: Source, missing: Mapping[date, str], unclear: Mapping[date, str]) -> None:
        reasons = [*unclear.values(), *missing.values()]
        super().__init__(f"Source {source.name!r}: {len(reasons)} batches cannot be had. {reasons[0]}")
        self.missing, self.unclear = missing, unclear


def read_batches(
    source: Source,
    keys: Sequence[date],
    first_key: date,
    *,
    project: str,
    inbox: Path | None = None,
    wholes: Wholes = NOTHING_READ,
    databases: Mapping[str, str] = NO_DATABASES,
    left: Left = _all,
) -> Iterator[Batch]:
    """Yield `(key, bytes, format)` for every key; format is what its name ends in, such as "csv.gz".

    Key d holds the events of d - 1. The first key also holds everything dated before, and all rows of a source without dates,
    which brings an empty batch on every other key. Files from the inbox come first, then the others in order.

    Parameters
    ----------
    inbox: folder in which a person may put `<project>/<source>/<event day>.csv` or another kind, to be taken instead.
    wholes: what was read before, of tables that are read whole each time.
    databases: addresses by the names that sources give them.
    left: given bytes and format, what is left of them without rows of people who were erased.

    Raises
    ------
    SourceError: when the package is not installed or does not fit the source.
    UndeliveredError: when a file that must be there is not, or a person's file is ambiguous; the others are yielded first.
    """
    folder = inbox / project / source.name if inbox is not None else None
    placed = {key: files for key in sorted(keys) if (files := _placed(folder, event_day_of(key)))}
    unclear = {key: reason for key, files in placed.items() if (reason := _unclear(files, event_day_of(key)))}
    for key, files in placed.items():
        if key not in unclear:
            yield key, *left(files[0].read_bytes(), ending_of(files[0].name) or "")
    others = [key for key in sorted(keys) if key not in placed]
    missing = (yield from _read(source, others, first_key, wholes, databases, left)) if others else {}
    if missing or unclear:
        raise UndeliveredError(source, missing, unclear)


def is_placed(inbox: Path, project: str, source: Source, key: date) -> bool:
    """Whether a person put a file for a key into the inbox."""
    return bool(_placed(inbox / project / source.name, event_day_of(key)))


def _placed(folder: Path | None, event_day: date) -> list[Path]:
    """The files that a person placed for a day."""
    return sorted(folder.glob(f"{event_day}.*")) if folder is not None else []


def _unclear(files: Sequence[Path], event_day: date) -> str:
    """Why it is not clear which of a person's files holds, or nothing."""
    if len(files) == 1 and ending_of(files[0].name) is not None:
        return ""
    return (
        f"Expected one file for {event_day} in the inbox {files[0].parent}, ending in .{', .'.join(KINDS)}, packed or not; "
        f"found {', '.join(file.name for file in files)}. Leave the one that holds."
    )


def _read(
    source: Source, keys: Sequence[date], first_key: date, wholes: Wholes, databases: Mapping[str, str], left: Left
) -> Generator[Batch, None, Mapping[date, str]]:
    """What the source's own reader gives; returns why batches are missing, by key."""
    match source.reader:
        case PackageTables():
            for key, *batch in package_batches(source, source.reader, keys, first_key):
                yield key, *left(*batch)
            return {}
        case Files():
            return (yield from daily_batches(source, source.reader, keys, first_key, left))
        case Cumulative():
            return (yield from _growing(source, source.reader, keys, first_key, wholes, left))
        case Snapshots():
            return (yield from snapshot_batches(source, source.reader, keys, wholes, left))
        case Query():
            return (yield from _queried(source, source.reader, keys, first_key, wholes, databases, left))


def _growing(
    source: Source, reader: Cumulative, keys: Sequence[date], first_key: date, wholes: Wholes, left: Left
) -> Generator[Batch, None, Mapping[date, str]]:
    """A file that grows; without it nothing is known of any day."""
    files = lying(reader.pattern)
    if not files:
        what = "files like" if is_pattern(reader.pattern) else "the file"
        return dict.fromkeys(keys, f"Nothing was delivered: expected {what} {reader.pattern!r}. Have it delivered.")
    whole = Whole(*left(*together(files)))
    yield from growing_batches(source, keys, first_key, wholes, lambda: whole)
    return {}


def _queried(
    source: Source,
    reader: Query,
    keys: Sequence[date],
    first_key: date,
    wholes: Wholes,
    databases: Mapping[str, str],
    left: Left,
) -> Generator[Batch, None, Mapping[date, str]]:
    """A database, asked once."""
    found = read_query(source, reader, databases, wholes.before(keys[0]))
    whole = Whole(*left(found.content, found.format))
    if source.is_snapshot:
        return (yield from snapshots_of_now(source, keys, wholes, lambda: whole))
    if source.is_static:
        for key in keys:
            yield key, whole.content if key == first_key else empty_batch(source), "parquet"
        return {}
    yield from growing_batches(source, keys, first_key, wholes, lambda: whole)
    return {}
