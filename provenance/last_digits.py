"""Numbers that differ in their last digits alone: the same model and inputs, computed by another processor.

Scores of before `tenure/estimators/arithmetic.py` hold what the processor of then made of an exponential. Whether a delivery is
what was signed does not rest on this: its rows are hashed to the bit.
"""

import math

MOST = 1e-12
"""How far apart they may be, as a share of the larger one; a double tells sixteen digits, and this is four of them."""


def differ_by_last_digits(one: object, other: object) -> bool:
    """Whether two values are numbers with a fraction, not equal to the bit, and apart by less than `MOST`."""
    return (
        isinstance(one, float)
        and isinstance(other, float)
        and repr(one) != repr(other)
        and math.isclose(one, other, rel_tol=MOST, abs_tol=0.0)
    )
