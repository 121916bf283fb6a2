"""Evaluation of a propensity model: every figure has an interval and a baseline, and better is told from worse."""

from datetime import date

import numpy as np
import pytest

from tenure.errors import EstimationError
from tenure.estimators.calibration import inverse_logit
from tenure.evaluation.capacity import top_band
from tenure.evaluation.effects import feature_effects
from tenure.evaluation.propensity import compare_with_champion, evaluate_propensity
from tenure.evaluation.records import NOISE_FLOOR, ChampionComparison, Evaluation

N_CUSTOMERS, DAYS = 500, np.array(["2017-08-20", "2017-08-27", "2017-09-03"], dtype="datetime64[D]")
CUSTOMER, AS_OF = np.tile(np.arange(N_CUSTOMERS), 3), np.repeat(DAYS, N_CUSTOMERS)


def rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, the true probabilities, and a noisier view of them."""
    rng = np.random.default_rng(seed)
    margin = np.tile(rng.normal(-1, 1.5, N_CUSTOMERS), 3)
    y = rng.random(len(margin)) < inverse_logit(margin)
    return y, inverse_logit(margin), inverse_logit(0.6 * (margin + 1) - 1 + rng.normal(0, 1, len(margin)))


def evaluated() -> Evaluation:
    """The true probabilities, evaluated next to the noisy ones."""
    y, score, noisy = rows()
    return evaluate_propensity(
        y,
        score,
        [("logistic regression", noisy)],
        customer=CUSTOMER,
        as_of=AS_OF,
        known_until=date(2017, 10, 1),
        seed=1,
        n_resamples=200,
    )


def test_the_rows_are_described() -> None:
    """Days, customers and events are counted, not typed."""
    evaluation = evaluated()

    assert (evaluation.test_from, evaluation.test_to) == (date(2017, 8, 20), date(2017, 9, 3))
    assert (evaluation.n_rows, evaluation.n_customers) == (1500, 500)
    assert evaluation.n_events == int(rows()[0].sum())


def test_every_metric_has_an_interval_that_holds_it_and_a_baseline() -> None:
    """Never a number without its interval and its baseline."""
    for metric in evaluated().metrics:
        for found in (metric.estimate, metric.baselines[0][1]):
            assert found.low is not None, metric.name
            assert found.high is not None, metric.name
            assert found.low <= found.value <= found.high, metric.name
        assert metric.baselines[0][0] == "logistic regression"


def test_the_true_probabilities_beat_noisy_ones_in_every_direction() -> None:
    """A difference is model minus baseline: above zero where higher is better, below where lower is."""
    for metric in evaluated().metrics:
        if metric.name in ("roc_auc", "average_precision", "brier_skill", "precision_top_band", "lift_top_band"):
            assert metric.better == "higher"
            assert metric.difference is not None, metric.name
            assert metric.difference.low is not None, metric.name
            assert metric.difference.low > 0, metric.name
        if metric.name in ("brier_score", "log_loss"):
            assert metric.better == "lower"
            assert metric.difference is not None
            assert metric.difference.high is not None
            assert metric.difference.high < 0


def test_the_true_probabilities_are_calibrated() -> None:
    """Slope one and shift zero lie in their intervals, and the error is about what chance leaves."""
    evaluation = evaluated()
    slope, shift = evaluation.metric("calibration_slope").estimate, evaluation.metric("calibration_intercept").estimate
    error = evaluation.metric("expected_calibration_error")

    assert slope.low is not None
    assert slope.high is not None
    assert slope.low < 1 < slope.high
    assert shift.low is not None
    assert shift.high is not None
    assert shift.low < 0 < shift.high
    floor = dict(error.baselines)[NOISE_FLOOR]
    assert error.estimate.value < 2.5 * floor.value


def test_calibration_bins_hold_every_row_once_and_rise() -> None:
    """Ten bins of like size, ordered by what was predicted."""
    bins = evaluated().calibration

    assert sum(b.n_rows for b in bins) == 1500
    assert {b.n_rows for b in bins} == {150}
    assert [b.predicted for b in bins] == sorted(b.predicted for b in bins)


def test_lift_ends_at_everyone() -> None:
    """Selecting all finds all events, at the event rate; on the way, more is found by selecting more."""
    evaluation = evaluated()
    captured = [p.captured_rate for p in evaluation.lift]

    assert captured == sorted(captured)
    assert evaluation.lift[-1].captured_rate == 1.0
    assert evaluation.lift[-1].event_rate.value == pytest.approx(evaluation.n_events / evaluation.n_rows)


def test_the_top_band_is_taken_within_each_day_and_never_exceeds_its_share() -> None:
    """A campaign selects today's customers; ties in the last place do not swell it."""
    score = np.concatenate([np.full(30, 0.9), np.linspace(0, 0.5, 50)])
    as_of = np.repeat(DAYS[:2], [30, 50])

    band = top_band(score, as_of, 0.10)

    assert band[:30].sum() == 3
    assert band[30:].sum() == 5
    assert score[30:][band[30:]].min() > score[30:][~band[30:]].max()


