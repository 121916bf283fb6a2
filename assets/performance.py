"""Performance: delivered scores against what then happened, once it is known."""

from collections.abc import Sequence
from datetime import date, timedelta

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import Commit, read_rows
from adapters.tables import PERFORMANCE, SCORES, stage_table
from assets.days import ROWS, STATE, days_of, tell_days
from assets.naming import daily_stage, lake_key, stage_key, table_schema
from home.day_figures import PERFORMANCE_ROWS, realised_rows
from home.workplace import Workplace
from provenance.consent_at_export import no_longer_used
from provenance.happened import inputs_of, what_happened
from provenance.history import History, read_history
from tenure.evaluation.realised import Realised, realised_performance
from tenure.project import Project
from tenure.specs import Model
from tenure.training_set import outcomes

STAGE = PERFORMANCE


def performance_asset(project: Project, spec: Model, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The realised performance of a model's daily scores."""

    @dg.asset(
        **daily_stage(project, spec, STAGE, partitions, kinds={"deltalake"}),
        deps=[stage_key(project, spec, SCORES), *(lake_key(project, name) for name in inputs_of(project, spec.foresees))],
        description=f"Scores of the day {spec.score_horizon_days} days before, against what happened since.",
        metadata={"dagster/column_schema": table_schema(PERFORMANCE_ROWS)},
    )
    def performance(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        matured = {day: day - timedelta(days=spec.score_horizon_days) for day in days_of(context)}
        history = read_history(workplace)
        holes = {scored: first_hole(spec, scored, history) for scored in matured.values()}
        commit, realised = compare_days(workplace, spec, [scored for scored, hole in holes.items() if hole is None])
        known = {r.day: r for r in realised}
        told = {day: of_comparison(scored, known.get(scored), hole=holes[scored]) for day, scored in matured.items()}
        tell_days(context, told)
        return dg.MaterializeResult(metadata={"lake_version": commit.version})

    return performance


def of_comparison(scored: date, realised: Realised | None, *, hole: date | None = None) -> dict[str, str | float]:
    """What is said on a day of the scores that it lets judge."""
    if hole is not None:
        return {STATE: f"scores of {scored} are compared with nothing, because what the withheld day {hole} brought is not known"}
    if realised is None:
        return {STATE: f"no scores of {scored} to compare"}
    figures = {name: getattr(realised, name) for name in ("roc_auc", "brier_score", "mean_score", "event_rate")}
    known = {name: value for name, value in figures.items() if value is not None}
    return {STATE: f"scores of {scored} compared with what happened", ROWS: realised.n_rows, **known}


def first_hole(spec: Model, scored: date, history: History) -> date | None:
    """The first withheld day after a scored one that its outcomes lack: on it every customer seems to pause."""
    return next((hole for hole in history.holes_until(scored + timedelta(days=spec.score_horizon_days)) if hole > scored), None)


def compare_days(workplace: Workplace, spec: Model, scored_days: Sequence[date]) -> tuple[Commit, tuple[Realised, ...]]:
    """Compare the scores of these days, where there are any, with the outcomes; keep the figures under the scored day."""
    lake = workplace.lake
    table = lake.open(stage_table(spec, STAGE))
    realised = [r for day in scored_days if (r := _compare(workplace, spec, day)) is not None]
    days = [one.day for one in realised]
    commit = lake.replace_days(table, realised_rows(realised), days=days, key=PERFORMANCE_ROWS.key, note={"stage": STAGE})
    return commit, tuple(realised)


def _compare(workplace: Workplace, spec: Model, day: date) -> Realised | None:
    """One scored day against what happened to those whose data may still be used; None where nothing says how good it was."""
    if spec.foresees.is_looked_back:
        return None
    delivered = read_rows(workplace.lake.open(stage_table(spec, SCORES)), days=[day])
    if delivered is None:
        return None
    if gone := no_longer_used(workplace, spec, delivered, day):
        delivered = delivered.filter(pc.invert(pc.is_in(delivered["customer_id"], pa.array(gone, pa.string()))))
    end = day + timedelta(days=spec.score_horizon_days)
    tables = {name: workplace.lake.open(name) for name in inputs_of(workplace.project, spec.foresees)}
    with what_happened(workplace.project, spec.foresees, tables) as (connection, happened):
        scores = connection.create_table("delivered", delivered, temp=True)
        told = outcomes(scores, happened, spec, as_of=day, known_until=end)
        rows = scores.inner_join(told, "customer_id").order_by("customer_id").to_pyarrow()
    if not rows.num_rows:
        return None
    return realised_performance(
        rows["score"].to_numpy(),
        rows["event"].to_numpy(zero_copy_only=False),
        in_high_band=rows["band"].to_numpy(zero_copy_only=False) == "high",
        day=day,
        model_digest=rows["model_digest"][0].as_py(),
    )
