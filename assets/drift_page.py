"""Drift page: Evidently's drawing of one day, for people. It decides nothing; `drift` does, and the page shows its verdict.

Evidently takes seconds to load, so the page is no part of the daily job: it is drawn weekly, on alarm, or on request.
"""

import os
from datetime import date
from pathlib import Path

import dagster as dg

from adapters.drift_report import Compared, library, report
from adapters.tables import DRIFT, SCORES, stage_table
from adapters.whole_files import write_whole
from assets.days import days_of, tell_days
from assets.drift import delivered_rows
from assets.naming import daily_stage, stage_key
from home.day_figures import drift_by_day
from home.workplace import Workplace
from tenure.drift import DriftReference, measure
from tenure.drift_alarm import ALARM_RULE, alarm
from tenure.judged import REFERENCE
from tenure.project import Project
from tenure.promotions import PromotionRecord
from tenure.specs import Model

STAGE = "drift_page"


def drift_page_asset(project: Project, spec: Model, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The drift page of a model."""

    @dg.asset(
        **daily_stage(project, spec, STAGE, partitions, kinds={"html"}),
        deps=[stage_key(project, spec, DRIFT)],
        description="A page that draws a day's inputs and scores beside what the model that scored it was fitted on. "
        "Weekly, on alarm, or on request.",
        output_required=False,
    )
    def drift_page(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        pages = {day: page for day in days_of(context) if (page := draw_page(workplace, spec, day)) is not None}
        if not pages:
            # A model that nobody promoted yet must not stop the others' pages.
            context.log.warning(f"No model that is known here scored these days as {spec.name}, so there is no page to draw.")
            return
        tell_days(context, {day: {"page": dg.MetadataValue.path(page)} for day, page in pages.items()})
        yield dg.MaterializeResult()

    return drift_page


def draw_page(workplace: Workplace, spec: Model, day: date) -> Path | None:
    """Draw a day's page with the model that scored it, and put it where a person opens it; None where none did."""
    record = scored_by(workplace, spec, day)
    if record is None:
        return None
    package = workplace.packages.load(record.package_digest)
    found = delivered_rows(workplace, spec, package, day)
    if found is None:
        return None
    reference = DriftReference.from_json(package.file(REFERENCE))
    measured = measure(reference, *found, day=day)
    kept = drift_by_day(workplace.lake, spec.name, package.model_digest, until=day)
    history = [*(m for m in kept if m.day != day), measured]
    recent = sorted(history, key=lambda m: m.day)[-ALARM_RULE.of :]
    meanings = {feature.name: feature.meaning for feature in spec.inputs}
    compared = [
        Compared(
            column=column,
            shift=shift,
            meaning=meanings.get(column.name, spec.score_means),
            n_days_over=sum(s.psi > ALARM_RULE.limit for m in recent for s in m.shifts if s.name == column.name),
        )
        for column, shift in zip(reference.columns, measured.shifts, strict=True)
    ]
    path = workplace.drift_page(spec.name, record.version, day)
    title = f"Drift of {spec.name}, version {record.version}, on {day}, {measured.n_rows:,} customers"
    script = os.path.relpath(library(workplace.settings.reports), path.parent)
    return write_whole(path, report(title, alarm(history), compared, script=script))


def scored_by(workplace: Workplace, spec: Model, day: date) -> PromotionRecord | None:
    """The promotion whose model delivered a day's scores; None where nothing was scored, or by a model that is not known here."""
    rows = workplace.lake.rows(stage_table(spec, SCORES), days=[day], columns=["model_digest"])
    digest = rows["model_digest"][0].as_py() if rows is not None and rows.num_rows else None
    own = [
        record
        for record in workplace.promotions.records()
        if (record.project, record.model, record.model_digest) == (workplace.project.name, spec.name, digest)
    ]
    return own[-1] if own else None
