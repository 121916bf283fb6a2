"""Schedules and sensors on a real lake, promotion log and Dagster instance in a temporary home."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.alerts import AlertKind, FileSink
from tenure.project import Project
from tests import company
from tests.watched import (
    DAY,
    HISTORY,
    LIVE,
    MODEL,
    NOW,
    TRAINED,
    definitions,
    land,
    promote,
    scheduled,
    score,
    shift,
    tick,
    train,
    workplace_at,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it."""
    return tmp_path


@pytest.mark.parametrize(("project", "status"), [(HISTORY, "STOPPED"), (LIVE, "RUNNING")])
def test_only_a_company_that_still_delivers_runs_by_itself(project: Project, status: str) -> None:
    """History has its schedules and sensors too, for a person to start."""
    repository = definitions(is_history=project.is_history).get_repository_def()
    found = {item.name: item.default_status.value for item in (*repository.schedule_defs, *repository.sensor_defs)}

    assert set(found.values()) == {status}
    by_the_clock, by_what_happened = (
        {"every_morning", "drift_pages_weekly", "reconcile_hourly"},
        {"on_promotion", "on_failed_run"},
    )
    assert by_the_clock | by_what_happened | {"on_drift_or_age"} < set(found)
    assert {f"retrain_{spec.name}_monthly" for spec in HISTORY.models} < set(found)


def test_the_morning_asks_for_the_day_that_has_just_begun(home: Path) -> None:
    """At 05:00 the newest complete partition of a live company is that day: what was known before it began."""
    (request,) = scheduled(workplace_at(home, LIVE), "every_morning", datetime(2018, 3, 5, 5, tzinfo=UTC))

    assert request.partition_key == "2018-03-05"


def test_the_morning_of_a_history_ends_with_it(home: Path) -> None:
    """However late it is, the newest partition is the history's last."""
    (request,) = scheduled(workplace_at(home), "every_morning", datetime(2026, 1, 1, 5, tzinfo=UTC))

    assert request.partition_key == "2018-01-01"


def test_each_month_asks_for_a_challenger_that_knows_the_latest_landed_day(home: Path) -> None:
    """Landed means that every source was judged; with nothing landed there is nothing to train on."""
    workplace, first = workplace_at(home, LIVE), datetime(2017, 12, 1, 7, tzinfo=UTC)
    assert scheduled(workplace, f"retrain_{MODEL}_monthly", first) == []

    land(workplace, [DAY, DAY + timedelta(days=1)])
    (request,) = scheduled(workplace, f"retrain_{MODEL}_monthly", first)

    step = f"{company.NAME}__{MODEL}__training_set"
    assert request.run_config == {"ops": {step: {"config": {"as_of": "2017-11-07"}}}}


def test_each_week_asks_for_the_pages_of_the_latest_scored_day(home: Path) -> None:
    """Not of the calendar's day, which may be late."""
    workplace, monday = workplace_at(home, LIVE), datetime(2017, 11, 13, 7, tzinfo=UTC)
    assert scheduled(workplace, "drift_pages_weekly", monday) == []

    score(workplace, [DAY])

    assert [r.partition_key for r in scheduled(workplace, "drift_pages_weekly", monday)] == ["2017-11-06"]


def test_a_promotion_starts_scoring_once(home: Path) -> None:
    """The latest released day is scored by the new champion; the next tick has nothing to do."""
    workplace = workplace_at(home)
    land(workplace, [DAY])
    package = promote(workplace, "one")

    requests, cursor = tick(workplace, "on_promotion")

    assert [(r.partition_key, r.run_key) for r in requests] == [("2017-11-06", f"promotion-1-{package.digest[:12]}")]
    assert tick(workplace, "on_promotion", cursor)[0] == []


def test_a_promotion_asks_for_a_day_that_can_be_scored(home: Path) -> None:
    """A withheld day is landed, but its run would stop at the check; a later delivery of it that is good counts again."""
    workplace = workplace_at(home)
    land(workplace, [DAY, DAY + timedelta(days=1)])
    land(workplace, [DAY + timedelta(days=1)], withheld=company.LINES)
    promote(workplace, "one")
    (request,), cursor = tick(workplace, "on_promotion")
    assert request.partition_key == "2017-11-06"

    land(workplace, [DAY + timedelta(days=1)])
    promote(workplace, "two")

    assert [r.partition_key for r in tick(workplace, "on_promotion", cursor)[0]] == ["2017-11-07"]


def test_a_promotion_waits_while_every_day_is_withheld(home: Path) -> None:
    """It is served once there is a day to serve it on."""
    workplace = workplace_at(home)
    land(workplace, [DAY], withheld=company.LINES)
    promote(workplace, "one")
    assert tick(workplace, "on_promotion") == ([], None)

    land(workplace, [DAY])

    assert len(tick(workplace, "on_promotion")[0]) == 1


def test_a_long_log_is_not_replayed(home: Path) -> None:
    """At the first start every standing champion is served by one run, and no record of the past asks for its own."""
    workplace = workplace_at(home)
    land(workplace, [DAY])
    for weights in ("one", "two", "three"):
        promote(workplace, weights)
    promote(workplace, "one", model=company.SOON)

    requests, cursor = tick(workplace, "on_promotion")

    assert len(requests) == 1
    assert requests[0].tags["tenure/because"] == f"promotion of {MODEL} version 3, {company.SOON} version 1"
    assert cursor == "4"
    promote(workplace, "four")
    assert [r.run_key.split("-")[1] for r in tick(workplace, "on_promotion", cursor)[0]] == ["5"]


