"""Running jobs in this process, as the command line and tests do, with the same instance that the UI shows."""

import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from adapters.settings import Settings
from assets.day_status import CHECK as COMPLETE
from home.approved import require_sources
from home.own_keys import require_keys
from home.pseudonyms import require_same_pseudonyms
from home.same_days import require_same_days
from home.workplace import Workplace
from pipelines.abandoned import alive, end_abandoned
from pipelines.definitions import LOCATION, MODULE, build_definitions
from pipelines.instance import open_instance
from pipelines.jobs import DAILY, HISTORY, keys_needed, train_job_name
from pipelines.partitions import RANGE_END, RANGE_START
from pipelines.sensors import BY_COMMAND, failure_in_words, reason
from tenure.project import Project

# The run's events are in the instance, where the UI shows them; on the terminal a command says what came of it.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """What became of a run. `failures` are for whoever ran it; `failure_in_words` quotes no data, and may go anywhere.

    `withheld`: why days of it are withheld, in words; empty when none is. `abandoned`: earlier runs of this home that were found
    killed, and ended.
    """

    run_id: str
    failures: tuple[str, ...]
    failure_in_words: str
    withheld: str = ""
    abandoned: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every step ended well and every day is complete: what a scheduler waits for."""
        return not (self.failure_in_words or self.withheld)


def run_job(
    project: Project,
    settings: Settings,
    job_name: str,
    *,
    days: Sequence[date] = (),
    config: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    instance: dg.DagsterInstance | None = None,
    on_step: Callable[[str], None] | None = None,
) -> RunOutcome:
    """Run a job in this process, for one day, for a range of days in one run, or without days.

    The run and its events are in the instance, so the UI shows them. Runs whose process was killed are first ended there.
    `on_step` is told where the run stands, each time that a step begins.
    """
    # Also asked when the run begins; a person at a terminal hears it before anything is opened.
    require_keys(Workplace(project, settings), keys_needed(job_name))
    require_same_days(Workplace(project, settings))
    require_same_pseudonyms(Workplace(project, settings))
    _require_approved(Workplace(project, settings), job_name)
    job = build_definitions(project, settings).resolve_job_def(job_name)
    origin = origin_of(project, job_name)
    by_command = {BY_COMMAND: "yes", REPOSITORY_LABEL_TAG: origin.repository_origin.get_label()}
    of_range = {} if len(days) < 2 else {RANGE_START: days[0].isoformat(), RANGE_END: days[-1].isoformat()}
    run_id = str(uuid.uuid4())
    with instance or open_instance(settings) as opened:
        abandoned = end_abandoned(opened)
        if on_step is not None:
            opened.add_event_listener(run_id, _teller(on_step, n_steps=len(job.graph.node_dict)))
        with alive(opened, run_id):
            result = job.execute_in_process(
                instance=opened,
                run_id=run_id,
                partition_key=days[0].isoformat() if len(days) == 1 else None,
                tags={**of_range, **by_command, **(tags or {})},
                run_config={**QUIET, **(config or {})},
                raise_on_error=False,
            )
        if (run := opened.get_run_by_id(run_id)) is not None:
            # Now its page can also start it again, in the code location that the pages have.
            opened.run_storage.replace_job_origin(run, origin)
        failed_steps = [event for event in result.all_events if event.is_step_failure]
        ended = next((event for event in result.all_events if event.event_type is dg.DagsterEventType.RUN_FAILURE), None)
        return RunOutcome(
            run_id=result.run_id,
            failures=tuple(_failures(result)),
            failure_in_words="" if result.success else failure_in_words(result.run_id, failed_steps, ended),
            withheld=_withheld(result),
            abandoned=abandoned,
        )


def _require_approved(workplace: Workplace, job_name: str) -> None:
    """Refuse a job that would land or train what nobody approved: its steps would, one after the other."""
    if job_name in (HISTORY, DAILY):
        require_sources(workplace)
    for spec in workplace.project.models:
        if job_name == train_job_name(spec):
            workplace.promotions.require_purpose(spec.name)


def origin_of(project: Project, job_name: str) -> RemoteJobOrigin:
    """Where the pages find this job: a run that does not say so is missing from the job's own page."""
    target = LoadableTargetOrigin(executable_path=sys.executable, module_name=MODULE)
    location = ManagedGrpcPythonEnvCodeLocationOrigin(loadable_target_origin=target, location_name=LOCATION)
    return RemoteJobOrigin(
        repository_origin=RemoteRepositoryOrigin(code_location_origin=location, repository_name=project.name),
        job_name=job_name,
    )


def _withheld(result: dg.ExecuteInProcessResult) -> str:
    """Why days of the run are withheld, as the status of its days says."""
    for event in result.all_events:
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if check.check_name == COMPLETE and not check.passed:
                return check.description or ""
    return ""


def _teller(on_step: Callable[[str], None], *, n_steps: int) -> Callable[[dg.EventLogEntry], None]:
    """What hears the events of a run, and says where it stands."""
    begun: set[str] = set()

    def hear(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is not None and event.is_step_start and event.step_key and event.step_key not in begun:
            begun.add(event.step_key)
            on_step(f"step {len(begun)} of {n_steps}, {event.step_key.rpartition('__')[2]}")

    return hear


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """Why steps failed, in their own words; another library's are left in the run's log, for they may quote data."""
    return [f"{event.step_key}: {reason(event)}" for event in result.all_events if event.is_step_failure]
