"""The rows of a training set, from opened tables: the population of each snapshot with what then happened, stacked.

A first training and a rebuild read them alike.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import OpenTable, read_rows
from adapters.unquoted import unquoted
from provenance.happened import what_happened
from provenance.lineage import VALIDATED
from provenance.purposes import SNAPSHOT, check_label
from tenure.days_enough import nobody
from tenure.errors import MissingHistoryError
from tenure.project import Project
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import TrainingSet, in_population, outcomes, stack

if TYPE_CHECKING:
    import ibis
    from ibis.backends.duckdb import Backend

    from tenure.outcomes import Happened


def stacked(
    project: Project,
    spec: Model,
    split: SnapshotSplit,
    features: OpenTable,
    histories: Mapping[str, OpenTable],
    source_versions: tuple[tuple[str, int], ...],
) -> TrainingSet:
    """Label the snapshots of a split from opened tables, and stack them; the record names these versions."""
    with unquoted("The training set"):
        labelled = labelled_of(project, spec, split, lambda day: _snapshot(features, day), histories)
    return stack(
        labelled,
        spec,
        split,
        features_version=features.version,
        history_versions=tuple((name, table.version) for name, table in histories.items() if not name.startswith(VALIDATED)),
        source_versions=source_versions,
    )


def labelled_of(
    project: Project,
    spec: Model,
    split: SnapshotSplit,
    snapshot_of: Callable[[date], pa.Table],
    histories: Mapping[str, OpenTable | pa.Table],
) -> list[pa.Table]:
    """The population of each snapshot with what happened to it, as it was known where the snapshot's label ends.

    Snapshots are asked for one after the other: those of years do not all fit into memory beside what is made of them.
    """
    ends = split.labelled_until if spec.is_followed else split.known_until
    labelled: list[pa.Table] = []
    with what_happened(project, spec.foresees, histories) as (connection, happened):
        for day in split.days:
            snapshot = snapshot_of(day)
            told = _told(snapshot, happened, connection, spec, day, known_until=ends(day))
            if not labelled:  # the queries of other days say other days, and nothing else
                check_label(project, spec, told, of_snapshot=snapshot.column_names)
            rows = told.to_pyarrow()
            if not rows.num_rows:
                before = split.days[len(labelled) - 1] if labelled else None
                raise MissingHistoryError(nobody(spec, split, day, n_known=snapshot.num_rows, before=before))
            labelled.append(rows)
    return labelled


def _snapshot(features: OpenTable, day: date) -> pa.Table:
    """The features of a day as they were kept."""
    rows = read_rows(features, days=[day])
    if rows is None:
        raise MissingHistoryError(f"There are no features as of {day} in the lake; materialise them, then train again.")
    return rows


def _told(
    snapshot: pa.Table, happened: "Happened", connection: "Backend", spec: Model, day: date, *, known_until: date
) -> "ibis.Table":
    """The population of one snapshot with its outcomes."""
    population = connection.create_table(SNAPSHOT, in_population(snapshot, spec), temp=True, overwrite=True)
    told = outcomes(population, happened, spec, as_of=day, known_until=known_until)
    return population.inner_join(told, "customer_id")
