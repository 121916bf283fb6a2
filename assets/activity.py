"""Activity: one row per active customer and day, rolled up from the day's validated purchase lines.

What is rolled up are the days that are behind, not those of the run: days that an ended run left validated and no more, and
all days that were rolled up with an older product list, come with it.
"""

from collections.abc import Sequence
from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.lake import Commit, OpenTable, connect, read_table
from adapters.tables import MADE_FROM
from adapters.workplace import Workplace
from assets.naming import (
    ACTIVITY_TABLE,
    FEATURES,
    ONE_RUN,
    PLATFORM,
    RETRIES,
    days_of,
    project_key,
    validated_key,
)
from assets.origins import made_from
from assets.rolled_up import days_behind, open_roll_up
from tenure.activity import KEY, PRODUCT_COLUMNS, READS_LINES, READS_PRODUCTS, daily_activity
from tenure.project import Project


def activity_asset(project: Project, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The activity asset of a project."""
    lines, products = project.source(project.roles.lines), project.source(project.roles.products)

    @dg.asset(
        key=project_key(project, ACTIVITY_TABLE),
        deps=[validated_key(project, lines), validated_key(project, products)],
        description="One row per customer and day with a purchase: baskets, lines, spend, discounts, departments. "
        "Every feature and label is made from it.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=FEATURES,
        owners=[PLATFORM],
        kinds={"duckdb", "deltalake"},
        retry_policy=RETRIES,
        metadata={"dagster/column_lineage": column_lineage(validated_key(project, lines), validated_key(project, products))},
    )
    def activity(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        commit = roll_up(workplace)
        return dg.MaterializeResult(
            metadata={
                "lake_version": commit.version,
                "days_changed": len(commit.changed),
                "other_days_changed": len(set(commit.changed) - set(days)),
            }
        )

    return activity


def roll_up(workplace: Workplace) -> Commit:
    """Roll up every day that is behind, in one commit. Withheld days keep what they have."""
    origins = open_roll_up(workplace)
    lines, products = (each.table for each in origins.inputs)
    days = days_behind(workplace, origins)
    rows = _rolled_up(lines, products, days) if days else None
    if rows is None:
        commit = Commit(version=origins.table.version, changed=(), digests={})
    else:
        note = {MADE_FROM: made_from(lines, products)}
        commit = workplace.lake.replace_days(origins.table, rows, days=days, key=KEY, note=note)
    origins.note(days)
    return commit


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


def column_lineage(lines: dg.AssetKey, products: dg.AssetKey) -> dg.TableColumnLineage:
    """From which columns of the purchase lines and products each column is made."""
    return dg.TableColumnLineage(
        {
            name: [
                *(dg.TableColumnDep(asset_key=lines, column_name=column) for column in columns),
                *(dg.TableColumnDep(asset_key=products, column_name=column) for column in READS_PRODUCTS.get(name, ())),
            ]
            for name, columns in READS_LINES.items()
        }
    )
