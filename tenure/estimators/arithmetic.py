"""Exponentials, logarithms and weighted sums that come out the same, to the last bit, whatever processor computes them.

A score that is made again must be the score that was delivered, on another machine too. numpy takes its own `exp` and `log1p`
where a processor has wide registers (AVX-512), and BLAS sums in an order that depends on the processor: the last bits differ.
Arrow calls the C library's functions one value at a time, and the sums here have one order.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.estimators.outcome import Floats


def exp(values: Floats) -> Floats:
    """Exponential of each value, of the same shape; NaN stays NaN."""
    return _each(pc.exp, values)


def log1p(values: Floats) -> Floats:
    """log(1 + x) of each value, of the same shape; NaN stays NaN."""
    return _each(pc.log1p, values)


def weighted_sum(rows: Floats, weights: Floats) -> Floats:
    """Sum of each row's values times the weights, (n,), for rows (n, k) and weights (k,), from the first column to the last."""
    total = np.zeros(len(rows))
    for column, weight in zip(rows.T, weights, strict=True):
        total += column * weight
    return total


def _each(function: pc.Function, values: Floats) -> Floats:
    """One of Arrow's functions of each value."""
    found = np.ascontiguousarray(values, dtype=np.float64)
    told: Floats = function(pa.array(found.ravel())).to_numpy(zero_copy_only=False).reshape(found.shape)
    return told
