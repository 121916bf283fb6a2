"""Intervals: how many began lately, and how many run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import Carried, aged, repeated
from tenure.features.feature import Feature, Words, plain
from tenure.history.intervals import Intervals
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Each:
    """The intervals of a customer."""

    history: Intervals

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        return known.of(self.history)


@dataclass(frozen=True)
class Begun(Carried):
    """How many began each day of the window, or on any day, and those that are to begin."""

    history: Intervals
    last: int | None

    def start(self, known: Known) -> "ibis.Table":
        """Count them."""
        rows = known.of(self.history)
        return self._counted(rows.select("customer_id", "starts_ago_days", n=1))

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add those of a batch."""
        new = self.start(batch)
        return self._counted(aged(carried).union(new.cast(dict(carried.schema().items()))))

    def rows(self, carried: "ibis.Table") -> "ibis.Table":
        """One row for each."""
        return repeated(carried)

    def _counted(self, rows: "ibis.Table") -> "ibis.Table":
        """Those that matter; without a window it does not matter when what has begun did."""
        starts = rows.starts_ago_days
        kept = rows.mutate(starts_ago_days=starts.clip(upper=1)) if self.last is None else rows.filter(starts <= self.last)
        return kept.group_by("customer_id", "starts_ago_days").aggregate(n=kept.n.sum().cast("int32"))


@dataclass(frozen=True)
class Open(Carried):
    """The intervals that have not ended, one row each: as many as are open at one time."""

    is_known = True
    history: Intervals

    def start(self, known: Known) -> "ibis.Table":
        """Choose them."""
        rows = known.of(self.history)
        return rows.filter(has_not_ended(rows))

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add those of a batch, and let go of what has ended."""
        rows = aged(carried).union(batch.of(self.history))
        return rows.filter(has_not_ended(rows))


def has_not_ended(rows: "ibis.Table") -> "ir.BooleanValue":
    """Whether an interval has no end, or its last day is not over."""
    return rows.ends_ago_days.isnull() | (rows.ends_ago_days <= 0)


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
        carries=Begun(history, last),
        absent=0.0,
    )


def running(history: Intervals, *, name: str = "", meaning: str = "", phrase: str = "") -> Feature:
    """How many have begun and have not ended; the last day of an interval is one on which it runs."""
    if not isinstance(history, Intervals):
        raise SpecError(f"running() takes a history of intervals; found {type(history).__name__}.")

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        return rows.count(where=(rows.starts_ago_days >= 1) & has_not_ended(rows))

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
        carries=Open(history),
        absent=0.0,
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))
