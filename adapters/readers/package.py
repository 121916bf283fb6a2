"""Tables inside an installed Python package, cut by day."""

import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from adapters.readers.daily import Batch, as_parquet, event_day_of
from tenure.clocks import from_clocks, on_clocks
from tenure.contracts import PackageTables, Source
from tenure.day_parts import ROWS_AT_ONCE, in_parts
from tenure.errors import SourceError

THREADS = 2
ZONES_APART = timedelta(days=2)
_DAY = "tenure:day"


def package_batches(source: Source, reader: PackageTables, keys: Sequence[date], first_key: date) -> Iterator[Batch]:
    """Cut the package's tables by day, so many days at once as memory holds."""
    for some in in_parts(keys, _rows_by_key(source, reader, first_key), at_once=ROWS_AT_ONCE):
        yield from _some_batches(source, reader, some, first_key)


def _some_batches(source: Source, reader: PackageTables, keys: Sequence[date], first_key: date) -> Iterator[Batch]:
    """Load the rows of some days, and cut them."""
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
    with _opened(source, reader) as connection:
        if source.event_time is None:
            rows = _strict(connection.sql(reader.query).to_arrow_table())
            return rows, np.full(rows.num_rows, first_key, dtype="datetime64[D]")
        event = f'"{source.column(source.event_time).source_name}"'
        # Clocks of other zones differ by days: what is read too much is left out by its day.
        since = "true" if first_key in keys else f"{event} >= DATE '{event_day_of(keys[0]) - ZONES_APART}'"
        until = f"{event} < DATE '{keys[-1] + ZONES_APART}'"
        day = _event_day(connection, source, reader)
        table = connection.sql(f'SELECT *, {day} AS "{_DAY}" FROM ({reader.query}) WHERE {since} AND {until}').to_arrow_table()
    events = table[_DAY].to_numpy().astype("datetime64[D]")
    key_of_row = np.maximum(events + np.timedelta64(1, "D"), np.datetime64(first_key, "D"))
    return _strict(table.drop_columns(_DAY)), key_of_row


def _rows_by_key(source: Source, reader: PackageTables, first_key: date) -> Mapping[date, int]:
    """How many rows are of each key; none are counted where they have no time, and all come with the first."""
    if source.event_time is None:
        return {}
    with _opened(source, reader) as connection:
        day = _event_day(connection, source, reader)
        counted = connection.sql(f"SELECT {day} AS day, count(*) FROM ({reader.query}) GROUP BY day").fetchall()
    n_rows: Counter[date] = Counter()
    for day, n in counted:
        if day is not None:
            n_rows[max(day + timedelta(days=1), first_key)] += n
    return n_rows


def _event_day(connection: duckdb.DuckDBPyConnection, source: Source, reader: PackageTables) -> str:
    """SQL for the company's day of a row's event; a time without a zone is on the clocks of the source's."""
    column = source.column(source.event_time or "")
    cell, table = f'"{column.source_name}"', connection.sql(reader.query)
    kind = str(dict(zip(table.columns, table.types, strict=True)).get(column.source_name, ""))
    if kind == "DATE" or (source.zone == source.clocks and "TIME ZONE" not in kind):
        return f"CAST({cell} AS DATE)"
    moment = f"CAST({cell} AS TIMESTAMP)"
    return f"CAST({on_clocks(moment if 'TIME ZONE' in kind else from_clocks(moment, source.zone), source.clocks)} AS DATE)"


@contextmanager
def _opened(source: Source, reader: PackageTables) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the package's tables are bound."""
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for view, path in _package_files(source, reader):
            connection.execute(f'CREATE VIEW "{view}" AS SELECT * FROM read_parquet({_literal(path)})')
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


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
