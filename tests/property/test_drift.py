"""Properties of PSI."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tenure.drift import build_reference, measure, psi

COUNTS = arrays(np.int64, st.shared(st.integers(1, 12), key="n_bins"), elements=st.integers(0, 10_000))
VALUES = st.floats(allow_infinity=False, width=32) | st.sampled_from([0.0, 1.0])
COLUMNS = arrays(np.float64, st.integers(1, 200), elements=VALUES)


@given(COUNTS)
def test_nothing_differs_from_itself(counts: np.ndarray) -> None:
    """PSI(x, x) is exactly 0, whatever x."""
    assert psi(counts, counts) == 0


@given(COUNTS, COUNTS)
def test_psi_is_symmetric_and_never_negative(one: np.ndarray, other: np.ndarray) -> None:
    """It is a divergence taken both ways."""
    assert psi(one, other) >= 0
    assert psi(one, other) == pytest.approx(psi(other, one))


@given(COUNTS, COUNTS, st.randoms())
def test_psi_does_not_depend_on_the_order_of_bins(one: np.ndarray, other: np.ndarray, random) -> None:
    """Bins are names, not places."""
    order = list(range(len(one)))
    random.shuffle(order)

    assert psi(one[order], other[order]) == pytest.approx(psi(one, other))


@given(COLUMNS)
def test_training_rows_do_not_drift_from_training(column: np.ndarray) -> None:
    """Ties, missing values, constants: the rows that laid the bins are found in them."""
    reference = build_reference(column[:, None], column, names=["x"])
    day = measure(reference, column[::-1, None], column[::-1], day=date(2017, 11, 1))

    assert [shift.psi for shift in day.shifts] == [0, 0]
    assert sum(reference.inputs[0].counts) == len(column)
    assert len(reference.inputs[0].counts) <= 11


@given(COLUMNS)
def test_edges_rise(column: np.ndarray) -> None:
    """No bin is laid twice."""
    edges = build_reference(column[:, None], column, names=["x"]).inputs[0].edges

    assert list(edges) == sorted(set(edges))
