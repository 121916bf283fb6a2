"""The real Dagster daemon over a company that still delivers: what happens by itself, and what somebody chose on the pages."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, sleep, time
from typing import TypeVar

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import RemotePartitionSetOrigin

from adapters.alerts import AlertKind
from adapters.settings import ROOMS
from adapters.tables import SCORES, stage_table
from adapters.whole_files import write_whole
from assets.candidate import launched
from cli.services import stop
from cli.serving import SOCKET, service_commands, service_environment, wait_for_socket, write_workspace
from pipelines.instance import open_instance, prepare_instance
from pipelines.partitions import ONE_DAY, RANGE_END, RANGE_START
from pipelines.run import origin_of
from tests.premises import AS_OF, MODELS, Premises

MORNINGS = "mornings.txt"
Found = TypeVar("Found")
PATIENCE_SECONDS = 180
pytestmark = pytest.mark.slow

# Its days ended long ago, so a file says which mornings have passed. No test waits ten minutes, nor for what is due by the clock.
DEFINITIONS = """\
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines import definitions, missed
from tests.deliveries import project_at

missed.EVERY_TEN_MINUTES, missed.MOST_DAYS = 1, 2
missed.owed_until = lambda *_: date.fromisoformat(Path({mornings!r}).read_text())
definitions.all_schedules = lambda *_: []
project = replace(project_at(Path({delivered!r})), last_day=None)
company = definitions.repository_of(project.name, definitions.build_definitions(project))
"""


@pytest.fixture(scope="module")
def live(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """The simulated company as one that still delivers: its models are promoted, and its Dagster has seen no run yet."""
    premises = established.copy(tmp_path_factory.mktemp("live") / "company")
    mornings_until(premises, AS_OF)
    places = {"delivered": str(premises.delivered), "mornings": str(premises.folder / MORNINGS)}
    (premises.folder / "company.py").write_text(DEFINITIONS.format(**places))
    return premises


def mornings_until(premises: Premises, day: date) -> None:
    """Let the mornings up to a day have passed."""
    write_whole(premises.folder / MORNINGS, day.isoformat())


@pytest.fixture(scope="module")
def instance(live: Premises) -> Iterator[dg.DagsterInstance]:
    """What the daemon writes to, read from outside; it looks each second whether the process of a run lives."""
    prepare_instance(live.settings)
    configuration = live.settings.dagster_home / "dagster.yaml"
    own = configuration.read_text(encoding="utf-8").partition("\n")[2]
    configuration.write_text(own.replace("poll_interval_seconds: 30", "poll_interval_seconds: 1"), encoding="utf-8")
    with open_instance(live.settings) as opened:
        yield opened


@dataclass
class Daemon:
    """The daemon and the code server as `tenure up` starts them, for the simulated company."""

    premises: Premises
    sockets: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start both, each in a group of its own."""
        settings, folder = self.premises.settings, self.premises.folder
        commands = service_commands(settings, self.sockets)
        serving = [*commands["code"][:-2], "-f", str(folder / "company.py")]  # in place of the module
        write_workspace(self.sockets)
        environment = {
            **service_environment(settings),
            "PYTHONPATH": str(ROOMS),  # the simulated company is among the tests
            "TENURE_HOME": str(settings.home),
            "TENURE_INBOX": str(settings.inbox),
            "TENURE_TRACKING_URI": settings.tracking_uri,
            "TENURE_THREADS": "2",
        }
        with (folder / "daemon.log").open("a") as log:
            for command in (serving, commands["daemon"]):
                process = subprocess.Popen(
                    command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )
                self.processes.append(process)
                wait_for_socket(command, process, Event())

    def kill(self) -> None:
        """Let the machine fail: the daemon, the code server and the runs at work are gone at once."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()
        (self.sockets / SOCKET).unlink()

    def wait_for(self, found: Callable[[], Found | None]) -> Found:
        """Wait for something that must come by itself."""
        deadline = monotonic() + PATIENCE_SECONDS
        while (answer := found()) is None:
            log = (self.premises.folder / "daemon.log").read_text()
            assert monotonic() < deadline, f"it did not come within {PATIENCE_SECONDS} s:\n{log[-4000:]}"
            sleep(0.2)
        return answer


@pytest.fixture(scope="module")
def daemon(live: Premises, instance: dg.DagsterInstance) -> Iterator[Daemon]:
    """The daemon at work."""
    with TemporaryDirectory(prefix="tenure-") as sockets:
        started = Daemon(live, Path(sockets))
        try:
            started.start()
            yield started
        finally:
            stop(started.processes)


def finished_daily_run(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """The daily run, once it is over."""
    return next((run for run in instance.get_runs(dg.RunsFilter(job_name="daily")) if run.is_finished), None)


def days_scored(premises: Premises) -> list[date]:
    """The days that every model scored."""
    lake = premises.workplace.lake
    return sorted(set.intersection(*(set(lake.days(stage_table(premises.project.model(name), SCORES))) for name in MODELS)))


def asked_for(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """The runs that the sensor of missed days asked for, oldest first."""
    return list(instance.get_runs(dg.RunsFilter(tags={"dagster/sensor_name": "on_missed_days"}), ascending=True))


def at_work(premises: Premises, run: dg.DagsterRun) -> bool:
    """Whether a process works on a run."""
    return any((premises.settings.dagster_home / "alive").glob(f"{run.run_id}.*")) and not run.is_finished


def days_of(run: dg.DagsterRun) -> tuple[date, date]:
    """The first and the last day of a run."""
    first, last = (run.tags.get(name) or run.tags[ONE_DAY] for name in (RANGE_START, RANGE_END))
    return date.fromisoformat(first), date.fromisoformat(last)


def test_a_promotion_is_served_without_anybody_asking(live: Premises, instance: dg.DagsterInstance, daemon: Daemon) -> None:
    """The sensor that runs by default launches the daily job of the latest released day, once, and it ends in success."""
    run = daemon.wait_for(lambda: finished_daily_run(instance))

    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["dagster/partition"] == AS_OF.isoformat()
    assert run.tags["dagster/sensor_name"] == "on_promotion"
    assert launched(instance, "on_promotion", run.run_id)
    assert not launched(instance, "on_drift_or_age", run.run_id)
    assert days_scored(live) == [AS_OF]
    assert len(instance.get_runs(dg.RunsFilter(tags={"dagster/sensor_name": "on_promotion"}))) == 1


def test_days_chosen_on_the_pages_are_one_run(live: Premises, instance: dg.DagsterInstance, daemon: Daemon) -> None:
    """What *Materialize all* asks for is launched by the daemon, as one run of the range, and ends."""
    chosen = [(AS_OF + timedelta(days=i)).isoformat() for i in (1, 2)]
    days = RemotePartitionSetOrigin(
        repository_origin=origin_of(live.project, "daily").repository_origin, partition_set_name="daily_partition_set"
    )
    instance.add_backfill(
        PartitionBackfill(
            backfill_id="chosen",
            status=BulkActionStatus.REQUESTED,
            from_failure=False,
            tags={},
            backfill_timestamp=time(),
            partition_set_origin=days,
            partition_names=chosen,
        )
    )

    def ended() -> PartitionBackfill | None:
        backfill = instance.get_backfill("chosen")
        return None if backfill is None or backfill.status is BulkActionStatus.REQUESTED else backfill

    assert daemon.wait_for(ended).status is BulkActionStatus.COMPLETED_SUCCESS
    (run,) = [run for run in instance.get_runs() if run.tags.get("dagster/backfill") == "chosen"]
    assert [run.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")] == chosen
    assert run.status is dg.DagsterRunStatus.SUCCESS


def test_missed_mornings_are_run_by_themselves_in_order_though_the_machine_fails(
    live: Premises, instance: dg.DagsterInstance, daemon: Daemon
) -> None:
    """Three mornings were missed; with the first of their runs all is killed. Started again, that run is ended and repeated."""
    last = AS_OF + timedelta(days=5)
    mornings_until(live, last)
    killed = daemon.wait_for(lambda: next((run for run in asked_for(instance) if at_work(live, run)), None))

    daemon.kill()
    daemon.start()
    daemon.wait_for(lambda: (last in days_scored(live) and all(run.is_finished for run in asked_for(instance))) or None)

    first, again, *others = asked_for(instance)
    assert first.run_id == killed.run_id
    assert [run.status for run in (first, again, *others)] == [dg.DagsterRunStatus.FAILURE, *[dg.DagsterRunStatus.SUCCESS] * 2]
    assert [days_of(run) for run in (first, again, *others)] == [
        (AS_OF + timedelta(days=3), AS_OF + timedelta(days=4)),
        (AS_OF + timedelta(days=3), AS_OF + timedelta(days=4)),
        (last, last),
    ]
    assert days_scored(live) == [AS_OF + timedelta(days=n) for n in range(6)]
    # The sensor that tells of it has ticks of its own.
    alerts = live.workplace.alerts
    daemon.wait_for(lambda: any(a.kind is AlertKind.RUN_FAILED and killed.run_id in a.message for a in alerts.kept()) or None)