def compared(metric: str) -> ChampionComparison:
    """The true probabilities against the noisy ones as champion."""
    y, score, noisy = rows()
    return compare_with_champion(
        y, score, noisy, metric=metric, champion_version=3, champion_digest="d", customer=CUSTOMER, seed=1, n_resamples=200
    )


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss", "brier_score", "average_precision"])
def test_a_better_challenger_has_a_positive_difference_whichever_way_the_metric_runs(metric: str) -> None:
    """The gate reads one sign."""
    difference = compared(metric).difference

    assert difference.low is not None
    assert difference.low > 0


def test_a_challenger_equal_to_the_champion_differs_by_nothing() -> None:
    """On the same rows and draws, no noise is left."""
    y, score, _ = rows()
    found = compare_with_champion(
        y, score, score, metric="roc_auc", champion_version=3, champion_digest="d", customer=CUSTOMER, seed=1, n_resamples=50
    )

    assert (found.difference.value, found.difference.low, found.difference.high) == (0.0, 0.0, 0.0)


def test_a_metric_without_a_direction_cannot_compare_two_models() -> None:
    """A slope of 1.1 is neither above nor below one of 0.9."""
    with pytest.raises(EstimationError, match="calibration_slope"):
        compared("calibration_slope")


def test_scores_that_are_no_probabilities_are_refused() -> None:
    """Margins evaluated as probabilities would give figures without meaning."""
    y, score, _ = rows()

    with pytest.raises(EstimationError, match="probabilities from 0 to 1 from the model"):
        evaluate_propensity(y, score * 3, [], customer=CUSTOMER, as_of=AS_OF, known_until=date(2017, 10, 1), seed=1)


def test_test_rows_without_any_event_are_refused() -> None:
    """No figure on this page is defined for them."""
    y, score, _ = rows()

    with pytest.raises(EstimationError, match="found 0 with it among 1500"):
        evaluate_propensity(np.zeros_like(y), score, [], customer=CUSTOMER, as_of=AS_OF, known_until=date(2017, 10, 1), seed=1)


def test_the_effect_of_a_feature_is_the_curve_of_the_model() -> None:
    """Where the prediction is a sum, partial dependence is the summand, up to a constant; useless features are not shown."""
    X = np.random.default_rng(0).normal(size=(2000, 3))

    effects = feature_effects(
        lambda X: 2 * X[:, 0] - X[:, 1], X, feature_names=("a", "b", "c"), gain_rate=np.array([0.3, 0.7, 0.0]), seed=1
    )

    assert [e.feature for e in effects] == ["b", "a"]
    np.testing.assert_allclose(np.diff(effects[1].mean_prediction), 2 * np.diff(effects[1].values))
    assert min(effects[1].values) > X[:, 0].min()
