"""Rates of active days: over all history, and with weights that fade."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tenure.features.carried import Part, Sums
from tenure.features.feature import Computes, Feature, plain, windows
from tenure.features.windows import Days, all_days, lineage, of_events, require_events
from tenure.history.events import Events
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

# One event day in ten, worth twelve days of evidence.
PRIOR_DAYS, PRIOR_EVENTS = 12.0, 1.2
# Terms of a decayed sum are rounded to this fraction: whole numbers add up alike in any order, fractions do not.
GRAIN = 1_000_000_000


def fading(history: Events, *, half_lives_days: Sequence[int] = (14, 28, 56)) -> tuple[Feature, ...]:
    """How often a customer comes: the share of days with an event, plain, and with a day's weight halving every so many days."""
    require_events(history, "fading")
    noun, many, counted = plain(history.noun), plain(history.many), all_days(history)

    def overall(known: Known, rows: "ibis.Table") -> "ibis.Value":
        return (counted(rows) + PRIOR_EVENTS) / (known.history_days + PRIOR_DAYS)

    rates = (_of_half_life(history, half_life) for half_life in windows(half_lives_days, "half_lives_days"))
    return (
        Feature(
            name=f"{history.noun}_day_rate",
            unit="rate",
            meaning=f"share of days with a {noun}, over all history, drawn slightly to the common rate",
            lookback_days=None,
            reads=lineage(history, "active_on"),
            phrase=f"how often there are {many}",
            rows=Days(history),
            value=overall,
            carries=Sums(history, (counted,)),
        ),
        *rates,
    )


def faded(history: Events, half_life: int) -> Part:
    """The weights of the days with an event; each is rounded to the grain where they are added up anew."""

    def weights(rows: "ibis.Table") -> "ir.NumericValue":
        rounded = ((0.5 ** (rows.ago_days / half_life)) * GRAIN).round().cast("int64")
        return rounded.sum(where=of_events(history, rows)) / GRAIN

    return Part(f"days:faded_{half_life}d", weights, half_life=half_life)


def faded_rate(history: Events, half_life: int) -> Computes:
    """The share of days with an event, weights halving, over the weight of the history that there is."""
    weights = faded(history, half_life)

    def value(known: Known, rows: "ibis.Table") -> "ibis.Value":
        import ibis

        fade = 0.5 ** (1 / half_life)
        weight_of_history = fade * (1 - ibis.literal(fade) ** known.history_days) / (1 - fade)
        return weights(rows) / weight_of_history

    return value


def _of_half_life(history: Events, half_life: int) -> Feature:
    """The fading rate of one half-life."""
    return Feature(
        name=f"{history.noun}_day_rate_half_life_{half_life}d",
        unit="rate",
        meaning=f"share of days with a {plain(history.noun)}, a day's weight halving every {half_life} days",
        lookback_days=None,
        reads=lineage(history, "active_on"),
        phrase=f"recent frequency of {plain(history.many)} (fading over {half_life} days)",
        rows=Days(history),
        value=faded_rate(history, half_life),
        carries=Sums(history, (faded(history, half_life),)),
        absent=0.0,
    )
