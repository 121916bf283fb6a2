"""Every survival curve starts at one and never rises, whatever the inputs; a row's curve does not depend on the others."""

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.estimators.cox import fit_cox
from tenure.estimators.curves import SurvivalModel
from tenure.estimators.hazard import HazardCalibration, HazardModel, fit_hazard
from tenure.estimators.kaplan_meier import fit_kaplan_meier
from tenure.estimators.outcome import SurvivalOutcome
from tenure.parameters import LightGBMParameters

NAMES = ("recency_days", "rate")
PARAMETERS = LightGBMParameters(n_rounds=15, min_data_in_leaf=20, learning_rate=0.2)

customers = st.lists(st.tuples(st.integers(1, 28), st.one_of(st.just(np.nan), st.floats(-1e6, 1e6))), min_size=1, max_size=8).map(
    lambda rows: np.array(rows, dtype=float)
)


@cache
def models() -> tuple[HazardModel, tuple[SurvivalModel, ...]]:
    """The hazard model, and all models, fitted to one small sample of possible outcomes."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(1, 29, 800), rng.random(800)]).astype(float)
    on_first = rng.random(800) < 0.4 * (1 - X[:, 1])
    later = 28 + rng.geometric(0.01 + 0.02 * X[:, 1])
    time = np.where(on_first, 29 - X[:, 0], later).astype(int)
    outcome = SurvivalOutcome(np.minimum(time, 70), time <= 70)
    hazard = fit_hazard(
        X, outcome, feature_names=NAMES, recency_index=0, quiet_days=28, parameters=PARAMETERS,
        monotone=(0, 0), seed=0, n_threads=1,
    )  # fmt: skip
    return hazard, (hazard, fit_cox(X, outcome, feature_names=NAMES), fit_kaplan_meier(outcome))


@settings(max_examples=40, deadline=None)
@given(X=customers)
def test_curves_start_at_one_and_never_rise(X: np.ndarray) -> None:
    """For every model, at every day of the follow-up."""
    for model in models()[1]:
        curve = model.survival(X, range(71))

        np.testing.assert_array_equal(curve[:, 0], 1.0)
        assert (np.diff(curve, axis=1) <= 0).all()
        assert ((curve >= 0) & (curve <= 1)).all()


@settings(max_examples=40, deadline=None)
@given(X=customers, days=st.lists(st.integers(0, 70), min_size=1, max_size=5))
def test_a_curve_does_not_depend_on_who_else_is_scored_nor_on_which_days_are_asked(X: np.ndarray, days: list[int]) -> None:
    """One row alone, at some days, gives the same figures as within the batch at all days."""
    for model in models()[1]:
        whole = model.survival(X, range(71))

        np.testing.assert_allclose(model.survival(X[:1], days)[0], whole[0, days], rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(X=customers, intercept=st.floats(-8, 8), slope=st.floats(0.05, 4))
def test_no_recalibration_bends_a_curve_upwards(X: np.ndarray, intercept: float, slope: float) -> None:
    """Recalibration acts on hazards, and any hazard gives a falling curve."""
    line = (intercept, slope)
    curve = replace(models()[0], calibration=HazardCalibration(method="platt", first_chance=line, later=line)).survival(
        X, range(71)
    )

    np.testing.assert_array_equal(curve[:, 0], 1.0)
    assert (np.diff(curve, axis=1) <= 0).all()
