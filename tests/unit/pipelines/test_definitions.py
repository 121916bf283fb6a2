"""The graph as Dagster sees it."""

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from adapters.settings import load_settings
from pipelines.definitions import build_definitions
from pipelines.jobs import who_asks
from tenure.loading import load_project
from tenure.project import Project
from tests import company

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HEAVY = {"great_expectations", "mlflow", "evidently", "lightgbm", "sklearn", "lifelines", "pandas", "matplotlib"}
PROJECT = load_project(company.PACKAGE)
STAGES = (
    "audit", "candidate", "card", "challenger", "decision", "drift", "drift_page", "evaluation", "performance", "privacy",
    "scores", "training_set",
)  # fmt: skip


def definitions(project: Project, home: Path) -> dg.Definitions:
    """The code location of a project at a home of its own."""
    return build_definitions(project, replace(load_settings(), home=home))


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The simulated company's code location."""
    return definitions(PROJECT, tmp_path_factory.mktemp("home"))


def specs_of(defs: dg.Definitions) -> list[dg.AssetSpec]:
    """Every asset that a run can make."""
    return [spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] == PROJECT.name]


def test_everything_loads_and_nothing_warns(tmp_path: Path) -> None:
    """What Dagster warns of is either known, and silenced where it arises, or an error here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dg.Definitions.validate_loadable(definitions(PROJECT, tmp_path))


def test_asset_keys_follow_from_the_project(defs: dg.Definitions) -> None:
    """Keys are how people, other code locations and history refer to assets: what makes them is changed on purpose, here."""
    of_project = {f"{stage}/{source.name}" for source in PROJECT.sources for stage in ("raw", "validated")}
    of_project |= {*company.ROLL_UPS, "features", "day_status", "retention"}
    of_project |= {f"{spec.name}/{stage}" for spec in PROJECT.models for stage in STAGES}

    assert {spec.key.to_user_string() for spec in specs_of(defs)} == {f"{PROJECT.name}/{key}" for key in of_project}


def test_a_company_without_a_model_lands_its_days_and_makes_no_features(tmp_path: Path) -> None:
    """Nobody reads them, and nothing says whose they would be."""
    without = definitions(replace(PROJECT, models=()), tmp_path)

    keys = {spec.key.to_user_string().removeprefix(f"{PROJECT.name}/") for spec in specs_of(without)}
    repository = without.get_repository_def()

    assert keys == {f"{stage}/{source.name}" for source in PROJECT.sources for stage in ("raw", "validated")} | {
        *company.ROLL_UPS,
        "day_status",
        "retention",
    }
    assert {job.name for job in repository.get_all_jobs()} == {"history", "daily", "retention", "__ASSET_JOB"}
    assert [schedule.name for schedule in repository.schedule_defs] == ["every_morning", "retention_nightly"]
    assert {sensor.name for sensor in repository.sensor_defs} == {"on_missed_days", "on_failed_run"}


def test_nothing_is_deleted_of_a_company_that_names_no_number_of_days(tmp_path: Path) -> None:
    """It has neither the asset nor its job, and all else is as it was."""
    for_ever = replace(PROJECT, purposes=tuple(replace(purpose, kept_days=None) for purpose in PROJECT.purposes))
    defs = definitions(for_ever, tmp_path)

    assert f"{PROJECT.name}/retention" not in {spec.key.to_user_string() for spec in specs_of(defs)}
    assert "retention" not in {job.name for job in defs.get_repository_def().get_all_jobs()}


def test_every_asset_says_what_it_is_and_whose(defs: dg.Definitions) -> None:
    """A description, an owner, kinds and a lane."""
    models = {spec.name for spec in PROJECT.models}
    for spec in specs_of(defs):
        assert spec.description, spec.key
        assert spec.owners, spec.key
        assert spec.kinds, spec.key
        assert spec.group_name in {"ingestion", "features", *models}, spec.key


def test_a_model_lane_is_a_group_of_its_own(defs: dg.Definitions) -> None:
    """The graph reads as lanes because an asset's group is the model in its key."""
    models = {spec.name for spec in PROJECT.models}
    lanes = {spec.key: spec.group_name for spec in specs_of(defs) if spec.key.path[1] in models}

    assert lanes
    assert all(group == key.path[1] for key, group in lanes.items())


def test_every_job_resolves(defs: dg.Definitions) -> None:
    """The jobs people and machines start by name; the drift pages are no part of the daily one."""
    trains = {f"train_{spec.name}" for spec in PROJECT.models}
    keys = {name: defs.resolve_job_def(name).asset_layer.executable_asset_keys for name in ("daily", "drift_pages", *trains)}

    stages = {name: {key.path[-1] for key in found} for name, found in keys.items()}
    assert stages["drift_pages"] == {"drift_page"}
    assert "drift_page" not in stages["daily"]
    assert {"scores", "drift", "performance", "day_status"} < stages["daily"]
    assert all("candidate" in stages[name] for name in trains)


def test_live_project_has_today_as_its_newest_partition(tmp_path: Path) -> None:
    """The batch of key d is complete when d begins, so d is due on d."""
    live = definitions(replace(PROJECT, last_day=None), tmp_path)
    (partitions,) = {spec.partitions_def for spec in specs_of(live) if spec.key.path[-1] == "features"}
    with dg.partition_loading_context(datetime(2020, 3, 5, 7, tzinfo=UTC)):
        newest = partitions.get_last_partition_key()

    assert newest == "2020-03-05"


def test_importing_the_definitions_loads_no_heavy_library() -> None:
    """Every process of Dagster imports them: the libraries that take seconds wait until a step needs them."""
    program = "import json, sys; import pipelines.definitions; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert HEAVY & set(json.loads(run.stdout.splitlines()[-1])) == set()


def test_a_standing_order_names_what_asks_for_training(defs: dg.Definitions) -> None:
    """Whoever enables one picks from these names, and a run carries them."""
    trains = {job.name for job in defs.resolve_all_job_defs() if job.name.startswith("train_")}
    asking = {one.name for one in defs.schedules or () if one.job_name in trains}
    sensors = {one.name for one in defs.sensors or () if trains & {target.job_name for target in one.targets}}

    assert asking | sensors == set(who_asks(PROJECT))


def test_what_is_delivered_daily_is_late_by_a_deadline_unless_it_is_history(defs: dg.Definitions, tmp_path: Path) -> None:
    """Each source's batches and each model's scores; nothing of a company whose days are over is late."""
    live = definitions(replace(PROJECT, last_day=None), tmp_path)

    late = {spec.key.to_user_string().split("/", 1)[1] for spec in specs_of(live) if spec.freshness_policy is not None}

    assert late == {f"raw/{source.name}" for source in PROJECT.sources} | {f"{model.name}/scores" for model in PROJECT.models}
    assert all(spec.freshness_policy is None for spec in specs_of(defs))
