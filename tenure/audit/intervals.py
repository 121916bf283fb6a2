"""Intervals for the widest of many gaps, that stay honest although the widest was looked for.

Among groups that are treated alike, the two furthest apart still differ, and the more groups, the more. So a plain interval
around the widest gap fails fair models. Here every comparison gets a band, and the bands hold all at once.
"""

from dataclasses import dataclass

import numpy as np

from tenure.evaluation.bootstrap import MAX_UNDEFINED_RATE

# The band is never narrower than that of a single comparison, however few draws there are.
SINGLE_COMPARISON = 1.96


@dataclass(frozen=True, kw_only=True)
class WidestGap:
    """The largest absolute gap among the comparisons, its interval, and which comparison it is."""

    value: float
    low: float
    high: float
    comparison: int


def widest_gap(values: np.ndarray, draws: np.ndarray, spread: np.ndarray, *, level: float = 0.95) -> WidestGap | None:
    """Interval for the largest of the true absolute gaps; None where more than one draw in twenty leaves a gap undefined.

    Each gap has the band `value +- c * se`, where `c` is the `level` quantile over the draws of the largest studentised
    deviation among all gaps (max-t). With probability `level` all bands hold their true gaps together; then the largest
    true gap lies between the largest lower end and the largest upper end of the bands on |gap|. Hence, whatever the truth,
    "some gap is beyond the line" and "every gap is within the line" are each said wrongly with probability at most
    1 - level, and in the middle nothing is said.

    Parameters
    ----------
    values: (n_comparisons,) gaps as observed.
    draws: (n_draws, n_comparisons) the same gaps on every draw; draws in which a gap is undefined are left out.
    spread: (n_comparisons,) the least standard error a gap may claim.

    References
    ----------
    Romano and Wolf (2005), Econometrica 73, 1237.
    """
    is_defined = np.isfinite(draws).all(axis=1)
    if is_defined.mean() < 1 - MAX_UNDEFINED_RATE:
        return None
    draws = draws[is_defined]
    error = np.maximum(np.maximum(draws.std(axis=0), spread), np.finfo(float).tiny)
    largest = (np.abs(draws - values) / error).max(axis=1)
    critical = max(SINGLE_COMPARISON, float(np.quantile(largest, level)))
    low, high = values - critical * error, values + critical * error
    nearest_zero = np.maximum(np.maximum(low, -high), 0.0)
    furthest = np.maximum(np.abs(low), np.abs(high))
    return WidestGap(
        value=float(np.abs(values).max()),
        low=float(nearest_zero.max()),
        high=float(furthest.max()),
        comparison=int(np.abs(values).argmax()),
    )
