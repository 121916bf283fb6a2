"""Jobs: named selections of assets that people start by hand, by clock or by sensor."""

from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from adapters.tables import DRIFT, FEATURES_TABLE, PERFORMANCE, SCORES
from assets.naming import DAY_STATUS, RETENTION, lake_key, project_key, raw_key, stage_key, validated_key
from assets.reconciled import reconciled_key
from governance.records.trust_root import Role
from home.own_keys import DELIVERING, STATING
from tenure.people.ledger import TABLE as PEOPLE
from tenure.project import Project
from tenure.purposes.kept import names_days
from tenure.specs import Model

HISTORY, DAILY, DRIFT_PAGES, RECONCILE = "history", "daily", "drift_pages", "reconcile"
ON_DRIFT_OR_AGE = "on_drift_or_age"
TRAIN = "train_"
DAILY_STAGES = (SCORES, DRIFT, PERFORMANCE)
LANE_STAGES = ("training_set", "challenger", "evaluation", "audit", "privacy", "decision", "card", "candidate")


def all_jobs(project: Project) -> dict[str, UnresolvedAssetJobDefinition]:
    """Every job of a project by name. Dagster knows a job by identity: schedules and sensors take it from here."""
    jobs = [history_job(project), daily_job(project)]
    if project.models:
        jobs += [drift_pages_job(project), reconcile_job(project), *(train_job(project, spec) for spec in project.models)]
    if names_days(project):
        jobs.append(retention_job(project))
    return {job.name: job for job in jobs}


def history_job(project: Project) -> UnresolvedAssetJobDefinition:
    """Land, validate and roll up any range of days in one run."""
    keys = [*ingestion_keys(project), *roll_up_keys(project), project_key(project, DAY_STATUS)]
    return dg.define_asset_job(
        HISTORY,
        selection=dg.AssetSelection.assets(*keys),
        description="Land, validate and roll up a range of days, in one run.",
        executor_def=dg.in_process_executor,
    )


def daily_job(project: Project) -> UnresolvedAssetJobDefinition:
    """Everything a day owes: land, validate, roll up, featurise, score, watch; without a model, what precedes its features."""
    keys = [
        *ingestion_keys(project),
        *roll_up_keys(project),
        *([project_key(project, FEATURES_TABLE)] if project.models else []),
        project_key(project, DAY_STATUS),
        *(stage_key(project, spec, stage) for spec in project.models for stage in DAILY_STAGES),
    ]
    return dg.define_asset_job(
        DAILY,
        selection=dg.AssetSelection.assets(*keys),
        description="Land, validate, roll up, featurise, score and watch one day, or a range of days in one run.",
        executor_def=dg.in_process_executor,
    )


def drift_pages_job(project: Project) -> UnresolvedAssetJobDefinition:
    """A drift page of each model. It is no part of the daily job, for what draws it takes seconds to load."""
    return dg.define_asset_job(
        DRIFT_PAGES,
        selection=dg.AssetSelection.assets(*(stage_key(project, spec, "drift_page") for spec in project.models)),
        description="Draw a page of each model's drift on a day.",
        executor_def=dg.in_process_executor,
    )


def retention_job(project: Project) -> UnresolvedAssetJobDefinition:
    """Delete what is past the time for which it is kept; a lane of its own, so that scores wait for nothing of it."""
    return dg.define_asset_job(
        RETENTION,
        selection=dg.AssetSelection.assets(project_key(project, RETENTION)),
        description="Delete what is past the time for which it is kept, and check that nothing of it is left.",
        executor_def=dg.in_process_executor,
    )


def reconcile_job(project: Project) -> UnresolvedAssetJobDefinition:
    """Compare alias, log, bytes and trust root of each model; a lane of its own, for MLflow takes seconds to load."""
    return dg.define_asset_job(
        RECONCILE,
        selection=dg.AssetSelection.checks(*(reconciled_key(project, spec) for spec in project.models)),
        description="Compare who serves by the log with what MLflow shows and the store holds. Reports, repairs nothing.",
        executor_def=dg.in_process_executor,
    )


def train_job(project: Project, spec: Model) -> UnresolvedAssetJobDefinition:
    """The challenger lane of one model."""
    keys = [stage_key(project, spec, stage) for stage in LANE_STAGES]
    return dg.define_asset_job(
        train_job_name(spec),
        selection=dg.AssetSelection.assets(*keys) - dg.AssetSelection.checks(reconciled_key(project, spec)),
        description=f"Train a challenger of {spec.name} as of a day, evaluate, audit, decide, and write its card.",
        executor_def=dg.in_process_executor,
    )


def train_job_name(spec: Model) -> str:
    """The name of a model's training job."""
    return f"{TRAIN}{spec.name}"


def ingestion_keys(project: Project) -> list[dg.AssetKey]:
    """Raw and validated of every source."""
    return [key for source in project.sources for key in (raw_key(project, source), validated_key(project, source))]


def roll_up_keys(project: Project) -> list[dg.AssetKey]:
    """The roll-ups of every history of events, and the ledger of people where one is kept."""
    ledger = [lake_key(project, PEOPLE)] if project.people is not None else []
    return [*(lake_key(project, history.table) for history in project.events), *ledger]


def keys_needed(job_name: str) -> tuple[Role, ...]:
    """Whose keys a job will sign with, so that it can refuse at its start."""
    if job_name in (DAILY, RETENTION):
        return DELIVERING
    return STATING if job_name.startswith(TRAIN) else ()


def who_asks(project: Project) -> tuple[str, ...]:
    """The schedules and sensors that ask for training, which a standing order may name."""
    return (ON_DRIFT_OR_AGE, *(retraining_name(spec) for spec in project.models))


def retraining_name(spec: Model) -> str:
    """The name of a model's retraining schedule."""
    return f"retrain_{spec.name}_monthly"


def train_config(project: Project, spec: Model, as_of: str) -> dict[str, Any]:
    """The run configuration of a training job."""
    first_stage = stage_key(project, spec, LANE_STAGES[0])
    return {"ops": {"__".join(first_stage.path): {"config": {"as_of": as_of}}}}
