"""Names that the graph is made of: asset keys, groups, owners, and the days of a run."""

from datetime import date
from typing import Any

import dagster as dg

from tenure.contracts import Source
from tenure.project import Project
from tenure.specs import ModelSpec
from tenure.timeline import parse_day

INGESTION = "ingestion"
FEATURES = "features"
PLATFORM = "team:data-platform"
ACTIVITY_TABLE = "activity"
FEATURES_TABLE = "features"
DAY_STATUS_TABLE = "day_status"

LANE_IO = "lane_io"

RETRIES = dg.RetryPolicy(max_retries=2, delay=1, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
ONE_RUN = dg.BackfillPolicy.single_run()


def raw_key(project: Project, source: Source) -> dg.AssetKey:
    """`<project>/raw/<source>`."""
    return dg.AssetKey([project.name, "raw", source.name])


def validated_key(project: Project, source: Source) -> dg.AssetKey:
    """`<project>/validated/<source>`."""
    return dg.AssetKey([project.name, "validated", source.name])


def project_key(project: Project, name: str) -> dg.AssetKey:
    """`<project>/<name>`."""
    return dg.AssetKey([project.name, name])


def stage_key(project: Project, spec: ModelSpec, stage: str) -> dg.AssetKey:
    """`<project>/<model>/<stage>`."""
    return dg.AssetKey([project.name, spec.name, stage])


def days_of(context: dg.AssetExecutionContext) -> tuple[date, ...]:
    """The partition days of this run, in order."""
    return tuple(sorted(parse_day(key) for key in context.partition_keys))


def verdicts_table(source: Source) -> str:
    """Lake table with one row a day: what validation said of the batch."""
    return f"verdicts/{source.name}"


def validated_table(source: Source) -> str:
    """Lake table of the rows that keep the contract."""
    return f"validated/{source.name}"


def quarantine_table(source: Source) -> str:
    """Lake table of the rows that do not, with the rules they break."""
    return f"quarantine/{source.name}"


def stage_table(spec: ModelSpec, stage: str) -> str:
    """Lake table of a model's daily stage."""
    return f"{spec.name}/{stage}"


def lane_stage(project: Project, spec: ModelSpec, stage: str, *, kinds: set[str]) -> dict[str, Any]:
    """What every stage of a challenger lane has in common: its key, lane, owner and where its record is kept."""
    return {
        "key": stage_key(project, spec, stage),
        "group_name": spec.name,
        "owners": [spec.owner],
        "kinds": kinds,
        "io_manager_key": LANE_IO,
    }


def upstream(project: Project, spec: ModelSpec, *stages: str) -> dict[str, dg.AssetIn]:
    """Inputs from earlier stages of the same lane, named as the stages are."""
    return {stage: dg.AssetIn(key=stage_key(project, spec, stage), input_manager_key=LANE_IO) for stage in stages}
