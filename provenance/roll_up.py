"""The roll-up of purchases: from which validated days it was made, which it still lacks, and how these are made.

What is rolled up are the days that are behind, whichever run it is: days that an ended run left validated and no more, and all
days that were rolled up with an older product list, come with the next. What follows for the days is said in `history.py`.
"""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from adapters.lake import Commit, OpenTable, connect, read_rows, read_table
from adapters.tables import ACTIVITY_TABLE, validated_table, verdicts_table
from home.workplace import Workplace
from provenance.origins import Input, Origins, open_origins
from tenure.activity import KEY, PRODUCT_COLUMNS, daily_activity


def open_roll_up(workplace: Workplace) -> Origins:
    """The roll-up with its inputs, purchase lines and products, as they stand now."""
    lake, project = workplace.lake, workplace.project
    lines, products = (lake.open(validated_table(project.source(name))) for name in (project.roles.lines, project.roles.products))
    return open_origins(lake, lake.open(ACTIVITY_TABLE), Input(lines, reaches_back=False), Input(products))


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
    lines, products = (each.table for each in origins.inputs)
    days = days_behind(workplace, origins)
    rows = _rolled_up(lines, products, days) if days else None
    if rows is None:
        return Commit(version=origins.table.version, changed=(), digests={})
    return origins.replace_days(rows, days=days, key=KEY)


def _rolled_up(lines_table: OpenTable, products_table: OpenTable, days: Sequence[date]) -> pa.Table | None:
    """The roll-up of these days; None before the first lines."""
    import ibis

    connection = connect()
    lines = read_table(lines_table, connection, days=days)
    if lines is None:
        # Released days without a single line: an empty roll-up still replaces what stood there before.
        lines = read_table(lines_table, connection)
    if lines is None:
        return None
    products = read_table(products_table, connection)
    if products is None:
        # A list without a product: lines count, without department or brand.
        products = ibis.memtable(pa.table({name: pa.array([], pa.string()) for name in PRODUCT_COLUMNS}))
    return daily_activity(lines.filter(lines.day.isin(list(days))), products).to_pyarrow()
