"""Retention: what is past the time for which it is kept is deleted, and a check says whether anything is left of it.

Only a company that says of something for how many days it is kept has this asset.
"""

import dagster as dg

from assets.naming import INGESTION, PLATFORM, RETENTION, RETRIES, project_key, validated_key
from home.workplace import Workplace
from provenance.retention import PastTime, past_time
from provenance.retention_act import end_what_is_past
from tenure.project import Project
from tenure.purposes.kept import names_days

CHECK = "nothing_past_its_time"
MOST_TOLD = 10


def retention_assets(project: Project) -> list[dg.AssetsDefinition]:
    """What deletes, where anything is kept for a number of days."""
    return [retention_asset(project)] if names_days(project) else []


def retention_asset(project: Project) -> dg.AssetsDefinition:
    """The deletion of what is past its time, for all days at once."""
    key = project_key(project, RETENTION)

    @dg.asset(
        key=key,
        deps=[validated_key(project, source) for source in project.sources],
        description="Deletes days of sources, and of what is made for purposes, that are past the time for which they are kept.",
        group_name=INGESTION,
        owners=[PLATFORM],
        kinds={"deltalake"},
        retry_policy=RETRIES,
    )
    def retention(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        ended = end_what_is_past(workplace, context.log.info)
        receipt = "nothing was past its time" if ended.record is None else f"record {ended.record} of the log"
        held = " ".join(one.held_in_words + "." for one in ended.times if one.held) or "nothing"
        return dg.MaterializeResult(
            metadata={
                "receipt": receipt,
                "days_left_out": sum(len(one.to_leave) for one in ended.times),
                "days_deleted": sum(len(one.to_clear) for one in ended.times),
                "past_its_time_and_held": held,
            }
        )

    return retention


def retention_checks(project: Project) -> list[dg.AssetChecksDefinition]:
    """The check, where there is something to hold it against."""
    return [retention_check(project)] if names_days(project) else []


def retention_check(project: Project) -> dg.AssetChecksDefinition:
    """Whether anything outlives the time for which it is kept, but for what something signed holds."""

    @dg.asset_check(
        asset=project_key(project, RETENTION),
        name=CHECK,
        description="Nothing is read or kept past its time; what something signed holds is told.",
    )
    def nothing_past_its_time(workplace: dg.ResourceParam[Workplace]) -> dg.AssetCheckResult:
        found = past_time(workplace)
        due = [one for one in found if one.is_due]
        return dg.AssetCheckResult(passed=not due, description=in_words(found))

    return nothing_past_its_time


def in_words(found: tuple[PastTime, ...]) -> str:
    """What is past its time and is to be deleted, and what is held."""
    due = [one.due_in_words for one in found if one.is_due]
    held = [one.held_in_words for one in found if one.held]
    parts = [f"Past its time: {'; '.join(due[:MOST_TOLD])}." if due else "Nothing is past its time and still read."]
    return " ".join([*parts, *([f"Past its time and held: {'; '.join(held[:MOST_TOLD])}."] if held else [])])
