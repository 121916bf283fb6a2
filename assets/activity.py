"""Activity: one row per active customer and day, rolled up from the day's validated purchase lines."""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from adapters.lake import Commit, connect
from adapters.workplace import Workplace
from assets.history import withheld_days
from assets.naming import (
    ACTIVITY_TABLE,
    FEATURES,
    ONE_RUN,
    PLATFORM,
    RETRIES,
    days_of,
    project_key,
    validated_key,
    validated_table,
)
from tenure.activity import KEY, daily_activity
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
    )
    def activity(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        commit = roll_up(workplace, days_of(context))
        return dg.MaterializeResult(metadata={"lake_version": commit.version, "days_changed": len(commit.changed)})

    return activity


def roll_up(workplace: Workplace, days: Sequence[date]) -> Commit:
    """Roll the released days up and replace them in the lake; withheld days keep what they have."""
    lake, roles, connection = workplace.lake, workplace.project.roles, connect()
    table, source = lake.open(ACTIVITY_TABLE), workplace.project.source(roles.lines)
    withheld = withheld_days(workplace, days)
    released = [day for day in days if day not in withheld]
    lines = lake.read(validated_table(source), connection, days=released)
    if lines is None:
        # Released days without a single line: an empty roll-up still replaces what stood there before.
        lines = lake.read(validated_table(source), connection)
    products = lake.read(validated_table(workplace.project.source(roles.products)), connection)
    if not released or lines is None or products is None:
        return Commit(version=table.version, changed=(), digests={})
    rows = daily_activity(lines.filter(lines.day.isin(released)), products).to_pyarrow()
    return lake.replace_days(table, rows, days=released, key=KEY, note={"table": ACTIVITY_TABLE})
