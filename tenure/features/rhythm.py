"""Personal rhythm: how regularly a customer comes, and how long the present pause is by that customer's own measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import Carried, LastDays, aged, repeated
from tenure.features.feature import Computes, Feature, plain, whole_days
from tenure.features.windows import capped, lineage, of_events, require_events
from tenure.history.events import Events
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis

ORDINALS = ("last", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Gaps:
    """One row for each active day: `ago_days`, `gap_days` (since the day before it, null for the first), `nth` (1 is the latest)
    and the customer's `recency`.

    The days of a customer are sorted as one list, which costs half of what a window over all rows does.
    """

    history: Events

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        import ibis

        days = known.of(self.history)
        own = days.group_by("customer_id").aggregate(ago=days.ago_days.collect(where=of_events(self.history, days)).sort())
        rows = own.select(
            "customer_id",
            recency=own.ago[0],
            ago_days=own.ago.unnest(),
            # The shorter list ends first; the customer's first day has no day before.
            before=own.ago[1:].unnest(),
            nth=ibis.range(1, own.ago.length() + 1).unnest(),
        )
        return rows.mutate(gap_days=rows.before - rows.ago_days)


@dataclass(frozen=True)
class GapLengths(Carried):
    """How many gaps there were of each length, and how long ago the latest of them ended.

    There cannot be many: in D days there are fewer lengths than the square root of 2 D, and one row is for the first day.
    """

    history: Events

    def start(self, known: Known) -> "ibis.Table":
        """Count them."""
        gaps = Gaps(self.history).of(known)
        return gaps.group_by("customer_id", "gap_days").aggregate(n=gaps.count().cast("int32"), ago_days=gaps.ago_days.min())

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """A new active day ends a gap that began with the last one."""
        older, days = aged(carried), batch.of(self.history)
        last = older.group_by("customer_id").aggregate(recency=older.ago_days.min())
        new = days.filter(days.n_rows > 0).left_join(last, "customer_id")
        ended = new.select("customer_id", gap_days=new.recency - new.ago_days, n=1, ago_days=new.ago_days)
        both = older.union(ended.cast(dict(older.schema().items())))
        return both.group_by("customer_id", "gap_days").aggregate(n=both.n.sum().cast("int32"), ago_days=both.ago_days.min())

    def rows(self, carried: "ibis.Table") -> "ibis.Table":
        """One row for each gap, as long ago as the latest of its length."""
        return repeated(carried)


def rhythm(history: Events, *, last: int = 91, nth: Sequence[int] = (3, 6), cap_days: int = 91) -> tuple[Feature, ...]:
    """How regular the gaps between active days are, and the present one against them.

    Parameters
    ----------
    last: the window of the spread of gaps, which over all history would move with the calendar alone.
    nth, cap_days: of which of the latest active days it is told how long ago they are, cut at the cap.
    """
    require_events(history, "rhythm")
    whole_days(last)
    whole_days(cap_days, "cap_days")
    noun, many = plain(history.noun), plain(history.many)
    return (
        _feature(history, "gap_days_mean", f"mean days between {noun} days", f"usual days between {many}", _mean),
        _feature(history, "gap_days_median", f"median days between {noun} days", f"median days between {many}", _median),
        _feature(
            history,
            "gap_days_q90",
            f"days that nine in ten gaps between {noun} days do not exceed",
            f"longest usual gap between {many}",
            _q90,
        ),
        _feature(
            history,
            f"gap_days_variation_{last}d",
            f"spread of the gaps between {noun} days that ended in the last {last} days, over their mean",
            f"irregular {many}",
            lambda _, rows: _variation(rows, last),
            carries=LastDays(history, last, and_before=True),
            unit="ratio",
            lookback_days=last,
        ),
        _feature(
            history,
            "recency_over_gap_median",
            f"days since the last {noun} over the median gap",
            f"the present pause against the usual gap between {many}",
            lambda known, rows: rows.ago_days.min() / _median(known, rows),
            unit="ratio",
        ),
        _feature(
            history,
            "recency_over_gap_q90",
            f"days since the last {noun} over the gap that nine in ten do not exceed",
            f"the present pause against long gaps between {many}",
            lambda known, rows: rows.ago_days.min() / _q90(known, rows),
            unit="ratio",
        ),
        *(nth_last(history, n, cap_days=cap_days) for n in nth),
    )


def nth_last(history: Events, n: int, *, cap_days: int = 91) -> Feature:
    """Days since the n-th last active day, cut at the cap; who has fewer days stands at the cap."""
    if not 2 <= n <= len(ORDINALS):
        raise SpecError(f"nth={n!r}: expected 2 to {len(ORDINALS)}; the last {history.noun} is recency().")
    noun, ordinal = plain(history.noun), ORDINALS[n - 1]

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        return capped(rows.ago_days.max(where=rows.nth == n).fill_null(cap_days), cap_days)

    return Feature(
        name=f"{ordinal}_last_{history.noun}_days",
        unit="days",
        meaning=f"days since the {ordinal} last {noun} day",
        lookback_days=None,
        reads=lineage(history, "active_on"),
        phrase=f"days since the {ordinal} last {noun}",
        capped_at=cap_days,
        rows=Gaps(history),
        value=value,
        carries=LastDays(history, cap_days),
        absent=cap_days,
    )


def _feature(
    history: Events,
    name: str,
    meaning: str,
    phrase: str,
    value: Computes,
    *,
    carries: Carried | None = None,
    unit: str = "days",
    lookback_days: int | None = None,
) -> Feature:
    """A feature of the gaps; null for a customer with one active day."""
    return Feature(
        name=f"{history.noun}_{name}",
        unit=unit,
        meaning=meaning,
        lookback_days=lookback_days,
        reads=lineage(history, "active_on"),
        phrase=phrase,
        rows=Gaps(history),
        value=value,
        carries=carries or GapLengths(history),
    )


def _mean(_: Known, rows: "ibis.Table") -> "ibis.Value":
    """Mean gap."""
    return rows.gap_days.sum() / rows.gap_days.count()


def _median(_: Known, rows: "ibis.Table") -> "ibis.Value":
    """Median gap."""
    return rows.gap_days.median()


def _q90(_: Known, rows: "ibis.Table") -> "ibis.Value":
    """The gap that nine in ten do not exceed."""
    return rows.gap_days.quantile(0.9)


def _variation(rows: "ibis.Table", last: int) -> "ibis.Value":
    """Standard deviation over mean."""
    gap, recent = rows.gap_days, rows.ago_days <= last
    # Whole-number sums keep the variance independent of the order in which rows are read.
    n, total, squares = gap.count(where=recent), gap.sum(where=recent), (gap * gap).sum(where=recent)
    variance = ((squares - total * total / n) / (n - 1).nullif(0)).clip(lower=0)
    return variance.sqrt() / (total / n)
