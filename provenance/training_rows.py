"""The rows of a training set, from opened tables: the population of each snapshot with what then happened, stacked.

A first training and a rebuild read them alike.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import OpenTable, connect, read_rows, read_table
from adapters.unquoted import unquoted
from tenure.errors import MissingHistoryError
from tenure.specs import ModelSpec
from tenure.timeline import SnapshotSplit
from tenure.training_set import TrainingSet, in_population, outcomes, stack

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend


def stacked(
    spec: ModelSpec,
    split: SnapshotSplit,
    features: OpenTable,
    activity: OpenTable,
    source_versions: tuple[tuple[str, int], ...],
) -> TrainingSet:
    """Label the snapshots of a split from opened tables, and stack them; the record names these versions."""
    snapshots = {day: _snapshot(features, day) for day in split.days}
    with unquoted("The training set"):
        labelled = labelled_of(spec, split, snapshots, activity)
    return stack(
        labelled,
        spec,
        split,
        features_version=features.version,
        activity_version=activity.version,
        source_versions=source_versions,
    )


def labelled_of(
    spec: ModelSpec, split: SnapshotSplit, snapshots: Mapping[date, pa.Table], activity: OpenTable | pa.Table
) -> list[pa.Table]:
    """The population of each snapshot with what happened to it, as it was known where the snapshot's follow-up is cut."""
    import ibis

    connection = connect()
    happened = ibis.memtable(activity) if isinstance(activity, pa.Table) else read_table(activity, connection)
    if happened is None:
        raise MissingHistoryError(f"There are no purchases in the lake to train {spec.name} on; land its history first.")
    return [_labelled(snapshots[day], happened, connection, spec, day, known_until=split.known_until(day)) for day in split.days]


def _snapshot(features: OpenTable, day: date) -> pa.Table:
    """The features of a day as they were kept."""
    rows = read_rows(features, days=[day])
    if rows is None:
        raise MissingHistoryError(f"There are no features as of {day} in the lake; materialise them, then train again.")
    return rows


def _labelled(
    snapshot: pa.Table, activity: "ibis.Table", connection: "Backend", spec: ModelSpec, day: date, *, known_until: date
) -> pa.Table:
    """The population of one snapshot with its outcomes."""
    population = in_population(connection.create_table("snapshot", snapshot, overwrite=True), spec)
    happened = outcomes(population, activity, spec, as_of=day, known_until=known_until)
    labelled = population.inner_join(happened, "customer_id").to_pyarrow()
    if not labelled.num_rows:
        raise MissingHistoryError(f"As of {day} there is nobody in the population of {spec.name}; begin its snapshots later.")
    return labelled
