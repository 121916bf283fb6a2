"""Drift: how far a day's inputs and scores lie from what the champion was fitted on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow.compute as pc

from adapters.alerts import AlertKind
from adapters.lake import Commit, read_rows
from adapters.tables import DRIFT, FEATURES_TABLE, SCORES, stage_table
from assets.days import ROOM, STATE, days_of, tell_days
from assets.naming import daily_stage, stage_key, table_schema
from home.day_figures import DRIFT_ROWS, drift_by_day, measure_rows
from home.links import room_model
from home.workplace import Workplace
from provenance.history import withheld_days
from tenure.categories import numbers
from tenure.drift import DriftMeasure, DriftReference, measure
from tenure.drift_alarm import DriftState, DriftVerdict, alarm
from tenure.errors import NoChampionError
from tenure.judged import REFERENCE
from tenure.package import Package
from tenure.project import Project
from tenure.scoring import read_facts
from tenure.specs import Model

if TYPE_CHECKING:
    import numpy as np

STAGE = DRIFT
CHECK = "steady"


def drift_asset(project: Project, spec: Model, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The daily drift of a model's inputs and scores."""
    key = stage_key(project, spec, STAGE)

    @dg.asset(
        **daily_stage(project, spec, STAGE, partitions, kinds={"deltalake"}),
        deps=[stage_key(project, spec, SCORES)],
        description="Population stability index of every input and of the score, against the rows the champion was fitted on.",
        output_required=False,
        metadata={"dagster/column_schema": table_schema(DRIFT_ROWS)},
        check_specs=[dg.AssetCheckSpec(CHECK, asset=key, description="No input and no score has drifted persistently.")],
    )
    def drift(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        try:
            commit, verdicts = measure_days(workplace, spec, days_of(context))
        except NoChampionError as error:
            context.log.warning(str(error))
            return
        if not verdicts:
            context.log.warning(f"The champion of {spec.name} scored none of these days.")
            return
        # Of many days in one run the last is how things stand; an alarm on an earlier one is told all the same.
        day, verdict = next(((d, v) for d, v in reversed(verdicts.items()) if v.state is DriftState.ALARM), (None, None))
        if day is not None and verdict is not None:
            workplace.alert(AlertKind.DRIFT, spec.name, f"{day}: {verdict.in_words}")
        tell_days(context, {day: {STATE: "not scored by this champion"} for day in days_of(context)})
        tell_days(context, {day: {STATE: str(v.state), "in_words": v.in_words} for day, v in verdicts.items()})
        room = dg.MetadataValue.url(room_model(workplace, spec.name))
        measured = {"lake_version": commit.version, ROOM: room}
        yield dg.MaterializeResult(metadata=measured, check_results=[check_result(verdicts)])

    return drift


def check_result(verdicts: Mapping[date, DriftVerdict]) -> dg.AssetCheckResult:
    """The check: how things stood on the last day, and on which others there was an alarm."""
    last = max(verdicts)
    alarms = [day for day, verdict in verdicts.items() if verdict.state is DriftState.ALARM and day != last]
    earlier = f" There was an alarm on {len(alarms)} days before, {alarms[-1]} the latest of them." if alarms else ""
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=verdicts[last].state is not DriftState.ALARM,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{last}: {verdicts[last].state}, {verdicts[last].in_words}.{earlier}",
    )


def measure_days(workplace: Workplace, spec: Model, days: Sequence[date]) -> tuple[Commit, dict[date, DriftVerdict]]:
    """Measure each day that the champion scored and keep the figures; return the verdict as of each, oldest first."""
    package = workplace.promotions.champion(workplace.project.name, spec.name)
    table = workplace.lake.open(stage_table(spec, STAGE))
    withheld = withheld_days(workplace, days)
    measured = [m for day in days if day not in withheld and (m := measure_day(workplace, spec, package, day)) is not None]
    present, digest = [m.day for m in measured], package.model_digest
    rows = measure_rows(measured, digest)
    commit = workplace.lake.replace_days(table, rows, days=present, key=DRIFT_ROWS.key, note={"model_digest": digest})
    history = drift_by_day(workplace.lake, spec.name, digest, until=max(days))
    return commit, {day: alarm([m for m in history if m.day <= day]) for day in sorted(present)}


def measure_day(workplace: Workplace, spec: Model, package: Package, day: date) -> DriftMeasure | None:
    """Hold the scores that the champion delivered on a day, and their inputs, against the rows it was fitted on."""
    found = delivered_rows(workplace, spec, package, day)
    return None if found is None else measure(DriftReference.from_json(package.file(REFERENCE)), *found, day=day)


def delivered_rows(workplace: Workplace, spec: Model, package: Package, day: date) -> "tuple[np.ndarray, np.ndarray] | None":
    """The inputs (n, n_features) and scores (n,) that a model delivered on a day; None where it delivered none."""
    lake, facts = workplace.lake, read_facts(package.files)
    scores, features = (read_rows(lake.open(name), days=[day]) for name in (stage_table(spec, SCORES), FEATURES_TABLE))
    if scores is None or features is None:
        return None
    own = scores.filter(pc.equal(scores["model_digest"], package.model_digest)).select(["customer_id", "score"])
    rows = features.join(own, "customer_id", join_type="inner").sort_by("customer_id")
    return (numbers(rows, facts.feature_names, facts.words), rows["score"].to_numpy()) if rows.num_rows else None
