"""What happened held against what was to be expected."""

import numpy as np
import pyarrow as pa


def values(table: pa.Table, name: str) -> np.ndarray:
    """A column as an array."""
    return table[name].to_numpy(zero_copy_only=False)


def assert_as_expected(happened: np.ndarray, p: np.ndarray, *, what: str = "") -> None:
    """How many of independent events happened lies within four standard errors of their probabilities' sum."""
    assert len(p) > 0
    assert abs(happened.sum() - p.sum()) < 4 * np.sqrt((p * (1 - p)).sum()), what


def assert_counted(n: float, expected: float) -> None:
    """A number of independent rare events lies within four standard errors of what was to be expected of them."""
    assert abs(n - expected) < 4 * np.sqrt(expected)
