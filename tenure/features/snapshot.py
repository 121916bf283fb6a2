"""A snapshot: all features of all customers known as of a day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import TimelineError
from tenure.features.carried import Rows
from tenure.features.feature import Feature
from tenure.history.events import Events
from tenure.history.known import Knowable, Known

if TYPE_CHECKING:
    import ibis


def snapshot(features: Sequence[Feature], known: Known, *, roster: Sequence[Knowable]) -> "ibis.Table":
    """One row per customer of whom a history of the roster tells: `day`, `customer_id`, 64-bit floats, and categories as text.

    Order of rows is not defined; the key is (`day`, `customer_id`).
    """
    by_rows: dict[Rows, list[Feature]] = {}
    for feature in features:
        by_rows.setdefault(feature.rows, []).append(feature)
    joined = customers_of(known, roster)
    for number, (rows, made) in enumerate(by_rows.items()):
        table = rows.of(known)
        found = table.group_by("customer_id").aggregate(**{f.name: f.value(known, table) for f in made})
        joined = joined.left_join(found, "customer_id", rname=f"{{name}}_of_{number}").drop(f"customer_id_of_{number}")
    return joined.select(day=known.as_of, customer_id="customer_id", **{f.name: _kept(f, joined[f.name]) for f in features})


def customers_of(known: Known, roster: Sequence[Knowable]) -> "ibis.Table":
    """Customers of whom any of these histories tells, each once; who only returned something never came."""
    first, *others = [_customers(known, history) for history in roster]
    for other in others:
        first = first.union(other)
    return first.distinct()


def check_history(features: Sequence[Feature], *, as_of: date, first_day: date) -> None:
    """Refuse, by name, features whose window is longer than the history at `as_of`."""
    history_days = (as_of - first_day).days
    too_long = [f"{f.name} ({f.lookback_days} days)" for f in features if (f.lookback_days or 0) > history_days]
    if too_long:
        raise TimelineError(
            f"At {as_of} there are {history_days} days of history since {first_day}, too few for: {', '.join(too_long)}. "
            "Begin training snapshots later, or leave these features out."
        )


def _customers(known: Known, history: Knowable) -> "ibis.Table":
    """Customers of one history."""
    rows = known.of(history)
    return (rows.filter(rows.n_rows > 0) if isinstance(history, Events) else rows).select("customer_id")


def _kept(feature: Feature, value: "ibis.Value") -> "ibis.Value":
    """A feature as it is kept."""
    if feature.is_category:
        return value.cast("string")
    return value.cast("float64") if feature.absent is None else value.cast("float64").fill_null(float(feature.absent))
