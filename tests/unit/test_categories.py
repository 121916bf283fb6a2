"""Categories: words through trees, logistic, Cox and hazard, into files and back, into drift and effects."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tenure.categories import n_words, numbers, one_hot, vocabularies
from tenure.drift import DriftReference, build_reference, measure
from tenure.errors import EstimationError, PackageError
from tenure.estimators.cox import CoxModel, fit_cox
from tenure.estimators.gradient_boosting import fit_gradient_boosting
from tenure.estimators.hazard import HazardModel, fit_hazard
from tenure.estimators.hazard_calibration import calibrate_hazard
from tenure.estimators.kaplan_meier import fit_kaplan_meier
from tenure.estimators.logistic import LogisticModel, fit_logistic
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.brier import integrated_brier_score
from tenure.evaluation.effects import feature_effects
from tenure.parameters import LightGBMParameters

NAMES = ("plan", "price")
WORDS = {"plan": ("basic", "family", "student", "trial")}
COUNTS = n_words(NAMES, WORDS)
# The order of the words says nothing of the chances, so that a model which read them as numbers would fail.
CHANCE = np.array([0.1, 0.8, 0.2, 0.7])
PARAMETERS = LightGBMParameters(n_rounds=60, learning_rate=0.1, num_leaves=7, min_data_in_leaf=20)


def sample(n: int = 3_000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs with a word in twenty unknown, the chance of each row, and what happened."""
    rng = np.random.default_rng(seed)
    plan = rng.integers(0, 4, n)
    X = np.column_stack([np.where(rng.random(n) < 0.05, np.nan, plan), rng.gamma(2.0, 2.0, n)])
    return X, CHANCE[plan], rng.random(n) < CHANCE[plan]


def test_words_become_their_places_and_what_is_rare_unseen_or_missing_becomes_unknown():
    """Rows are counted by customer: one with many rows makes no word frequent."""
    column = ["b"] * 12 + ["a"] * 11 + ["rare"] * 30 + [None]
    customers = [*map(str, range(23)), *["one"] * 30, "x"]
    fit = pa.table({"customer_id": customers, "plan": column, "price": [1.0] * 54})

    found = vocabularies(fit, NAMES)
    later = pa.table({"plan": pa.array(["b", "a", "rare", "new", None]).dictionary_encode(), "price": [1, 2, 3, 4, None]})

    assert found == {"plan": ("a", "b")}
    np.testing.assert_array_equal(numbers(later, NAMES, found), [[1, 1], [0, 2], [np.nan, 3], [np.nan, 4], [np.nan, np.nan]])
    assert (n_words(NAMES, found), n_words(NAMES, {})) == ((2, None), ())
    with pytest.raises(PackageError, match=r"inputs \['price'\] hold words where the model knows numbers"):
        numbers(pa.table({"plan": ["a"], "price": ["b"]}), NAMES, found)


def test_every_word_has_a_column_of_its_own_in_a_linear_model():
    """Of who is unknown all are zero; without categories nothing is touched."""
    X = np.array([[2.0, 5.0], [np.nan, 6.0]])

    columns, owner = one_hot(X, (3, None))

    np.testing.assert_array_equal(columns, [[0, 0, 1, 5], [0, 0, 0, 6]])
    assert owner.tolist() == [0, 0, 0, 1]
    assert one_hot(X, ())[0] is X


def test_trees_and_logistic_learn_what_each_word_means():
    """Both rank by the words, and what they wrote is read back as it was."""
    X, chance, y = sample()
    trees = fit_gradient_boosting(
        X, y, feature_names=NAMES, monotone=(0, 1), parameters=PARAMETERS, seed=1, n_threads=1, n_words=COUNTS
    )
    logistic = fit_logistic(X, y, feature_names=NAMES, n_words=COUNTS)
    again = type(trees).from_files(trees.to_files()), LogisticModel.from_json(logistic.to_json())

    known = ~np.isnan(X[:, 0])
    for model, read in zip((trees, logistic), again, strict=True):
        margin = model.margin(X)
        # Any two plans are ordered as their chances are, and rows without a known plan lie between.
        means = [margin[X[:, 0] == place].mean() for place in range(4)]
        assert np.argsort(means).tolist() == np.argsort(CHANCE).tolist()
        assert min(means) < margin[~known].mean() < max(means)
        assert np.corrcoef(margin[known], chance[known])[0, 1] > 0.95
        np.testing.assert_array_equal(read.margin(X), margin)
    assert logistic.contributions(X).shape == X.shape
    np.testing.assert_allclose(logistic.contributions(X).sum(axis=1) + logistic.intercept, logistic.margin(X))


