"""Mornings that nobody watched: what was missed is asked for again by itself, in order, and training stands on what is whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from home.workplace import Workplace
from pipelines.due import standing
from provenance.history import read_history
from provenance.owed import Owed, read_owed, stretches
from tests import company
from tests.watched import DAY, HISTORY, LIVE, MODEL, TRAINED, land, promote, scheduled, score, tick, workplace_at

DAYS = tuple(DAY + timedelta(days=n) for n in range(7))
NOON = datetime(2017, 11, 12, 12, tzinfo=UTC)  # the morning of the seventh day has passed


def at(workplace: Workplace, now: datetime) -> Workplace:
    """The workplace at another moment."""
    return replace(workplace, clock=lambda: now)


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A live company with a champion, two days landed and scored."""
    workplace = at(workplace_at(tmp_path, LIVE), NOON)
    promote(workplace, "one")
    land(workplace, DAYS[:2])
    score(workplace, DAYS[:2])
    return workplace


def asked(workplace: Workplace, cursor: str | None = None) -> tuple[list[tuple[str, str]], str | None]:
    """What the sensor asks for: the job, and its first and last day."""
    requests, cursor = tick(workplace, "on_missed_days", cursor)
    found = []
    for request in requests:
        tags = request.tags
        first = request.partition_key or tags["dagster/asset_partition_range_start"]
        last = request.partition_key or tags["dagster/asset_partition_range_end"]
        found.append((str(request.job_name), f"{first} to {last}"))
    return found, cursor


def test_days_that_were_missed_are_run_in_one_stretch_and_three_times_at_most(workplace: Workplace) -> None:
    """Five mornings down: all five, scored too; what fails again and again is left to a person."""
    wanted = [("daily", f"{DAYS[2]} to {DAYS[6]}")]

    found, cursor = asked(workplace)
    assert found == wanted
    for _ in range(2):
        found, cursor = asked(workplace, cursor)
        assert found == wanted
    assert asked(workplace, cursor)[0] == []


def test_after_a_long_pause_the_days_come_in_parts(workplace: Workplace) -> None:
    """So that no run is so long that it would be taken for dead."""
    later = at(workplace, NOON + timedelta(days=365))

    assert asked(later)[0] == [("daily", f"{DAYS[2]} to {DAYS[2] + timedelta(days=30)}")]


def test_a_landed_day_that_nobody_scored_is_run_again(workplace: Workplace) -> None:
    """Its run was killed between the two."""
    land(workplace, DAYS[2:])
    score(workplace, [*DAYS[:3], *DAYS[4:]])

    assert asked(workplace)[0] == [("daily", f"{DAYS[3]} to {DAYS[3]}")]


def test_the_running_morning_is_not_owed_yet(workplace: Workplace) -> None:
    """Before half past five, the schedule has its day."""
    early = at(workplace, datetime(2017, 11, 8, 5, 10, tzinfo=UTC))
    assert asked(early)[0] == []

    assert asked(at(workplace, datetime(2017, 11, 8, 5, 40, tzinfo=UTC)))[0] == [("daily", f"{DAYS[2]} to {DAYS[2]}")]


def test_a_withheld_day_whose_file_never_came_is_not_asked_for(workplace: Workplace) -> None:
    """Its run would fail just the same."""
    land(workplace, DAYS[2:])
    land(workplace, [DAYS[3]], withheld=company.LINES)
    score(workplace, [*DAYS[:3], *DAYS[4:]])

    assert asked(workplace)[0] == []


def test_days_from_before_anything_was_scored_are_landed_and_not_scored(tmp_path: Path) -> None:
    """Their scores would be hindsight."""
    workplace = at(workplace_at(tmp_path, LIVE), NOON)
    promote(workplace, "one")
    land(workplace, DAYS[1:])
    score(workplace, DAYS[4:])

    assert asked(workplace)[0] == [("history", f"{DAYS[0]} to {DAYS[0]}")]


def test_nothing_is_owed_before_anything_was_landed(tmp_path: Path) -> None:
    """A person begins."""
    assert asked(at(workplace_at(tmp_path, LIVE), NOON))[0] == []


def test_a_morning_waits_for_the_days_before_it(workplace: Workplace) -> None:
    """Features need them; the sensor asks for them, and then for it."""
    morning = datetime(2017, 11, 12, 5, tzinfo=UTC)
    assert scheduled(workplace, "every_morning", morning) == []

    land(workplace, DAYS[2:6])

    assert [request.partition_key for request in scheduled(workplace, "every_morning", morning)] == ["2017-11-12"]


def test_where_the_data_are_history_no_morning_was_missed(tmp_path: Path) -> None:
    """Whoever wants scores asks for them; days that later ones need are landed."""
    workplace = workplace_at(tmp_path, HISTORY)
    promote(workplace, "one")
    land(workplace, [*DAYS[:2], *DAYS[3:]])
    score(workplace, DAYS[:1])

    assert read_owed(workplace, DAYS[6]) == Owed(to_land=((DAYS[2],),))


def test_training_stands_on_the_last_day_before_which_nothing_is_missing(workplace: Workplace) -> None:
    """A withheld day later on stops no training."""
    land(workplace, DAYS[2:])
    land(workplace, [DAYS[4]], withheld=company.LINES)
    assert read_history(workplace).unbroken_until == DAYS[3]

    found = standing(workplace, LIVE.model(MODEL))
    assert found is not None
    assert (found.learnable_until, found.day) == (DAYS[3], DAYS[6])

    (request,) = scheduled(workplace, f"retrain_{MODEL}_monthly", datetime(2017, 11, 13, 7, tzinfo=UTC))
    (config,) = request.run_config["ops"].values()
    assert config == {"config": {"as_of": DAYS[3].isoformat()}}


def test_a_training_that_came_to_nothing_is_asked_for_again_the_next_day(workplace: Workplace) -> None:
    """Until there is a candidate of the month."""
    name = f"retrain_{MODEL}_monthly"
    land(workplace, DAYS[2:])
    keys = [scheduled(workplace, name, datetime(2017, 11, day, 7, tzinfo=UTC))[0].run_key for day in (13, 14)]
    assert len(set(keys)) == 2

    promote(workplace, "two", trained_as_of=DAYS[6])

    assert scheduled(workplace, name, datetime(2017, 11, 15, 7, tzinfo=UTC)) == []
    assert DAYS[6] > TRAINED


@pytest.mark.parametrize(
    ("days", "cut"), [((), []), ((DAYS[0],), [1]), ((DAYS[3], DAYS[0], DAYS[1], DAYS[3]), [2, 1]), (DAYS, [7])]
)
def test_days_are_cut_into_unbroken_stretches(days: Sequence[date], cut: list[int]) -> None:
    """In order, each day once."""
    found = stretches(days)

    assert [len(stretch) for stretch in found] == cut
    assert [day for stretch in found for day in stretch] == sorted(set(days))
