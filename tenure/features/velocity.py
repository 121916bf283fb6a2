"""Velocity: the last so many days against as many before."""

from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import LastDays
from tenure.features.feature import Feature, Words, whole_days
from tenure.history.events import Events
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis


def velocity(
    feature: Feature,
    *,
    days: int,
    prior: float | None = None,
    name: str = "",
    meaning: str = "",
    phrase: str = "",
) -> Feature:
    """A count or a total over the last `days` days, over that of the `days` before; about one for a customer who is as before.

    Parameters
    ----------
    feature: what is compared, without a window of its own: `active_days(PURCHASES)`, `total(PURCHASES.spend)`.
    prior: what is added to both, so that a first event gives a finite velocity near one instead of a division by zero.
    """
    whole_days(days, "days")
    within = feature.within
    history = feature.rows.history
    if within is None or feature.lookback_days is not None or not isinstance(history, Events):
        raise SpecError(
            f"velocity({feature.name}): expected a count or a total without a window, such as active_days(PURCHASES); the "
            "windows are those of days=."
        )
    added = feature.prior if prior is None else prior
    if added <= 0:
        raise SpecError(f"velocity({feature.name}): prior={added}; expected more than zero, for nothing is divided by it.")

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        # More returned than bought is no pace: below zero, what is added could make a division by zero of it.
        now, before = within(rows, None, days).clip(lower=0), within(rows, days + 1, 2 * days).clip(lower=0)
        return (now + added) / (before + added)

    what = feature.name.removesuffix(f"_{feature.unit}") if feature.unit not in ("days", "count") else feature.name
    made = Feature(
        name=f"{what}_velocity_{days}d",
        unit="ratio",
        meaning=f"{feature.meaning.removesuffix(' over all history')} in the last {days} days over the {days} days before, "
        "each with a small fixed amount added",
        lookback_days=2 * days,
        reads=feature.reads,
        phrase=f"{feature.phrase.removesuffix(' over all history')} against the {days} days before",
        rows=feature.rows,
        value=value,
        carries=LastDays(history, 2 * days),
        absent=1.0,
    )
    return made.worded(Words(name=name, meaning=meaning, phrase=phrase))
