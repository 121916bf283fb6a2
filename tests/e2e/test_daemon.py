"""The real Dagster daemon over a company that still delivers: what happens by itself, and what somebody chose on the pages."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import RemotePartitionSetOrigin

from adapters.settings import REPOSITORY
from adapters.tables import stage_table
from assets.candidate import launched
from cli.services import stop
from cli.serving import service_commands, service_environment
from home.workplace import Workplace
from pipelines.instance import open_instance
from pipelines.run import origin_of
from tests.simulated_company.premises import AS_OF, MODELS, Premises

PATIENCE_SECONDS = 180
pytestmark = pytest.mark.slow

# Its days ended long ago, so years of mornings were missed: what would run them is left out, to watch the others alone.
DEFINITIONS = """\
from dataclasses import replace
from pathlib import Path

import dagster as dg

from pipelines.definitions import build_definitions, repository_of
from tests.simulated_company.deliveries import project_at


def watched(whole):
    return dg.Definitions(
        assets=whole.assets,
        asset_checks=whole.asset_checks,
        schedules=whole.schedules,
        sensors=[sensor for sensor in whole.sensors if sensor.name != "on_missed_days"],
        jobs=whole.jobs,
        resources=whole.resources,
        executor=whole.executor,
    )


company = repository_of("simulated_company", watched(build_definitions(replace(project_at(Path({delivered!r})), last_day=None))))
"""
WORKSPACE = """\
load_from:
  - python_file:
      relative_path: company.py
      location_name: tenure
      working_directory: {repository}
"""


@pytest.fixture(scope="module")
def live(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """The simulated company as one that still delivers: its models are promoted, and its Dagster has seen no run yet."""
    premises = established.copy(tmp_path_factory.mktemp("live") / "company")
    (premises.folder / "company.py").write_text(DEFINITIONS.format(delivered=str(premises.delivered)))
    (premises.folder / "workspace.yaml").write_text(WORKSPACE.format(repository=REPOSITORY))
    return premises


@pytest.fixture(scope="module")
def instance(live: Premises) -> Iterator[dg.DagsterInstance]:
    """What the daemon writes to, read from outside."""
    with open_instance(live.settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def daemon(live: Premises, instance: dg.DagsterInstance) -> Iterator[Path]:
    """The daemon as `tenure up` starts it, over the simulated company's workspace; where it logs."""
    command = service_commands(live.settings, live.project.name)["daemon"]
    command[command.index("-w") + 1] = str(live.folder / "workspace.yaml")
    environment = {
        **service_environment(live.settings),
        "TENURE_HOME": str(live.settings.home),
        "TENURE_INBOX": str(live.settings.inbox),
        "TENURE_TRACKING_URI": live.settings.tracking_uri,
        "TENURE_THREADS": "2",
    }
    log = live.folder / "daemon.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=live.folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield log
        finally:
            stop([process])


def finished_daily_run(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """The daily run, once it is over."""
    return next((run for run in instance.get_runs(dg.RunsFilter(job_name="daily")) if run.is_finished), None)


def test_a_promotion_is_served_without_anybody_asking(live: Premises, instance: dg.DagsterInstance, daemon: Path) -> None:
    """The sensor that runs by default launches the daily job of the latest released day, once, and it ends in success."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (run := finished_daily_run(instance)) is None:
        assert time.monotonic() < deadline, f"no daily run within {PATIENCE_SECONDS} s:\n{daemon.read_text()[-4000:]}"
        time.sleep(0.5)

    assert run.status is dg.DagsterRunStatus.SUCCESS, daemon.read_text()[-4000:]
    assert run.tags["dagster/partition"] == AS_OF.isoformat()
    assert run.tags["dagster/sensor_name"] == "on_promotion"
    assert launched(instance, "on_promotion", run.run_id)
    assert not launched(instance, "on_drift_or_age", run.run_id)
    workplace = Workplace(replace(live.project, last_day=None), live.settings)
    for model in MODELS:
        assert AS_OF in workplace.lake.days(stage_table(workplace.project.model(model), "scores"))
    assert len(instance.get_runs(dg.RunsFilter(tags={"dagster/sensor_name": "on_promotion"}))) == 1


def test_days_chosen_on_the_pages_are_one_run(live: Premises, instance: dg.DagsterInstance, daemon: Path) -> None:
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
            backfill_timestamp=time.time(),
            partition_set_origin=days,
            partition_names=chosen,
        )
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (backfill := instance.get_backfill("chosen")).status is BulkActionStatus.REQUESTED:
        assert time.monotonic() < deadline, f"no end within {PATIENCE_SECONDS} s:\n{daemon.read_text()[-4000:]}"
        time.sleep(0.5)

    assert backfill.status is BulkActionStatus.COMPLETED_SUCCESS, daemon.read_text()[-4000:]
    (run,) = [run for run in instance.get_runs() if run.tags.get("dagster/backfill") == "chosen"]
    assert [run.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")] == chosen
    assert run.status is dg.DagsterRunStatus.SUCCESS
