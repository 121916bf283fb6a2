"""Features: one row per customer as of a day. Made for training snapshots and scored days alone."""

import dagster as dg

from adapters.tables import ACTIVITY_TABLE, FEATURES_TABLE
from assets.days import MADE_WITHOUT, days_of, of_commit, tell_days, told_withheld
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, project_key, validated_key
from home.workplace import Workplace
from provenance.history import read_history
from provenance.snapshots import make_snapshots
from tenure.features.snapshot import ALL
from tenure.project import Project


def features_asset(project: Project, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The features asset of a project."""
    roles = project.roles
    upstream = [validated_key(project, project.source(name)) for name in (roles.campaigns, roles.redemptions)]

    @dg.asset(
        key=project_key(project, FEATURES_TABLE),
        deps=[project_key(project, ACTIVITY_TABLE), *upstream],
        description=f"{len(ALL)} features of every customer who ever bought, as known before the day begins.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=FEATURES,
        owners=[PLATFORM],
        kinds={"duckdb", "deltalake"},
        retry_policy=RETRIES,
        output_required=False,
        metadata={"dagster/column_schema": column_schema(), "dagster/column_lineage": column_lineage(project)},
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


def column_schema() -> dg.TableSchema:
    """Features as Dagster shows them."""
    features = [dg.TableColumn(f.name, "float", description=f"{f.meaning} ({f.unit})") for f in ALL]
    key = [
        dg.TableColumn("day", "date", description="as-of day"),
        dg.TableColumn("customer_id", "string", description="customer"),
    ]
    return dg.TableSchema(columns=[*key, *features])


def column_lineage(project: Project) -> dg.TableColumnLineage:
    """From which columns each feature is made."""
    roles = {"campaigns": project.roles.campaigns, "coupon_redemptions": project.roles.redemptions}

    def dependency(path: str) -> dg.TableColumnDep:
        table, column = path.split(".", 1)
        is_source = table in roles
        key = validated_key(project, project.source(roles[table])) if is_source else project_key(project, ACTIVITY_TABLE)
        return dg.TableColumnDep(asset_key=key, column_name=column)

    return dg.TableColumnLineage({f.name: [dependency(path) for path in f.reads] for f in ALL})
