"""Drift page: Evidently's report on one day, for people. It decides nothing; `drift` does.

Evidently takes seconds to load, so the page is no part of the daily job: it is drawn weekly, on alarm, or on request.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from adapters.drift_report import MOST_ROWS, report
from adapters.lake import connect, read_table
from adapters.tables import FEATURES_TABLE
from adapters.whole_files import write_whole
from assets.days import days_of
from assets.naming import daily_stage, project_key, stage_key
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from tenure.errors import MissingHistoryError
from tenure.package import Package
from tenure.project import Project
from tenure.scoring import open_scorer, predict
from tenure.specs import ModelSpec
from tenure.timeline import days_between
from tenure.training_set import FIT, in_population, matrix

if TYPE_CHECKING:
    import numpy as np

STAGE = "drift_page"


def drift_page_asset(project: Project, spec: ModelSpec, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The drift page of a model."""

    @dg.asset(
        **daily_stage(project, spec, STAGE, partitions, kinds={"html"}),
        deps=[stage_key(project, spec, "drift"), project_key(project, FEATURES_TABLE)],
        description=f"A page that draws a day's inputs and scores beside the champion's fit rows, at most {MOST_ROWS} a side. "
        "Weekly, on alarm, or on request.",
        output_required=False,
    )
    def drift_page(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        found = workplace.promotions.champion_to_beat(project.name, spec.name)
        if found is None:
            # A model nobody promoted yet must not stop the others' pages.
            context.log.warning(f"Nothing serves as {spec.name}, so there is no page to draw.")
            return
        _, package = found
        pages = draw_pages(workplace, spec, package, days_of(context))
        for page in pages:
            context.add_asset_metadata({"page": dg.MetadataValue.path(page)}, partition_key=page.stem)
        yield dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(pages[-1]), "model_digest": package.model_digest})

    return drift_page


def draw_pages(workplace: Workplace, spec: ModelSpec, package: Package, days: Sequence[date]) -> tuple[Path, ...]:
    """Draw a page for each day and put it where a person opens it; return the pages in the order of the days."""
    scorer = open_scorer(package.files, package.model_digest)
    names = scorer.facts.feature_names
    reference = inputs_of(workplace, spec, names, fit_days(package, spec))
    reference_score = predict(scorer, reference)[0]
    pages = []
    for day in days:
        current = inputs_of(workplace, spec, names, [day])
        content = report(
            names=names,
            current=current,
            current_score=predict(scorer, current)[0],
            reference=reference,
            reference_score=reference_score,
            seed=spec.seed,
        )
        pages.append(write_whole(page_path(workplace, spec, day), content))
    return tuple(pages)


def fit_days(package: Package, spec: ModelSpec) -> tuple[date, ...]:
    """The snapshot days that a package was fitted on, as its evidence names them."""
    (fit,) = (period for period in evidence_of(package).data.periods if period.role == FIT)
    return days_between(fit.first_as_of, fit.last_as_of, step_days=spec.snapshots.step_days)


def inputs_of(workplace: Workplace, spec: ModelSpec, names: tuple[str, ...], days: Sequence[date]) -> "np.ndarray":
    """The model's inputs (n, n_features) for its population on these days, at most as many rows as a page takes.

    Rows are drawn by a hash of day and customer, so that the same days give the same page wherever it is drawn.
    """
    lake = workplace.lake
    missing = sorted(set(days) - set(lake.days(FEATURES_TABLE)))
    rows = None if missing else read_table(lake.open(FEATURES_TABLE), connect(), days=days)
    if rows is None:
        raise MissingHistoryError(
            f"The drift page of {spec.name} needs the features of {len(days)} days, but {len(missing)} have none "
            f"(first: {missing[0]}). Materialise {workplace.project.name}/{FEATURES_TABLE} for them first."
        )
    drawn = (rows.day.cast("string") + " " + rows.customer_id).hexdigest("sha256")
    sample = in_population(rows, spec).order_by(drawn).limit(MOST_ROWS)
    return matrix(sample.to_pyarrow(), names)


def page_path(workplace: Workplace, spec: ModelSpec, day: date) -> Path:
    """Where the page of a day is."""
    return workplace.settings.reports / workplace.project.name / spec.name / "drift" / f"{day.isoformat()}.html"
