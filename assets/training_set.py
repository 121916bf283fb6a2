"""Training set: labelled snapshots stacked over time, split by time. The first stage of the challenger lane."""

from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.lake import OpenTable, connect, read_table
from adapters.workplace import Workplace
from assets.features import ensure_snapshots
from assets.history import read_history
from assets.naming import ACTIVITY_TABLE, FEATURES_TABLE, lane_stage, project_key, validated_table
from tenure.errors import MissingHistoryError
from tenure.features.snapshot import check_history
from tenure.project import Project
from tenure.specs import ModelSpec
from tenure.timeline import SnapshotSplit, parse_day
from tenure.training_set import TrainingSet, in_population, outcomes, stack, training_split

STAGE = "training_set"


class TrainAsOf(dg.Config):
    """The day as of which a challenger is trained (YYYY-MM-DD): nothing available on or after it is used."""

    as_of: str


def training_set_asset(project: Project, spec: ModelSpec) -> dg.AssetsDefinition:
    """The training set of a model."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"duckdb"}),
        deps=[project_key(project, FEATURES_TABLE), project_key(project, ACTIVITY_TABLE)],
        description=f"Snapshots every {spec.snapshots.step_days} days of {spec.population.in_words}, with what then happened, "
        "split by time into fit, calibration and test.",
    )
    def training_set(context: dg.AssetExecutionContext, config: TrainAsOf, workplace: dg.ResourceParam[Workplace]) -> TrainingSet:
        made = build(workplace, spec, parse_day(config.as_of), context)
        context.add_output_metadata(
            {
                "dagster/row_count": made.rows.num_rows,
                "as_of": config.as_of,
                "fit": f"{made.split.fit[0]} to {made.split.fit[-1]}",
                "calibration": f"{made.split.calibration[0]} to {made.split.calibration[-1]}",
                "test": f"{made.split.test[0]} to {made.split.test[-1]}",
                "content": made.digest,
                "features_version": made.features_version,
                "activity_version": made.activity_version,
                "source_versions": dict(made.source_versions),
            }
        )
        return made

    return training_set


def build(workplace: Workplace, spec: ModelSpec, as_of: date, context: dg.AssetExecutionContext | None = None) -> TrainingSet:
    """Make the snapshots that are missing, label them with what was known on `as_of`, and stack them."""
    project = workplace.project
    split = training_split(spec, as_of=as_of, first_day=project.first_day)
    check_history(spec.features, as_of=split.days[0], first_day=project.first_day)
    read_history(workplace).require_whole(as_of)
    for day in ensure_snapshots(workplace, split.days):
        if context is not None:
            # The same features as the features asset makes of a day, so the day shows as made there.
            key = project_key(project, FEATURES_TABLE)
            context.log_event(dg.AssetMaterialization(key, partition=day.isoformat(), metadata={"made for": spec.name}))
    # Opened once: every snapshot is read at the versions that the record names, whatever is committed meanwhile.
    lake = workplace.lake
    features, activity = lake.open(FEATURES_TABLE), lake.open(ACTIVITY_TABLE)
    versions = tuple((source.name, lake.open(validated_table(source)).version) for source in project.sources)
    return stacked(spec, split, features, activity, versions)


def stacked(
    spec: ModelSpec,
    split: SnapshotSplit,
    features: OpenTable,
    activity: OpenTable,
    source_versions: tuple[tuple[str, int], ...],
) -> TrainingSet:
    """Label the snapshots of a split from opened tables, and stack them; the record names these versions."""
    labelled = [_labelled(features, activity, spec, day, known_until=split.known_until(day)) for day in split.days]
    return stack(
        labelled,
        spec,
        split,
        features_version=features.version,
        activity_version=activity.version,
        source_versions=source_versions,
    )


def _labelled(features_table: OpenTable, activity_table: OpenTable, spec: ModelSpec, day: date, *, known_until: date) -> pa.Table:
    """The population of one snapshot with its outcomes."""
    connection = connect()
    features = read_table(features_table, connection, days=[day])
    activity = read_table(activity_table, connection)
    if features is None or activity is None:
        raise MissingHistoryError(f"There are no features as of {day} in the lake; materialise them, then train again.")
    population = in_population(features, spec)
    happened = outcomes(population, activity, spec, as_of=day, known_until=known_until)
    labelled = population.inner_join(happened, "customer_id").to_pyarrow()
    if not labelled.num_rows:
        raise MissingHistoryError(f"As of {day} there is nobody in the population of {spec.name}; begin its snapshots later.")
    return labelled
