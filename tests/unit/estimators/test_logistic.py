"""The logistic baseline: its table alone predicts what scikit-learn predicts."""

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from tenure.errors import PackageError
from tenure.estimators.calibration import inverse_logit
from tenure.estimators.logistic import LogisticModel, fit_logistic

NAMES = ("spend_cents", "n_days", "constant")


def simulated(n_rows: int = 2000, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """A long-tailed amount, a signed count, a column that never varies; a tenth is missing."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.exp(rng.normal(5, 2, n_rows)), rng.normal(0, 3, n_rows), np.full(n_rows, 4.0)])
    y = rng.random(n_rows) < inverse_logit(0.6 * np.log1p(X[:, 0]) - 3 - 0.5 * X[:, 1])
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


def test_the_table_predicts_what_scikit_learn_predicts() -> None:
    """The same transformation and penalty, written with the library's own pipeline, gives the same probabilities."""
    X, y = simulated()
    library = make_pipeline(
        FunctionTransformer(lambda x: np.sign(x) * np.log1p(np.abs(x))),
        SimpleImputer(strategy="median"),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=3000, tol=1e-8),
    ).fit(X, y)

    model = fit_logistic(X, y, feature_names=NAMES, inverse_penalty=0.1)

    np.testing.assert_allclose(model.predict(X), library.predict_proba(X)[:, 1], atol=1e-9)


def test_a_table_read_back_predicts_the_same_bits() -> None:
    """JSON keeps every digit of a float."""
    X, y = simulated()
    model = fit_logistic(X, y, feature_names=NAMES)

    again = LogisticModel.from_json(model.to_json())

    assert again == model
    assert (again.predict(X) == model.predict(X)).all()


def test_contributions_sum_to_the_margin() -> None:
    """On standardised inputs the average row has no contribution, and the intercept is the rest."""
    X, y = simulated()
    model = fit_logistic(X, y, feature_names=NAMES)

    np.testing.assert_allclose(model.contributions(X).sum(axis=1) + model.intercept, model.margin(X), atol=1e-12)


def test_recalibration_meets_a_shifted_event_rate_and_keeps_the_order() -> None:
    """The baseline gets the later window too; otherwise a comparison of probabilities would be rigged."""
    X, y = simulated()
    later, rarer = simulated(seed=9)
    rarer = rarer & (np.random.default_rng(1).random(len(rarer)) < 0.5)

    model = fit_logistic(X, y, feature_names=NAMES)
    adjusted = model.recalibrated(later, rarer)

    assert adjusted.predict(later).mean() == pytest.approx(rarer.mean(), abs=0.005)
    assert (np.argsort(adjusted.margin(later)) == np.argsort(model.margin(later))).all()


def test_nothing_is_taken_from_a_column_without_any_value() -> None:
    """Not then, and not once it has values; what else is there counts as it would without the column."""
    X, y = simulated()
    X[:, 1] = np.nan
    later = X.copy()
    later[:, 1] = 7.0

    model = fit_logistic(X, y, feature_names=NAMES)

    assert (model.predict(later) == model.predict(X)).all()
    without = fit_logistic(X[:, [0, 2]], y, feature_names=(NAMES[0], NAMES[2]))
    np.testing.assert_allclose(model.predict(X), without.predict(X[:, [0, 2]]), atol=1e-9)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"feature_names": []}'])
def test_what_is_not_a_table_of_coefficients_is_refused(content: bytes) -> None:
    """A damaged file is an error, not another model."""
    with pytest.raises(PackageError, match="table of coefficients"):
        LogisticModel.from_json(content)


def test_a_table_whose_columns_differ_in_length_is_refused() -> None:
    """A coefficient without its feature would be applied to another."""
    X, y = simulated()
    content = fit_logistic(X, y, feature_names=NAMES).to_json().replace(b'"n_days",', b"")

    with pytest.raises(PackageError, match="differ in length"):
        LogisticModel.from_json(content)
