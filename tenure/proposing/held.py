"""What a column holds, once its cells are in their type: how much, from where to where, in which words."""

from dataclasses import replace
from datetime import date, datetime

import duckdb
import pyarrow as pa

from tenure.contracts import Column
from tenure.proposing.distinct import Distinct
from tenure.proposing.seen import Seen

# A column of so few values is one of words.
FEW = 60
# Ids as programs make them: digits of one length, letters before digits, or hexadecimal of some length.
_CODE = r"[A-Za-z]{0,5}[-_ /]?\d{4,}[A-Za-z0-9-]{0,12}|[0-9a-fA-F-]{12,}"


def column_held(
    connection: duckdb.DuckDBPyConnection,
    column: Column,
    kind: str,
    times: tuple[str, ...],
    values: pa.ChunkedArray,
    cells: Distinct,
) -> Seen:
    """What a column holds, in its type."""
    connection.register("typed", pa.table({"it": values, "often": cells.often}))
    n_rows, filled, n_values = connection.sql(
        "SELECT coalesce(sum(often), 0), coalesce(sum(often) FILTER (it IS NOT NULL), 0), count(DISTINCT it) FROM typed"
    ).fetchall()[0]
    seen = Seen(
        name=column.name,
        received_as=column.source_name,
        kind=kind,
        empty=1 - int(filled) / int(n_rows) if n_rows else 1.0,
        n_values=n_values,
        n_rows=int(n_rows),
        times=times,
        is_code=kind in ("text", "whole") and filled > 0 and _is_code(connection),
    )
    if kind in ("whole", "number", "day", "time") and filled:
        least, most = connection.sql("SELECT min(it), max(it) FROM typed").fetchall()[0]
        if seen.is_number:
            return replace(seen, lowest=float(least), highest=float(most), words=_words(connection, n_values))
        return replace(seen, first=_moment(least), last=_moment(most))
    return replace(seen, words=_words(connection, n_values))


def _words(connection: duckdb.DuckDBPyConnection, n_values: int) -> tuple[str, ...]:
    """The values of a column that has few, most frequent first."""
    if n_values > FEW:
        return ()
    found = connection.sql("SELECT it FROM typed WHERE it IS NOT NULL GROUP BY it ORDER BY sum(often) DESC, it").fetchall()
    return tuple(str(value) for (value,) in found)


def _is_code(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether all cells of a column are made as ids are, and nearly alike in length."""
    text = "SELECT cast(it AS VARCHAR) AS it FROM typed WHERE it IS NOT NULL"
    ((is_made, shortest, longest),) = connection.sql(
        f"SELECT bool_and(regexp_full_match(it, '{_CODE}')), min(length(it)), max(length(it)) FROM ({text})"
    ).fetchall()
    return bool(is_made) and longest - shortest <= 1


def _moment(value: date) -> datetime:
    """A day as its beginning."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC as all are
