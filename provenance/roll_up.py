"""The roll-up of purchases: from which validated days it was made, which it still lacks, and how these are made.

What is rolled up are the days that are behind, whichever run it is: days that an ended run left validated and no more, and all
days that were rolled up with an older product list, come with the next. What follows for the days is said in `history.py`.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import Commit, OpenTable, connect, read_rows, read_table, views
from adapters.tables import ACTIVITY_TABLE, validated_table, verdicts_table
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.origins import Input, Origins, open_origins
from provenance.repeats import any_again
from tenure.activity import DEFINITION, KEY, PRODUCT_COLUMNS, dated, rolled_up, told_by_several
from tenure.contracts import Source

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend


def open_roll_up(workplace: Workplace) -> Origins:
    """The roll-up with its inputs, purchase lines and products, as they stand now."""
    lake, project = workplace.lake, workplace.project
    lines, products = (lake.open(validated_table(project.source(name))) for name in (project.roles.lines, project.roles.products))
    # Lines of an earlier batch may be told of again, so a day is made from all up to it.
    return open_origins(lake, lake.open(ACTIVITY_TABLE), Input(lines), Input(products), definition=DEFINITION)


def days_behind(workplace: Workplace, roll_up: Origins) -> tuple[date, ...]:
    """Days whose purchases validation released, of which the roll-up was not made, or not from what is released now.

    A day that is withheld keeps what an earlier, good delivery of it brought, and that is rolled up as any other.
    """
    lines = roll_up.inputs[0].table
    held = read_rows(lines, columns=["day"], distinct=True)
    verdicts = workplace.lake.rows(verdicts_table(workplace.project.source(workplace.project.roles.lines)))
    released = [] if verdicts is None else [row["day"] for row in verdicts.to_pylist() if not row["withheld"]]
    return roll_up.made_otherwise(sorted({*released, *([] if held is None else held["day"].to_pylist())}))


def roll_up(workplace: Workplace) -> Commit:
    """Roll up every day that is behind, in one commit. Withheld days keep what they have."""
    origins = open_roll_up(workplace)
    source = workplace.project.source(workplace.project.roles.lines)
    lines, products = (each.table for each in origins.inputs)
    days = days_behind(workplace, origins)
    if not days:
        return Commit(version=origins.table.version, changed=(), digests={})
    with unquoted(f"The roll-up of {source.name}"):
        rows = _rolled_up(source, lines, products, days)
    return origins.replace_days(rows, days=days, key=KEY)


def _rolled_up(source: Source, lines_table: OpenTable, products_table: OpenTable, days: Sequence[date]) -> pa.Table:
    """The roll-up of these days; without rows before the first line came."""
    from expectations.split import kept_schema

    connection = connect()
    lines, products = (read_table(table, connection) for table in (lines_table, products_table))
    again = lines is not None and _tell_again(source, lines_table, days)
    if lines is None:
        lines = connection.create_table("lines", kept_schema(source).empty_table())
    return roll_up_of(source, lines, products, days=days, connection=connection, may_tell_again=again)


def roll_up_of(
    source: Source,
    received: "ibis.Table",
    products: "ibis.Table | None",
    *,
    days: Sequence[date],
    connection: "Backend",
    may_tell_again: bool = True,
) -> pa.Table:
    """Roll up days of lines that are bound in a connection; without products lines count without department or brand."""
    import ibis

    lines = dated(received)
    if products is None:
        products = ibis.memtable(pa.table({name: pa.array([], pa.string()) for name in PRODUCT_COLUMNS}))
    several = None
    if may_tell_again:
        several = connection.create_table("several", told_by_several(lines, key=source.key, days=days))
    columns = [c.name for c in source.columns if c.name in lines.columns and c.name not in source.key]
    return rolled_up(lines, products, several=several, key=source.key, columns=columns, days=days).to_pyarrow()


def _tell_again(source: Source, lines: OpenTable, days: Sequence[date]) -> bool:
    """Whether the batches of these days tell of a line, or of a customer's purchase day, that another batch tells of too."""
    bought_on = 'CAST("purchased_at" AS DATE)'
    with views({"rows": lines}) as connection:
        among = "SELECT min(CAST(purchased_at AS DATE)) FROM rows WHERE day >= ? AND day <= ?"
        earliest = connection.execute(among, [min(days), max(days)]).fetchone()
    if earliest is None or earliest[0] is None:
        return False
    # No batch holds what had not happened before it.
    late = any_again(lines, ['"customer_id"', bought_on], days, since=earliest[0])
    return late or any_again(lines, [f'"{name}"' for name in source.key], days)
