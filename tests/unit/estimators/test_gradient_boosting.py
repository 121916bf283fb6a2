"""Boosted trees: the same bytes whatever the machine does, nothing of a customer in them, contributions that add up."""

import numpy as np
import pytest

from tenure.errors import EstimationError, PackageError
from tenure.estimators.gradient_boosting import GradientBoosting, fit_gradient_boosting
from tenure.parameters import LightGBMParameters

NAMES = ("recency_days", "n_days", "noise")
SMALL = LightGBMParameters(n_rounds=20, min_data_in_leaf=20)


def simulated(n_rows: int = 1500, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Inputs with gaps, and an outcome that the first raises and the second lowers."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 3))
    y = rng.random(n_rows) < 1 / (1 + np.exp(-(1.5 * X[:, 0] - X[:, 1] - 1)))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


def fitted(**changes: object) -> GradientBoosting:
    """A small model of the simulated outcome."""
    X, y = simulated()
    options = {"feature_names": NAMES, "monotone": (1, -1, 0), "parameters": SMALL, "seed": 7, "n_threads": 2, **changes}
    return fit_gradient_boosting(X, y, **options)  # type: ignore[arg-type]


def test_the_bytes_do_not_depend_on_the_number_of_threads() -> None:
    """A model refitted on another machine has the digest it had on the first."""
    assert fitted(n_threads=1).to_files() == fitted(n_threads=2).to_files()


def test_another_seed_gives_another_model() -> None:
    """The seed reaches the samples of rows and columns; otherwise averaging over seeds would average copies."""
    assert fitted(seed=7).texts != fitted(seed=8).texts


def test_a_model_read_back_from_its_files_predicts_the_same_bits() -> None:
    """What was tested is what serves."""
    model, (X, _) = fitted(), simulated()

    again = GradientBoosting.from_files(model.to_files())

    assert again == model
    assert (again.margin(X) == model.margin(X)).all()
    assert (again.contributions(X[:50]) == model.contributions(X[:50])).all()


def test_the_text_holds_no_value_of_a_customer() -> None:
    """A threshold lies between two values; the largest amount that anyone spent must not travel with the model."""
    X, y = simulated()
    X[17, 0], X[18, 1] = 98765.4321, -4321.98765

    model = fit_gradient_boosting(X, y, feature_names=NAMES, monotone=(0, 0, 0), parameters=SMALL, seed=7, n_threads=2)

    assert "98765" not in model.texts[0]
    assert "4321.9" not in model.texts[0]


def test_contributions_add_up_to_the_distance_from_the_average_row() -> None:
    """TreeSHAP is exact: what they leave of the margin is the average row's, the same for every row."""
    model, (X, _) = fitted(), simulated()

    left = model.margin(X[:100]) - model.contributions(X[:100]).sum(axis=1)

    np.testing.assert_allclose(left, left[0], atol=1e-9)
    assert model.margin(X).std() > 0.1


def test_a_feature_that_may_only_raise_the_margin_never_lowers_it() -> None:
    """The constraint holds everywhere, not on average."""
    model = fitted()
    X = np.tile(np.array([0.0, 0.3, -0.2]), (200, 1))
    X[:, 0] = np.linspace(-4, 4, 200)

    margin = model.margin(X)

    assert (np.diff(margin) >= 0).all()
    assert margin[-1] > margin[0]


def test_several_seeds_are_averaged_on_the_log_odds_scale() -> None:
    """The average of the parts is the whole, so contributions may be averaged as well."""
    X, _ = simulated()
    model = fitted(parameters=LightGBMParameters(n_rounds=20, min_data_in_leaf=20, n_seeds=2))
    parts = [GradientBoosting(feature_names=NAMES, texts=(text,)).margin(X) for text in model.texts]

    assert len(model.texts) == 2
    np.testing.assert_allclose(model.margin(X), np.mean(parts, axis=0), atol=1e-12)


def test_gain_is_shared_among_the_features_that_matter() -> None:
    """Shares sum to one, and noise gets the least."""
    gain = fitted().gain_rate()

    assert gain.sum() == pytest.approx(1.0)
    assert gain.argmin() == 2


def test_an_outcome_that_never_varies_is_refused() -> None:
    """Nothing can be learnt from one outcome only."""
    X, y = simulated()

    with pytest.raises(EstimationError, match="found 0 with it among 1500"):
        fit_gradient_boosting(X, np.zeros_like(y), feature_names=NAMES, monotone=(0, 0, 0), parameters=SMALL, seed=1, n_threads=1)


def test_infinity_is_refused_by_the_feature_s_name() -> None:
    """A ratio over zero is a mistake in a feature, and the message says in which."""
    X, _ = simulated()
    X[4, 1] = np.inf

    with pytest.raises(EstimationError, match="infinity in \\['n_days'\\]"):
        fitted().margin(X)


def test_an_array_with_other_columns_is_refused() -> None:
    """Columns are known by place, so their number at least must fit."""
    X, _ = simulated()

    with pytest.raises(EstimationError, match="3 columns"):
        fitted().margin(X[:, :2])


def test_a_missing_booster_is_noticed() -> None:
    """Half of an averaged model would predict, and wrongly."""
    files = fitted(parameters=LightGBMParameters(n_rounds=5, n_seeds=2)).to_files()
    del files["booster_1.txt"]

    with pytest.raises(PackageError, match="without a gap"):
        GradientBoosting.from_files(files)


def test_what_is_not_a_booster_is_refused() -> None:
    """A damaged package is named as such before anything is parsed."""
    with pytest.raises(PackageError, match="LightGBM's text format"):
        GradientBoosting.from_files({"booster_1.txt": b"not a tree"})