def test_a_direction_is_refused_where_words_have_no_order():
    """Before LightGBM ends in words of its own."""
    X, _, y = sample(200)

    with pytest.raises(EstimationError, match=r"The words of \['plan'\] have no order"):
        fit_gradient_boosting(
            X, y, feature_names=NAMES, monotone=(1, 0), parameters=PARAMETERS, seed=1, n_threads=1, n_words=COUNTS
        )


def test_hazard_and_cox_learn_words_of_an_event_that_can_come_on_any_day():
    """From the first day on; both beat one curve for everybody, and are read back to the bit."""
    X, chance, _ = sample()
    event_at = np.random.default_rng(5).geometric(0.05 * chance)
    outcome = SurvivalOutcome(np.minimum(event_at, 60), event_at <= 60)
    hazard = fit_hazard(
        X, outcome, feature_names=NAMES, recency_index=None, quiet_days=0, parameters=PARAMETERS, monotone=(0, 0), seed=1,
        n_threads=1, n_words=COUNTS,
    )  # fmt: skip
    hazard = calibrate_hazard(hazard, X, outcome, customer=np.arange(len(X)), last_day=60, seed=0)
    cox = fit_cox(X, outcome, feature_names=NAMES, n_words=COUNTS)
    days = range(1, 61)

    truth = (1 - 0.05 * chance[:, None]) ** np.arange(1, 61)
    alike = fit_kaplan_meier(outcome).survival(X, days)
    best, worst = (integrated_brier_score(curve, outcome) for curve in (truth, alike))
    known = ~np.isnan(X[:, 0])
    for model, read in ((hazard, HazardModel.from_files(hazard.to_files())), (cox, CoxModel.from_files(cox.to_files()))):
        curve = model.survival(X, days)
        assert (curve[:, 0] < 1).all()
        assert integrated_brier_score(curve, outcome) < best + 0.3 * (worst - best)
        assert np.abs(curve[known].mean(axis=0) - truth[known].mean(axis=0)).max() < 0.03
        np.testing.assert_array_equal(read.survival(X, days), curve)
    assert cox.contributions(X).shape == X.shape
    assert hazard.contributions(X[:20], horizon_days=30).shape == (20, 2)


def test_drift_counts_each_word_and_effects_name_them():
    """A word that comes up more often moves the index; one that training never saw is counted among the unknown."""
    X, _, y = sample()
    trees = fit_gradient_boosting(
        X, y, feature_names=NAMES, monotone=(0, 0), parameters=PARAMETERS, seed=1, n_threads=1, n_words=COUNTS
    )
    reference = build_reference(X, y.astype(float), names=NAMES, words=WORDS)
    more = X.copy()
    more[:1_000, 0] = 3.0

    moved, still = (measure(reference, rows, y, day=date(2020, 1, 1)).shifts[0].psi for rows in (more, X))
    effect = next(
        e for e in feature_effects(
            trees.margin, X, feature_names=NAMES, gain_rate=np.array([0.9, 0.1]), seed=0, words=WORDS
        ) if e.feature == "plan"
    )  # fmt: skip

    plan = reference.inputs[0]
    assert (plan.words, len(plan.counts), plan.counts[-1]) == (WORDS["plan"], 5, int(np.isnan(X[:, 0]).sum()))
    assert plan.counts[:4] == tuple(int((X[:, 0] == place).sum()) for place in range(4))
    assert (still, moved > 0.1) == (0.0, True)
    assert DriftReference.from_json(reference.to_json()) == reference
    assert effect.words == WORDS["plan"]
    assert np.argsort(effect.mean_prediction).tolist() == np.argsort(CHANCE).tolist()
