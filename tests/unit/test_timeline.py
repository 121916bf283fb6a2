"""Days, windows and splits: half-open windows, and roles that never look into one another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import TimelineError
from tenure.timeline import SnapshotPlan, days_between, parse_day, split_snapshots

DAY = date(2020, 2, 28)
FIRST_DAY = date(2020, 1, 1)


def test_a_day_is_read_from_iso_text():
    """2020 was a leap year."""
    assert parse_day("2020-02-29") == date(2020, 2, 29)


@pytest.mark.parametrize("text", ["2019-02-29", "01.02.2020", "yesterday", "", "2020-13-01"])
def test_text_that_is_no_day_is_refused_in_words(text):
    """The message says what was expected and what was found."""
    with pytest.raises(TimelineError, match="Expected a day as YYYY-MM-DD, found"):
        parse_day(text)


def test_days_between_includes_both_ends_and_keeps_its_step():
    """A range that runs backwards is empty."""
    assert days_between(DAY, date(2020, 3, 1)) == (DAY, date(2020, 2, 29), date(2020, 3, 1))
    assert days_between(DAY, date(2020, 3, 6), step_days=3) == (DAY, date(2020, 3, 2), date(2020, 3, 5))
    assert days_between(DAY, DAY - timedelta(days=1)) == ()
    with pytest.raises(TimelineError, match="at least 1, found 0"):
        days_between(DAY, DAY, step_days=0)


plans = st.builds(SnapshotPlan, step_days=st.integers(1, 21), n_calibration=st.integers(1, 5), n_test=st.integers(1, 4))


@given(plans, st.integers(120, 800), st.integers(0, 100), st.integers(1, 60), st.booleans())
def test_no_outcome_of_one_role_is_read_in_the_next(plan, history, lookback, outcome, purged):
    """Every snapshot has its history and its outcome, roles keep their order, and a label ends before the next role begins."""
    known_until = FIRST_DAY + timedelta(days=history)
    purge = outcome if purged else 0
    try:
        split = split_snapshots(
            plan, known_until=known_until, first_day=FIRST_DAY, lookback_days=lookback, outcome_days=outcome, purge_days=purge
        )
    except TimelineError:
        return

    assert split.days == tuple(sorted(set(split.days)))
    assert (len(split.calibration), len(split.test)) == (plan.n_calibration, plan.n_test)
    assert split.days[0] - FIRST_DAY >= timedelta(days=lookback)
    assert split.test[-1] + timedelta(days=outcome) <= known_until
    for earlier, later in ((split.fit, split.calibration), (split.calibration, split.test)):
        assert earlier[-1] + timedelta(days=purge) <= later[0]
    # The follow-up of a snapshot is cut where the next role begins, never later than what is known.
    for day in split.days:
        assert day < split.known_until(day) <= known_until
    assert all(split.known_until(day) == split.calibration[0] for day in split.fit)
    assert all(split.known_until(day) == split.test[0] for day in split.calibration)
    # What calibrates is seen before test begins, whoever it is seen of.
    assert all(split.labelled_until(day) <= split.test[0] for day in (*split.fit, *split.calibration))
    assert all(split.labelled_until(day) == split.known_until(day) for day in split.test)
    # Snapshots of every role stand on the same grid, laid back from the last day whose outcome is known.
    assert all((split.test[-1] - day).days % plan.step_days == 0 for day in split.days)


def test_too_short_a_history_is_refused_with_the_figures():
    """The message says what is there and what would be needed."""
    with pytest.raises(TimelineError, match=r"too short: snapshots every 7 days need 91 days of history .* and 28 days after"):
        split_snapshots(
            SnapshotPlan(), known_until=date(2020, 6, 1), first_day=FIRST_DAY, lookback_days=91, outcome_days=28, purge_days=28
        )


def test_snapshots_of_each_month_stand_on_its_day_and_keep_the_order_of_roles():
    """Whatever the lengths of months, labels of one role end before the next begins."""
    plan = SnapshotPlan(day_of_month=1)
    split = split_snapshots(
        plan, known_until=date(2017, 1, 1), first_day=date(2015, 1, 31), lookback_days=0, outcome_days=31, purge_days=31
    )

    assert {day.day for day in split.days} == {1}
    assert (split.fit[0], split.test) == (date(2015, 2, 1), (date(2016, 11, 1), date(2016, 12, 1)))
    assert split.calibration == (date(2016, 8, 1), date(2016, 9, 1), date(2016, 10, 1))
    assert split.fit[-1] + timedelta(days=31) <= split.calibration[0]
    assert plan.told_every_days == 31
    with pytest.raises(TimelineError, match="snapshots on day 1 of each month need"):
        split_snapshots(
            plan, known_until=date(2015, 5, 1), first_day=date(2015, 1, 31), lookback_days=0, outcome_days=31, purge_days=31
        )
