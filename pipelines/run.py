"""Running jobs in this process, as the command line and tests do, with the same instance that the UI shows."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg

from adapters.settings import Settings
from home.own_keys import require_keys
from home.workplace import Workplace
from pipelines.abandoned import alive, end_abandoned
from pipelines.definitions import build_definitions
from pipelines.instance import open_instance
from pipelines.jobs import keys_needed
from pipelines.partitions import RANGE_END, RANGE_START
from pipelines.sensors import failure_in_words, reason
from tenure.project import Project

# The run's events are in the instance, where the UI shows them; on the terminal a command says what came of it.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """What became of a run. `failures` are for whoever ran it; `failure_in_words` quotes no data, and may go anywhere.

    `abandoned`: earlier runs of this home that were found killed, and ended.
    """

    run_id: str
    succeeded: bool
    failures: tuple[str, ...]
    failure_in_words: str
    abandoned: tuple[str, ...] = ()


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
    job = build_definitions(project, settings).resolve_job_def(job_name)
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
                tags={**of_range, **(tags or {})},
                run_config={**QUIET, **(config or {})},
                raise_on_error=False,
            )
        failed_steps = [event for event in result.all_events if event.is_step_failure]
        ended = next((event for event in result.all_events if event.event_type is dg.DagsterEventType.RUN_FAILURE), None)
        return RunOutcome(
            run_id=result.run_id,
            succeeded=result.success,
            failures=tuple(_failures(result)),
            failure_in_words="" if result.success else failure_in_words(result.run_id, failed_steps, ended),
            abandoned=abandoned,
        )


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
    reasons = []
    for event in result.all_events:
        if event.is_step_failure:
            reasons.append(f"{event.step_key}: {reason(event)}")
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            # A blocking check stops the line by an error that names the check alone; its description says what was found.
            if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
                reasons.append(f"{check.asset_key.to_user_string()}: {check.description}")
    return reasons
