"""Sensors: what runs because something happened. What has happened is read in `due.py`; a sensor only turns it into requests.

They start with the schedules: stopped where the data are history. Each request carries a run key, and Dagster launches a key
once, whatever becomes of the run: one that fails is told by `on_failed_run`. What it left undone of a day is owed, and run again
by `missed.py`; what it left of a training is asked for again on the next day (`schedules.py`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._utils.error import SerializableErrorInfo

from adapters.alerts import AlertKind
from assets.drift_page import STAGE as DRIFT_PAGE
from assets.naming import stage_key
from home.approved import not_approved
from home.workplace import Workplace
from pipelines.due import Standing, new_promotions, standing, trained_since
from pipelines.jobs import DAILY, DRIFT_PAGES, ON_DRIFT_OR_AGE, train_config, train_job_name
from pipelines.missed import on_missed_days
from provenance.history import read_history
from tenure import errors
from tenure.drift_alarm import DriftState
from tenure.project import Project

# On a run that a command started: the command tells of its failure itself.
BY_COMMAND = "tenure/by_command"
EVERY_MINUTE, EVERY_TEN_MINUTES = 60, 600
# Messages of these were written here or by Dagster and hold no customer's value; other libraries may quote one.
SAFE_TO_QUOTE = frozenset(
    {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.TenureError)}
    | {"DagsterAssetCheckFailedError"}
)


def all_sensors(project: Project, jobs: Mapping[str, UnresolvedAssetJobDefinition]) -> list[dg.SensorDefinition]:
    """Every sensor of a project; `jobs` are the project's, by name."""
    missed, failed = on_missed_days(jobs, default_status(project)), on_failed_run(project)
    if not project.models:
        return [missed, failed]
    asked_for = [*(jobs[train_job_name(spec)] for spec in project.models), jobs[DRIFT_PAGES]]
    return [on_promotion(project, jobs[DAILY]), on_drift_or_age(project, asked_for), missed, failed]


