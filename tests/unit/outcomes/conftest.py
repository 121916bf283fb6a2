"""What outcomes stand on, as long as it is not there: rows and days of a history as they were known."""

import importlib.util
import sys
from collections.abc import Sequence
from datetime import date
from types import ModuleType

import ibis


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


if importlib.util.find_spec("tenure.history.known") is None:
    stub = ModuleType("tenure.history.known")
    for function in (as_known, days_told, days_known):
        setattr(stub, function.__name__, function)
    sys.modules["tenure.history.known"] = stub
