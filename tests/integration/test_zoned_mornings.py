"""The mornings of a company whose days are not UTC's: Dagster's own scheduler ticks and launches, at a clock that is set."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget, freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._scheduler.scheduler import launch_scheduled_runs

from adapters.settings import load_settings
from adapters.tables import validated_table
from home.opening import Use, open_home
from home.workplace import Workplace
from pipelines.partitions import ONE_DAY
from tests.approved import approved
from tests.integration.test_local_days import SALES, company

HOUSE = Path(__file__).parents[2]
# Runs begin in this process at once, instead of in one each.
AT_ONCE = {
    "run_launcher": {"module": "dagster._core.launcher.sync_in_memory_run_launcher", "class": "SyncInMemoryRunLauncher"},
    "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"},
}
COMPANY = """\
from dataclasses import replace
from pipelines.definitions import build_definitions, repository_of
from tenure.contracts import Cumulative
from tests.integration.test_local_days import SALES, company as company_of

project = company_of({zone!r}, replace(SALES, reader=Cumulative(pattern={sales!r})))
company = repository_of(project.name, build_definitions(project))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a new home and a file of sales, one each hour of three days."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "home"))
    open_home(load_settings(), Use.MAKES)
    hours = [datetime(2019, 12, 31, 12) + timedelta(hours=n) for n in range(72)]  # noqa: DTZ001 - UTC without zone
    lines = (f"{n},{n % 3},{at:%Y-%m-%dT%H:%M:%SZ}" for n, at in enumerate(hours))
    (tmp_path / "sales.csv").write_text("\n".join(["sale_id,customer_id,sold_at", *lines, ""]))
    return tmp_path


@contextmanager
def scheduled(folder: Path, zone: str, *, since: datetime, at_once: bool) -> Iterator["Mornings"]:
    """The company's schedule of every morning, which a person switches on at a moment."""
    approved(Workplace(company(zone), load_settings()))
    (folder / "company.py").write_text(COMPANY.format(sales=str(folder / "sales.csv"), zone=zone))
    (folder / "dagster").mkdir()
    target = LoadableTargetOrigin(
        executable_path=sys.executable,
        python_file=str(folder / "company.py"),
        attribute="company",
        working_directory=str(HOUSE),
    )
    place = InProcessTestWorkspaceLoadTarget(InProcessCodeLocationOrigin(target, location_name="tenure"))
    with (
        instance_for_test(temp_dir=str(folder / "dagster"), overrides=AT_ONCE if at_once else None) as instance,
        WorkspaceProcessContext(instance, place) as workspace,
    ):
        (schedule,) = workspace.create_request_context().get_code_location("tenure").get_repository("p").get_schedules()
        with freeze_time(since):
            instance.start_schedule(schedule)
        yield Mornings(workspace, instance)


class Mornings:
    """A scheduler that is asked at moments, and what it launched."""

    def __init__(self, workspace: WorkspaceProcessContext, instance: dg.DagsterInstance) -> None:
        self._workspace, self._instance, self._times = workspace, instance, {}

    def at(self, now: datetime) -> list[dg.DagsterRun]:
        """The runs launched until a moment, oldest first."""
        with freeze_time(now):
            list(launch_scheduled_runs(self._workspace, logging.getLogger(__name__), now, self._times))
        return list(reversed(self._instance.get_runs()))


@pytest.mark.slow
def test_the_morning_of_a_company_runs_the_day_that_began_on_its_clocks(home: Path) -> None:
    """At five in Tokyo, which is eight in the evening before, UTC; the run keeps what was sold on Tokyo's day, and no more."""
    tokyo = ZoneInfo("Asia/Tokyo")
    five = datetime(2020, 1, 2, 5, tzinfo=tokyo).astimezone(UTC)

    with scheduled(home, "Asia/Tokyo", since=five - timedelta(hours=8), at_once=True) as mornings:
        before = mornings.at(five - timedelta(minutes=5))
        (first,) = mornings.at(five + timedelta(minutes=5))
        _, second = mornings.at(five + timedelta(days=1, minutes=5))

    assert before == []
    assert [(run.tags[ONE_DAY], run.status) for run in (first, second)] == [
        ("2020-01-02", dg.DagsterRunStatus.SUCCESS),
        ("2020-01-03", dg.DagsterRunStatus.SUCCESS),
    ]
    kept = Workplace(company("Asia/Tokyo"), load_settings()).lake.rows(validated_table(SALES)).to_pylist()
    days = {row["sale_id"]: (row["day"], row["sold_at"].replace(tzinfo=UTC).astimezone(tokyo).date()) for row in kept}
    assert all(key == sold + timedelta(days=1) or key == date(2020, 1, 2) for key, sold in days.values())
    assert sum(key == date(2020, 1, 3) for key, _ in days.values()) == 24


@pytest.mark.parametrize("change", [date(2020, 3, 8), date(2020, 11, 1)])
def test_each_morning_is_asked_for_once_where_clocks_are_moved(home: Path, change: date) -> None:
    """At five on the clocks of New York, in the hour before and after: no day twice, and none left out."""
    new_york = ZoneInfo("America/New_York")
    mornings_of = [datetime(change.year, change.month, change.day, 5, tzinfo=new_york) + timedelta(days=n) for n in (-1, 0, 1)]
    night = mornings_of[0].astimezone(UTC) - timedelta(hours=6)
    asked = [at.astimezone(UTC) + timedelta(hours=n) for at in mornings_of for n in (-1, 0, 1)]
    launched: dict[str, datetime] = {}

    with scheduled(home, "America/New_York", since=night, at_once=False) as mornings:
        for now in asked:
            for run in mornings.at(now):
                launched.setdefault(run.tags[ONE_DAY], now)

    assert launched == {f"{at.date()}": at.astimezone(UTC) for at in mornings_of}
