"""The bootstrap by customer: intervals for any figure that can be computed with weights.

A customer is in many snapshots, so rows are not independent; whole customers are drawn, with all their rows. A statistic
is a function of row weights. All statistics of one `Resamples` see the same draws, so differences of theirs are paired.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tenure.errors import EstimationError
from tenure.evaluation.records import Estimate, NotDefined

# Weights (n_draws, n_rows) in, figures (n_draws,) out; NaN where a draw defines none.
Statistic = Callable[[np.ndarray], np.ndarray]
Key = TypeVar("Key", bound=Hashable)

BLOCK_CELLS = 2_000_000
# An interval from draws that are often undefined would describe only the others.
MAX_UNDEFINED_RATE = 0.05
NO_VALUE = NotDefined(because="these rows give it no value")


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn:
    """A statistic of the rows as they are and of every draw, and why it has no value, should it have none."""

    value: float
    draws: np.ndarray
    why_not: NotDefined = NO_VALUE

    def estimate(self, *, centred: bool = False) -> Estimate:
        """The figure with its interval."""
        return estimate(self.value, self.draws, centred=centred, why_not=self.why_not)

    def share(self, customer: np.ndarray) -> Estimate:
        """The figure with its interval, where it is a share among the rows of these customers."""
        return share_estimate(self.value, self.draws, n_customers=len(np.unique(customer)))

    def because(self, why_not: NotDefined) -> "Drawn":
        """The same, with why it has no value, should it have none."""
        return Drawn(value=self.value, draws=self.draws, why_not=why_not)

    def times(self, factor: float) -> "Drawn":
        """The figure in other units."""
        return Drawn(value=self.value * factor, draws=self.draws * factor, why_not=self.why_not)

    def minus(self, other: "Drawn", *, name: str = "what it is compared with") -> Estimate:
        """The paired difference with its interval; `name` says what the other is of."""
        why = self.why_not if not np.isfinite(self.value) else NotDefined(because=f"of {name}, {other.why_not.because}")
        return estimate(self.value - other.value, self.draws - other.draws, why_not=why)


@dataclass(frozen=True, kw_only=True)
class Resamples:
    """Draws of customers with replacement.

    Parameters
    ----------
    customer: (n_rows,) integer code of each row's customer.
    """

    customer: np.ndarray
    seed: int
    n_resamples: int = 500

    def blocks(self) -> Iterator[np.ndarray]:
        """Row weights (n_draws, n_rows) float64, how often each row's customer was drawn; the same at every call.

        A block is as large as memory allows; the draws do not depend on the size of the blocks.
        """
        _, index = np.unique(self.customer, return_inverse=True)
        n_customers = int(index.max()) + 1
        size = max(1, BLOCK_CELLS // max(1, len(index)))
        rng = np.random.default_rng(self.seed)
        for start in range(0, self.n_resamples, size):
            n_draws = min(size, self.n_resamples - start)
            yield customer_counts(rng, n_customers, n_draws)[:, index]

    def drawn(self, statistics: Mapping[Key, Statistic], *, why_not: Mapping[Key, NotDefined] | None = None) -> dict[Key, Drawn]:
        """Every statistic on the rows as they are and on every draw."""
        draws, reasons = self.replicates(statistics), why_not or {}
        n_rows = len(self.customer)
        return {
            key: Drawn(value=point(statistic, n_rows), draws=draws[key], why_not=reasons.get(key, NO_VALUE))
            for key, statistic in statistics.items()
        }

    def replicates(self, statistics: Mapping[Key, Statistic]) -> dict[Key, np.ndarray]:
        """Every statistic on every draw, (n_resamples,) each."""
        parts: dict[Key, list[np.ndarray]] = {name: [] for name in statistics}
        for weights in self.blocks():
            for name, statistic in statistics.items():
                parts[name].append(statistic(weights))
        return {name: np.concatenate(values) for name, values in parts.items()}


def customer_counts(rng: np.random.Generator, n_customers: int, n_draws: int) -> np.ndarray:
    """How often each customer is drawn, (n_draws, n_customers) float64; every row sums to n_customers."""
    drawn = rng.integers(0, n_customers, size=(n_draws, n_customers))
    cells = drawn + np.arange(n_draws)[:, None] * n_customers
    return np.bincount(cells.ravel(), minlength=n_draws * n_customers).reshape(n_draws, n_customers).astype(np.float64)


def once(statistic: Statistic) -> Statistic:
    """The statistic, computed once of the same weights, for what several figures are made of."""
    last: list[tuple[np.ndarray, np.ndarray]] = []

    def remembered(weights: np.ndarray) -> np.ndarray:
        if not last or last[0][0] is not weights:
            last[:] = [(weights, statistic(weights))]
        return last[0][1]

    return remembered


def point(statistic: Statistic, n_rows: int) -> float:
    """The statistic of the rows as they are."""
    return float(statistic(np.ones((1, n_rows)))[0])


def estimate(
    value: float, replicates: np.ndarray, *, level: float = 0.95, centred: bool = False, why_not: NotDefined = NO_VALUE
) -> Estimate:
    """A figure with its percentile interval; without one where it is undefined in more than one draw in twenty.

    A figure that the rows themselves do not define is `why_not`. With `centred` the draws are moved so that their mean is
    `value`: for a figure that resampling itself pushes one way, such as a mean absolute gap, which noise can only widen.
    """
    if not np.isfinite(value):
        return Estimate(value=why_not)
    defined = replicates[np.isfinite(replicates)]
    if len(defined) < (1 - MAX_UNDEFINED_RATE) * len(replicates):
        return Estimate(value=value)
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    shift = value - float(defined.mean()) if centred else 0.0
    return Estimate(value=value, low=float(low) + shift, high=float(high) + shift)


def share_estimate(value: float, replicates: np.ndarray, *, n_customers: int, level: float = 0.95) -> Estimate:
    """A share with its interval; none or all of a group, which drawing cannot vary, gets the exact binomial end.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404.
    """
    if value not in (0.0, 1.0):
        return estimate(value, replicates, level=level)
    rest = float(1 - ((1 - level) / 2) ** (1 / n_customers))
    return Estimate(value=value, low=0.0, high=rest) if value == 0 else Estimate(value=value, low=1 - rest, high=1.0)


def check_same_rows(**columns: np.ndarray) -> None:
    """Refuse columns that do not describe the same, non-empty rows."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) != 1 or 0 in lengths.values():
        raise EstimationError(f"Expected columns of one length, at least one row; found {lengths}.")
