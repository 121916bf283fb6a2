"""Rows of many batches as one DuckDB table in the contract's types, with derived columns and without what is set aside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from expectations.rules import ROW_SHAPE
from tenure.contracts import ROW, Column, SetAside, Source
from tenure.contracts.source import GONE
from tenure.errors import ExpectationError
from tenure.received.batch import Received
from tenure.received.casting import INSTANT, NOTHING, TEXT, kind_of, missing, typed
from tenure.received.forms import Form
from tenure.received.normal import quoted

# Beside the company's own columns, whose names we do not choose.
DAY, NUMBER, FITS, PLACE, CHANGED, ASIDE = (
    "tenure:day", "tenure:row", "tenure:fits", "tenure:place", "tenure:changed", "tenure:aside",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class View:
    """Batches of one layout as DuckDB reads them."""

    schema: pa.Schema
    forms: Mapping[str, Form]


def register(connection: duckdb.DuckDBPyConnection, source: Source, batches: Mapping[date, Received]) -> dict[str, View]:
    """Make one view per layout: most days come alike, and DuckDB then reads them as one table."""
    layouts: dict[object, list[pa.Table]] = {}
    views: dict[object, View] = {}
    start = 0
    for key, received in batches.items():
        rows = received.rows.select(sorted(received.rows.schema.names))
        forms = tuple(sorted(received.forms.items(), key=lambda item: item[0]))
        layout = (tuple((field.name, str(field.type)) for field in rows.schema), forms)
        numbered = _numbered(rows, received, key, start, with_place=ROW in source.key)
        layouts.setdefault(layout, []).append(numbered)
        views[layout] = View(schema=numbered.schema, forms=received.forms)
        start += rows.num_rows
    named = {}
    for i, (layout, tables) in enumerate(layouts.items()):
        connection.register(f"received_{i}", pa.concat_tables(tables))
        named[f"received_{i}"] = views[layout]
    return named


def make_typed(connection: duckdb.DuckDBPyConnection, source: Source, views: Mapping[str, View], judged: Collection[str]) -> None:
    """Make `typed`: rows in the contract's types with a verdict per cell on whether it could be read; and `aside`, counts by day.

    Raises
    ------
    ExpectationError: when what is derived, or the condition on which rows are set aside, cannot be evaluated.
    """
    read = " UNION ALL ".join(_read(source, name, view, judged) for name, view in views.items())
    for column in source.columns:
        if column.derived_by and column.derived_by not in (ROW, GONE):
            value = f"try(cast(({source.derived_sql(column)}) AS {column.sql}))"
            if column.dtype is float:  # a division by zero is no number
                value = f"case when isfinite({value}) then {value} end"
            read = f"SELECT *, {value} AS {quoted(column.name)} FROM ({read})"
    if not source.set_aside:
        _execute(connection, source, f"CREATE TABLE typed AS {read}")
        connection.execute("CREATE TABLE aside (day DATE, name VARCHAR, n BIGINT)")
        return
    cases = " ".join(f"WHEN {_applies(source, each, judged)} THEN '{each.name}'" for each in source.set_aside)
    _execute(connection, source, f"CREATE TABLE typed AS SELECT *, CASE {cases} END AS {quoted(ASIDE)} FROM ({read})")
    connection.execute(
        f"CREATE TABLE aside AS SELECT day, {quoted(ASIDE)} AS name, count(*) AS n FROM typed WHERE name IS NOT NULL GROUP BY ALL"
    )
    connection.execute(f"DELETE FROM typed WHERE {quoted(ASIDE)} IS NOT NULL")


def _execute(connection: duckdb.DuckDBPyConnection, source: Source, query: str) -> None:
    """Run SQL that holds a source's own; a binder's text names columns, a conversion's text would quote values."""
    try:
        connection.execute(query)
    except duckdb.Error as error:
        found = str(error).splitlines()[0] if isinstance(error, duckdb.BinderException | duckdb.ParserException) else ""
        raise ExpectationError(
            f"What source {source.name!r} derives or sets aside cannot be evaluated ({type(error).__name__}). {found} "
            f"It is SQL over {[c.name for c in source.columns]}. Correct the contract."
        ) from None


