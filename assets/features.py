"""Features: one row per customer as of a day. Made for training snapshots and scored days alone."""

import dagster as dg

from adapters.tables import FEATURES_TABLE
from assets.days import MADE_WITHOUT, days_of, of_commit, tell_days, told_withheld
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, lake_key, project_key, table_schema
from home.lake_tables import features as features_table
from home.workplace import Workplace
from provenance.history import read_history
from provenance.snapshots import make_snapshots
from tenure.features.plan import input_of
from tenure.people.ledger import TABLE as PEOPLE
from tenure.project import Project


def features_asset(project: Project, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The features asset of a project."""

    @dg.asset(
        key=project_key(project, FEATURES_TABLE),
        deps=[lake_key(project, name) for name in inputs_read(project)],
        description=f"{len(project.told)} features of every customer with {_roster(project)}, as known before the day begins.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=FEATURES,
        owners=[PLATFORM],
        kinds={"duckdb", "deltalake"},
        retry_policy=RETRIES,
        output_required=False,
        metadata={
            "dagster/column_schema": table_schema(features_table(project).shape),
            "dagster/column_lineage": column_lineage(project),
        },
    )
    def features(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        days = days_of(context)
        history = read_history(workplace)
        history.require(days[-1])
        withheld = {day: history.withheld[day] for day in days if day in history.withheld}
        released = [day for day in days if day not in withheld]
        if not released:
            return
        commit = make_snapshots(workplace, released)
        tell_days(context, of_commit(commit, released) | told_withheld(withheld))
        tell_days(context, {day: {MADE_WITHOUT: [str(hole) for hole in history.holes_until(day)]} for day in released})
        yield dg.MaterializeResult(metadata={"lake_version": commit.version})

    return features


def inputs_read(project: Project) -> tuple[str, ...]:
    """The lake's tables that features are made from."""
    read = dict.fromkeys(input_of(history) for history in (*project.roster, *(f.rows.history for f in project.told)))
    return (*read, *((PEOPLE,) if project.people is not None else ()))


def _roster(project: Project) -> str:
    """What says who there is."""
    return " or ".join(history.many for history in project.roster)


def column_lineage(project: Project) -> dg.TableColumnLineage:
    """From which columns each feature is made."""

    def dependency(path: str) -> dg.TableColumnDep:
        table, _, column = path.rpartition(".")
        return dg.TableColumnDep(asset_key=lake_key(project, table), column_name=column)

    return dg.TableColumnLineage({f.name: [dependency(path) for path in f.reads] for f in project.told})
