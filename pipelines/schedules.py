"""Schedules: what runs by the clock. A project whose data are history has them too, stopped, for a person to start."""

from collections.abc import Mapping
from datetime import date, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.naming import RETENTION
from home.approved import not_approved
from home.workplace import Workplace
from pipelines.due import latest_scored_day, trained_since
from pipelines.jobs import DAILY, DRIFT_PAGES, RECONCILE, retraining_name, train_config, train_job_name
from provenance.history import read_history
from provenance.owed import DAILY_HOUR
from tenure.project import Project
from tenure.specs import Model

# A batch of key d is complete when day d begins; five hours leave late deliveries time to arrive.
AFTER_DAILY_HOUR = 7
NIGHT_HOUR = 3
NIGHTS = f"0 {NIGHT_HOUR} * * *"
MORNINGS = f"0 {DAILY_HOUR} * * *"
EACH_DAY_AFTER = f"0 {AFTER_DAILY_HOUR} * * *"
MONDAYS = f"0 {AFTER_DAILY_HOUR} * * 1"
HOURLY = "20 * * * *"


def all_schedules(project: Project, jobs: Mapping[str, UnresolvedAssetJobDefinition]) -> list[dg.ScheduleDefinition]:
    """Every schedule of a project; `jobs` are the project's, by name."""
    keeping = [retention_schedule(project, jobs[RETENTION])] if RETENTION in jobs else []
    if not project.models:
        return [daily_schedule(project, jobs[DAILY]), *keeping]
    return [
        *keeping,
        daily_schedule(project, jobs[DAILY]),
        drift_pages_schedule(project, jobs[DRIFT_PAGES]),
        reconcile_schedule(project, jobs[RECONCILE]),
        *(retraining_schedule(project, spec, jobs[train_job_name(spec)]) for spec in project.models),
    ]


def daily_schedule(project: Project, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The daily job, for the newest complete partition."""

    @dg.schedule(
        name="every_morning",
        cron_schedule=MORNINGS,
        execution_timezone=project.timezone,
        job=job,
        description=f"The daily job for the newest complete day, at {DAILY_HOUR}:00 {project.timezone}.",
        default_status=default_status(project),
    )
    def every_morning(
        context: dg.ScheduleEvaluationContext, workplace: dg.ResourceParam[Workplace]
    ) -> dg.RunRequest | dg.SkipReason:
        if why := not_approved(workplace):
            return dg.SkipReason(why)
        day = newest_key(project, project.today(context.scheduled_execution_time))
        history = read_history(workplace)
        if history.judged and (never := history.never_landed(day - timedelta(days=1))):
            return dg.SkipReason(f"{len(never)} days before were never landed; on_missed_days runs them first, then this one.")
        return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())

    return every_morning


def newest_key(project: Project, today: date) -> date:
    """The newest complete partition: the running day's, for it holds what was known before; or the last of a history."""
    return today if project.last_key is None else min(today, project.last_key)


def drift_pages_schedule(project: Project, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The drift pages, each week."""

    @dg.schedule(
        name="drift_pages_weekly",
        cron_schedule=MONDAYS,
        execution_timezone=project.timezone,
        job=job,
        description="A drift page of each model for the latest scored day, on Mondays after the daily job.",
        default_status=default_status(project),
    )
    def drift_pages_weekly(workplace: dg.ResourceParam[Workplace]) -> dg.RunRequest | dg.SkipReason:
        day = latest_scored_day(workplace, project.models)
        if day is None:
            return dg.SkipReason("No day was scored yet.")
        return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())

    return drift_pages_weekly


def retention_schedule(project: Project, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The deletion of what is past its time, each night before the daily job."""
    return dg.ScheduleDefinition(
        name="retention_nightly",
        cron_schedule=NIGHTS,
        execution_timezone=project.timezone,
        job=job,
        description=f"Delete what is past the time for which it is kept, at {NIGHT_HOUR}:00 {project.timezone}.",
        default_status=default_status(project),
    )


def reconcile_schedule(project: Project, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The comparison of all places that say who serves, each hour."""
    return dg.ScheduleDefinition(
        name="reconcile_hourly",
        cron_schedule=HOURLY,
        execution_timezone=project.timezone,
        job=job,
        description="Compare alias, log, bytes and trust root of every model, each hour.",
        default_status=default_status(project),
    )


def retraining_schedule(project: Project, spec: Model, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The training job of a model: once a month, and again on the next day where it came to no candidate."""

    @dg.schedule(
        name=retraining_name(spec),
        cron_schedule=EACH_DAY_AFTER,
        execution_timezone=project.timezone,
        job=job,
        description=f"A challenger of {spec.name} each month, as of the last day before which nothing is missing; asked for "
        "on the first of the month, and each day again until there is one.",
        default_status=default_status(project),
    )
    def retrain_monthly(
        context: dg.ScheduleEvaluationContext, workplace: dg.ResourceParam[Workplace]
    ) -> dg.RunRequest | dg.SkipReason:
        today = project.today(context.scheduled_execution_time)
        if trained_since(workplace, spec, today.replace(day=1)):
            return dg.SkipReason("There is a candidate of this month, or no day that it could learn from.")
        day = read_history(workplace).unbroken_until
        if day is None:
            return dg.SkipReason("No day was landed yet.")
        return dg.RunRequest(run_key=f"{day}-{today}", run_config=train_config(project, spec, day.isoformat()))

    return retrain_monthly


def default_status(project: Project) -> dg.DefaultScheduleStatus:
    """Running while new days come; stopped where the data are history."""
    return dg.DefaultScheduleStatus.STOPPED if project.is_history else dg.DefaultScheduleStatus.RUNNING
