"""Activity: one row per active customer and day, rolled up from validated purchase lines."""

import dagster as dg

from adapters.tables import ACTIVITY_TABLE
from assets.days import days_of, of_commit, tell_days, told_withheld
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, project_key, validated_key
from home.workplace import Workplace
from provenance.history import withheld_days
from provenance.roll_up import roll_up
from tenure.activity import READS_LINES, READS_PRODUCTS
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
        output_required=False,
        metadata={"dagster/column_lineage": column_lineage(validated_key(project, lines), validated_key(project, products))},
    )
    def activity(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        days = days_of(context)
        commit, withheld = roll_up(workplace), withheld_days(workplace, days)
        if others := sorted(set(commit.changed) - set(days)):
            context.log.info(f"{len(others)} days outside of this run were behind and are rolled up too, {others[0]} the first.")
        if len(withheld) == len(days):
            context.log.warning("Every day of this run is withheld, so nothing further is made of them.")
            return
        tell_days(context, of_commit(commit, days) | told_withheld(withheld))
        yield dg.MaterializeResult(metadata={"lake_version": commit.version})

    return activity


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
