"""Names that the graph is made of: asset keys, groups, owners. Names of tables: `adapters/tables.py`."""

from datetime import timedelta
from typing import Any

import dagster as dg

from tenure.contracts import Source
from tenure.project import Project
from tenure.specs import Model
from tenure.tables import Shape

INGESTION = "ingestion"
FEATURES = "features"
PLATFORM = "team:data-platform"

DAY_STATUS = "day_status"
RETENTION = "retention"
LANE_IO = "lane_io"

RETRIES = dg.RetryPolicy(max_retries=2, delay=1, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
ONE_RUN = dg.BackfillPolicy.single_run()
DEADLINE, SINCE_MIDNIGHT = "0 7 * * *", timedelta(hours=7)


def late_after(project: Project) -> dg.FreshnessPolicy | None:
    """When Dagster calls late what is delivered each day: two hours after the daily job. Of a history nothing is late."""
    return (
        None
        if project.is_history
        else dg.FreshnessPolicy.cron(deadline_cron=DEADLINE, lower_bound_delta=SINCE_MIDNIGHT, timezone=project.timezone)
    )


def raw_key(project: Project, source: Source) -> dg.AssetKey:
    """`<project>/raw/<source>`."""
    return dg.AssetKey([project.name, "raw", source.name])


def validated_key(project: Project, source: Source) -> dg.AssetKey:
    """`<project>/validated/<source>`."""
    return dg.AssetKey([project.name, "validated", source.name])


def project_key(project: Project, name: str) -> dg.AssetKey:
    """`<project>/<name>`."""
    return dg.AssetKey([project.name, name])


def lake_key(project: Project, table: str) -> dg.AssetKey:
    """The asset whose rows a table of the lake holds: `<project>/<part>/<part>`."""
    return dg.AssetKey([project.name, *table.split("/")])


def stage_key(project: Project, spec: Model, stage: str) -> dg.AssetKey:
    """`<project>/<model>/<stage>`."""
    return dg.AssetKey([project.name, spec.name, stage])


def lane_stage(project: Project, spec: Model, stage: str, *, kinds: set[str]) -> dict[str, Any]:
    """What every stage of a challenger lane has in common: its key, lane, owner and where its record is kept."""
    return {
        "key": stage_key(project, spec, stage),
        "group_name": spec.name,
        "owners": [spec.owner],
        "kinds": kinds,
        "io_manager_key": LANE_IO,
    }


def daily_stage(
    project: Project, spec: Model, stage: str, partitions: dg.PartitionsDefinition, *, kinds: set[str]
) -> dict[str, Any]:
    """What every daily stage of a model has in common: its key, days, lane and owner, and that many days are one run."""
    return {
        "key": stage_key(project, spec, stage),
        "partitions_def": partitions,
        "backfill_policy": ONE_RUN,
        "group_name": spec.name,
        "owners": [spec.owner],
        "kinds": kinds,
        "retry_policy": RETRIES,
    }


def upstream(project: Project, spec: Model, *stages: str) -> dict[str, dg.AssetIn]:
    """Inputs from earlier stages of the same lane, named as the stages are."""
    return {stage: dg.AssetIn(key=stage_key(project, spec, stage), input_manager_key=LANE_IO) for stage in stages}


def table_schema(shape: Shape) -> dg.TableSchema:
    """The columns of a table as Dagster shows them."""
    return dg.TableSchema(columns=[dg.TableColumn(name, str(kind), description=meaning) for name, kind, meaning in shape.columns])
