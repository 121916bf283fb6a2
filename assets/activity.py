"""Activity: one row per active customer and day, rolled up from the day's validated purchase lines.

A product list that is delivered again changes every day that was rolled up with an older one, so those days are rolled up again.
"""

from collections.abc import Sequence
from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.lake import Commit, OpenTable, connect, read_table
from adapters.tables import ACTIVITY_TABLE, MADE_FROM, validated_table
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, days_of, project_key, validated_key
from home.days import withheld_days
from home.workplace import Workplace
from provenance.origins import Input, made_from, open_origins
from tenure.activity import KEY, READS_LINES, READS_PRODUCTS, daily_activity
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
        commit = roll_up(workplace, days)
        return dg.MaterializeResult(
            metadata={
                "lake_version": commit.version,
                "days_changed": len(commit.changed),
                "days_changed_by_a_new_product_list": len(set(commit.changed) - set(days)),
            }
        )

    return activity


def roll_up(workplace: Workplace, days: Sequence[date]) -> Commit:
    """Roll up the released ones of these days, and those whose lines or product list have changed since, in one commit.

    Withheld days keep what they have.
    """
    lake, roles, project = workplace.lake, workplace.project.roles, workplace.project
    table = lake.open(ACTIVITY_TABLE)
    lines, products = (lake.open(validated_table(project.source(name))) for name in (roles.lines, roles.products))
    origins = open_origins(lake, table, Input(lines, reaches_back=False), Input(products))
    released = sorted({*days, *origins.made_otherwise(origins.all_days())} - withheld_days(workplace, None).keys())
    rows = _rolled_up(lines, products, released) if released else None
    if rows is None:
        return Commit(version=table.version, changed=(), digests={})
    commit = lake.replace_days(table, rows, days=released, key=KEY, note={MADE_FROM: made_from(lines, products)})
    origins.note(released)
    return commit


def _rolled_up(lines_table: OpenTable, products_table: OpenTable, days: Sequence[date]) -> pa.Table | None:
    """The roll-up of these days; None before the first lines and products."""
    connection = connect()
    lines = read_table(lines_table, connection, days=days)
    if lines is None:
        # Released days without a single line: an empty roll-up still replaces what stood there before.
        lines = read_table(lines_table, connection)
    products = read_table(products_table, connection)
    if lines is None or products is None:
        return None
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
