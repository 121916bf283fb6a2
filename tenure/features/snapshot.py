"""A snapshot: all features of all customers known as of a day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import TimelineError
from tenure.features import breadth, campaigns, purchases, rhythm, streaks
from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

GROUPS: tuple[FeatureGroup, ...] = (purchases.GROUP, rhythm.GROUP, streaks.GROUP, breadth.GROUP, campaigns.GROUP)
ALL: tuple[Feature, ...] = tuple(feature for group in GROUPS for feature in group)
# A customer without a row in these groups bought or received nothing in the window: that is a zero, not a missing value.
_ZERO_WHEN_ABSENT = frozenset(f.name for group in (streaks.GROUP, breadth.GROUP, campaigns.GROUP) for f in group)


def snapshot(known: "Known") -> "ibis.Table":
    """One row per customer who ever bought: `day`, `customer_id` and every feature, as 64-bit floats.

    Order of rows is not defined; the key is (`day`, `customer_id`).
    """
    first, *others = [group.compute(known) for group in GROUPS]
    joined = first
    for other in others:
        joined = joined.left_join(other, "customer_id").drop("customer_id_right")
    columns = {f.name: joined[f.name].cast("float64") for f in ALL}
    filled = {name: c.fill_null(0.0) if name in _ZERO_WHEN_ABSENT else c for name, c in columns.items()}
    return joined.select(day=known.as_of, customer_id=joined.customer_id, **filled)


def check_history(features: Sequence[Feature], *, as_of: date, first_day: date) -> None:
    """Refuse, by name, features whose window is longer than the history at `as_of`."""
    history_days = (as_of - first_day).days
    too_long = [f"{f.name} ({f.lookback_days} days)" for f in features if (f.lookback_days or 0) > history_days]
    if too_long:
        raise TimelineError(
            f"At {as_of} there are {history_days} days of history since {first_day}, too few for: {', '.join(too_long)}. "
            "Begin training snapshots later, or leave these features out."
        )
