"""The population curve: the product-limit estimate, one curve for everybody."""

import numpy as np
import pytest

from tenure.errors import EstimationError, HorizonError, PackageError
from tenure.estimators.kaplan_meier import KaplanMeierModel, fit_kaplan_meier, product_limit
from tenure.estimators.outcome import SurvivalOutcome


def random_outcome(seed: int, n: int = 400) -> SurvivalOutcome:
    """Geometric events and censoring, with many ties."""
    rng = np.random.default_rng(seed)
    event_at, censored_at = rng.geometric(0.03, n), rng.geometric(0.02, n)
    return SurvivalOutcome(np.minimum(event_at, censored_at), event_at <= censored_at)


def test_it_is_lifelines_estimate() -> None:
    """The curve equals that of lifelines on every day."""
    from lifelines import KaplanMeierFitter

    outcome = random_outcome(1)
    days = np.arange(outcome.longest_follow_up_days + 1)
    expected = KaplanMeierFitter().fit(outcome.duration, outcome.event).survival_function_at_times(days).to_numpy()

    np.testing.assert_allclose(fit_kaplan_meier(outcome).curve, expected, atol=1e-12)


def test_without_censoring_it_is_the_share_left() -> None:
    """Nothing is estimated when everything is seen."""
    outcome = SurvivalOutcome(np.array([1, 2, 2, 4]), np.ones(4, bool))

    np.testing.assert_allclose(fit_kaplan_meier(outcome).curve, [1, 0.75, 0.25, 0.25, 0])


def test_a_weight_of_two_is_the_row_twice() -> None:
    """Weights are counts."""
    outcome = random_outcome(2, n=50)
    weights = np.random.default_rng(0).integers(0, 4, 50)
    repeated = outcome.rows(np.repeat(np.arange(50), weights))

    for of_censoring in (False, True):
        np.testing.assert_allclose(
            product_limit(outcome, weights[None, :].astype(float), last_day=30, of_censoring=of_censoring)[0],
            product_limit(repeated, np.ones((1, len(repeated))), last_day=30, of_censoring=of_censoring)[0],
        )


def test_everybody_has_the_same_curve_and_median() -> None:
    """The inputs do not matter."""
    model = fit_kaplan_meier(SurvivalOutcome(np.array([1, 2, 3, 4]), np.ones(4, bool)))
    X = np.array([[1.0], [np.nan]])

    np.testing.assert_allclose(model.survival(X, [0, 2]), [[1, 0.5], [1, 0.5]])
    np.testing.assert_allclose(model.median_days(X), [2, 2])


def test_a_day_beyond_the_follow_up_is_refused() -> None:
    """Nothing was seen there."""
    model = fit_kaplan_meier(SurvivalOutcome(np.array([3, 5]), np.array([True, False])))

    with pytest.raises(HorizonError, match=r"day 0 to day 5.*asked for \[6\]"):
        model.survival(np.zeros((1, 1)), [5, 6])


def test_the_model_survives_a_round_trip_through_its_files() -> None:
    """Native files hold all there is to know."""
    model = fit_kaplan_meier(random_outcome(3))

    assert KaplanMeierModel.from_files(model.to_files()) == model


@pytest.mark.parametrize("files", [{}, {"kaplan_meier.json": b"no"}, {"kaplan_meier.json": b'{"model": "cox", "format": 1}'}])
def test_a_damaged_package_is_refused(files: dict[str, bytes]) -> None:
    """A missing, unreadable or foreign file is named."""
    with pytest.raises(PackageError, match=r"kaplan_meier\.json"):
        KaplanMeierModel.from_files(files)


@pytest.mark.parametrize(
    ("duration", "event", "message"),
    [
        ([], [], "at least one row"),
        ([1, 2], [True], "one length"),
        ([0, 2], [True, True], "whole days from 1 up; 1 of 2 rows"),
        ([1.5, 2], [True, True], "whole days"),
        ([1, 2], [True, 2], "True or False"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(duration: list[float], event: list[float], message: str) -> None:
    """Durations and events are checked once, at the door."""
    with pytest.raises(EstimationError, match=message):
        SurvivalOutcome(np.array(duration), np.array(event))
