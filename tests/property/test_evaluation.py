"""Evaluation, for any scores: metrics see order or probability and nothing else, and calibrators keep the order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from tenure.estimators.calibration import fit_isotonic, fit_platt, inverse_logit
from tenure.evaluation import metrics
from tenure.evaluation.capacity import top_band

# Few different scores, so that ties are common.
labelled = st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 3)), min_size=4, max_size=60).filter(
    lambda rows: {y for y, _, weight in rows if weight} == {False, True}
)
Rows = list[tuple[bool, int, int]]


def columns(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, score and weights."""
    y, tenths, weight = (np.array(column) for column in zip(*rows, strict=True))
    return y, tenths / 10, weight.astype(float)


@given(rows=labelled)
def test_a_weight_of_two_is_a_row_twice_and_a_weight_of_none_is_no_row(rows: Rows) -> None:
    """That is what lets weights stand for draws; ties and all, it is scikit-learn's figure on the repeated rows."""
    y, score, weight = columns(rows)
    repeated = np.repeat(np.arange(len(y)), weight.astype(int))

    auc = metrics.roc_auc(y, score)(weight[None])[0]
    precision = metrics.average_precision(y, score)(weight[None])[0]

    assert auc == pytest.approx(roc_auc_score(y[repeated], score[repeated]))
    assert precision == pytest.approx(average_precision_score(y[repeated], score[repeated]))


@given(rows=labelled)
def test_the_order_of_rows_changes_no_metric(rows: Rows) -> None:
    """Ties included; equal-mass bins alone must cut somewhere, and are left out."""
    y, score, weight = columns(rows)
    back = np.arange(len(y))[::-1]
    for metric in (metrics.roc_auc, metrics.average_precision, metrics.brier_score, metrics.log_loss, metrics.brier_skill):
        forward = metric(y, score)(weight[None])
        np.testing.assert_allclose(metric(y[back], score[back])(weight[back][None]), forward, rtol=1e-9, atol=1e-12)


@given(rows=labelled)
def test_a_rising_transformation_of_the_score_changes_no_ranking_metric(rows: Rows) -> None:
    """Ranking metrics read the order alone."""
    y, score, weight = columns(rows)
    for metric in (metrics.roc_auc, metrics.average_precision):
        np.testing.assert_allclose(metric(y, score**3)(weight[None]), metric(y, score)(weight[None]))


@given(rows=labelled)
def test_auc_of_the_opposite_score_is_the_rest_to_one(rows: Rows) -> None:
    """Ties count half, so nothing is lost."""
    y, score, weight = columns(rows)

    there, back = metrics.roc_auc(y, score)(weight[None]), metrics.roc_auc(y, -score)(weight[None])

    np.testing.assert_allclose(there + back, 1.0)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), n_rows=st.integers(5, 200))
def test_calibrators_rise_and_stay_between_zero_and_one(seed: int, n_rows: int) -> None:
    """Isotonic always; Platt wherever the margin points the right way."""
    rng = np.random.default_rng(seed)
    margin = rng.normal(0, 2, n_rows)
    y = rng.random(n_rows) < inverse_logit(margin)
    new = np.linspace(-30, 30, 101)

    isotonic, platt = fit_isotonic(margin, y).probability(new), fit_platt(margin, y)

    assert (np.diff(isotonic) >= 0).all()
    assert ((isotonic > 0) & (isotonic < 1)).all()
    assert (np.sign(np.diff(platt.probability(new))) * np.sign(platt.slope) >= 0).all()


@given(scores=st.lists(st.integers(0, 5), min_size=1, max_size=100), rate=st.floats(0.01, 1.0))
def test_the_top_band_holds_its_share_and_nobody_below_anyone_outside(scores: list[int], rate: float) -> None:
    """Rounded up to whole customers; nobody left out scores above one who is in."""
    score = np.array(scores, dtype=float)

    band = top_band(score, np.zeros(len(score)), rate)

    assert rate * len(score) - 1e-6 <= band.sum() < rate * len(score) + 1
    assert band.all() or score[band].min() >= score[~band].max()
