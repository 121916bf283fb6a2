"""Runs on a real Dagster instance: what it makes of a home that moved, and of processes that were killed."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration

from pipelines.abandoned import WHY, alive, end_abandoned
from pipelines.instance import open_instance, prepare_instance
from pipelines.run import run_job
from tests.approved import approved
from tests.deliveries import deliver, drawn
from tests.premises import Premises

HOUSE = Path(__file__).parents[2]
DAGSTER_YAML = Path("home/dagster/dagster.yaml")

RUN = """
from adapters.settings import prepare_environment
prepare_environment()
from pathlib import Path
from pipelines.run import run_job
from tests.premises import Premises
premises = Premises(Path({folder!r}))
run_job(premises.project, premises.settings, "history", days=[premises.project.first_key])
"""
WORK = """
import sys
sys.argv = ["tenure", "land"]
from cli.interrupts import watch
watch()
import time
from pathlib import Path
from pipelines.abandoned import alive
from pipelines.instance import open_instance
from tests.premises import Premises
with open_instance(Premises(Path({folder!r})).settings) as instance, alive(instance, {run_id!r}):
    print("at work", flush=True)
    time.sleep(300)
"""


@contextmanager
def process(program: str) -> Iterator[subprocess.Popen]:
    """A process of its own; it is killed at the latest when the block ends."""
    started = subprocess.Popen(
        [sys.executable, "-c", program], cwd=HOUSE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def wait_until(condition: Callable[[], bool], *, patience_seconds: float = 60.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come within {patience_seconds:g} s"
        time.sleep(0.02)


def started_run(instance: dg.DagsterInstance) -> str:
    """A run that Dagster takes for started, as whoever began it left it."""
    run = dg.GraphDefinition(name="daily", node_defs=[]).to_job()
    created = instance.create_run_for_job(run)
    instance.report_dagster_event(
        dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_START.value, job_name=created.job_name), run_id=created.run_id
    )
    assert status(instance, created.run_id) is dg.DagsterRunStatus.STARTED
    return created.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    """What Dagster takes a run for."""
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def monitored(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    """What Dagster takes a run for once the daemon has looked at it."""
    with WorkspaceProcessContext(instance, EmptyWorkspaceTarget()) as workspace:
        assert list(execute_run_monitoring_iteration(workspace, logging.getLogger())) == [None]
    return status(instance, run_id)


def last_words(instance: dg.DagsterInstance, run_id: str) -> str | None:
    """What the last event of a run says."""
    event = instance.all_logs(run_id)[-1].dagster_event
    assert event is not None
    return event.message


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance that has seen nothing."""
    with open_instance(Premises(tmp_path).settings) as opened:
        yield opened


@pytest.mark.slow
def test_a_run_killed_in_the_middle_is_ended_by_the_next(tmp_path: Path) -> None:
    """After a `kill -9` the UI shows a started run; once somebody runs again, a failed one with a sentence that says why."""
    premises = Premises(tmp_path)
    deliver(drawn(n_days=3), premises.delivered)
    approved(premises.workplace)
    log = premises.settings.raw / "receipts"
    with process(RUN.format(folder=str(tmp_path))) as running:
        wait_until(lambda: log.exists() or running.poll() is not None)
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
    with open_instance(premises.settings) as instance:
        (killed,) = instance.get_runs()
    assert killed.status is dg.DagsterRunStatus.STARTED

    again = run_job(premises.project, premises.settings, "history", days=[premises.project.first_key])

    assert again.succeeded, again.failures
    with open_instance(premises.settings) as instance:
        assert status(instance, killed.run_id) is dg.DagsterRunStatus.FAILURE
        assert status(instance, again.run_id) is dg.DagsterRunStatus.SUCCESS
        assert last_words(instance, killed.run_id) == WHY
        assert end_abandoned(instance) == ()