def test_a_promotion_waits_for_the_first_day(home: Path) -> None:
    """It is not forgotten while there is nothing to score."""
    workplace = workplace_at(home)
    promote(workplace, "one")
    requests, cursor = tick(workplace, "on_promotion")
    assert (requests, cursor) == ([], None)

    land(workplace, [DAY])

    assert len(tick(workplace, "on_promotion", cursor)[0]) == 1


def test_a_log_that_began_anew_is_read_from_its_beginning(home: Path) -> None:
    """A cursor beyond the log's end belongs to another log."""
    workplace = workplace_at(home)
    land(workplace, [DAY])
    promote(workplace, "one")

    assert len(tick(workplace, "on_promotion", "12")[0]) == 1


def test_drift_asks_for_a_challenger_and_a_page_once_a_week(home: Path) -> None:
    """Persisting drift asks again only when a new week is judged."""
    workplace = workplace_at(home)
    package = promote(workplace, "one")
    days = [DAY - timedelta(days=n) for n in (2, 1, 0)]
    land(workplace, days)
    score(workplace, days)
    shift(workplace, package, days, psi=0.1)
    assert tick(workplace, "on_drift_or_age")[0] == []

    shift(workplace, package, days, psi=0.9)
    (train, page), cursor = tick(workplace, "on_drift_or_age")

    assert (train.job_name, train.run_key) == (f"train_{MODEL}", f"train-{MODEL}-2017-11-06-2017-11-06")
    assert train.run_config["ops"][f"{company.NAME}__{MODEL}__training_set"]["config"] == {"as_of": "2017-11-06"}
    assert (page.job_name, page.partition_key) == ("drift_pages", "2017-11-06")
    assert [key.path[1:] for key in page.asset_selection] == [[MODEL, "drift_page"]]
    assert tick(workplace, "on_drift_or_age", cursor)[0] == []
    # A week later the same drift is still there.
    later = [day + timedelta(days=7) for day in days]
    land(workplace, later)
    score(workplace, later)
    shift(workplace, package, later, psi=0.9)
    assert [r.run_key for r in tick(workplace, "on_drift_or_age", cursor)[0]] == [
        f"train-{MODEL}-2017-11-13-2017-11-06",
        f"drift-page-{MODEL}-2017-11-13",
    ]


def test_a_training_that_came_to_nothing_is_asked_for_again_the_next_day(home: Path) -> None:
    """The cause was told; once there is a candidate of the week nothing is asked for before the next."""
    workplace = workplace_at(home, LIVE)
    promote(workplace, "one")
    land(workplace, LIVE.keys_until(TRAINED + timedelta(days=LIVE.model(MODEL).max_age_days + 4)))
    _, cursor = tick(workplace, "on_drift_or_age")
    assert tick(workplace, "on_drift_or_age", cursor)[0] == []

    tomorrow = replace(workplace, clock=lambda: NOW + timedelta(days=1))
    (again,), cursor = tick(tomorrow, "on_drift_or_age", cursor)

    assert again.run_key == f"train-{MODEL}-2018-01-29-2017-11-07"
    assert len(FileSink(home).alerts()) == 1
    train(workplace, "two", trained_as_of=date(2018, 1, 30))
    assert tick(replace(workplace, clock=lambda: NOW + timedelta(days=2)), "on_drift_or_age", cursor)[0] == []


def test_drift_of_an_earlier_champion_is_not_held_against_the_present_one(home: Path) -> None:
    """Measures belong to the model that made them."""
    workplace = workplace_at(home)
    earlier = promote(workplace, "one")
    days = [DAY - timedelta(days=n) for n in (2, 1, 0)]
    land(workplace, days)
    score(workplace, days)
    shift(workplace, earlier, days, psi=0.9)
    promote(workplace, "two")

    assert tick(workplace, "on_drift_or_age")[0] == []


def test_age_counts_to_the_latest_scored_day(home: Path) -> None:
    """A history's champion is as old as what it scored, whatever the clock says; too old is told and asks for training."""
    workplace = workplace_at(home)
    promote(workplace, "one")
    limit = HISTORY.model(MODEL).max_age_days
    land(workplace, HISTORY.keys_until(TRAINED + timedelta(days=limit + 30)))
    score(workplace, [TRAINED + timedelta(days=limit)])
    assert tick(workplace, "on_drift_or_age")[0] == []

    score(workplace, [TRAINED + timedelta(days=limit + 1)])
    (train,), cursor = tick(workplace, "on_drift_or_age")

    assert train.job_name == f"train_{MODEL}"
    (alert,) = FileSink(home).alerts()
    assert (alert.kind, alert.subject) == (AlertKind.MODEL_TOO_OLD, MODEL)
    assert f"{limit + 1} days before 2018-01-30; at most {limit} are allowed" in alert.message
    assert tick(workplace, "on_drift_or_age", cursor)[0] == []
    assert len(FileSink(home).alerts()) == 1


def test_a_live_champion_ages_though_nobody_scores_with_it(home: Path) -> None:
    """Where days still land, its age counts to the latest of them."""
    workplace = workplace_at(home, LIVE)
    promote(workplace, "one")
    land(workplace, LIVE.keys_until(TRAINED + timedelta(days=LIVE.model(MODEL).max_age_days + 1)))

    assert [r.job_name for r in tick(workplace, "on_drift_or_age")[0]] == [f"train_{MODEL}"]


def test_without_a_champion_nothing_is_asked_for(home: Path) -> None:
    """The first challenger is a person's to ask for."""
    workplace = workplace_at(home)
    land(workplace, [DAY])

    assert tick(workplace, "on_drift_or_age")[0] == []
