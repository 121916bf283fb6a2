"""Partitions: the key is the as_of day everywhere, a day of the company's; key d holds what became known before d."""

from datetime import timedelta

import dagster as dg

from tenure.project import Project

# The tags by which Dagster names the days of a run: the ends of a range, or the one day.
RANGE_START, RANGE_END, ONE_DAY = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end", "dagster/partition"


def daily(project: Project) -> dg.DailyPartitionsDefinition:
    """The days of a project: from its first key to its last, or to today while it still delivers."""
    end = None if project.last_key is None else (project.last_key + timedelta(days=1)).isoformat()
    # A live project's batch of key d is complete when d begins, so the key of the running day is already due.
    offset = 0 if project.is_history else 1
    # In the company's zone, so that a key is there once its day has begun on the company's clocks.
    return dg.DailyPartitionsDefinition(
        start_date=project.first_key.isoformat(), end_date=end, timezone=project.timezone, end_offset=offset
    )
