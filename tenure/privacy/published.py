"""Counts that may leave the house: with noise by which nobody can tell whether one person is among them, within a written budget.

Differential privacy: of two companies that differ by one person, any published counts are at most e^epsilon times as likely
of one as of the other (Dwork and others, "Calibrating noise to sensitivity in private data analysis", 2006). What is
published one after the other adds up. The noise is OpenDP's discrete Laplace, which leaves no trace of the rounding of
numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenure.errors import ConsentError, SpecError


@dataclass(frozen=True, kw_only=True)
class PrivacyBudget:
    """How much published counts may tell of each person: so much epsilon in so many days, all of them together."""

    epsilon: float
    days: int = 365

    def __post_init__(self) -> None:
        """Refuse a budget that cannot be meant."""
        if not (math.isfinite(self.epsilon) and self.epsilon > 0 and self.days > 0):
            raise SpecError(
                f"PrivacyBudget says epsilon={self.epsilon} in {self.days} days; expected an epsilon above zero, such as 1.0, "
                "and at least one day."
            )


def noisy(counts: Sequence[int], *, epsilon: float, cells_of_one: int) -> list[int]:
    """Counts with noise, each at least zero.

    Parameters
    ----------
    cells_of_one: in how many of the counts one person may be at most.

    Raises
    ------
    ConsentError: where OpenDP is not installed.
    """
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    measurement = dp.binary_search_chain(lambda scale: space >> dp.m.then_laplace(scale), cells_of_one, epsilon)
    return [max(0, int(n)) for n in measurement([int(n) for n in counts])]


def _opendp() -> Any:
    """The library, which an installation has that asks for it."""
    try:
        import opendp.prelude as dp
    except ImportError:
        raise ConsentError("Counts are published by OpenDP, which is not installed: pip install 'tenure[privacy]'.") from None
    dp.enable_features("contrib")
    return dp
