"""Intervals: how many began lately, and how many run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.feature import Feature, Words, plain
from tenure.history.intervals import Intervals
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Each:
    """The intervals of a customer."""

    history: Intervals

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        return known.of(self.history)


def begun(history: Intervals, last: int | None) -> Feature:
    """How many began in the last so many days; makers say `count(MAILINGS, last=91)`."""
    many = plain(history.many)
    when = "over all history" if last is None else f"in the last {last} days"

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        latest = last if last is not None else rows.starts_ago_days
        return rows.count(where=rows.starts_ago_days.between(1, latest))

    return Feature(
        name=history.many if last is None else f"{history.many}_{last}d",
        unit="count",
        meaning=f"{many} that began {when}",
        lookback_days=last,
        reads=(f"validated/{history.source}.{history.starts}",),
        phrase=f"{many} {when}",
        rows=Each(history),
        value=value,
        absent=0.0,
    )


def running(history: Intervals, *, name: str = "", meaning: str = "", phrase: str = "") -> Feature:
    """How many have begun and have not ended; the last day of an interval is one on which it runs."""
    if not isinstance(history, Intervals):
        raise SpecError(f"running() takes a history of intervals; found {type(history).__name__}.")

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        is_open = rows.ends_ago_days.isnull() | (rows.ends_ago_days <= 0)
        return rows.count(where=(rows.starts_ago_days >= 1) & is_open)

    many = plain(history.many)
    feature = Feature(
        name=f"{history.many}_running",
        unit="count",
        meaning=f"{many} that have begun and still run",
        lookback_days=None,
        reads=(f"validated/{history.source}.{history.starts}", f"validated/{history.source}.{history.ends}"),
        phrase=f"{many} running now",
        rows=Each(history),
        value=value,
        absent=0.0,
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))
