"""Definitions: everything Dagster knows of a project, built from the project as data."""

import warnings

import dagster as dg

from adapters.settings import Settings, load_settings, prepare_environment
from assets.audit import audit_asset
from assets.candidate import candidate_asset
from assets.card import card_asset
from assets.challenger import challenger_asset
from assets.day_status import day_status_asset
from assets.decision import decision_asset, gates_check
from assets.drift import drift_asset
from assets.drift_page import drift_page_asset
from assets.evaluation import evaluation_asset
from assets.features import features_asset
from assets.naming import LANE_IO
from assets.people import people_assets
from assets.performance import performance_asset
from assets.privacy import privacy_asset
from assets.raw import raw_asset
from assets.reconciled import reconciled_check
from assets.retention import retention_assets, retention_checks
from assets.roll_ups import roll_up_assets
from assets.scores import scores_asset
from assets.training_set import training_set_asset
from assets.validated import validated_asset
from home.workplace import Workplace
from pipelines.io import LaneIOManager
from pipelines.jobs import all_jobs
from pipelines.lineage import workplace_resource
from pipelines.partitions import daily
from pipelines.schedules import all_schedules
from pipelines.sensors import all_sensors
from tenure.loading import load_project
from tenure.project import Project
from tenure.specs import Model

# The code location that `workspace.yaml` names, and its module as a process finds it that has not entered the rooms.
LOCATION, MODULE = "tenure", "tenure.rooms.pipelines.location"


def build_definitions(project: Project | str, settings: Settings | None = None) -> dg.Definitions:
    """Build a project's code location.

    Parameters
    ----------
    project: a loaded project, or its package, such as `projects.complete_journey`.
    settings: places; by default what the environment says.
    """
    prepare_environment()
    loaded = load_project(project) if isinstance(project, str) else project
    places = settings or load_settings()
    with warnings.catch_warnings():
        # Single-run backfills are in beta and partitioned checks in preview; the design rests on both, our pin holds them still,
        # and the warning would be told once per asset. What else Dagster warns of is still heard.
        for category in (dg.BetaWarning, dg.PreviewWarning):
            warnings.simplefilter("ignore", category)
        assets = all_assets(loaded)
    jobs = all_jobs(loaded)
    workplace = Workplace(loaded, places)
    return dg.Definitions(
        assets=assets,
        asset_checks=[
            *(check(loaded, spec) for check in (gates_check, reconciled_check) for spec in loaded.models),
            *retention_checks(loaded),
        ],
        jobs=list(jobs.values()),
        schedules=all_schedules(loaded, jobs),
        sensors=all_sensors(loaded, jobs),
        resources={
            "workplace": workplace_resource(workplace, assets),
            LANE_IO: LaneIOManager(places.lanes, workplace.lake.guard, workplace.at_rest),
        },
        executor=dg.in_process_executor,
    )


def repository_of(name: str, definitions: dg.Definitions) -> dg.RepositoryDefinition:
    """A company's definitions under its name."""
    return dg.create_repository_using_definitions_args(
        name=name,
        assets=definitions.assets,
        schedules=definitions.schedules,
        sensors=definitions.sensors,
        jobs=definitions.jobs,
        resources=definitions.resources,
        executor=definitions.executor,
        loggers=definitions.loggers,
        asset_checks=definitions.asset_checks,
    )


def all_assets(project: Project) -> list[dg.AssetsDefinition]:
    """Every asset of a project, in the order in which data flow."""
    days = daily(project)
    return [
        *(raw_asset(project, source, days) for source in project.sources),
        *(validated_asset(project, source, days) for source in project.sources),
        *roll_up_assets(project, days),
        *people_assets(project, days),
        *([features_asset(project, days)] if project.models else []),
        *(asset for spec in project.models for asset in model_assets(project, spec, days)),
        day_status_asset(project, days),
        *retention_assets(project),
    ]


def model_assets(project: Project, spec: Model, days: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The lane of one model: challenger stages, then what it owes every day."""
    return [
        training_set_asset(project, spec),
        challenger_asset(project, spec),
        evaluation_asset(project, spec),
        audit_asset(project, spec),
        privacy_asset(project, spec),
        decision_asset(project, spec),
        card_asset(project, spec),
        candidate_asset(project, spec),
        scores_asset(project, spec, days),
        drift_asset(project, spec, days),
        drift_page_asset(project, spec, days),
        performance_asset(project, spec, days),
    ]
