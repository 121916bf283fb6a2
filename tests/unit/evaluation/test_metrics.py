"""Weighted metrics: scikit-learn's figures for any weights, for many draws at once."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from tenure.estimators.calibration import inverse_logit
from tenure.evaluation import metrics
from tenure.evaluation.bootstrap import Statistic


def rows(n_rows: int = 600, *, ties: bool = False, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and probabilities; with ties, probabilities of one digit."""
    rng = np.random.default_rng(seed)
    score = inverse_logit(rng.normal(-1, 1.5, n_rows))
    y = rng.random(n_rows) < score
    return y, np.round(score, 1) if ties else score


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.roc_auc, roc_auc_score),
        (metrics.average_precision, average_precision_score),
        (metrics.brier_score, brier_score_loss),
        (metrics.log_loss, log_loss),
    ],
)
def test_every_draw_is_scikit_learn_s_figure_with_those_weights(
    ours: Callable[[np.ndarray, np.ndarray], Statistic], theirs: Callable[..., float], ties: bool
) -> None:
    """Ties, repeated rows and rows left out included."""
    y, score = rows(ties=ties)
    weights = np.random.default_rng(1).integers(0, 4, size=(5, len(y))).astype(float)

    expected = [theirs(y, score, sample_weight=w) for w in weights]

    np.testing.assert_allclose(ours(y, score)(weights), expected, rtol=1e-10)


def test_a_draw_without_events_defines_no_ranking() -> None:
    """It is left out of the interval instead of counting as zero."""
    y, score = rows()
    weights = np.vstack([np.ones(len(y)), ~y]).astype(float)

    assert np.isnan(metrics.roc_auc(y, score)(weights)).tolist() == [False, True]
    assert np.isnan(metrics.average_precision(y, score)(weights)).tolist() == [False, True]


def test_calibration_error_of_equal_mass_bins_by_hand() -> None:
    """Ten bins of two rows; in each the gap is that of its means."""
    score = np.linspace(0.05, 0.95, 20)
    y = np.arange(20) % 2 == 0

    expected = np.mean([abs(score[i : i + 2].mean() - 0.5) for i in range(0, 20, 2)])

    found = metrics.expected_calibration_error(y, score)(np.ones((1, 20)))
    np.testing.assert_allclose(found, [expected])


def test_calibration_slope_is_the_coefficient_of_a_plain_logistic_regression() -> None:
    """On every draw, to six digits, although only a few steps of Newton's method are taken."""
    y, score = rows(3000, seed=4)
    x = 1.7 * metrics.log_odds(score) + 0.4
    weights = np.random.default_rng(2).integers(0, 4, size=(4, len(y))).astype(float)
    library = [
        LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x[:, None], y, sample_weight=w).coef_[0, 0] for w in weights
    ]

    found = metrics.calibration_slope(y, inverse_logit(x))(weights)

    np.testing.assert_allclose(found, library, rtol=1e-5)
    np.testing.assert_allclose(found, 1 / 1.7, atol=0.1)


def test_calibration_intercept_is_the_shift_that_was_put_in() -> None:
    """Log-odds one too low need one more."""
    y, score = rows(20_000, seed=5)

    found = metrics.calibration_intercept(y, inverse_logit(metrics.log_odds(score) - 1))(np.ones((1, len(y))))

    # At the shift, predicted and observed numbers of events are equal: that is the likelihood equation.
    predicted = inverse_logit(metrics.log_odds(score) - 1 + found[0]).sum()
    assert predicted == pytest.approx(y.sum(), rel=1e-9)
    assert found[0] == pytest.approx(1.0, abs=0.1)


def test_a_slope_that_does_not_exist_is_undefined_not_huge() -> None:
    """A score that separates the outcomes has no finite slope."""
    score = np.linspace(0.1, 0.9, 50)

    assert np.isnan(metrics.calibration_slope(score > 0.5, score)(np.ones((1, 50)))).all()


def test_skill_is_zero_for_the_event_rate_and_one_for_the_truth() -> None:
    """The scale's two ends."""
    y, _ = rows()
    once = np.ones((1, len(y)))

    np.testing.assert_allclose(metrics.brier_skill(y, np.full(len(y), y.mean()))(once), [0.0], atol=1e-12)
    np.testing.assert_allclose(metrics.brier_skill(y, y.astype(float))(once), [1.0])
