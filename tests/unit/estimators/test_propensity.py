"""The propensity model: probabilities that mean what they say, from files that hold all of the model."""

import numpy as np
import pytest

from tenure.errors import PackageError
from tenure.estimators.calibration import inverse_logit
from tenure.estimators.propensity import PropensityModel, fit_propensity
from tenure.parameters import LightGBMParameters

NAMES = ("recency_days", "n_days")


def rows(n_rows: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and an outcome with known log-odds, `shift` higher in this window."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 2))
    return X, rng.random(n_rows) < inverse_logit(1.5 * X[:, 0] - X[:, 1] - 1 + shift)


def fitted(shift: float = 0.0, start_share: float = 0.0) -> PropensityModel:
    """A model fitted on one window and calibrated on a later one."""
    X, y = rows(4000, 1)
    later, outcome = rows(3000, 2, shift)
    return fit_propensity(
        X,
        y,
        later,
        outcome,
        snapshot_calibration=np.arange(3000) % 3,
        customer_calibration=np.arange(3000) // 3,
        feature_names=NAMES,
        monotone=(1, -1),
        parameters=LightGBMParameters(n_rounds=80, learning_rate=0.1, start_share=start_share),
        seed=5,
        n_threads=2,
    )


def test_the_probabilities_follow_the_later_window() -> None:
    """A rise of the event rate between fit and calibration is taken up; without calibration it would be missed."""
    model = fitted(shift=1.0)
    X, y = rows(8000, 3, shift=1.0)

    p = model.predict(X)

    assert p.mean() == pytest.approx(y.mean(), abs=0.02)
    assert inverse_logit(model.booster.margin(X)).mean() < y.mean() - 0.1


def test_all_of_the_model_is_in_its_files() -> None:
    """Text and tables, read back, predict the same bits; the names of the features travel with them."""
    model = fitted()
    X, _ = rows(500, 4)

    again = PropensityModel.from_files(model.to_files())

    assert sorted(model.to_files()) == [*(f"booster_{n}.txt" for n in (1, 2, 3)), "calibration.json"]
    assert again == model
    assert again.feature_names == NAMES
    assert (again.predict(X) == model.predict(X)).all()
    assert again.to_files() == model.to_files()


def test_a_score_does_not_depend_on_who_else_is_in_the_batch() -> None:
    """One customer alone, or among all, or on two threads: the same bits."""
    model = fitted()
    X, _ = rows(300, 6)

    alone = np.concatenate([model.predict(X[i : i + 1]) for i in range(len(X))])

    assert (alone == model.predict(X)).all()
    assert (model.predict(X[::-1])[::-1] == model.predict(X, n_threads=2)).all()


def test_the_scores_of_every_calibration_tried_are_kept() -> None:
    """The card shows what was not chosen, too."""
    assert [name for name, _ in fitted().calibration.scores] == ["none", "platt", "isotonic"]


def test_a_package_without_its_calibration_is_refused() -> None:
    """Uncalibrated margins look like scores; they must not be served as such."""
    files = fitted().to_files()
    del files["calibration.json"]

    with pytest.raises(PackageError, match=r"calibration\.json"):
        PropensityModel.from_files(files)


def test_the_start_is_in_the_files_too() -> None:
    """Trees that start from a share of the logistic say nothing without it; its part is in the scores and in the reasons."""
    model = fitted(start_share=0.5)
    X, _ = rows(500, 4)

    again = PropensityModel.from_files(model.to_files())

    assert np.array_equal(again.predict(X), model.predict(X))
    assert model.start is not None
    assert not np.allclose(model.contributions(X), model.booster.contributions(X))
    assert np.array_equal(again.contributions(X), model.contributions(X))


def test_trees_learn_of_a_rare_event_from_few_inputs() -> None:
    """They start at the event rate of the fit rows, and a round whose sample of inputs gives no split ends nothing."""
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=(9000, 3)), rng.integers(0, 2, (9000, 2))])
    y = rng.random(9000) < inverse_logit(X[:, 0] + 1.2 * (np.abs(X[:, 1]) > 1) - 4.5)
    names = ("a", "b", "c", "d", "e")

    model = fit_propensity(
        X[:6000],
        y[:6000],
        X[6000:],
        y[6000:],
        snapshot_calibration=np.arange(3000) % 3,
        feature_names=names,
        monotone=(0,) * 5,
        parameters=LightGBMParameters(n_rounds=60, n_seeds=1),
        seed=1,
        n_threads=1,
    )

    assert model.start is not None
    # A share of the log-odds of a rare event alone would make it a frequent one.
    assert inverse_logit(model.start.margin(X[:6000])).mean() == pytest.approx(y[:6000].mean(), abs=1e-9)
    assert inverse_logit(model.start.share * model.start.logistic.margin(X[:6000])).mean() > 3 * y[:6000].mean()
    assert model.booster.texts[0].count("\nTree=") == 60
    assert PropensityModel.from_files(model.to_files()).start == model.start


@pytest.mark.parametrize("start_share", [0.0, 0.5, 1.0])
def test_an_imposed_direction_holds_of_the_whole_model(start_share: float) -> None:
    """Trees, the logistic that they start from, and the calibration: no rise of an input moves a score against its direction."""
    X, y = rows(2000, 1)
    later, outcome = rows(1000, 2)
    model = fit_propensity(
        X,
        y,
        later,
        # The later window turns the order of customers round, which no calibration may follow.
        ~outcome,
        snapshot_calibration=np.arange(1000) % 2,
        feature_names=NAMES,
        # The data say that the first raises and the second lowers; imposed is the contrary of the second.
        monotone=(1, 1),
        parameters=LightGBMParameters(n_rounds=40, learning_rate=0.1, n_seeds=1, start_share=start_share),
        seed=5,
        n_threads=1,
    )
    grid = np.linspace(-3, 3, 50)

    for column in (0, 1):
        moved = np.zeros((50, 2))
        moved[:, column] = grid
        assert (np.diff(model.predict(moved)) >= 0).all()
    assert model.start is None or model.start.logistic.coefficients[1] == 0
