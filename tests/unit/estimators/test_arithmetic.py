"""What must not depend on the processor is what the C library says, one value at a time and in one order."""

import math

import numpy as np
import pytest

from tenure.estimators.arithmetic import exp, log1p, weighted_sum
from tenure.estimators.calibration import inverse_logit
from tenure.estimators.cox import signed_log

VALUES = np.random.default_rng(3).normal(scale=8.0, size=(500, 4))


def test_functions_are_those_of_the_c_library():
    """To the bit, in the shape they came in, NaN included."""
    assert exp(VALUES).tolist() == [[math.exp(value) for value in row] for row in VALUES]
    assert log1p(np.abs(VALUES[:, ::2])).tolist() == [[math.log1p(abs(value)) for value in row] for row in VALUES[:, ::2]]
    assert np.isnan(exp(np.array([np.nan]))).all()
    assert exp(np.empty((0, 3))).shape == (0, 3)


def test_a_sum_is_taken_from_the_first_column_to_the_last():
    """As a loop over the columns would."""
    weights = np.array([0.1, -0.7, 1e9, 3.0])
    expected = [((0.0 + row[0] * 0.1 + row[1] * -0.7) + row[2] * 1e9) + row[3] * 3.0 for row in VALUES.tolist()]

    assert weighted_sum(VALUES, weights).tolist() == expected


@pytest.mark.parametrize("margin", [-800.0, -1.5, 0.0, 1.5, 800.0])
def test_probabilities_rest_on_them(margin):
    """Written out in Python's own floats."""
    small = math.exp(-abs(margin))
    expected = 1 / (1 + small) if margin >= 0 else small / (1 + small)

    assert inverse_logit(np.array([margin])).tolist() == [expected]
    assert signed_log(np.array([margin])).tolist() == [math.copysign(1, margin) * math.log1p(abs(margin)) if margin else 0.0]
