"""Days, windows and splits: the only place that does arithmetic on days.

Days are the company's, half-open; which day a moment is of is asked of `clocks.py`. `as_of = d` knows what was available before
the start of day d. A label looks at `[as_of, as_of + window)`. Nothing here reads a clock.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.errors import TimelineError

FEWEST_FOLDS = 3
# No month is longer: a window of so many days from the day after one month's table holds the next month's, and no more.
LONGEST_MONTH_DAYS = 31
# A later day is not in every month.
LAST_DAY_OF_EACH_MONTH = 28


def parse_day(text: str) -> date:
    """Read an ISO day such as `2017-10-01`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TimelineError(f"Expected a day as YYYY-MM-DD, found {text!r}.") from None


def days_between(first: date, last: date, *, step_days: int = 1) -> tuple[date, ...]:
    """Days from `first` to `last`, both included, every `step_days`."""
    if step_days < 1:
        raise TimelineError(f"A step between days is at least 1, found {step_days}.")
    n_days = (last - first).days
    return tuple(first + timedelta(days=i) for i in range(0, n_days + 1, step_days))


# With less than this between the first and the last snapshot to fit on, the other roles are cut short.
ENOUGH_TO_FIT_DAYS = 182


@dataclass(frozen=True, kw_only=True)
class SnapshotPlan:
    """How training snapshots are laid over the history: every `step_days`, the last `n_test` and `n_calibration` kept apart.

    Numbers that are left out follow from the history: four for calibration and three for test, and fewer as long as a half year
    is not left to fit on, for what a short history lacks most is days to learn from.

    `day_of_month` lays them on that day of each month instead, for tables that come once a month: on the day after one came,
    for between two tables nothing becomes known, and a window that begins elsewhere holds one table, none, or two.
    """

    step_days: int = 7
    n_calibration: int | None = None
    n_test: int | None = None
    day_of_month: int | None = None

    @property
    def roles(self) -> tuple[tuple[int, int], ...]:
        """Numbers of snapshots for calibration and test, those that are tried first first."""
        usual = ((4, 3), (3, 2), (2, 1)) if self.day_of_month is None else ((3, 2), (2, 1))
        return tuple(dict.fromkeys((self.n_calibration or calibration, self.n_test or test) for calibration, test in usual))

    @property
    def in_words(self) -> str:
        """On which days they lie."""
        return f"every {self.step_days} days" if self.day_of_month is None else f"on day {self.day_of_month} of each month"

    @property
    def told_every_days(self) -> int | None:
        """The length of a period at whose end all is told that happened in it; None where it is told day by day."""
        return None if self.day_of_month is None else LONGEST_MONTH_DAYS

    def days(self, earliest: date, latest: date) -> tuple[date, ...]:
        """The days of the plan from `earliest` to `latest`, both included, in order."""
        if self.day_of_month is None:
            return days_between(earliest, latest)[:: -self.step_days][::-1]
        return tuple(day for day in days_between(earliest, latest) if day.day == self.day_of_month)


@dataclass(frozen=True)
class Folds:
    """How customers are kept apart where there is one snapshot alone: in so many parts, of which one calibrates and one tests."""

    n: int

    def part(self, customer_id: str, *, seed: int) -> int:
        """The part of a customer, 0 to n - 1: the same on every machine, whoever else is there."""
        return int.from_bytes(hashlib.sha256(f"{seed}\0{customer_id}".encode()).digest()[:8], "big") % self.n


def folds(n: int) -> Folds:
    """Customers in so many parts: one for test, one for calibration, the others to fit."""
    if n < FEWEST_FOLDS:
        raise TimelineError(
            f"Customers are kept apart in {n} parts; expected {FEWEST_FOLDS} at least: to fit, calibrate and test."
        )
    return Folds(n)


@dataclass(frozen=True, kw_only=True)
class SnapshotSplit:
    """Snapshot days by role, in order; every role's outcomes are known before the next role begins.

    Where customers are kept apart instead of days, every role has the same one day.

    `fit_known_until`, `calibration_known_until` and `test_known_until` are the days at which each role's follow-up is cut.
    What is seen of the fit rows after theirs, until the calibration's, calibrates (`labelled_until`).
    """

    fit: tuple[date, ...]
    calibration: tuple[date, ...]
    test: tuple[date, ...]
    test_known_until: date

    @property
    def fit_known_until(self) -> date:
        """Fit follow-up ends where calibration starts."""
        return self.calibration[0]

    @property
    def calibration_known_until(self) -> date:
        """Calibration follow-up ends where test starts."""
        return self.test[0]

    @property
    def days(self) -> tuple[date, ...]:
        """All snapshot days, in order."""
        return tuple(dict.fromkeys((*self.fit, *self.calibration, *self.test)))

    def labelled_until(self, as_of: date) -> date:
        """Where the label of a snapshot ends whose follow-up is cut into what fits and what calibrates."""
        return self.calibration_known_until if as_of in self.fit else self.known_until(as_of)

    def known_until(self, as_of: date) -> date:
        """Where the follow-up of a snapshot is cut."""
        if as_of in self.fit:
            return self.fit_known_until
        return self.calibration_known_until if as_of in self.calibration else self.test_known_until


def split_snapshots(
    plan: SnapshotPlan, *, known_until: date, first_day: date, lookback_days: int, outcome_days: int, purge_days: int
) -> SnapshotSplit:
    """Lay snapshots backwards from the last day whose outcome is known, with a purge between the roles.

    Parameters
    ----------
    known_until: the `as_of` of training; nothing on or after this day is used.
    lookback_days: the longest window any feature reads; the earliest snapshot has that much history.
    outcome_days: days of follow-up that the last snapshot needs.
    purge_days: days left out between two roles. A label needs its whole window, so that no label of one role looks into the
        next; a survival outcome needs none, for its follow-up is cut where the next role begins.

    Raises
    ------
    TimelineError: when the history is too short for the plan.
    """
    earliest = first_day + timedelta(days=lookback_days)
    latest = known_until - timedelta(days=outcome_days)
    candidates = plan.days(earliest, latest)
    for n_calibration, n_test in plan.roles:
        test = candidates[-n_test:]
        calibration = _settled_before(candidates, test[0], purge_days)[-n_calibration:] if test else ()
        fit = _settled_before(candidates, calibration[0], purge_days) if calibration else ()
        is_last = (n_calibration, n_test) == plan.roles[-1]
        is_whole = len(test) == n_test and len(calibration) == n_calibration and fit
        if is_whole and (is_last or (fit[-1] - fit[0]).days >= ENOUGH_TO_FIT_DAYS):
            return SnapshotSplit(fit=tuple(fit), calibration=tuple(calibration), test=tuple(test), test_known_until=known_until)
    raise TimelineError(
        f"The history from {first_day} to {known_until} is too short: snapshots {plan.in_words} need "
        f"{lookback_days} days of history before the first and {outcome_days} days after the last, {n_test} for test, "
        f"{n_calibration} for calibration, at least 1 to fit, and {purge_days} days left out between these; "
        f"found {len(candidates)} snapshot days in all. Train at a later day, or shorten the plan in the spec."
    )


def one_snapshot(as_of: date) -> SnapshotSplit:
    """One day for every role: customers are kept apart, not days."""
    return SnapshotSplit(fit=(as_of,), calibration=(as_of,), test=(as_of,), test_known_until=as_of)


def _settled_before(days: Sequence[date], day: date, purge_days: int) -> Sequence[date]:
    """Snapshot days before `day`, at least `purge_days` of them away."""
    return [d for d in days if d < day and d + timedelta(days=purge_days) <= day]
