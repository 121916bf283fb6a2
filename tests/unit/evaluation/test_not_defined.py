"""Figures that the test rows do not define: each says why, survives a round trip, and stops no gate and no card."""

from datetime import date, timedelta

import numpy as np
import pytest

from tenure.canonical import record_reader
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.propensity import evaluate_propensity
from tenure.evaluation.records import NO_INTERVAL, Evaluation, NotDefined
from tenure.evaluation.survival import evaluate_survival

N = 400
RNG = np.random.default_rng(0)
EVENT = RNG.random(N) < 0.2
NOISE = np.clip(RNG.random(N), 0.01, 0.99)
EQUAL, SEPARATING, CERTAIN = np.full(N, 0.2), np.where(EVENT, 0.9, 0.1), EVENT.astype(float)


def evaluated(score: np.ndarray, baseline: np.ndarray, event: np.ndarray = EVENT) -> Evaluation:
    """Scores beside those of a baseline, on one day."""
    return evaluate_propensity(
        event,
        score,
        (("logistic regression", baseline),),
        customer=np.arange(len(event)),
        as_of=np.full(len(event), np.datetime64("2020-06-01")),
        known_until=date(2020, 7, 1),
        seed=1,
        n_resamples=50,
    )


@pytest.mark.parametrize(
    ("score", "baseline"),
    [(EQUAL, NOISE), (SEPARATING, NOISE), (CERTAIN, NOISE), (NOISE, EQUAL), (NOISE, SEPARATING), (NOISE, CERTAIN)],
)
def test_an_evaluation_without_some_figures_is_read_back_as_it_was_written(score: np.ndarray, baseline: np.ndarray) -> None:
    """Equal scores and scores that part the outcomes define no slope, of the model or of a baseline; the rest is measured."""
    evaluation, reader = evaluated(score, baseline), record_reader(Evaluation)

    assert reader.validate_json(reader.dump_json(evaluation)) == evaluation
    assert b"NaN" not in reader.dump_json(evaluation)
    assert evaluation.metric("roc_auc").difference is not None
    assert isinstance(evaluation.metric("brier_score").estimate.value, float)


def test_the_reason_is_that_of_the_scores() -> None:
    """What a reader is told differs for a model that says the same of everybody and one that is never wrong."""
    flat, perfect = (evaluated(score, NOISE).metric("calibration_slope").estimate for score in (EQUAL, SEPARATING))

    assert str(flat.value) == "not defined, because every row has the same score"
    assert str(perfect.value).startswith("not defined, because the scores part rows with the event from rows without")
    assert flat.why_no_interval == flat.value


def test_a_baseline_without_a_figure_is_named_beside_the_models_own() -> None:
    """The baseline's slope is not defined; the model's is."""
    slope = evaluated(NOISE, EQUAL).metric("calibration_slope")

    assert isinstance(slope.estimate.value, float)
    assert dict(slope.baselines)["logistic regression"].value == NotDefined(because="every row has the same score")


def test_ten_customers_are_measured_as_far_as_they_go() -> None:
    """Ten bins of one customer and bands of one or two: shares of very few, where half of them may never be drawn."""
    event = np.arange(10) % 3 == 0

    evaluation = evaluated(np.linspace(0.1, 0.9, 10), np.full(10, 0.4), event)

    assert [b.n_rows for b in evaluation.calibration] == [1] * 10
    assert all(isinstance(p.event_rate.value, float) for p in evaluation.lift)
    assert evaluation.lift[5].event_rate.why_no_interval == NO_INTERVAL


def test_a_survival_model_of_customers_who_all_stay_has_no_order_and_no_lift() -> None:
    """With no event by the horizon, c-index, skill and lift have no value; calibration and Brier score have."""
    n, last_day = 60, 14
    curve = np.tile(np.linspace(0.99, 0.8, last_day), (n, 1))
    evaluation = evaluate_survival(
        curve,
        SurvivalOutcome(np.full(n, 20), np.zeros(n, dtype=bool)),
        kaplan_meier=np.ones((n, last_day)),
        cox=curve,
        customer=np.arange(n),
        as_of=np.full(n, np.datetime64("2020-06-01")),
        known_until=date(2020, 6, 1) + timedelta(days=20),
        horizons_days=(7, 14),
        score_horizon_days=14,
        seed=1,
        n_resamples=20,
    )

    reasons = {m.name: str(m.estimate.value) for m in evaluation.metrics if isinstance(m.estimate.value, NotDefined)}
    assert set(reasons) == {"uno_c", "harrell_c", "ibs_skill_over_kaplan_meier", "lift_top_band"}
    assert reasons["lift_top_band"] == "not defined, because nobody has the event by day 14"
    assert evaluation.lift[-1].captured_rate == NotDefined(because="nobody has the event by day 14")
    assert record_reader(Evaluation).validate_json(record_reader(Evaluation).dump_json(evaluation)) == evaluation
