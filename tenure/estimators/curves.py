"""What every survival curve owes, whichever model drew it: no day beyond what was seen, and one reading of the median."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from tenure.errors import HorizonError
from tenure.estimators.outcome import Floats, Ints


class SurvivalModel(Protocol):
    """A fitted survival model; X is (n, n_features) in the order of `feature_names`, NaN where a value is missing."""

    @property
    def longest_follow_up_days(self) -> int:
        """The last day at which the curve may be read."""

    def survival(self, X: Floats, days: Sequence[int]) -> Floats:
        """P(no event by the end of day t) for each row and each of `days`, (n, len(days))."""


def days_within(days: Sequence[int], *, longest_follow_up_days: int) -> Ints:
    """Return `days` as an array, once all lie between 0 and the follow-up seen in fitting.

    Raises
    ------
    HorizonError: when a day lies outside; nothing was seen there, so any figure would be invented.
    """
    asked = np.asarray(days, dtype=np.int64)
    outside = sorted({int(day) for day in asked if not 0 <= day <= longest_follow_up_days})
    if outside:
        raise HorizonError(
            f"A survival curve can be read from day 0 to day {longest_follow_up_days}, the longest follow-up seen in fitting; "
            f"asked for {outside}. Ask for earlier days, or fit with a longer follow-up."
        )
    return asked


def median_days(model: SurvivalModel, X: Floats) -> Floats:
    """First day by whose end the curve is at or below one half, (n,); NaN where it stays above within the follow-up."""
    return median_of(model.survival(X, range(1, model.longest_follow_up_days + 1)))


def median_of(curve: Floats) -> Floats:
    """The same of curves at the ends of days 1, 2, … in order, (n, n_days)."""
    below = curve <= 0.5
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.nan)
