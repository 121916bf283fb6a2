"""Rows that were judged, with pseudonyms in the place of what identifies somebody: the typed rows, and those in quarantine.

Of a quarantined row stays what cannot be an id: numbers and days that were read, and words that the contract lists. Whatever else
stands in it may be anybody's id in a wrong place, and is replaced, too.
"""

import duckdb
import numpy as np
import pyarrow as pa

from expectations.rules import ROW_SHAPE
from tenure.contracts import Source
from tenure.pseudonyms.hidden import CELLS, Hidden, Hiding, may_stay
from tenure.received.normal import quoted, quoted_text


def hide_typed(connection: duckdb.DuckDBPyConnection, hiding: Hiding) -> None:
    """Replace the hidden columns of `typed`."""
    for hidden in hiding.columns:
        name = quoted(hidden.column)
        _give(connection, hiding, hidden, f"SELECT DISTINCT {name} FROM typed WHERE {name} IS NOT NULL")
        connection.execute(f"UPDATE typed SET {name} = given.pseudonym FROM given WHERE typed.{name} = given.told")


def hidden_quarantine(connection: duckdb.DuckDBPyConnection, source: Source, quarantined: pa.Table, hiding: Hiding) -> pa.Table:
    """The quarantined rows, in their order, without whatever may be an id; `typed` holds the same rows, hidden already."""
    if not quarantined.num_rows:
        return quarantined
    numbered = quarantined.append_column("nth", pa.array(np.arange(1, quarantined.num_rows + 1)))
    connection.register("quarantined_rows", numbered)
    connection.execute("CREATE OR REPLACE TABLE aside_rows AS SELECT * FROM quarantined_rows")
    connection.execute(
        "CREATE OR REPLACE TABLE places AS SELECT row_number, row_number() OVER (ORDER BY row_number) AS nth FROM broken"
    )
    hidden = {one.column: one for one in hiding.columns}
    for column in source.received_columns:
        name, cell = quoted(column.name), f"aside_rows.{quoted(column.name)}"
        typed = f"SELECT nth, typed.{name} AS typed FROM places JOIN typed USING (row_number)"
        if column.name in hidden:
            _give(connection, hiding, hidden[column.name], _cells(name))
            # What was read has the pseudonym that it has everywhere.
            given = "coalesce(r.typed, given.pseudonym)"
        else:
            _give(connection, hiding, Hidden(column=column.name, namespace=CELLS), _cells(name))
            own = f"starts_with(x, {quoted_text(column.name + '.')})"
            broken = f"len(list_filter(aside_rows.rules, x -> x = {quoted_text(ROW_SHAPE)} OR {own})) > 0"
            stays = f"r.typed IS NOT NULL AND NOT {broken}" if may_stay(column) else "false"
            given = f"CASE WHEN {stays} THEN {cell} ELSE coalesce(given.pseudonym, {cell}) END"
        connection.execute(
            f"CREATE OR REPLACE TABLE aside_rows AS SELECT aside_rows.* REPLACE ({given} AS {name}) "
            f"FROM aside_rows JOIN ({typed}) AS r USING (nth) LEFT JOIN given ON given.told = {cell} ORDER BY nth"
        )
    rows = connection.execute("SELECT * EXCLUDE (nth) FROM aside_rows ORDER BY nth").to_arrow_table()
    return rows.cast(quarantined.schema)


def _cells(name: str) -> str:
    """SQL: the cells of a column in quarantine that hold something."""
    return f"SELECT DISTINCT {name} FROM aside_rows WHERE {name} IS NOT NULL AND {name} <> ''"


def _give(connection: duckdb.DuckDBPyConnection, hiding: Hiding, hidden: Hidden, values: str) -> None:
    """Make `given`: the pseudonym of each value."""
    name = quoted(hidden.column)
    # Sorted, so that equal batches ask for the same values in the same order.
    found = connection.execute(f"SELECT {name} AS told, {hidden.form} AS form FROM ({values}) ORDER BY told").to_arrow_table()
    told, forms = found["told"].to_pylist(), found["form"].to_pylist()
    pseudonyms = pa.array(hiding.replaced(hidden, told, forms), pa.string())
    given = pa.table({"told": pa.array(told, pa.string()), "pseudonym": pseudonyms})
    connection.register("given_now", given)
    connection.execute("CREATE OR REPLACE TEMP TABLE given AS SELECT * FROM given_now")
    connection.unregister("given_now")
