"""A company whose schedules and sensors are asked what they want: real doors and tables, days that were judged and no more."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import pyarrow as pa

from adapters.alert_places import AlertPlaces
from adapters.settings import load_settings
from adapters.tables import stage_table, verdicts_table
from governance.doors.demonstration import approve_as_demo, as_engineer, ask_as_demo, found_demo_trust
from governance.stores.trust import Trust
from home.day_figures import measure_rows, verdict_rows
from home.workplace import Workplace
from pipelines.definitions import build_definitions
from provenance.roll_up import roll_up_all
from tenure.drift import DriftMeasure, Shift
from tenure.loading import load_project
from tenure.package import Package
from tenure.project import Project
from tenure.validation import DayVerdict
from tests import company
from tests.approved import approved
from tests.shop import RANKS, as_evidenced, evidence_of, files_of, keep_rows

_KNOWN = load_project(company.PACKAGE)
# One gate that the made-up evidence passes.
# Its history begins just before the day that tests land, so that nothing before it is missing.
HISTORY = replace(as_evidenced(_KNOWN, (RANKS,)), first_day=date(2017, 11, 5), last_day=date(2017, 12, 31))
LIVE = replace(HISTORY, last_day=None)
TRAINED = date(2017, 10, 1)
DAY = date(2017, 11, 6)
NOW = datetime(2017, 11, 6, 6, tzinfo=UTC)
MODEL = company.PROPENSITY


@cache
def definitions(*, is_history: bool) -> dg.Definitions:
    """A project's code location; tests hand it a workplace of their own."""
    return build_definitions(HISTORY if is_history else LIVE)


def workplace_at(home: Path, project: Project = HISTORY) -> Workplace:
    """The workplace of a project at a home in which its sources are approved, at a moment that stands still."""
    settings = replace(load_settings(), home=home, alerts=AlertPlaces())
    if not Trust(settings).has_log:
        shutil.copytree(_approved_home().name, home, dirs_exist_ok=True)
    return Workplace(project, settings, lambda: NOW)


@cache
def _approved_home() -> TemporaryDirectory[str]:
    """A home with the demonstration's trust and approvals; each test has a copy."""
    folder = TemporaryDirectory(prefix="tenure-watched-")
    settings = replace(load_settings(), home=Path(folder.name), alerts=AlertPlaces())
    approved(Workplace(HISTORY, settings, lambda: NOW))
    return folder


def land(workplace: Workplace, days: Sequence[date], *, withheld: str | None = None) -> None:
    """Judge every source's batch of these days as released, but for those of one source that is withheld."""
    lake = workplace.lake
    for source in workplace.project.sources:
        reasons = (f"Column {company.AMOUNT!r} is missing.",) if source.name == withheld else ()
        verdicts = [
            DayVerdict(key=day, source=source.name, n_received=1, n_kept=1, n_quarantined=0, withheld=reasons) for day in days
        ]
        lake.replace_days(lake.open(verdicts_table(source)), verdict_rows(verdicts), days=days, key=("source",), note={})
    roll_up_all(workplace)


def score(workplace: Workplace, days: Sequence[date], model: str = MODEL) -> None:
    """Leave a score on each of these days."""
    lake = workplace.lake
    rows = pa.table({"day": pa.array(days, pa.date32()), "customer_id": ["c"] * len(days), "score": [0.5] * len(days)})
    table = lake.open(stage_table(workplace.project.model(model), "scores"))
    lake.replace_days(table, rows, days=days, key=("customer_id",), note={})


def shift(workplace: Workplace, package: Package, days: Sequence[date], psi: float) -> None:
    """Leave a drift measure on each of these days."""
    measured = [
        DriftMeasure(day=day, n_rows=2000, shifts=(Shift(name="recency_days", psi=psi, expected_psi=0.01),)) for day in days
    ]
    lake, spec = workplace.lake, workplace.project.model(MODEL)
    rows = measure_rows(measured, package.model_digest)
    lake.replace_days(lake.open(stage_table(spec, "drift")), rows, days=days, key=("name",), note={})


def promote(workplace: Workplace, weights: str, model: str = MODEL, trained_as_of: date = TRAINED) -> Package:
    """Keep a candidate trained as of a day, let the demonstration's reviewers approve it, and promote it."""
    package = train(workplace, weights, model, trained_as_of)
    approve_as_demo(workplace.promotions, workplace.settings, package.digest)
    workplace.promotions.promote(package.digest, **as_engineer(workplace.settings))
    return package


def train(workplace: Workplace, weights: str, model: str = MODEL, trained_as_of: date = TRAINED) -> Package:
    """Keep a candidate trained as of a day, as the demonstration's engineer wanted."""
    found_demo_trust(workplace.settings, workplace.project.name, workplace.clock)
    keep_rows(workplace.settings.home)
    project, content = workplace.project.name, f"{model} {weights}"
    known = evidence_of(content, model, (RANKS,), None, project=project, as_of=trained_as_of)
    files = files_of(content, model, (RANKS,), None, project=project, as_of=trained_as_of)
    package = workplace.packages.keep_candidate(project, model, files)
    asked = ask_as_demo(workplace.promotions, workplace.settings, [model])
    workplace.promotions.state(package, known, run_id="run-1", request=asked)
    return package


def tick(workplace: Workplace, name: str, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None]:
    """What a sensor asks for, and the cursor it leaves."""
    defs = definitions(is_history=workplace.project.is_history)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(
            instance=instance,
            cursor=cursor,
            definitions=defs,
            resources={"workplace": workplace},
        )
        data = defs.resolve_sensor_def(name).evaluate_tick(context)
        return list(data.run_requests or ()), data.cursor


def scheduled(workplace: Workplace, name: str, at: datetime) -> list[dg.RunRequest]:
    """What a schedule asks for at a moment."""
    defs = definitions(is_history=workplace.project.is_history)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=at,
            repository_def=defs.get_repository_def(),
            resources={"workplace": workplace},
        )
        return list(defs.resolve_schedule_def(name).evaluate_tick(context).run_requests or ())
