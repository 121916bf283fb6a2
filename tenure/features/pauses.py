"""Pauses: the time spent in long ones, how past ones went on, and what is to be expected before the present one is complete."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tenure.features.carried import LastDays, Sums
from tenure.features.fading import faded, faded_rate
from tenure.features.feature import Feature, plain, whole_days, windows
from tenure.features.rhythm import Gaps
from tenure.features.windows import Days, last_day, lineage, require_events
from tenure.history.events import Events
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis

# One in ten of three pauses went on.
PRIOR_PAUSES, PRIOR_OUTLASTED = 3.0, 0.3


def pauses(history: Events, *, days: Sequence[int] = (14, 28), last: int = 91) -> tuple[Feature, ...]:
    """How much time is spent in pauses, for each number of days; and for the longest of them, how the present one may go on."""
    require_events(history, "pauses")
    lengths, longest = windows(days, "days"), max(windows(days, "days"))
    whole_days(last)
    return (
        *(_time_in(history, pause, last) for pause in lengths),
        _outlasted(history, longest, last),
        _expected(history, longest),
    )


def _time_in(history: Events, pause: int, last: int) -> Feature:
    """Share of the window, as far as it was observed, that stood beyond the pause; the present pause counts."""
    noun, many = plain(history.noun), plain(history.many)

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        # Not `least`: it would take the first day, which has no gap, for one after an endless pause.
        begins = (rows.ago_days + rows.gap_days - pause).clip(upper=last)
        beyond = (begins - rows.ago_days).clip(lower=0).sum().fill_null(0)
        stood = beyond + (rows.ago_days.min() - pause).clip(lower=0, upper=last)
        return stood / rows.ago_days.max().clip(upper=last)

    return Feature(
        name=f"{history.noun}_pause_{pause}d_rate_{last}d",
        unit="rate",
        meaning=f"share of the last {last} days that stood more than {pause} days after the last {noun} before",
        lookback_days=last,
        reads=lineage(history, "active_on"),
        phrase=f"time spent in pauses of more than {pause} days between {many}",
        rows=Gaps(history),
        value=value,
        carries=LastDays(history, last, and_before=True),
    )


def _outlasted(history: Events, pause: int, last: int) -> Feature:
    """Of past gaps at least as long as the present pause, the share that went on."""

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        recent = rows.ago_days <= last
        reached = rows.count(where=recent & (rows.gap_days >= rows.recency))
        outlasted = rows.count(where=recent & (rows.gap_days >= rows.recency + pause))
        # Unknown for who has been away for longer than the window.
        return (rows.ago_days.min() <= last).ifelse((outlasted + PRIOR_OUTLASTED) / (reached + PRIOR_PAUSES), None)

    return Feature(
        name=f"{history.noun}_outlasted_{pause}d_rate_{last}d",
        unit="rate",
        meaning=f"of the gaps between {plain(history.noun)} days ended in the last {last} days that were at least as long as the "
        f"present pause, the share that went on for {pause} days more, drawn slightly to the common share",
        lookback_days=last,
        reads=lineage(history, "active_on"),
        phrase=f"how past pauses of this length between {plain(history.many)} went on",
        rows=Gaps(history),
        value=value,
        carries=LastDays(history, last, and_before=True),
    )


def _expected(history: Events, pause: int) -> Feature:
    """Events before a pause could be complete."""
    recency, rate = last_day(history), faded_rate(history, pause)

    def value(known: Known, rows: "ibis.Table") -> "ibis.Value":
        return (pause + 1 - recency(rows)).clip(lower=0) * rate(known, rows)

    many = plain(history.many)
    return Feature(
        name=f"expected_{history.many}_before_pause_{pause}d",
        unit="count",
        meaning=f"{many} to be expected, at the recent rate, before a pause of {pause} days could be complete",
        lookback_days=None,
        reads=lineage(history, "active_on"),
        phrase=f"{many} to be expected before a pause of {pause} days is complete",
        rows=Days(history),
        value=value,
        carries=Sums(history, (recency, faded(history, pause))),
        absent=0.0,
    )
