"""What assets say on the pages: of each day of a run of many, and of an evaluation."""

from datetime import date

from adapters.lake import Commit
from assets.days import of_commit
from assets.drift import check_result
from assets.evaluation import as_markdown
from assets.performance import of_comparison
from tenure.drift_alarm import DriftState, DriftVerdict
from tenure.evaluation.realised import Realised
from tenure.evaluation.records import Estimate, Evaluation, Metric, NotDefined

FIRST, SECOND, THIRD = (date(2020, 8, day) for day in (20, 21, 22))


def verdict(state: DriftState) -> DriftVerdict:
    """A verdict on some days."""
    return DriftVerdict(state=state, concerned=(), n_days=5, in_words=f"it is {state}")


def test_drift_is_checked_as_of_the_last_day_and_an_alarm_before_it_is_named() -> None:
    """The page agrees with the status, which knows the last day alone; an alarm in between is not lost."""
    check = check_result({FIRST: verdict(DriftState.ALARM), SECOND: verdict(DriftState.ALARM), THIRD: verdict(DriftState.WATCH)})

    assert check.passed
    assert check.description == (
        "2020-08-22: watch, it is watch. There was an alarm on 2 days before, 2020-08-21 the latest of them."
    )
    assert not check_result({FIRST: verdict(DriftState.ALARM)}).passed


def test_a_commit_says_of_each_day_its_own_rows() -> None:
    """A day without news is as it was; one that was not written says no rows."""
    commit = Commit(version=3, changed=(FIRST,), digests={FIRST: "a", SECOND: "b"}, n_rows={FIRST: 2, SECOND: 5})

    assert of_commit(commit, (FIRST, SECOND, THIRD)) == {
        FIRST: {"state": "changed", "dagster/row_count": 2, "content": "a"},
        SECOND: {"state": "as it was", "dagster/row_count": 5, "content": "b"},
        THIRD: {"state": "as it was"},
    }


def test_a_comparison_says_of_which_scored_day_it_is() -> None:
    """A figure that the day does not define is left out; a day without scores says so."""
    realised = Realised(
        day=FIRST,
        n_rows=7,
        n_events=0,
        roc_auc=None,
        average_precision=None,
        brier_score=0.1,
        mean_score=0.2,
        event_rate=0.0,
        high_band_event_rate=None,
        model_digest="m",
    )

    assert of_comparison(FIRST, None) == {"state": "no scores of 2020-08-20 to compare"}
    assert "the withheld day 2020-08-22" in of_comparison(FIRST, None, hole=THIRD)["state"]
    assert of_comparison(FIRST, realised) == {
        "state": "scores of 2020-08-20 compared with what happened",
        "dagster/row_count": 7,
        "brier_score": 0.1,
        "mean_score": 0.2,
        "event_rate": 0.0,
    }


def test_an_evaluation_shows_intervals_and_its_baseline() -> None:
    """A figure alone says nothing; what is not defined says why."""
    metric = Metric(
        name="roc_auc",
        title="ranks well",
        definition="",
        better="higher",
        estimate=Estimate(value=0.86, low=0.84, high=0.88),
        baselines=(("logistic regression", Estimate(value=0.85, low=0.83, high=0.87)),),
        difference=Estimate(value=NotDefined(because="all scores are equal")),
    )
    measured = Evaluation(
        test_from=FIRST,
        test_to=FIRST,
        known_until=FIRST,
        n_rows=1,
        n_customers=1,
        n_events=1,
        censored_rate=0.0,
        metrics=(metric,),
        calibration=(),
        lift=(),
    )

    assert as_markdown(measured).splitlines() == [
        "| figure (95 % interval) | model | logistic regression | difference |",
        "| --- | --- | --- | --- |",
        "| ranks well | 0.860 (0.840 to 0.880) | 0.850 (0.830 to 0.870) | not defined, because all scores are equal |",
    ]