def test_a_run_is_left_alone_for_as_long_as_its_process_lives(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """Whether it lives is asked of the system, not guessed from how long ago it began."""
    run_id = started_run(instance)
    with process(WORK.format(folder=str(tmp_path), run_id=run_id)) as working:
        assert working.stdout is not None
        assert working.stdout.readline() == "at work\n"
        assert end_abandoned(instance) == ()
        assert status(instance, run_id) is dg.DagsterRunStatus.STARTED

    assert end_abandoned(instance) == (run_id,)
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE
    assert end_abandoned(instance) == ()


def test_a_run_that_nobody_took_up_yet_is_left_alone(instance: dg.DagsterInstance) -> None:
    """Its process is on its way."""
    run_id = started_run(instance)

    assert end_abandoned(instance) == ()
    assert monitored(instance, run_id) is dg.DagsterRunStatus.STARTED


def test_dagster_ends_a_run_whose_process_was_killed(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """The daemon's own watch asks for the lock: no run counts as running for hours, and what it owes is run again."""
    run_id = started_run(instance)
    with process(WORK.format(folder=str(tmp_path), run_id=run_id)) as working:
        assert working.stdout is not None
        working.stdout.readline()
        assert monitored(instance, run_id) is dg.DagsterRunStatus.STARTED

    assert monitored(instance, run_id) is dg.DagsterRunStatus.FAILURE
    assert WHY in (last_words(instance, run_id) or "")


def test_a_command_that_is_asked_to_end_ends_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages show it as failed with the command's own words, before anybody runs anything again."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "home"))
    with open_instance(Premises(tmp_path).settings) as instance:
        run_id = started_run(instance)
        with process(WORK.format(folder=str(tmp_path), run_id=run_id)) as working:
            assert working.stdout is not None
            working.stdout.readline()
            working.send_signal(signal.SIGTERM)
            assert working.wait(timeout=60) == 128 + signal.SIGTERM

        assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE
        assert "tenure land was interrupted (SIGTERM)" in (last_words(instance, run_id) or "")


def test_a_run_that_finished_stays_what_it_became(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """A process killed between its run's last event and its own end has done all its work."""
    run_id = started_run(instance)
    run = instance.get_run_by_id(run_id)
    assert run is not None
    with process(WORK.format(folder=str(tmp_path), run_id=run_id)) as working:
        assert working.stdout is not None
        working.stdout.readline()
        instance.report_run_canceled(run)

    assert end_abandoned(instance) == ()
    assert status(instance, run_id) is dg.DagsterRunStatus.CANCELED


def test_a_run_that_ends_leaves_nothing_to_look_at(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """The folder of locks holds the runs of the moment, or looking would cost more every day."""
    with alive(instance, started_run(instance)):
        pass

    assert [path.name for path in (tmp_path / "home" / "dagster" / "alive").iterdir()] == ["gate"]


def test_a_run_that_was_broken_off_is_ended_too(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """A process may go on after Ctrl-C or an error; what it was working on does not."""
    run_id = started_run(instance)
    with pytest.raises(KeyboardInterrupt), alive(instance, run_id):
        raise KeyboardInterrupt

    assert end_abandoned(instance) == (run_id,)
    assert [path.name for path in (tmp_path / "home" / "dagster" / "alive").iterdir()] == ["gate"]


def test_a_home_that_moved_keeps_its_events_where_it_is_now(tmp_path: Path) -> None:
    """The runs so far come along, and what runs next is written to the new place alone."""
    here, there = Premises(tmp_path / "here"), Premises(tmp_path / "there")
    with open_instance(here.settings) as instance:
        before = started_run(instance)
    shutil.move(here.folder, there.folder)

    with open_instance(there.settings) as instance:
        after = started_run(instance)
        assert {run.run_id for run in instance.get_runs()} == {before, after}
        assert len(instance.all_logs(before)) > 0

    assert not here.folder.exists()
    assert str(here.folder) not in (there.folder / DAGSTER_YAML).read_text()


@pytest.mark.parametrize("name", ["plain", "a: b", 'it\'s "home"', "{braces} & more", "Größe 日本 🙂", "- dash, [list]"])
def test_a_home_may_be_called_what_people_call_folders(tmp_path: Path, name: str) -> None:
    """Signs that mean something in YAML mean nothing in a path."""
    premises = Premises(tmp_path / name)
    prepare_instance(premises.settings)

    held = yaml.safe_load((premises.folder / DAGSTER_YAML).read_text(encoding="utf-8"))

    assert held["event_log_storage"]["config"]["base_dir"] == str(premises.settings.dagster_home / "history" / "runs")


def test_a_configuration_of_one_s_own_is_not_touched(tmp_path: Path) -> None:
    """Without our first line a file is a person's, whatever it says."""
    premises, own = Premises(tmp_path), b"telemetry:\n  enabled: false\n"
    premises.settings.dagster_home.mkdir(parents=True)
    (tmp_path / DAGSTER_YAML).write_bytes(own)

    prepare_instance(premises.settings)

    assert (tmp_path / DAGSTER_YAML).read_bytes() == own


def test_a_configuration_of_ours_is_written_when_it_differs_and_only_then(tmp_path: Path) -> None:
    """One left half written is made whole; one that is right is not written again; nothing lies beside it."""
    premises, path = Premises(tmp_path), tmp_path / DAGSTER_YAML
    prepare_instance(premises.settings)
    whole, written_at = path.read_bytes(), path.stat().st_mtime_ns
    prepare_instance(premises.settings)
    assert path.stat().st_mtime_ns == written_at

    path.write_bytes(whole[: len(whole) // 2])
    prepare_instance(premises.settings)

    assert path.read_bytes() == whole
    assert sorted(found.name for found in path.parent.iterdir()) == ["dagster.yaml", "workspace.yaml"]
