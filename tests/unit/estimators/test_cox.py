"""The Cox baseline: lifelines' fit, kept as coefficients and a baseline by day."""

import json

import numpy as np
import pytest

from tenure.errors import EstimationError, HorizonError
from tenure.estimators.cox import RIDGE, CoxModel, fit_cox, signed_log
from tenure.estimators.outcome import SurvivalOutcome

NAMES = ("first", "second", "third")


def sample(n: int = 600, seed: int = 0) -> tuple[np.ndarray, SurvivalOutcome]:
    """Hazard rising with the first column, falling with the second, blind to the third."""
    rng = np.random.default_rng(seed)
    X = rng.gamma(2.0, 2.0, (n, 3))
    hazard = 0.02 * np.exp(0.8 * np.log1p(X[:, 0]) - 0.8 * np.log1p(X[:, 1]))
    event_at = rng.geometric(np.clip(hazard, 1e-4, 0.9))
    return X, SurvivalOutcome(np.minimum(event_at, 60), event_at <= 60)


def test_the_exported_table_is_lifelines_curve() -> None:
    """Curves computed from the table equal lifelines' own to 1e-12."""
    import pandas as pd
    from lifelines import CoxPHFitter

    X, outcome = sample()
    Z = signed_log(X)
    frame = pd.DataFrame((Z - Z.mean(axis=0)) / Z.std(axis=0), columns=NAMES)
    fitter = CoxPHFitter(penalizer=RIDGE).fit(frame.assign(d=outcome.duration, e=outcome.event), "d", "e")
    days = np.unique(outcome.duration)
    expected = fitter.predict_survival_function(frame, times=days).to_numpy().T

    np.testing.assert_allclose(fit_cox(X, outcome, feature_names=NAMES).survival(X, days.tolist()), expected, atol=1e-12)


def test_the_direction_of_an_effect_is_found() -> None:
    """Coefficients have the signs of the hazard they were drawn from."""
    first, second, third = fit_cox(*sample(2_000), feature_names=NAMES).coefficients

    assert first > 0.2
    assert second < -0.2
    assert abs(third) < 0.1


def test_a_missing_value_counts_as_the_median() -> None:
    """Imputation is part of the model."""
    X, outcome = sample()
    model = fit_cox(X, outcome, feature_names=NAMES)
    absent, typical = np.array([[np.nan, 1.0, 1.0]]), np.array([[np.median(X[:, 0]), 1.0, 1.0]])

    np.testing.assert_array_equal(model.survival(absent, [28]), model.survival(typical, [28]))


def test_columns_without_spread_or_values_count_for_nothing() -> None:
    """A constant column and an empty one neither break the fit nor enter the score."""
    X, outcome = sample()
    X = np.column_stack([X, np.ones(len(X)), np.full(len(X), np.nan)])
    model = fit_cox(X, outcome, feature_names=(*NAMES, "constant", "empty"))

    assert model.coefficients[3:] == (0.0, 0.0)


def test_contributions_add_up_to_the_log_hazard_ratio() -> None:
    """Reasons account for the whole score."""
    X, outcome = sample()
    model = fit_cox(X, outcome, feature_names=NAMES)

    np.testing.assert_allclose(model.contributions(X).sum(axis=1), model.log_hazard_ratio(X))


def test_the_model_survives_a_round_trip_and_keeps_no_customer() -> None:
    """The files hold figures by feature and by day, none by row."""
    X, outcome = sample()
    model = fit_cox(X, outcome, feature_names=NAMES)
    files = model.to_files()
    lengths = {len(value) for value in json.loads(files["cox.json"]).values() if isinstance(value, list)}

    assert CoxModel.from_files(files) == model
    assert lengths == {len(NAMES), outcome.longest_follow_up_days + 1}


def test_what_cannot_be_learnt_is_refused() -> None:
    """No events, no day beyond the follow-up."""
    X, outcome = sample(50)

    with pytest.raises(EstimationError, match="at least one event"):
        fit_cox(X, SurvivalOutcome(outcome.duration, np.zeros(50, bool)), feature_names=NAMES)
    with pytest.raises(HorizonError):
        fit_cox(X, outcome, feature_names=NAMES).survival(X, [61])


def test_inputs_that_never_vary_leave_the_curve_of_everybody() -> None:
    """A baseline that cannot tell customers apart is Breslow's: events over customers at risk, day by day, summed."""
    _, outcome = sample(50)
    model = fit_cox(np.ones((50, 1)), outcome, feature_names=("constant",))

    at_risk = [int((outcome.duration >= day).sum()) for day in range(8)]
    events = [int((outcome.event & (outcome.duration == day)).sum()) for day in range(8)]
    hazard = sum(d / n for d, n in zip(events, at_risk, strict=True))
    assert model.coefficients == (0.0,)
    assert model.survival(np.full((2, 1), 9.0), [7])[:, 0] == pytest.approx(np.exp(-hazard))
