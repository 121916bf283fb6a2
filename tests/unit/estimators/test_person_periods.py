"""Person-periods: every day at risk once, no more of them than there is room for, and handed to the trees in parts."""

import numpy as np
import pytest

from tenure.estimators import person_periods
from tenure.estimators.gradient_boosting import fit_gradient_boosting
from tenure.estimators.outcome import SurvivalOutcome
from tenure.estimators.person_periods import Periods, expand, room_for
from tenure.estimators.repeated_rows import RepeatedRows
from tenure.parameters import LightGBMParameters

PARAMETERS = LightGBMParameters(n_rounds=60, learning_rate=0.1, num_leaves=7, min_data_in_leaf=50)


def test_person_periods_count_every_day_at_risk_once() -> None:
    """Quiet days and events add up to the days at risk: the first chance, and those after the pause."""
    periods = Periods(quiet_days=28, step_days=7, longest_follow_up_days=60)
    recency = np.array([1.0, 10, 10, 10, 20, 20])
    outcome = SurvivalOutcome(np.array([28, 19, 18, 19, 41, 60]), np.array([True, True, False, False, True, False]))
    rows = expand(periods, periods.first_chance(recency), outcome)
    days = np.bincount(rows.row, weights=rows.weight, minlength=6)
    events = np.bincount(rows.row, weights=rows.event, minlength=6)

    # Followed to before the first chance: no day at risk. Event on day 41: the first chance and 13 days after the pause.
    np.testing.assert_array_equal(days, [1, 1, 0, 1, 14, 33])
    np.testing.assert_array_equal(events, outcome.event)


def test_rows_that_are_too_many_are_followed_as_long_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last day where all fit; else to the last whole period that fits, and never less far than curves are read."""
    outcome = SurvivalOutcome(np.array([30, 60, 60, 200]), np.array([True, False, True, False]))
    grid = {"quiet_days": 28, "step_days": 7, "last": 200}
    assert [room_for(outcome, **grid, at_least=day) for day in (None, 56)] == [200, 200]
    # By day 42 there are 4 first chances, 4 rows in the first later period and 3 in the second.
    for n, until in ((10, 35), (11, 42), (13, 42), (14, 49)):
        monkeypatch.setattr(person_periods, "MOST_ROWS", n)

        assert room_for(outcome, **grid, at_least=30) == until
        periods = Periods(quiet_days=28, step_days=7, longest_follow_up_days=until)
        exposed = periods.exposure(np.ones(4, dtype=np.int64), np.minimum(outcome.duration, until))
        assert (exposed > 0).sum() <= n
        assert room_for(outcome, **grid, at_least=100) == 100


def test_rows_taken_in_parts_are_the_rows_stacked() -> None:
    """The trees are the same to the bit, with categories, weights and a start."""
    rng = np.random.default_rng(5)
    X = np.column_stack([rng.normal(size=400), rng.integers(0, 3, 400).astype(float)])
    X[::7, 0] = np.nan
    rows = RepeatedRows(X=X, row=rng.integers(0, 400, 3_000), last=rng.integers(0, 9, 3_000).astype(float))
    y = rng.random(3_000) < 0.3
    given = {"weight": rng.random(3_000), "start": rng.normal(size=3_000), "n_words": (None, 3, None)}
    options = {"feature_names": ("a", "b", "period"), "monotone": (1, 0, 0), "parameters": PARAMETERS, "seed": 1, "n_threads": 1}
    stacked = np.column_stack([X[rows.row], rows.last])

    assert fit_gradient_boosting(rows, y, **options, **given).texts == fit_gradient_boosting(stacked, y, **options, **given).texts
