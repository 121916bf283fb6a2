"""What outcomes and populations stand on, as long as it is not there: histories as they were known, and three makers of features."""

import importlib.util
import sys
from collections.abc import Sequence
from datetime import date
from types import ModuleType

import ibis

from tenure.features.feature import Feature
from tenure.history import Events, Fact


def as_known(table: ibis.Table, as_of: date, *, key: Sequence[str] = ()) -> ibis.Table:
    """Rows that were available before a day, of each its latest version."""
    known = table.filter(table.available_at < ibis.literal(as_of).cast("timestamp"))
    versions = ibis.window(group_by=list(key), order_by=known.available_at.desc())
    return known.filter(ibis.row_number().over(versions) == 0)


def days_told(daily: ibis.Table, as_of: date) -> ibis.Table:
    """One row per customer and day, as the latest batch before `as_of` left it."""
    return as_known(daily, as_of, key=("customer_id", "active_on"))


def days_known(daily: ibis.Table, as_of: date) -> ibis.Table:
    """Those with an event."""
    told = days_told(daily, as_of)
    return told.filter(told.n_rows > 0)


def recency(history: Events, *, cap_days: int = 365) -> Feature:
    """Days since the last one."""
    return _feature(f"{history.noun}_recency_days", f"daily/{history.noun}.active_on", capped_at=cap_days)


def age(history: Events) -> Feature:
    """Days since the first one."""
    return _feature(f"days_since_first_{history.noun}", f"daily/{history.noun}.active_on")


def latest(fact: Fact) -> Feature:
    """An attribute."""
    return _feature(fact.name.lower(), f"validated/{fact.history.source}.{fact.name}")


def _feature(name: str, reads: str, *, capped_at: float | None = None) -> Feature:
    return Feature(name=name, unit="days", meaning=name, lookback_days=None, reads=(reads,), phrase=name, capped_at=capped_at)


for module, functions in {
    "tenure.history.known": (as_known, days_told, days_known),
    "tenure.features.windows": (recency, age),
    "tenure.features.states": (latest,),
}.items():
    if importlib.util.find_spec(module) is None:
        stand_in = ModuleType(module)
        for function in functions:
            setattr(stand_in, function.__name__, function)
        sys.modules[module] = stand_in
