"""Asking for training: by a standing order, for what the daemon launched; afterwards, for a draft; and the keys that it takes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import RemoteInstigatorOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)

from assets.candidate import request_behind
from cli.asking import enable, sign
from governance.doors.demonstration import ENGINEER
from home.workplace import Workplace
from pipelines.definitions import all_assets
from pipelines.jobs import train_config
from pipelines.lineage import workplace_resource
from pipelines.run import origin_of
from tenure.errors import PromotionError
from tests.integration.test_trust import Desk
from tests.shop import Shop, shop_project
from tests.watched import HISTORY, MODEL, NOW, definitions, promote, workplace_at

BY = f"retrain_{MODEL}_monthly"
OF = ("--project", "complete_journey")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A company whose engineer works at a terminal."""
    shop = Shop(tmp_path).founded()
    workplace = Workplace(shop_project(shop.gates), shop.settings, lambda: shop.now)
    monkeypatch.setattr("cli.asking.open_workplace", lambda _: workplace)
    return workplace


@dg.op
def trains() -> None:
    """Stand in the place of a training."""


def run_of(instance: dg.DagsterInstance, by: str = BY) -> dg.DagsterRun:
    """A run that says who started it."""
    job = dg.GraphDefinition(name=f"train_{MODEL}", node_defs=[trains]).to_job()
    return job.execute_in_process(instance=instance, tags={"dagster/schedule_name": by}).dagster_run


def note_tick(instance: dg.DagsterInstance, workplace: Workplace, run_id: str) -> None:
    """Write down, as the daemon does, that the schedule launched a run."""
    repository = origin_of(workplace.project, f"train_{MODEL}").repository_origin
    kind = InstigatorType.SCHEDULE
    state = InstigatorState(
        RemoteInstigatorOrigin(repository, BY), kind, InstigatorStatus.DECLARED_IN_CODE, ScheduleInstigatorData("0 7 1 * *", 1.0)
    )
    instance.add_instigator_state(state)
    said = {"timestamp": 1.0, "run_ids": [run_id], "selector_id": state.selector_id}
    instance.create_tick(TickData(state.instigator_origin_id, BY, kind, TickStatus.SUCCESS, **said))


def test_a_standing_order_holds_for_what_its_schedule_launched(place: Workplace) -> None:
    """Whoever starts runs on the page can give one the schedule's name: what that trains is a draft."""
    with dg.DagsterInstance.local_temp(str(place.settings.home)) as instance:
        borrowed, launched = run_of(instance), run_of(instance)
        note_tick(instance, place, launched.run_id)
        before = request_behind(launched, instance, place, MODEL)
        enable(BY, until="2027-01-01", model=MODEL)
        asked = request_behind(launched, instance, place, MODEL)

        assert (before, request_behind(borrowed, instance, place, MODEL)) == (None, None)
        assert asked == place.promotions.order_for(BY, MODEL) is not None


def test_a_standing_order_ends_when_its_engineer_says_so(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    """A day that is over ends it."""
    enable(BY, until="2027-01-01", model=MODEL)
    enable(BY, until="2026-01-01", model=MODEL)

    assert place.promotions.order_for(BY, MODEL) is None
    assert f"and {ENGINEER} answers for it" in capsys.readouterr().out


def test_a_draft_is_signed_for_once(place: Workplace) -> None:
    """From then on others may approve it."""
    shop = Shop(place.settings.home)
    draft = shop.keep("a tree")
    assert place.promotions.is_draft(draft.digest)
    sign(draft.digest)

    assert not place.promotions.is_draft(draft.digest)
    shop.approve(draft)
    with pytest.raises(PromotionError, match="is no draft"):
        sign(draft.digest)


@pytest.mark.parametrize("job", [f"train_{MODEL}", "daily"])
def test_a_run_that_the_daemon_started_refuses_an_ended_key_at_its_start(tmp_path: Path, job: str) -> None:
    """Before anything is landed or trained: no step begins."""
    promote(workplace_at(tmp_path), "first")
    later = replace(workplace_at(tmp_path), clock=lambda: NOW + timedelta(days=400))
    own = definitions(is_history=True)
    resources = {**own.resources, "workplace": workplace_resource(later, all_assets(HISTORY))}
    whole = dg.Definitions(assets=own.assets, asset_checks=own.asset_checks, jobs=own.jobs, resources=resources)
    resolved = whole.resolve_job_def(job)
    with dg.DagsterInstance.ephemeral() as instance:
        done = resolved.execute_in_process(
            instance=instance,
            tags={"dagster/schedule_name": BY},
            partition_key="2017-11-06" if job == "daily" else None,
            run_config=None if job == "daily" else train_config(HISTORY, HISTORY.model(MODEL), "2017-10-01"),
            raise_on_error=False,
        )
        said = str([event.event_specific_data for event in done.all_events if event.is_failure])

    assert not done.success
    assert "Nothing was begun. The key of service-" in said
    assert [event for event in done.all_events if event.is_step_start] == []


@pytest.mark.slow
def test_a_person_alone_has_one_key_for_all_that_and_may_hold_it_open(tmp_path: Path) -> None:
    """One command makes a quorum of one; the open key belongs to the terminal, and ends when told to."""
    desk = Desk(tmp_path)
    desk.says("trust", "init", "--alone", "staff-1", *OF)
    shown = desk.says("trust", "show", *OF)
    opened = desk.says("keys", "open", "staff-1").strip()
    name, _, path = opened.removeprefix("export ").partition("=")

    assert name == "TENURE_SESSION"
    assert "staff-1" in shown
    assert desk.says("keys", "close", TENURE_SESSION=path).strip() == "The key is closed."
    assert desk.says("keys", "close", TENURE_SESSION=path).strip() == "No key is open for this terminal."

    second = f"staff-2={desk.says('keys', 'new', 'staff-2').strip()}"
    moved = desk.says("trust", "move", "two", "--reviewer", second, "--engineer", second, *OF)
    assert "is governed at the level of two people" in moved
    assert "Root keys lie in" in moved
    back = desk.tenure("trust", "move", "one", "--leaves", "staff-2", *OF)
    assert (back.returncode, "say --down" in back.stderr) == (1, True)
