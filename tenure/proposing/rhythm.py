"""How often things come: tables of customers, which say on which days a model may stand; and customers who come again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from tenure.contracts.readers import is_of_months, month_end
from tenure.proposing.asked import ask, spelled
from tenure.proposing.deliveries import Delivery
from tenure.proposing.roles import Roles
from tenure.proposing.seen import Table
from tenure.received.normal import quoted
from tenure.timeline import LAST_DAY_OF_EACH_MONTH, LONGEST_MONTH_DAYS

# Tables that come so seldom are waited for by the month; those that come oftener fill a window of about a month.
_SELDOM, _ABOUT_A_MONTH = 16, 30
# Tables with more days between them come less often than once a month.
_MONTHLY = 45
# A table of a day so late in its month is one of the month's end.
_MONTHS_END = 27
# The longest window that a standard feature reads, and the days over which the rows to fit on are spread at least.
_LOOKBACK, _FIT = 91, 28
# Windows of an outcome, from what a slow business needs to what a short history has room for; the usual one.
_WINDOWS, _USUAL = (91, 56, 28, 14, 7), 28
# How long before the scoring day customers were there, as far as a population can tell; and the share of those who come again
# that it is to hold.
_BEFORE_DAYS, _MOST = (91, 182, 364), 0.8
# So many of the days with a file are to be read where something is told of the days between.
_NEARLY_ALL = 0.9


@dataclass(frozen=True, kw_only=True)
class Tables:
    """How tables of customers come: the days between them, and the day of the month after that of a table, where months tell."""

    every_days: int
    longest_days: int
    day_of_month: int | None

    @property
    def window_days(self) -> int:
        """About a month, in which the same number of tables come wherever it begins."""
        if self.day_of_month is not None:
            return self.longest_days if self.every_days > _MONTHLY else LONGEST_MONTH_DAYS
        return self.every_days * max(1, round(_ABOUT_A_MONTH / self.every_days))


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """In which windows customers come again.

    Parameters
    ----------
    usual_days: by when half of those who come again have done so; None if nobody does.
    window_days: after how many days without one somebody counts as away.
    before_days: who is scored: those who were there so many days before; None for all who ever were.
    held: of known customers who came in the last window, the share who had been there within so many days before it began.
    """

    usual_days: int | None
    window_days: int
    before_days: int | None
    held: float


def tables_of(table: Table, roles: Roles, delivery: Delivery) -> Tables:
    """How tables of customers come, by the days of their files or by their own column."""
    days = _days_by(table, roles.by) if roles.by else delivery.days
    gaps = [(later - earlier).days for earlier, later in pairwise(days)] or [1]
    every = median_low(gaps)
    # A gap that is much longer lacks a table.
    longest = max(gap for gap in gaps if gap <= 1.5 * every)
    if every < _SELDOM:
        return Tables(every_days=every, longest_days=longest, day_of_month=None)
    last = median_low([day.day for day in days])
    after = 1 if last >= _MONTHS_END else min(max(day.day for day in days if day.day < _MONTHS_END) + 1, LAST_DAY_OF_EACH_MONTH)
    return Tables(every_days=every, longest_days=longest, day_of_month=after)


def rhythm_of(table: Table, roles: Roles, *, last_day: date, n_days: int, n_delivered: int = 0) -> Rhythm:
    """The windows for a model of who will stay away, from how customers came again in `n_days` of history up to `last_day`.

    They are the usual ones where much fewer days were read than the `n_delivered` that have a file: whoever came on a day in
    between seems to have stayed away for longer.
    """
    who, day = quoted(roles.customer), f"cast({quoted(roles.time)} AS DATE)"
    ((n_read,),) = ask(table.rows, f"SELECT count(DISTINCT {day}) FROM it")
    if n_read < _NEARLY_ALL * n_delivered:
        return Rhythm(usual_days=None, window_days=window_for(n_days), before_days=_BEFORE_DAYS[0], held=1.0)
    is_one = f"{who} IS NOT NULL AND {day} IS NOT NULL" + f" AND NOT coalesce({roles.returns}, false)" * bool(roles.returns)
    days = f"WITH days AS (SELECT DISTINCT {who} AS who, {day} AS day FROM it WHERE {is_one})"
    ((usual,),) = ask(
        table.rows,
        f"{days} SELECT quantile_disc(gap, 0.5) FROM "
        "(SELECT day - lag(day) OVER (PARTITION BY who ORDER BY day) AS gap FROM days) WHERE gap IS NOT NULL",
    )
    window = window_for(n_days, usual or 0)
    begin = f"DATE '{last_day - timedelta(days=window - 1)}'"
    counts = ", ".join(f"count(*) FILTER ({begin} - before <= {before})" for before in _BEFORE_DAYS)
    ((n_again, *n_held),) = ask(
        table.rows,
        f"{days}, again AS (SELECT max(day) FILTER (day < {begin}) AS before FROM days GROUP BY who HAVING max(day) >= {begin}) "
        f"SELECT count(*), {counts} FROM again WHERE before IS NOT NULL",
    )
    held = tuple((before, n / n_again if n_again else 1.0) for before, n in zip(_BEFORE_DAYS, n_held, strict=True))
    before, share = next(((before, share) for before, share in held if share >= _MOST), (None, 1.0))
    return Rhythm(usual_days=usual, window_days=window, before_days=before, held=share)


def window_for(n_days: int, usual_days: int = 0) -> int:
    """The window in days by which half of those who come again have come, as far as so long a history has room for it.

    There must be days to fit, calibrate and test on; the least window if there is room for none.
    """
    wished = min((days for days in _WINDOWS if days >= max(usual_days, _USUAL)), default=_WINDOWS[0])
    roomy = (days for days in _WINDOWS if days <= wished and _LOOKBACK + _FIT + 7 + 3 * days <= n_days)
    return next(roomy, _WINDOWS[-1])


def _days_by(table: Table, by: str) -> Sequence[date]:
    """The days that a column tells tables apart by; of months their last."""
    column = table.column(by)
    found = ask(
        table.rows, f"SELECT DISTINCT cast({spelled(by)} AS DATE) AS day FROM it WHERE {spelled(by)} IS NOT NULL ORDER BY day"
    )
    ends = column is not None and is_of_months(column.times)
    return tuple(month_end(day.year, day.month) if ends else day for (day,) in found)
