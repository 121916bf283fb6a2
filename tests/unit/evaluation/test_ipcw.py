"""Censoring weights: who was followed stands in for who was not."""

import numpy as np
import pytest

from tenure.errors import HorizonError
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.ipcw import followed_through, ipcw_weights, known_at, unit_weights


def random_outcome(n: int = 500, seed: int = 0) -> SurvivalOutcome:
    """Geometric events and censoring, with many ties."""
    rng = np.random.default_rng(seed)
    event_at, censored_at = rng.geometric(0.03, n), rng.geometric(0.02, n)
    return SurvivalOutcome(np.minimum(event_at, censored_at), event_at <= censored_at)


def test_the_chance_of_being_followed_starts_at_one_and_never_rises() -> None:
    """Everybody is followed through day one, and follow-up only ends."""
    outcome = random_outcome()
    chance = followed_through(outcome, unit_weights(outcome), last_day=60)[0]

    np.testing.assert_array_equal(chance[:2], 1.0)
    assert (np.diff(chance) <= 0).all()


def test_without_censoring_every_weight_is_one() -> None:
    """Nobody needs a stand-in."""
    outcome = SurvivalOutcome(np.array([1, 3, 9]), np.ones(3, bool))

    np.testing.assert_array_equal(ipcw_weights(outcome, day=5), 1.0)


def test_an_event_comes_before_a_censoring_on_the_same_day() -> None:
    """Two leave on day 2, one by event: only one of three at risk of censoring is censored there."""
    outcome = SurvivalOutcome(np.array([2, 2, 4, 4]), np.array([True, False, True, False]))
    chance = followed_through(outcome, unit_weights(outcome), last_day=4)[0]

    np.testing.assert_allclose(chance, [1, 1, 1, 2 / 3, 2 / 3])


def test_who_was_followed_to_the_day_itself_is_known() -> None:
    """Censored at the end of day 4 is known on day 4, and not on day 5."""
    outcome = SurvivalOutcome(np.array([4, 4, 9]), np.array([False, True, False]))

    np.testing.assert_array_equal(known_at(outcome, 4), [True, True, True])
    np.testing.assert_array_equal(known_at(outcome, 5), [False, True, True])
    assert ipcw_weights(outcome, day=5)[0] == 0


def test_the_weights_stand_for_everybody() -> None:
    """The known rows' weights add up to about the number of rows, on every day."""
    outcome = random_outcome(20_000)

    for day in (5, 20, 40):
        assert abs(ipcw_weights(outcome, day=day).sum() / 20_000 - 1) < 0.02


def test_it_is_lifelines_estimate_of_censoring() -> None:
    """With events moved half a day forward, so that there are no ties, the chance is lifelines' Kaplan-Meier of censoring."""
    from lifelines import KaplanMeierFitter

    outcome = random_outcome()
    time = outcome.duration - 0.5 * outcome.event
    fitter = KaplanMeierFitter().fit(time, ~outcome.event)
    days = np.arange(1, 61)

    np.testing.assert_allclose(
        followed_through(outcome, unit_weights(outcome), last_day=60)[0, 1:],
        fitter.survival_function_at_times(days - 0.25).to_numpy(),
        atol=1e-12,
    )


def test_a_day_nobody_was_followed_to_is_refused() -> None:
    """Nothing can be said of it."""
    outcome = SurvivalOutcome(np.array([4, 5]), np.array([False, True]))

    with pytest.raises(HorizonError, match=r"days 1 to 5.*asked for day 6"):
        ipcw_weights(outcome, day=6)
