"""Tables inside an installed Python package, cut by day."""

import importlib.util
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from adapters.readers.daily import Batch, as_parquet, event_day_of
from tenure.contracts import PackageTables, Source
from tenure.errors import SourceError

THREADS = 2


def package_batches(source: Source, reader: PackageTables, keys: Sequence[date], first_key: date) -> Iterator[Batch]:
    """Load the package's tables once, and cut them by day."""
    rows, key_of_row = _package_rows(source, reader, keys, first_key)
    order = np.argsort(key_of_row, kind="stable")
    rows, key_of_row = rows.take(order), key_of_row[order]
    wanted = np.array(keys, dtype="datetime64[D]")
    starts, ends = (np.searchsorted(key_of_row, wanted, side=side) for side in ("left", "right"))
    for key, start, end in zip(keys, starts.tolist(), ends.tolist(), strict=True):
        yield key, as_parquet(rows.slice(start, end - start)), "parquet"


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


def _strict(rows: pa.Table) -> pa.Table:
    """Undo DuckDB's choice of view strings, which other readers of Parquet do not know."""
    return rows.cast(pa.schema([(f.name, pa.string() if pa.types.is_string_view(f.type) else f.type) for f in rows.schema]))


def _literal(text: str) -> str:
    """Quote a text for SQL; brackets in a path are not a pattern."""
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in text)
    return "'" + escaped.replace("'", "''") + "'"