def _applies(source: Source, each: SetAside, judged: Collection[str]) -> str:
    """SQL: whether a row is set aside. A cell that cannot be read is not empty: its row is left to the rules."""
    reads = {name.lower() for name in each.reads}
    for column in source.columns:
        if column.name.lower() in reads:
            reads |= {name.lower() for name in column.reads}
    flags = [f"{c.name}.readable:holds" for c in source.received_columns if c.name.lower() in reads]
    read = "".join(f" AND {quoted(flag)}" for flag in flags if flag in judged)
    return f"coalesce(({source.said_of_row(each.condition)}), false){read}"


def _read(source: Source, name: str, view: View, judged: Collection[str]) -> str:
    """SQL: one layout's rows in the contract's types."""
    cells = []
    changed: list[str] = []
    for column in source.received_columns:
        dtype = view.schema.field(column.source_name).type
        kind = kind_of(dtype)
        value = _typed(source, column, kind, view, has_zone=kind == INSTANT and dtype.tz is not None)
        cells.append(f"{value} AS {quoted(column.name)}")
        if f"{column.name}.readable:holds" in judged:
            read = "true" if kind == NOTHING else f"({missing(column, kind, source.text)} OR ({value}) IS NOT NULL)"
            cells.append(f"{read} AS {quoted(f'{column.name}.readable:holds')}")
        if column.dtype is str and kind == TEXT:
            changed.append(
                f"({quoted(column.source_name)} <> '' AND ({value}) IS DISTINCT FROM {quoted(column.source_name)})::INT"
            )
    if ROW in source.key and ROW not in {c.name for c in source.received_columns}:
        day = f"cast(strftime({quoted(DAY)}, '%Y%m%d') AS BIGINT)"
        cells.append(f"{day} * 1000000000 + {quoted(PLACE)} AS {quoted(ROW)}")
    if source.is_snapshot:
        cells.append(f"false AS {quoted(GONE)}")
    cells.append(f"{' + '.join(changed) or '0'} AS {quoted(CHANGED)}")
    own = f'{quoted(NUMBER)} AS row_number, {quoted(DAY)} AS day, {quoted(FITS)} AS "{ROW_SHAPE}:holds"'
    return f"SELECT {own}, {', '.join(cells)} FROM {name}"


def _typed(source: Source, column: Column, kind: str, view: View, *, has_zone: bool) -> str:
    """SQL: one cell in the contract's type."""
    form = view.forms.get(column.name, Form())
    return typed(column, kind, text=source.text, zone=source.zone, clocks=source.clocks, form=form, has_zone=has_zone)


def _numbered(rows: pa.Table, received: Received, key: date, start: int, *, with_place: bool) -> pa.Table:
    """Rows with their day, their place among all rows, and whether their fields fit the header."""
    n = rows.num_rows
    day = pa.nulls(n, pa.date32()).fill_null(pa.scalar(key, pa.date32()))
    number = pa.array(np.arange(start, start + n))
    rows = rows.append_column(DAY, day).append_column(NUMBER, number).append_column(FITS, received.fits)
    return rows.append_column(PLACE, pa.array(np.arange(1, n + 1))) if with_place else rows


def counts_by_day(
    connection: duckdb.DuckDBPyConnection, source: Source
) -> tuple[Mapping[date, Mapping[str, int]], Mapping[date, int], Mapping[date, int]]:
    """By day: rows set aside under each name; cells of text that were brought into one form; rows equal to an earlier one."""
    aside: dict[date, dict[str, int]] = {}
    for day, name, n in connection.sql("SELECT day, name, n FROM aside").fetchall():
        aside.setdefault(day, {})[name] = n
    changed = connection.sql(f"SELECT day, sum({quoted(CHANGED)})::BIGINT AS n FROM typed GROUP BY day HAVING n > 0").fetchall()
    if ROW not in source.key:
        return aside, dict(changed), {}
    cells = ", ".join(f"{name} := {name}" for name in (quoted(column.name) for column in source.received_columns))
    alike = f"SELECT day, count(*) - count(DISTINCT struct_pack({cells})) AS n FROM typed GROUP BY day"
    return aside, dict(changed), dict(connection.sql(f"SELECT * FROM ({alike}) WHERE n > 0").fetchall())