def on_promotion(project: Project, job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """A promotion starts scoring, of the latest day that can be scored.

    Asked for once for each promotion. Should that run fail, it is told and not asked for again; a company that still delivers
    has its next day scored by the new champion the next morning all the same.
    """

    @dg.sensor(
        name="on_promotion",
        job=job,
        minimum_interval_seconds=EVERY_MINUTE,
        description="A new champion: run the daily job for the latest released day.",
        default_status=default_status(project),
    )
    def promoted(context: dg.SensorEvaluationContext, workplace: dg.ResourceParam[Workplace]) -> dg.SensorResult | dg.SkipReason:
        new = new_promotions(workplace, int(context.cursor or 0))
        day = read_history(workplace).latest_released if new else None
        if not new or day is None:
            return dg.SkipReason("No new promotion." if not new else "A promotion waits for the first day to be released.")
        if why := not_approved(workplace):
            return dg.SkipReason(why)
        # The daily job scores all models, so one run serves all promotions; two at once would exclude each other in the lake.
        latest = new[-1]
        request = dg.RunRequest(
            run_key=f"promotion-{latest.sequence}-{latest.package_digest[:12]}",
            partition_key=day.isoformat(),
            tags={"tenure/because": f"promotion of {', '.join(f'{r.model} version {r.version}' for r in new)}"},
        )
        return dg.SensorResult(run_requests=[request], cursor=str(latest.sequence))

    return promoted


def on_drift_or_age(project: Project, jobs: Sequence[UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """Drift or age asks for training, once for each model and week; while that comes to no candidate, each day again.

    A cause is told when a week begins to ask, and not each time that it does.
    """

    @dg.sensor(
        name=ON_DRIFT_OR_AGE,
        jobs=jobs,
        minimum_interval_seconds=EVERY_TEN_MINUTES,
        description="Inputs or scores have drifted, or a champion is too old: train, each week; daily until there is one.",
        default_status=default_status(project),
    )
    def drifted_or_aged(
        context: dg.SensorEvaluationContext, workplace: dg.ResourceParam[Workplace]
    ) -> dg.SensorResult | dg.SkipReason:
        asked: Mapping[str, Sequence[str]] = json.loads(context.cursor or "{}")
        today = workplace.today
        requests, now_asked = [], {}
        for spec in project.models:
            found = standing(workplace, spec)
            if found is None or not found.needs_training or trained_since(workplace, spec, found.monday):
                continue
            now = [found.monday.isoformat(), today.isoformat()]
            before = asked.get(spec.name, [])
            if now != before:
                if now[:1] != before[:1]:
                    _tell_of_age(workplace, found)
                requests += _requests(project, found, today)
                now_asked[spec.name] = now
        if not requests:
            return dg.SkipReason("No champion has drifted or grown too old, or it was asked for today, or there is a candidate.")
        return dg.SensorResult(run_requests=requests, cursor=json.dumps({**asked, **now_asked}, sort_keys=True))

    return drifted_or_aged


def on_failed_run(project: Project) -> dg.SensorDefinition:
    """A failed run alerts."""

    @dg.run_failure_sensor(
        name="on_failed_run",
        description="A run failed: tell it through the alert sink.",
        default_status=default_status(project),
    )
    def failed(context: dg.RunFailureSensorContext, workplace: dg.ResourceParam[Workplace]) -> None:
        if BY_COMMAND in context.dagster_run.tags:
            return
        workplace.alert(
            AlertKind.RUN_FAILED,
            context.dagster_run.job_name,
            failure_in_words(context.dagster_run.run_id, context.get_step_failure_events(), context.failure_event),
        )

    return failed


def failure_in_words(run_id: str, failures: Sequence[dg.DagsterEvent], ended: dg.DagsterEvent | None = None) -> str:
    """Which steps of a run failed, and why, as far as it can be said without quoting data; `ended` says why none began."""
    error = getattr(ended.event_specific_data, "error", None) if ended is not None and not failures else None
    if error is not None:
        return f"run {run_id} was not begun: {_of_error(error)}"
    steps = [f"{event.step_key}: {reason(event)}" for event in failures]
    return f"run {run_id} failed; " + ("; ".join(steps) or "no step failed: the process ended, or was stopped, outside of one")


def default_status(project: Project) -> dg.DefaultSensorStatus:
    """Running while new days come; stopped where the data are history."""
    return dg.DefaultSensorStatus.STOPPED if project.is_history else dg.DefaultSensorStatus.RUNNING


def _requests(project: Project, found: Standing, today: date) -> list[dg.RunRequest]:
    """A challenger and, for drift, a page to look at, which Dagster draws once a week, for its key is the week's."""
    spec, day = project.model(found.model), found.day.isoformat()
    requests = [
        dg.RunRequest(
            run_key=f"train-{found.model}-{found.monday}-{today}",
            job_name=train_job_name(spec),
            run_config=train_config(project, spec, found.learnable_until.isoformat()),
            tags={"tenure/because": found.in_words},
        )
    ]
    if found.drift is DriftState.ALARM:
        page = stage_key(project, spec, DRIFT_PAGE)
        run_key = f"drift-page-{found.model}-{found.monday}"
        requests.append(dg.RunRequest(run_key=run_key, job_name=DRIFT_PAGES, partition_key=day, asset_selection=[page]))
    return requests


def _tell_of_age(workplace: Workplace, found: Standing) -> None:
    """Alert on a champion that is too old; of drift, the drift asset has told already."""
    if found.is_too_old:
        workplace.alert(AlertKind.MODEL_TOO_OLD, found.model, found.in_words)


def reason(event: dg.DagsterEvent) -> str:
    """The class of an error, and its first line where that is safe to quote."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return f"Failure: {data.user_failure_data.description.splitlines()[0]}"
    return "no error was recorded" if data.error is None else _of_error(data.error)


def _of_error(error: SerializableErrorInfo) -> str:
    """The class of an error, and its first line where that is safe to quote."""
    # Dagster wraps what an asset raises; the cause is what the asset raised.
    raised = error.cause or error
    name = raised.cls_name or "an error"
    if name not in SAFE_TO_QUOTE:
        return f"{name} (its message may quote data; it is in the run's log)"
    return f"{name}: {raised.message.strip().splitlines()[0].split(': ', 1)[-1]}"
