"""How often the drift rule would raise an alarm on customers who have not changed: the figure beside the limit on the card.

The rule itself is in `drift.py`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenure.drift import DriftReference, Floats, bin_codes, expected_psi, psi
from tenure.drift_alarm import ALARM_RULE, AlarmRule, is_judged
from tenure.errors import DriftError

QUARTER_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class FalseAlarms:
    """Alarms raised in simulated quarters of unchanged customers.

    `n_quarters_with_alarm` counts quarters in which any input or the score raised an alarm on any day, so the number of
    inputs is accounted for. `high` is the upper 95 % limit of `rate`, which a handful of quarters cannot push to zero.
    `is_judged` is False where a usual day has too few customers for the rule to speak at all, which is not steadiness.
    """

    n_quarters: int
    n_quarters_with_alarm: int
    is_judged: bool = True

    @property
    def rate(self) -> float:
        """Share of quarters with at least one false alarm (0 to 1)."""
        return self.n_quarters_with_alarm / self.n_quarters

    @property
    def high(self) -> float:
        """Upper end of the 95 % Wilson interval of the rate (one-sided)."""
        z, n, p = 1.6449, self.n_quarters, self.rate
        return min(1.0, (p + z * z / (2 * n) + z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n))


def false_alarm_rate(
    reference: DriftReference,
    X: ArrayLike,
    score: ArrayLike,
    *,
    day_rows: int,
    seed: int,
    rule: AlarmRule = ALARM_RULE,
    n_quarters: int = 60,
    stays_rate: float = 0.95,
) -> FalseAlarms:
    """Measure the alarm rate by resampling rows that have not drifted.

    A quarter is a chain of days. The first day draws `day_rows` rows with replacement; on each later day a share
    `stays_rate` of the rows stays and the others are drawn anew, for today's customers are mostly yesterday's, and an odd
    draw therefore persists. Rows are drawn whole, so inputs stay as correlated as they are. This measures sampling and
    multiplicity; it holds no season and no real change.

    Parameters
    ----------
    X, score: (n_rows, n_features) and (n_rows,), the rows that the reference was built from.
    day_rows: customers scored on a usual day.
    stays_rate: 0 makes days independent, 1 makes every day of a quarter the same.

    Raises
    ------
    DriftError: when there are no rows to draw.
    """
    codes = _flat_codes(reference, X, score)
    if len(codes) == 0 or day_rows < 1:
        raise DriftError("Expected rows to draw days from, found none. Pass the rows that the reference was built from.")
    if not 0 <= stays_rate <= 1 or n_quarters < 1:
        raise DriftError(f"Expected stays_rate from 0 to 1 and at least one quarter, found {stays_rate} and {n_quarters}.")
    random = np.random.default_rng(seed)
    expected = _grid(reference)
    sampling = expected_psi(int((expected > 0).sum(axis=1).max()), n_reference=reference.n_rows, n_rows=day_rows)
    if not is_judged(sampling, rule):
        return FalseAlarms(n_quarters=n_quarters, n_quarters_with_alarm=0, is_judged=False)
    n_with_alarm = 0
    for _ in range(n_quarters):
        days = _quarter(codes, random, day_rows=day_rows, stays_rate=stays_rate, n_bins=expected.size)
        over = np.asarray(psi(expected, days.reshape(QUARTER_DAYS, *expected.shape))) > rule.limit
        n_with_alarm += _persists(over, rule)
    return FalseAlarms(n_quarters=n_quarters, n_quarters_with_alarm=n_with_alarm)


def _grid(reference: DriftReference) -> Floats:
    """Counts of the reference, (n_columns, widest number of bins); a column with fewer bins ends in zeros."""
    grid = np.zeros((len(reference.columns), max(len(c.counts) for c in reference.columns)))
    for i, column in enumerate(reference.columns):
        grid[i, : len(column.counts)] = column.counts
    return grid


def _flat_codes(reference: DriftReference, X: ArrayLike, score: ArrayLike) -> NDArray[np.intp]:
    """Cell of the grid for every row and column, (n_rows, n_columns)."""
    table = np.column_stack([np.asarray(X, dtype=float), np.asarray(score, dtype=float)])
    width = _grid(reference).shape[1]
    return np.column_stack([bin_codes(column, table[:, i]) + i * width for i, column in enumerate(reference.columns)])


def _quarter(
    codes: NDArray[np.intp], random: np.random.Generator, *, day_rows: int, stays_rate: float, n_bins: int
) -> NDArray[np.intp]:
    """Draw a quarter's days and count each, (QUARTER_DAYS, n_bins)."""
    rows = random.integers(len(codes), size=day_rows)
    days = np.empty((QUARTER_DAYS, n_bins), dtype=np.intp)
    days[0] = np.bincount(codes[rows].ravel(), minlength=n_bins)
    for day in range(1, QUARTER_DAYS):
        changed = np.flatnonzero(random.random(day_rows) >= stays_rate)
        drawn = random.integers(len(codes), size=len(changed))
        # Only those who changed are counted again: their old bins out, their new ones in.
        left = np.bincount(codes[rows[changed]].ravel(), minlength=n_bins)
        days[day] = days[day - 1] - left + np.bincount(codes[drawn].ravel(), minlength=n_bins)
        rows[changed] = drawn
    return days


def _persists(days_over: NDArray[np.bool_], rule: AlarmRule) -> bool:
    """Whether any column is over the limit on enough of some consecutive days."""
    running = np.cumsum(days_over, axis=0)
    before = np.vstack([np.zeros((rule.of, days_over.shape[1]), dtype=running.dtype), running[: -rule.of]])
    return bool(np.any(running - before >= rule.windows))
