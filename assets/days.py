"""The days of a run, and what an asset says of each of them.

Names are in `naming.py`; what is found out of a day is the asset's own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from adapters.lake import Commit
from tenure.timeline import parse_day

# What Dagster shows of a day: its rows, and what became of it in words.
ROWS, STATE = "dagster/row_count", "state"
# Withheld days before it that features and scores of a day lack.
MADE_WITHOUT = "made_without_days"
# Days whose reasons one sentence holds; each day's own page has its own.
MOST_TOLD = 10
# Where the review room shows the same.
ROOM = "review_room"


def days_of(context: dg.AssetExecutionContext) -> tuple[date, ...]:
    """The partition days of this run, in order."""
    return tuple(sorted(parse_day(key) for key in context.partition_keys))


def tell_days(context: dg.AssetExecutionContext, told: Mapping[date, Mapping[str, Any]]) -> None:
    """Say of each day what is true of it alone.

    What a result says of a run of many days, Dagster writes on every one of them: it may hold what is true of each, no sum.
    """
    for day, metadata in told.items():
        context.add_asset_metadata(metadata, partition_key=day.isoformat())


def told_withheld(withheld: Mapping[date, Sequence[str]]) -> dict[date, dict[str, Any]]:
    """What is said of withheld days."""
    return {day: {STATE: f"withheld, because {' '.join(reasons)}"} for day, reasons in withheld.items()}


def of_commit(commit: Commit, days: Sequence[date]) -> dict[date, dict[str, Any]]:
    """What is said of days that were written, or were left as they are because they had no news."""
    told: dict[date, dict[str, Any]] = {}
    for day in days:
        state = "changed" if day in commit.changed else "as it was"
        content = {"content": commit.digests[day]} if day in commit.digests else {}
        told[day] = {STATE: state, **({ROWS: commit.n_rows[day]} if day in commit.n_rows else {}), **content}
    return told
