"""Evaluation: the challenger on its test rows, beside its baselines and the champion."""

import dagster as dg

from adapters.lake import connect, read_table
from adapters.tables import FEATURES_TABLE
from assets.naming import lane_stage, upstream
from home.workplace import Workplace
from tenure.categories import numbers
from tenure.challenger import Challenger
from tenure.errors import MissingHistoryError
from tenure.evaluation.challenger import ChampionOnTest, evaluate_challenger
from tenure.evaluation.records import Estimate, Evaluation, NotDefined
from tenure.project import Project
from tenure.scoring import not_made, open_scorer
from tenure.specs import Model
from tenure.training_set import TEST, TrainingSet

STAGE = "evaluation"


def evaluation_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The evaluation of a model's challenger."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"python"}),
        ins=upstream(project, spec, "training_set", "challenger"),
        description="Metrics with bootstrap intervals by customer on the test rows, baselines and champion on the same rows.",
    )
    def evaluation(
        context: dg.AssetExecutionContext,
        training_set: TrainingSet,
        challenger: Challenger,
        workplace: dg.ResourceParam[Workplace],
    ) -> Evaluation:
        champion = champion_on_test(workplace, spec, training_set)
        measured = evaluate_challenger(challenger, training_set, spec, champion=champion)
        figures = {metric.name: _shown(metric.estimate) for metric in measured.metrics}
        context.add_output_metadata({"figures": dg.MetadataValue.md(as_markdown(measured)), **figures})
        return measured

    return evaluation


def _shown(estimate: Estimate) -> float | str:
    """A figure as Dagster takes it: a number to draw, or the words that stand in its place."""
    return str(estimate.value) if isinstance(estimate.value, NotDefined) else estimate.value


def as_markdown(measured: Evaluation) -> str:
    """Every figure with its interval, beside the first baseline on the same rows, and the difference."""
    title = next((metric.baselines[0][0] for metric in measured.metrics if metric.baselines), "baseline")
    rows = [["figure (95 % interval)", "model", title, "difference"], ["---"] * 4]
    for metric in measured.metrics:
        baseline = metric.baselines[0][1] if metric.baselines else None
        rows.append([metric.title or metric.name, *map(_in_words, (metric.estimate, baseline, metric.difference))])
    if (comparison := measured.champion) is not None:
        against = f"{comparison.metric}, against the champion, version {comparison.champion_version}"
        rows.append([against, *map(_in_words, (comparison.challenger, comparison.champion, comparison.difference))])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _in_words(estimate: Estimate | None) -> str:
    """A figure with its interval."""
    if estimate is None:
        return "–"
    if isinstance(estimate.value, NotDefined):
        return str(estimate.value)
    interval = "" if estimate.low is None or estimate.high is None else f" ({estimate.low:.3f} to {estimate.high:.3f})"
    return f"{estimate.value:.3f}{interval}"


def champion_on_test(workplace: Workplace, spec: Model, training_set: TrainingSet) -> ChampionOnTest | None:
    """The present champion with its own inputs for the challenger's test rows; None where there is none that could be held to.

    One that reads features which are not made any more foretells nothing of today's rows; promoting its successor takes a reason.
    """
    found = workplace.promotions.champion_to_beat(workplace.project.name, spec.name)
    if found is None:
        return None
    record, package = found
    scorer = open_scorer(package.files, package.model_digest)
    if not_made(scorer.facts, [feature.name for feature in workplace.project.told]):
        return None
    connection = connect()
    features = read_table(workplace.lake.open(FEATURES_TABLE), connection, days=training_set.split.test)
    if features is None:
        raise MissingHistoryError(f"There are no features as of the test days {training_set.split.test}; train again.")
    test = connection.create_table("test_rows", training_set.rows.select(["day", "customer_id", "role"]), temp=True)
    inputs = (
        features.inner_join(test.filter(test.role == TEST), ["day", "customer_id"]).order_by(["day", "customer_id"]).to_pyarrow()
    )
    X = numbers(inputs, scorer.facts.feature_names, scorer.facts.words)
    return ChampionOnTest(version=record.version, digest=record.package_digest, scorer=scorer, X=X)
