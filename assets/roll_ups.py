"""Roll-ups: one row per active customer and day of each history of events, made from validated rows."""

import dagster as dg

from assets.days import days_of, of_commit, tell_days, told_withheld
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, lake_key, table_schema, validated_key
from home.lake_tables import roll_up as roll_up_table
from home.workplace import Workplace
from provenance.history import withheld_days
from provenance.roll_up import roll_up, sources_of
from tenure.history import Events
from tenure.project import Project


def roll_up_assets(project: Project, partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The roll-up of each history of events that anything reads."""
    return [roll_up_asset(project, history, partitions) for history in project.events]


def roll_up_asset(project: Project, history: Events, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The roll-up of one history."""
    parts = ", ".join(each.name for each in (*history.measures, *history.set_members))

    @dg.asset(
        key=lake_key(project, history.table),
        deps=[validated_key(project, source) for source in sources_of(project, history)],
        description=f"One row per customer and day with a {history.noun}{': ' if parts else ''}{parts}. "
        "Features and labels of it are made from these.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=FEATURES,
        owners=[PLATFORM],
        kinds={"duckdb", "deltalake"},
        retry_policy=RETRIES,
        output_required=False,
        metadata={
            "dagster/column_schema": table_schema(roll_up_table(history).shape),
            "dagster/column_lineage": column_lineage(project, history),
        },
    )
    def rolled_up(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        days = days_of(context)
        commit, withheld = roll_up(workplace, history), withheld_days(workplace, days)
        if others := sorted(set(commit.changed) - set(days)):
            context.log.info(f"{len(others)} days outside of this run were behind and are rolled up too, {others[0]} the first.")
        if len(withheld) == len(days):
            context.log.warning("Every day of this run is withheld, so nothing further is made of them.")
            return
        tell_days(context, of_commit(commit, days) | told_withheld(withheld))
        yield dg.MaterializeResult(metadata={"lake_version": commit.version})

    return rolled_up


def column_lineage(project: Project, history: Events) -> dg.TableColumnLineage:
    """From which columns of sources each column is made."""
    return dg.TableColumnLineage(
        {name: [dependency(project, path) for path in paths] for name, paths in project.reads_of(history).items()}
    )


def dependency(project: Project, path: str) -> dg.TableColumnDep:
    """A column of a source's validated rows."""
    source, column = path.split(".", 1)
    return dg.TableColumnDep(asset_key=validated_key(project, project.source(source)), column_name=column)
