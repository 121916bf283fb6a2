"""Streaks: in how many weeks in a row a customer came."""

from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import LastDays
from tenure.features.feature import Computes, Feature, plain
from tenure.features.windows import Days, lineage, of_events, require_events
from tenure.history.events import Events

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

# A customer's weeks are the bits of one whole number of 64, one of which is its sign.
MOST_WEEKS = 62


def streaks(history: Events, *, weeks: int = 13) -> tuple[Feature, ...]:
    """Weeks with an event among the last so many, their longest run, and the run that reaches to now.

    Weeks are counted back from `as_of`, the first being the last seven days.
    """
    require_events(history, "streaks")
    if not isinstance(weeks, int) or not 2 <= weeks <= MOST_WEEKS:
        raise SpecError(f"weeks={weeks!r}: expected 2 to {MOST_WEEKS}.")
    noun = plain(history.noun)

    def feature(name: str, meaning: str, phrase: str, value: Computes) -> Feature:
        return Feature(
            name=f"{history.noun}_{name}",
            unit="weeks",
            meaning=meaning,
            lookback_days=7 * weeks,
            reads=lineage(history, "active_on"),
            phrase=phrase,
            rows=Days(history),
            value=value,
            carries=LastDays(history, 7 * weeks),
            absent=0.0,
        )

    return (
        feature(
            f"weeks_{7 * weeks}d",
            f"weeks with a {noun} among the last {weeks}",
            f"weeks with a {noun}",
            lambda _, rows: _n_ones(_weeks(history, rows, weeks)),
        ),
        feature(
            "streak_weeks_longest",
            f"longest run of weeks with a {noun} among the last {weeks}",
            f"longest run of weeks with a {noun}",
            lambda _, rows: _longest(_weeks(history, rows, weeks)),
        ),
        feature(
            "streak_weeks_current",
            f"run of weeks with a {noun} that reaches to now",
            f"present run of weeks with a {noun}",
            lambda _, rows: _current(_weeks(history, rows, weeks)),
        ),
    )


def _weeks(history: Events, rows: "ibis.Table", weeks: int) -> "ir.IntegerValue":
    """One bit for each week with an event, the lowest for the latest; null where there is none."""
    import ibis

    # A bit is made for days before the window too, and no number has one for each week of a long history.
    bit = ibis.literal(1, type="int64") << ((rows.ago_days - 1) // 7).clip(upper=MOST_WEEKS)
    return bit.bit_or(where=of_events(history, rows, rows.ago_days <= 7 * weeks))


def _n_ones(bits: "ir.IntegerValue") -> "ir.IntegerValue":
    """How many bits are set."""
    return _in_duckdb("bit_count", bits, "int64")


def _current(bits: "ir.IntegerValue") -> "ir.IntegerValue":
    """How many of the lowest bits are set without a hole: adding one turns these, and no other but the next."""
    return _n_ones((bits ^ (bits + 1)) >> 1)


def _longest(bits: "ir.IntegerValue") -> "ir.IntegerValue":
    """The longest run of bits: what stands between zeros."""
    return _in_duckdb("bin", bits, "string").split("0").map(lambda ones: ones.length()).maxs()


def _in_duckdb(function: str, bits: "ir.IntegerValue", kind: str) -> "ibis.Value":
    """A function of DuckDB that Ibis has no word for."""
    import ibis

    def computed(bits: object) -> None:
        """Stand for it."""

    return ibis.udf.scalar.builtin(computed, name=function, signature=(("int64",), kind))(bits)
