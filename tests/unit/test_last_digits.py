"""What counts as the last digits of a number, and what does not."""

import math

import pytest

from provenance.last_digits import differ_by_last_digits


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0.25, math.nextafter(0.25, 1), True),
        (0.25, 0.25, False),
        (0.25, 0.25 * (1 + 1e-11), False),
        (0.0, 5e-324, False),
        (math.nan, 0.5, False),
        ("0.25", "0.26", False),
        (None, 0.5, False),
        (3, 4, False),
    ],
)
def test_only_what_another_processor_would_make(one, other, expected):
    """Fractions that are apart by rounding, and nothing else."""
    assert differ_by_last_digits(one, other) is expected
