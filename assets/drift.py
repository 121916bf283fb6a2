"""Drift: how far a day's inputs and scores lie from what the champion was fitted on."""

from collections.abc import Sequence
from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.alerts import Alert, AlertKind
from adapters.lake import Commit, connect, read_table
from adapters.workplace import Workplace
from assets.candidate import REFERENCE
from assets.history import withheld_days
from assets.naming import FEATURES_TABLE, ONE_RUN, RETRIES, days_of, stage_key, stage_table
from tenure.drift import DriftMeasure, DriftReference, DriftState, DriftVerdict, Shift, alarm, measure
from tenure.errors import NoChampionError
from tenure.project import Project
from tenure.scoring import open_scorer, predict
from tenure.specs import ModelSpec
from tenure.training_set import matrix

STAGE = "drift"
CHECK = "steady"
KEY = ("name",)


def drift_asset(project: Project, spec: ModelSpec, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The daily drift of a model's inputs and scores."""
    key = stage_key(project, spec, STAGE)

    @dg.asset(
        key=key,
        deps=[stage_key(project, spec, "scores")],
        description="Population stability index of every input and of the score, against the rows the champion was fitted on.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=spec.name,
        owners=[spec.owner],
        kinds={"deltalake"},
        retry_policy=RETRIES,
        output_required=False,
        check_specs=[dg.AssetCheckSpec(CHECK, asset=key, description="No input and no score has drifted persistently.")],
    )
    def drift(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        try:
            commit, verdict = measure_days(workplace, spec, days_of(context))
        except NoChampionError as error:
            context.log.warning(str(error))
            return
        if verdict.state is DriftState.ALARM:
            workplace.alerts.send(
                Alert(
                    kind=AlertKind.DRIFT,
                    project=project.name,
                    subject=spec.name,
                    message=verdict.in_words,
                    at=workplace.clock(),
                )
            )
        yield dg.MaterializeResult(
            metadata={"state": str(verdict.state), "in_words": verdict.in_words, "lake_version": commit.version},
            check_results=[
                dg.AssetCheckResult(
                    check_name=CHECK,
                    passed=verdict.state is not DriftState.ALARM,
                    severity=dg.AssetCheckSeverity.WARN,
                    description=verdict.in_words,
                )
            ],
        )

    return drift


def measure_days(workplace: Workplace, spec: ModelSpec, days: Sequence[date]) -> tuple[Commit, DriftVerdict]:
    """Measure each day that has features and keep the figures; return the alarm of these days, or the last day's verdict."""
    package = workplace.promotions.champion(workplace.project.name, spec.name)
    scorer = open_scorer(package.files, package.model_digest)
    reference = DriftReference.from_json(package.file(REFERENCE))
    lake = workplace.lake
    table, features = lake.open(stage_table(spec, STAGE)), lake.open(FEATURES_TABLE)
    measured = []
    withheld = withheld_days(workplace, days)
    for day in days:
        rows = read_table(features, connect(), days=[day])
        if rows is not None and day not in withheld and day >= scorer.facts.trained_as_of:
            scored = rows.filter(rows.recency_days <= scorer.facts.bought_within_days)
            X = matrix(scored.to_pyarrow(), scorer.facts.feature_names)
            measured.append(measure(reference, X, predict(scorer, X)[0], day=day))
    present = [m.day for m in measured]
    rows_of_days = measure_rows(measured, scorer.model_digest)
    commit = lake.replace_days(table, rows_of_days, days=present, key=KEY, note={"model_digest": scorer.model_digest})
    verdicts = [verdict_at(workplace, spec, day, scorer.model_digest) for day in present or [max(days)]]
    # Of many days in one run an alarm on any of them counts, the latest first.
    alarms = [verdict for verdict in reversed(verdicts) if verdict.state is DriftState.ALARM]
    return commit, (alarms or verdicts[-1:])[0]


def verdict_at(workplace: Workplace, spec: ModelSpec, day: date, model_digest: str) -> DriftVerdict:
    """What the days up to `day`, measured against this model, say together."""
    rows = workplace.lake.read(stage_table(spec, STAGE), connect())
    if rows is None:
        return alarm(())
    table = (
        rows.filter((rows.day <= day) & (rows.model_digest == model_digest))
        .order_by(["day", "position"])
        .to_pyarrow()
        .to_pylist()
    )
    by_day: dict[date, list[dict[str, object]]] = {}
    for row in table:
        by_day.setdefault(row["day"], []).append(row)
    history = [
        DriftMeasure(
            day=day,
            n_rows=int(str(shifts[0]["n_rows"])),
            shifts=tuple(
                Shift(name=str(s["name"]), psi=float(str(s["psi"])), expected_psi=float(str(s["expected_psi"]))) for s in shifts
            ),
        )
        for day, shifts in sorted(by_day.items())
    ]
    return alarm(history)


def measure_rows(measured: Sequence[DriftMeasure], model_digest: str) -> pa.Table:
    """One row per day and column measured."""
    rows = [
        {
            "day": m.day,
            "name": shift.name,
            "position": position,
            "psi": shift.psi,
            "expected_psi": shift.expected_psi,
            "n_rows": m.n_rows,
            "model_digest": model_digest,
        }
        for m in measured
        for position, shift in enumerate(m.shifts)
    ]
    schema = pa.schema(
        [
            ("day", pa.date32()),
            ("name", pa.string()),
            ("position", pa.int64()),
            ("psi", pa.float64()),
            ("expected_psi", pa.float64()),
            ("n_rows", pa.int64()),
            ("model_digest", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)
