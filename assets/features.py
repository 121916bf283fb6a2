"""Features: one row per customer as of a day. Made for training snapshots and scored days alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from adapters.lake import Commit, OpenTable, views
from adapters.tables import MADE_FROM
from adapters.workplace import Workplace
from assets.history import read_history
from assets.naming import (
    ACTIVITY_TABLE,
    FEATURES,
    FEATURES_TABLE,
    ONE_RUN,
    PLATFORM,
    RETRIES,
    days_of,
    project_key,
    validated_key,
    validated_table,
)
from assets.origins import Input, Origins, open_origins
from tenure.errors import TenureError
from tenure.features.plan import CLOCK, INPUTS, PURCHASES, Plan, snapshot_plan
from tenure.features.snapshot import ALL
from tenure.project import Project

if TYPE_CHECKING:
    import duckdb

KEY = ("customer_id",)


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
        metadata={"dagster/column_schema": column_schema(), "dagster/column_lineage": column_lineage(project)},
    )
    def features(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        history = read_history(workplace)
        history.require(days[-1])
        released = [day for day in days if day not in history.withheld]
        commit = make_snapshots(workplace, released)
        return dg.MaterializeResult(
            metadata={
                "lake_version": commit.version,
                "days_changed": len(commit.changed),
                "days_withheld": len(days) - len(released),
                "made_without_days": [day.isoformat() for day in history.holes_until(days[-1])],
            }
        )

    return features


def make_snapshots(workplace: Workplace, days: Sequence[date]) -> Commit:
    """Compute features as of each day and replace those days in the lake, in one commit."""
    lake, tables = workplace.lake, open_inputs(workplace)
    origins = _origins(workplace, tables, definition=snapshot_plan().digest)
    if not days:
        return Commit(version=origins.table.version, changed=(), digests={})
    rows = pa.concat_tables(snapshots_of(workplace.project, tables, days))
    commit = lake.replace_days(origins.table, rows, days=days, key=KEY, note={MADE_FROM: origins.made_from})
    origins.note(days)
    return commit


def open_inputs(workplace: Workplace) -> dict[str, OpenTable]:
    """Open what features are made from, by the names that the plan gives them."""
    lake, project = workplace.lake, workplace.project
    campaigns, redemptions = (project.source(name) for name in (project.roles.campaigns, project.roles.redemptions))
    names = (ACTIVITY_TABLE, validated_table(campaigns), validated_table(redemptions))
    return {as_input: lake.open(name) for as_input, name in zip(INPUTS, names, strict=True)}


def snapshots_of(project: Project, tables: Mapping[str, OpenTable], days: Sequence[date]) -> list[pa.Table]:
    """Features of all customers as of each day."""
    if any(table.delta is None for table in tables.values()):
        raise TenureError(
            f"Project {project.name!r} has no purchases, campaigns or redemptions in its lake yet; land its history first."
        )
    with views(tables) as connection:
        return [_snapshot(connection, snapshot_plan(), as_of=day, first_day=project.first_day) for day in days]


def _snapshot(connection: "duckdb.DuckDBPyConnection", plan: Plan, *, as_of: date, first_day: date) -> pa.Table:
    """Run the plan for one day."""
    connection.execute(f"CREATE OR REPLACE TABLE {CLOCK} AS SELECT ?::DATE AS as_of, ?::DATE AS first_day", [as_of, first_day])
    connection.execute(f"CREATE OR REPLACE TABLE {PURCHASES} AS {plan.purchases}")
    return connection.sql(plan.snapshot).to_arrow_table()


def ensure_snapshots(workplace: Workplace, days: Sequence[date]) -> tuple[date, ...]:
    """Compute those of the days that are missing, of another definition, or older than their inputs; return which."""
    stale = stale_days(workplace, days, definition=snapshot_plan().digest)
    if stale:
        read_history(workplace).require(stale[-1])
        make_snapshots(workplace, stale)
    return stale


def stale_days(workplace: Workplace, days: Sequence[date], *, definition: str | None = None) -> tuple[date, ...]:
    """Days without features, or made before a change that reaches them, or, if one is given, by another definition."""
    return _origins(workplace, open_inputs(workplace), definition=definition).stale_days(days)


def _origins(workplace: Workplace, tables: Mapping[str, OpenTable], *, definition: str | None) -> Origins:
    """Where the features of each day came from; all that was known before a day enters them."""
    lake = workplace.lake
    return open_origins(lake, lake.open(FEATURES_TABLE), *map(Input, tables.values()), definition=definition)


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
