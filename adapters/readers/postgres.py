"""A PostgreSQL database: a table or a query, whole or beyond what was read; its rows are one Parquet file that names both."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.wholes import Whole
from tenure.contracts import Query, Source
from tenure.errors import SourceError
from tenure.received.batch import read
from tenure.received.cut import event_days

# What is noted in the Parquet file beside the rows.
TEXT, CURSOR = b"query", b"cursor"
ROWS_AT_ONCE = 1 << 16


def read_query(source: Source, reader: Query, databases: Mapping[str, str], before: tuple[date, Whole] | None) -> Whole:
    """Read what a query gives now; beyond the cursor of what was read before, and of that what no key had yet.

    Raises
    ------
    SourceError: without the address, the driver, or an answer; no message holds the address, for it may hold a password.
    """
    address = databases.get(reader.database.upper())
    if address is None:
        raise SourceError(
            f"Source {source.name!r} is read from the database {reader.database!r}, whose address is not known. Set "
            f"TENURE_DATABASE_{reader.database.upper()} to it, such as postgresql://reader@host/shop."
        )
    compared, since = _unread(source, reader, before) if reader.cursor else ("", None)
    text = f"SELECT * FROM {reader.table} AS it"
    if since is not None:
        text += f' WHERE "{reader.cursor}" {compared} %s'
    if reader.cursor:
        text += f' ORDER BY "{reader.cursor}"'
    rows = _rows(source, address, text, since)
    notes = {TEXT: text.encode()}
    if reader.cursor:
        last = rows[reader.cursor].to_pylist() if reader.cursor in rows.column_names else []
        notes[CURSOR] = json.dumps(str(last[-1]) if last else since).encode()
    buffer = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata(notes), buffer, compression="zstd")
    return Whole(buffer.getvalue(), "parquet")


def _unread(source: Source, reader: Query, before: tuple[date, Whole] | None) -> tuple[str, str | None]:
    """From where on the cursor is to be read: beyond its last value, or from the first row whose day had not come then."""
    if before is None:
        return "", None
    key, whole = before
    received = read(whole.content, whole.format, source)
    days = event_days(source, received)
    if days is not None and (days >= np.datetime64(key, "D")).any():
        first = int(np.argmax(days >= np.datetime64(key, "D")))
        return ">=", str(received.rows[reader.cursor][first].as_py())
    noted = (pq.read_schema(io.BytesIO(whole.content)).metadata or {}).get(CURSOR)
    return ">", json.loads(noted) if noted else None


def _rows(source: Source, address: str, text: str, since: str | None) -> pa.Table:
    """The rows of a source's query."""
    return rows_at(f"Source {source.name!r}", address, text, since)


def rows_at(who: str, address: str, text: str, since: str | None = None) -> pa.Table:
    """The rows of a query with the types that the database gives them.

    Raises
    ------
    SourceError: without the driver or an answer; `who` is who asks, in words.
    """
    try:
        import psycopg
    except ModuleNotFoundError:
        raise SourceError(
            f"{who} is read from PostgreSQL, whose driver is not installed: pip install 'psycopg[binary]'."
        ) from None
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            connection.read_only = True
            connection.execute("SET TIME ZONE 'UTC'")
            # A cursor of the server's: rows come some at a time.
            with connection.cursor(name="tenure") as cursor:
                cursor.execute(text, (since,) if since is not None else None)
                names = [column.name for column in cursor.description or ()]
                parts = [_table(names, some) for some in iter(lambda: cursor.fetchmany(ROWS_AT_ONCE), [])]
    except psycopg.Error as error:
        state = f" ({error.sqlstate})" if error.sqlstate else ""
        raise SourceError(
            f"{who}: the database did not answer{state}: {type(error).__name__}. Check its address, that the "
            "account may read, and the table or query of the source."
        ) from None
    return _together(parts) if parts else _table(names, [])


def _table(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: _column(values) for name, values in zip(names, columns, strict=True)})


def _together(parts: Sequence[pa.Table]) -> pa.Table:
    """Parts of one answer; a column that Arrow has several types for is text."""
    try:
        return pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowException:
        return pa.concat_tables([pa.table({name: part[name].cast(pa.string()) for name in part.column_names}) for part in parts])


def _column(values: tuple[Any, ...]) -> pa.Array:
    """Values of one column; what Arrow has no type for is text."""
    try:
        return pa.array(values)
    except (pa.ArrowException, TypeError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
