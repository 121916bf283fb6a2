"""Part of a table as a batch of its own: the rows of some days, and how the whole says that they are to be read."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tenure.contracts import ROW, Source
from tenure.contracts.readers import is_of_months
from tenure.contracts.source import GONE
from tenure.received.batch import FITS, NOTED, TEXT_PARQUET, Received
from tenure.received.casting import FITTING, INSTANT, TEXT, kind_of, typed
from tenure.received.forms import Form
from tenure.received.normal import quoted, quoted_text


def to_be_cut(received: Received) -> Received:
    """The same rows, lying together: of rows in many pieces every part that is taken costs as much as the whole."""
    return replace(received, rows=received.rows.combine_chunks())


def as_batch(received: Received, rows: npt.NDArray[np.int64]) -> tuple[bytes, str]:
    """Some rows as a Parquet file, and its format. Text stays text, with what the whole table says of how it is written."""
    some = received.rows.take(rows)
    is_noted = received.is_text or bool(received.forms)
    if is_noted:
        forms = {name: asdict(form) for name, form in received.forms.items()}
        notes = {"forms": forms, "said": received.said, "told": dict(received.told)}
        some = some.append_column(FITS, received.fits.take(rows))
        some = some.replace_schema_metadata({NOTED: json.dumps(notes, sort_keys=True).encode()})
    buffer = io.BytesIO()
    pq.write_table(some, buffer, compression="zstd")
    return buffer.getvalue(), TEXT_PARQUET if is_noted else "parquet"


def event_days(source: Source, received: Received) -> npt.NDArray[np.datetime64] | None:
    """The company's day of each row's event, the first of all where it cannot be read; None without the column."""
    return None if source.event_time is None else _days(source, received, source.event_time)


def days_by(source: Source, received: Received, column: str) -> npt.NDArray[np.datetime64] | None:
    """The day of which each row says that it is, of a month its last; None where the column is not there."""
    days = _days(source, received, column)
    if days is None or not _are_months(source, received, column):
        return days
    after = (days.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray(after - np.timedelta64(1, "D"), dtype="datetime64[D]")


def _are_months(source: Source, received: Received, column: str) -> bool:
    """Whether the cells of a column are months: whether one that holds anything is read as a month alone."""
    formats = source.text.formats or received.forms.get(column, Form()).times
    months = [quoted_text(each) for each in formats if is_of_months((each,))]
    if not months or kind_of(received.rows.schema.field(source.column(column).source_name).type) != TEXT:
        return False
    cells = received.rows[source.column(column).source_name].drop_null()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("cells", pa.table({"it": cells.slice(0, 1)}))
        found = connection.execute(f"SELECT try_strptime(trim(it), [{', '.join(months)}]) IS NOT NULL FROM cells").fetchall()
    return bool(found) and bool(found[0][0])


def cells_of(source: Source, received: Received, column: str) -> pa.ChunkedArray | None:
    """A column's cell of each row in the contract's type, null where it cannot be read; None where it cannot be at all.

    Of a column that is received the others need not be there, nor hold what they should.
    """
    if column not in {each.name for each in source.columns}:
        return None
    told = source.column(column)
    if told.derived_by:
        found = _selected(source, received, quoted(column))
        return None if found is None else found.cast(told.arrow)
    cell = _cell(source, received, column) if received.rows.schema.names.count(told.source_name) == 1 else None
    return None if cell is None else _asked(received, f"SELECT {cell} AS it FROM received").cast(told.arrow)


def _days(source: Source, received: Received, column_of_days: str) -> npt.NDArray[np.datetime64] | None:
    """The day in a column of each row, a day before all others where it cannot be read."""
    when = source.on_clocks(quoted(column_of_days), column_of_days)
    found = _selected(source, received, f"cast({when} AS DATE)")
    if found is None:
        return None
    days = found.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.datetime64("0001-01-01", "D"), days)


def _selected(source: Source, received: Received, expression: str) -> pa.ChunkedArray | None:
    """What SQL over the columns of a contract gives for each row; None where a column cannot hold what the contract promises."""
    names = received.rows.schema.names
    if any(names.count(column.source_name) != 1 for column in source.received_columns):
        return None
    cells = {column.name: _cell(source, received, column.name) for column in source.received_columns}
    if None in cells.values():
        return None
    place = f", cast(null AS BIGINT) AS {quoted(ROW)}" if ROW in source.key and ROW not in cells else ""
    query = f"SELECT {', '.join(f'{cell} AS {quoted(name)}' for name, cell in cells.items())}{place} FROM received"
    for column in source.columns:
        if column.derived_by and column.derived_by not in (ROW, GONE):
            query = f"SELECT *, try(cast(({source.derived_sql(column)}) AS {column.sql})) AS {quoted(column.name)} FROM ({query})"
    return _asked(received, f"SELECT {expression} AS it FROM ({query})")


def _asked(received: Received, query: str) -> pa.ChunkedArray:
    """The column `it` of a query over the rows received, in their order."""
    with _database().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("received", received.rows)
        return connection.execute(query).to_arrow_table()["it"]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One database in memory for this process: opening one takes longer than most batches."""
    return duckdb.connect(config={"threads": 1})


def new_rows(before: pa.Table, now: pa.Table) -> npt.NDArray[np.int64]:
    """Which rows of a table were not in an earlier state of it; of equal rows, as many as there are more of."""
    names = [name for name in now.schema.names if name in before.schema.names]
    cells = ", ".join(f"cast({quoted(name)} AS VARCHAR)" for name in names)
    with duckdb.connect(config={"threads": 1}) as connection:
        for view, table in (("before", before), ("now", now)):
            connection.register(
                f"{view}_rows", table.select(names).append_column("tenure:n", pa.array(np.arange(table.num_rows)))
            )
            connection.execute(
                f"CREATE TABLE {view} AS SELECT n, said, row_number() OVER (PARTITION BY said ORDER BY n) AS nth FROM "
                f'(SELECT "tenure:n" AS n, md5(cast(row({cells}) AS VARCHAR)) AS said FROM {view}_rows)'
            )
        found = connection.execute("SELECT n FROM now ANTI JOIN before USING (said, nth) ORDER BY n").to_arrow_table()
    numbers: npt.NDArray[np.int64] = found["n"].to_numpy()
    return numbers


def _cell(source: Source, received: Received, name: str) -> str | None:
    """SQL for a cell in its type; None where the column cannot hold what the contract promises."""
    column = source.column(name)
    dtype = received.rows.schema.field(column.source_name).type
    kind = kind_of(dtype)
    if kind not in FITTING[column.dtype]:
        return None
    forms: Mapping[str, Form] = received.forms
    has_zone = kind == INSTANT and dtype.tz is not None
    form = forms.get(name, Form())
    return typed(column, kind, text=source.text, zone=source.zone, clocks=source.clocks, form=form, has_zone=has_zone)
