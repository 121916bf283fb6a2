"""The rows of a training set, from opened tables: the population of each snapshot with what then happened, stacked.

A first training and a rebuild read them alike.
"""

from datetime import date

import pyarrow as pa

from adapters.lake import OpenTable, connect, read_table
from tenure.errors import MissingHistoryError
from tenure.specs import ModelSpec
from tenure.timeline import SnapshotSplit
from tenure.training_set import TrainingSet, in_population, outcomes, stack


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
