"""Counts with noise: as much of it as the budget asks for, by OpenDP."""

import pytest

from tenure.errors import SpecError
from tenure.privacy.published import PrivacyBudget, noisy


@pytest.mark.parametrize(("epsilon", "cells_of_one"), [(0.1, 1), (1.0, 3)])
def test_noise_is_as_large_as_one_person_and_epsilon_ask(epsilon: float, cells_of_one: int):
    """Laplace's scale is how far one person moves the counts, over epsilon; it is the mean distance from the truth."""
    scale = cells_of_one / epsilon
    found = noisy([10_000] * 4_000, epsilon=epsilon, cells_of_one=cells_of_one)

    assert sum(abs(n - 10_000) for n in found) / len(found) == pytest.approx(scale, rel=0.12)


def test_nobody_is_fewer_than_none():
    """What noise takes below zero is zero."""
    assert min(noisy([0] * 200, epsilon=0.1, cells_of_one=1)) == 0


@pytest.mark.parametrize("said", [{"epsilon": 0.0}, {"epsilon": float("inf")}, {"epsilon": 1.0, "days": 0}])
def test_a_budget_that_cannot_be_meant_is_refused(said: dict[str, float]):
    """With what was expected."""
    with pytest.raises(SpecError, match="expected an epsilon above zero"):
        PrivacyBudget(**said)
