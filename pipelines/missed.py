"""What was missed, or killed, is run again by itself, oldest first: a sensor over what days owe (`provenance/owed.py`)."""

import json
from collections.abc import Iterator, Mapping

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

from home.approved import not_approved
from home.workplace import Workplace
from pipelines.due import days_to_score_again
from pipelines.jobs import DAILY, HISTORY
from pipelines.partitions import RANGE_END, RANGE_START
from provenance.history import read_history
from provenance.owed import Stretch, owed_until, read_owed

EVERY_TEN_MINUTES = 600
# What fails so often fails for a reason that passes by no waiting; each failure has alerted.
MOST_ATTEMPTS = 3
# After a long pause the days come in parts, so that a run ends well before it would be taken for dead.
MOST_DAYS = 31


def on_missed_days(jobs: Mapping[str, UnresolvedAssetJobDefinition], status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    """Days that owe something are run once nothing else runs: one unbroken stretch at a time, in order."""

    @dg.sensor(
        name="on_missed_days",
        jobs=[jobs[HISTORY], jobs[DAILY]],
        minimum_interval_seconds=EVERY_TEN_MINUTES,
        description="A morning was missed, or its run was killed: land and score the days, oldest first, three times at most.",
        default_status=status,
    )
    def missed(context: dg.SensorEvaluationContext, workplace: dg.ResourceParam[Workplace]) -> dg.SensorResult | dg.SkipReason:
        # Alerts that a place did not take are told again while nobody waits for anything.
        workplace.alerts.send_again()
        if context.instance.get_runs_count(dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES)):
            return dg.SkipReason("Another run is at work; what is owed then is read again.")
        if why := not_approved(workplace):
            return dg.SkipReason(why)
        owed = list(_owed(workplace))
        asked: Mapping[str, int] = json.loads(context.cursor or "{}")
        kept = {name: asked[name] for name, _, _ in owed if name in asked}
        for name, job, days in owed:
            times = kept.get(name, 0) + 1
            if times <= MOST_ATTEMPTS:
                cursor = json.dumps({**kept, name: times}, sort_keys=True)
                return dg.SensorResult(run_requests=[_request(job, days, f"{name}-{times}")], cursor=cursor)
            if job == HISTORY:
                return dg.SkipReason(
                    f"The days {days[0]} to {days[-1]} could not be landed {MOST_ATTEMPTS} times; later ones need them."
                )
        return dg.SkipReason("No day owes anything." if not owed else f"What is owed failed {MOST_ATTEMPTS} times.")

    return missed


def _owed(workplace: Workplace) -> Iterator[tuple[str, str, Stretch]]:
    """What is owed, by name, job and days, oldest first; nothing before anything was landed, for then a person begins."""
    history = read_history(workplace)
    if not history.judged:
        return
    until = owed_until(workplace.project, history, workplace.clock())
    owed = read_owed(workplace, until, again=days_to_score_again(workplace))
    for job, stretches in ((HISTORY, owed.to_land), (DAILY, owed.to_run)):
        for stretch in stretches:
            days = stretch[:MOST_DAYS]
            yield f"{job}-{days[0]}-{days[-1]}", job, days


def _request(job: str, days: Stretch, run_key: str) -> dg.RunRequest:
    """One run over the days."""
    why = {"tenure/because": "these days were missed, or their run was ended"}
    if len(days) == 1:
        return dg.RunRequest(run_key=f"missed-{run_key}", job_name=job, partition_key=days[0].isoformat(), tags=why)
    of_range = {RANGE_START: days[0].isoformat(), RANGE_END: days[-1].isoformat()}
    return dg.RunRequest(run_key=f"missed-{run_key}", job_name=job, tags={**of_range, **why})
