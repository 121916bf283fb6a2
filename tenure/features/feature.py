"""What a feature is: a name with a unit and a meaning, and the group that computes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number known of a customer as of a day.

    Parameters
    ----------
    unit: "days", "cents", "rate" (0 to 1), "count", "ratio", ...
    meaning: what the number says, in words, without digits that are not its window.
    lookback_days: how far back it reads; None for a rate or a capped figure over all history.
    reads: `table.column` names it is made from; they become the column lineage.
    phrase: how a reason code names it ("days since the last purchase").
    capped_at: for a figure that grows with calendar time, where it is cut.
    """

    name: str
    unit: str
    meaning: str
    lookback_days: int | None
    reads: tuple[str, ...]
    phrase: str
    capped_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class FeatureGroup:
    """Features computed together by one expression: one row per customer, columns `customer_id` and the features' names."""

    name: str
    features: tuple[Feature, ...]
    compute: Callable[["Known"], "ibis.Table"]

    def __iter__(self) -> Iterator[Feature]:
        """Iterate over the features, so that a spec can write `*rhythm.GROUP`."""
        return iter(self.features)
