"""Drift: how far a day's inputs and scores have moved from training, and when that is worth an alarm.

Everything is counted in bins laid at training. What to do about an alarm is the caller's; a page for people is
`adapters/drift_report.py`. How often the rule cries wolf is measured in `false_alarms.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import rfc8785
from numpy.typing import ArrayLike, NDArray

from tenure.categories import NO_WORDS, Vocabularies
from tenure.errors import DriftError, PackageError

SCORE = "score"
MAX_BINS = 10
PSEUDO_COUNT = 0.5
FORMAT_VERSION = 1

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BinnedInput:
    """One input, or the score, as training saw it.

    `edges` rise; bin i holds values in `(edges[i-1], edges[i]]`, the first and last are open to infinity, and one bin more, the
    last of `counts`, holds what is missing. So there are `len(edges) + 2` counts. Of a category every word is a bin, and `words`
    names them.
    """

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    words: tuple[str, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """The counts as shares of all rows."""
        return tuple(count / sum(self.counts) for count in self.counts)

    @property
    def bins(self) -> tuple[str, ...]:
        """What each bin holds, in words."""
        if self.words:
            return (*self.words, "unknown")
        edges = [f"{edge:.4g}" for edge in self.edges]
        if not edges:
            return ("any", "missing")
        between = [f"{low} to {high}" for low, high in pairwise(edges)]
        return (f"up to {edges[0]}", *between, f"above {edges[-1]}", "missing")


@dataclass(frozen=True, kw_only=True)
class DriftReference:
    """Inputs in the model's order, the score, and the number of rows they were counted over."""

    n_rows: int
    inputs: tuple[BinnedInput, ...]
    score: BinnedInput

    @property
    def columns(self) -> tuple[BinnedInput, ...]:
        """The inputs, then the score."""
        return (*self.inputs, self.score)

    def to_json(self) -> bytes:
        """Write canonical JSON, as a package keeps it."""
        columns: list[dict[str, str | list[float] | list[int] | list[str]]] = [
            {"name": c.name, "edges": list(c.edges), "counts": list(c.counts)} for c in self.columns
        ]
        for described, column in zip(columns, self.columns, strict=True):
            if column.words:
                described["words"] = list(column.words)
        return rfc8785.dumps({"format": FORMAT_VERSION, "n_rows": self.n_rows, "columns": columns})

    @classmethod
    def from_json(cls, content: bytes) -> "DriftReference":
        """Read what `to_json` wrote; raises PackageError for anything else."""
        try:
            read = json.loads(content)
            columns = tuple(
                BinnedInput(
                    name=c["name"],
                    edges=tuple(map(float, c["edges"])),
                    counts=tuple(map(int, c["counts"])),
                    words=tuple(map(str, c.get("words", ()))),
                )
                for c in read["columns"]
            )
            reference = cls(n_rows=read["n_rows"], inputs=columns[:-1], score=columns[-1])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise PackageError(
                f"Expected a drift reference of format {FORMAT_VERSION}, found another shape. Train the model again."
            ) from error
        if reference.to_json() != content:
            raise PackageError(
                f"Expected a drift reference of format {FORMAT_VERSION} as it was written, found other bytes. Train again."
            )
        return reference


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How far one input, or the score, has moved: its PSI, and the PSI expected of sampling alone.

    `counts` are the day's rows by bin, as those of the reference; none in what was measured before they were kept.
    """

    name: str
    psi: float
    expected_psi: float
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DriftMeasure:
    """One day against the reference: a shift per input in the model's order, then the score's."""

    day: date
    n_rows: int
    shifts: tuple[Shift, ...]

    @property
    def score_psi(self) -> float:
        """PSI of the score."""
        return self.shifts[-1].psi


def build_reference(X: ArrayLike, score: ArrayLike, *, names: Sequence[str], words: Vocabularies = NO_WORDS) -> DriftReference:
    """Lay bins over training rows and count them.

    Parameters
    ----------
    X: (n_rows, n_features), the model's inputs in its order; NaN where missing.
    score: (n_rows,), the model's scores of the same rows.
    names: (n_features,).
    words: the vocabulary of each input that is a category, by its name.

    Raises
    ------
    DriftError: when there are no rows, or shapes do not agree.
    """
    table = _table(X, score, n_features=len(names))
    if len(table) == 0:
        raise DriftError("Expected rows to build a drift reference from, found none. Pass the rows that the model was fitted on.")
    columns = tuple(_binned(name, table[:, i], words.get(name, ())) for i, name in enumerate((*names, SCORE)))
    return DriftReference(n_rows=len(table), inputs=columns[:-1], score=columns[-1])


def measure(reference: DriftReference, X: ArrayLike, score: ArrayLike, *, day: date) -> DriftMeasure:
    """Compare one day's rows with the reference; `X` and `score` are as in `build_reference`.

    Raises
    ------
    DriftError: when shapes do not agree with the reference.
    """
    table = _table(X, score, n_features=len(reference.inputs))
    shifts = tuple(_shift(column, table[:, i]) for i, column in enumerate(reference.columns))
    return DriftMeasure(day=day, n_rows=len(table), shifts=shifts)


def psi(expected: ArrayLike, actual: ArrayLike) -> Floats | float:
    """Population stability index of counts: 0 for equal shares, symmetric, without upper bound.

    With p and q the shares of the two, sum over bins of `(q - p) * ln(q / p)`. Half a count is added to every bin of both
    sides (Jeffreys' prior), so that an empty bin costs something finite that fades as rows grow; a bin empty on both
    sides is left out. Below 0.1 is commonly read as steady, above 0.25 as a shift to act on.

    Parameters
    ----------
    expected, actual: counts, bins along the last axis; the axes before it are broadcast.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, chapter 7. Yurdakul and Naranjo (2020), Journal of Risk Model Validation 14, 3:
    without drift and smoothing the index has mean `(bins - 1) * (1/n + 1/m)`, as `expected_psi` has it.
    """
    before, after = np.broadcast_arrays(np.asarray(expected, dtype=float), np.asarray(actual, dtype=float))
    used = (before > 0) | (after > 0)
    p, q = _smoothed_shares(before, used), _smoothed_shares(after, used)
    terms = np.where(used, (q - p) * (np.log(q) - np.log(p)), 0.0)
    total = terms.sum(axis=-1)
    return float(total) if total.ndim == 0 else np.asarray(total, dtype=float)


def expected_psi(n_bins: int, *, n_reference: int, n_rows: int) -> float:
    """Mean PSI of two samples of one population: `(bins - 1) * (1/n + 1/m)`; infinite for no rows at all."""
    if n_rows == 0 or n_reference == 0:
        return float("inf")
    return (n_bins - 1) * (1 / n_reference + 1 / n_rows)


def bin_codes(column: BinnedInput, values: ArrayLike) -> NDArray[np.intp]:
    """Number the bin of each value, 0 to `len(column.counts) - 1`; the last is for what is missing."""
    numbers = np.asarray(values, dtype=float)
    codes = np.searchsorted(np.asarray(column.edges, dtype=float), numbers, side="left")
    return np.where(np.isnan(numbers), len(column.edges) + 1, codes)


def count_bins(column: BinnedInput, values: Floats) -> Counts:
    """Count values by bin, as `counts` of a column is counted."""
    return np.bincount(bin_codes(column, values), minlength=len(column.edges) + 2).astype(np.int64)


def _binned(name: str, values: Floats, words: tuple[str, ...]) -> BinnedInput:
    """Lay the bins of one column and count them."""
    # A word stands for its place, so the bins of words end between two whole numbers.
    edges = tuple(i + 0.5 for i in range(len(words) - 1)) if words else _edges(values[~np.isnan(values)])
    laid = BinnedInput(name=name, edges=edges, counts=(), words=words)
    return replace(laid, counts=tuple(map(int, count_bins(laid, values))))


def _edges(values: Floats) -> tuple[float, ...]:
    """Inner deciles, each once: a value that many rows share ends a bin of its own, and there are then fewer bins."""
    if values.size == 0:
        return ()
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        # Nothing varied in training, so anything on either side is news.
        return (float(np.nextafter(lowest, -np.inf)), lowest)
    deciles = np.unique(np.quantile(values, np.arange(1, MAX_BINS) / MAX_BINS, method="inverted_cdf"))
    return tuple(map(float, deciles[deciles < highest]))


def _shift(column: BinnedInput, values: Floats) -> Shift:
    """Compare one column with its reference."""
    expected, actual = np.asarray(column.counts), count_bins(column, values)
    n_bins = int(((expected > 0) | (actual > 0)).sum())
    sampling = expected_psi(n_bins, n_reference=int(expected.sum()), n_rows=len(values))
    counts = tuple(map(int, actual))
    return Shift(name=column.name, psi=float(psi(expected, actual)), expected_psi=sampling, counts=counts)


def _smoothed_shares(counts: Floats, used: NDArray[np.bool_]) -> Floats:
    """Shares after half a count was added to every bin in use; bins not in use get 1, for their logarithm is not used."""
    smoothed = np.where(used, counts + PSEUDO_COUNT, 0.0)
    total = smoothed.sum(axis=-1, keepdims=True)
    return np.where(used, smoothed / np.where(total > 0, total, 1.0), 1.0)


def _table(X: ArrayLike, score: ArrayLike, *, n_features: int) -> Floats:
    """Put inputs and score side by side after checking their shapes."""
    inputs, scores = np.asarray(X, dtype=float), np.asarray(score, dtype=float)
    if inputs.ndim != 2 or inputs.shape[1] != n_features or scores.shape != (len(inputs),):
        raise DriftError(
            f"Expected inputs of shape (n_rows, {n_features}) and one score a row, found {inputs.shape} and {scores.shape}. "
            "Pass the model's inputs in the order of the reference."
        )
    return np.column_stack([inputs, scores])
