"""The measured rate of false alarms."""

from dataclasses import replace

import numpy as np
import pytest

from tenure.drift import DriftReference, build_reference
from tenure.drift_alarm import AlarmRule
from tenure.errors import DriftError
from tenure.false_alarms import FalseAlarms, false_alarm_rate

RANDOM = np.random.default_rng(11)
ROWS = RANDOM.normal(size=(5000, 8))
SCORE = RANDOM.random(5000)
# As near to what sampling alone does on a day of 400 customers as a rule can come and still judge that day.
NOISY = AlarmRule(limit=0.05, watch=0.05)


@pytest.fixture(scope="module")
def reference() -> DriftReference:
    """Return the reference of eight unrelated inputs."""
    return build_reference(ROWS, SCORE, names=[f"x{i}" for i in range(8)])


def test_unchanged_customers_raise_no_alarm(reference: DriftReference) -> None:
    """At a usual size a quarter of sampling alone never reaches the limit; the upper end says how sure that is."""
    found = false_alarm_rate(reference, ROWS, SCORE, day_rows=1500, seed=1, n_quarters=20)

    assert found == FalseAlarms(n_quarters=20, n_quarters_with_alarm=0)
    assert found.rate == 0
    assert 0.05 < found.high < 0.2


def test_line_within_the_noise_is_found_out(reference: DriftReference) -> None:
    """A limit that sampling reaches alone raises alarms in most quarters, and the figure says so."""
    noisy = false_alarm_rate(reference, ROWS, SCORE, day_rows=400, seed=1, n_quarters=20, rule=NOISY)

    assert noisy.rate > 0.5


def test_more_inputs_mean_more_false_alarms(reference: DriftReference) -> None:
    """The rate is that of any input alarming, so it grows with their number."""
    alone = build_reference(ROWS[:, :1], SCORE, names=["x0"])
    options = {"day_rows": 300, "seed": 1, "n_quarters": 40, "rule": AlarmRule(limit=0.065, watch=0.065)}
    few = false_alarm_rate(alone, ROWS[:, :1], SCORE, **options)
    many = false_alarm_rate(reference, ROWS, SCORE, **options)

    assert many.rate > few.rate


def test_persistence_prevents_alarms_on_independent_days(reference: DriftReference) -> None:
    """Days drawn afresh seldom repeat one another's accidents."""
    options = {"day_rows": 400, "seed": 1, "n_quarters": 20, "stays_rate": 0.0}
    one_day = false_alarm_rate(reference, ROWS, SCORE, rule=replace(NOISY, windows=1, of=1), **options)
    three_days = false_alarm_rate(reference, ROWS, SCORE, rule=NOISY, **options)

    assert one_day.rate > 0.9
    assert three_days.rate < one_day.rate


def test_same_seed_gives_the_same_figure(reference: DriftReference) -> None:
    """The card's figure can be computed again."""
    first, second = (false_alarm_rate(reference, ROWS, SCORE, day_rows=400, seed=5, n_quarters=5, rule=NOISY) for _ in range(2))

    assert first == second


def test_days_too_small_to_judge_are_not_called_steady(reference: DriftReference) -> None:
    """A rule that never speaks has no false alarms, and no worth either."""
    assert not false_alarm_rate(reference, ROWS, SCORE, day_rows=50, seed=1).is_judged


def test_nothing_to_draw_from_is_refused(reference: DriftReference) -> None:
    """No rows, no figure."""
    with pytest.raises(DriftError, match="Expected rows to draw days from"):
        false_alarm_rate(reference, ROWS[:0], SCORE[:0], day_rows=100, seed=1)
    with pytest.raises(DriftError, match="stays_rate from 0 to 1"):
        false_alarm_rate(reference, ROWS, SCORE, day_rows=100, seed=1, stays_rate=1.5)
