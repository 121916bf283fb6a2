"""When a challenger is asked for."""

from datetime import date, timedelta

import pytest

from pipelines.due import Standing
from tenure.drift_alarm import DriftState

TRAINED = date(2017, 10, 1)


def standing(*, age_days: int = 31, drift: DriftState = DriftState.STEADY, learnable_days: int = 31) -> Standing:
    """A champion that may be 120 days old."""
    return Standing(
        model="lapse_28d",
        day=TRAINED + timedelta(days=age_days),
        trained_as_of=TRAINED,
        learnable_until=TRAINED + timedelta(days=learnable_days),
        max_age_days=120,
        drift=drift,
        drift_in_words="PSI above 0.25: spend",
    )


@pytest.mark.parametrize("drift", [DriftState.STEADY, DriftState.WATCH, DriftState.UNKNOWN])
def test_only_an_alarm_is_cause(drift: DriftState) -> None:
    """To watch is not to act, and not to know is not to alarm."""
    assert not standing(drift=drift).needs_training
    assert standing(drift=DriftState.ALARM).needs_training


def test_age_is_allowed_up_to_the_limit() -> None:
    """The limit itself is still young enough."""
    assert not standing(age_days=120).needs_training
    assert standing(age_days=121).needs_training


def test_nothing_is_asked_for_that_would_be_the_same_again() -> None:
    """Where no day came since the champion was trained, a challenger could know nothing more."""
    assert not standing(age_days=500, drift=DriftState.ALARM, learnable_days=0).needs_training
    assert standing(age_days=500, drift=DriftState.ALARM, learnable_days=1).needs_training


def test_reasons_are_those_that_hold() -> None:
    """Drift, age, or both."""
    assert standing(drift=DriftState.ALARM).in_words == "PSI above 0.25: spend"
    assert standing(age_days=121).in_words == (
        "the champion knows nothing since 2017-10-01, 121 days before 2018-01-30; at most 120 are allowed"
    )
    assert "; the champion" in standing(age_days=121, drift=DriftState.ALARM).in_words
