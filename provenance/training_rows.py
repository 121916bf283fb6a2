"""The rows of a training set, from opened tables: the population of each snapshot with what then happened, stacked.

A first training and a rebuild read them alike.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import OpenTable, read_rows
from adapters.unquoted import unquoted
from provenance.consent import Asking, Heard, purpose_of, register_in
from provenance.happened import what_happened
from provenance.lineage import VALIDATED
from provenance.purposes import SNAPSHOT, check_label
from tenure.consent.coverage import ConsentFacts, check_enough, check_not_empty, consent_facts
from tenure.days_enough import nobody
from tenure.errors import MissingHistoryError
from tenure.project import Project
from tenure.purposes import Purpose
from tenure.scoring import CONSENT
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import FIT, KEY, TrainingSet, in_population, outcomes, stack

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
    made = stack(
        labelled.snapshots,
        spec,
        split,
        features_version=features.version,
        history_versions=tuple((name, table.version) for name, table in histories.items() if not name.startswith(VALIDATED)),
        source_versions=source_versions,
        consent=labelled.consent,
    )
    check_enough(spec, made.consent, made.rows.filter(pc.equal(made.rows["role"], FIT)).num_rows)
    return made


@dataclass(frozen=True)
class Labelled:
    """Labelled snapshots, and how their populations stood to the model's purpose; None where no consents are declared."""

    snapshots: list[pa.Table]
    consent: ConsentFacts | None


@dataclass(frozen=True)
class Permission:
    """Consent at the cut: asked of the population of each snapshot as of its day, as known then."""

    asking: Asking
    purpose: Purpose
    until: date | None

    def of(self, population: pa.Table, day: date) -> Heard:
        """Those of a snapshot's population who may be learnt from, and how all of them stand."""
        heard = self.asking.of_day(population, self.purpose, day, until=self.until)
        return Heard(heard.rows.drop_columns([CONSENT]), heard.counts)


def labelled_of(
    project: Project,
    spec: Model,
    split: SnapshotSplit,
    snapshot_of: Callable[[date], pa.Table],
    histories: Mapping[str, OpenTable | pa.Table],
) -> Labelled:
    """The population of each snapshot with what happened to it, as it was known where the snapshot's label ends.

    Where consents are declared, those whose data the model's purpose may not use are left out.

    Snapshots are asked for one after the other: those of years do not all fit into memory beside what is made of them.
    """
    ends = split.labelled_until if spec.is_followed else split.known_until
    labelled: list[pa.Table] = []
    heard: list[Heard] = []
    with (
        what_happened(project, spec.foresees, histories) as (connection, happened),
        _permission(project, spec, split, histories) as permission,
    ):
        for day in split.days:
            snapshot = snapshot_of(day)
            population = in_population(snapshot, spec)
            if permission is not None:
                heard.append(permission.of(population, day))
                check_not_empty(spec, permission.purpose, day, heard[-1].counts)
                population = heard[-1].rows
            told = _told(population.select(_own(population, spec)), happened, connection, spec, day, known_until=ends(day))
            check_label(project, spec, told)
            rows = told.to_pyarrow()
            if not rows.num_rows:
                before = split.days[len(labelled) - 1] if labelled else None
                raise MissingHistoryError(nobody(spec, split, day, n_known=snapshot.num_rows, before=before))
            labelled.append(rows)
    if permission is None:
        return Labelled(labelled, None)
    facts = consent_facts(permission.purpose, [one.counts for one in heard], asks_again=permission.until is not None)
    return Labelled(labelled, facts)


@contextmanager
def _permission(
    project: Project, spec: Model, split: SnapshotSplit, tables: Mapping[str, OpenTable | pa.Table]
) -> Iterator[Permission | None]:
    """What is asked before somebody is learnt from; nothing where no consents are declared."""
    register = register_in(project, tables)
    if register is None or project.consents is None:
        yield None
        return
    with register.asking() as asking:
        until = split.test_known_until if project.consents.leaves_training else None
        yield Permission(asking, purpose_of(project, spec), until)


def _snapshot(features: OpenTable, day: date) -> pa.Table:
    """The features of a day as they were kept."""
    rows = read_rows(features, days=[day])
    if rows is None:
        raise MissingHistoryError(f"There are no features as of {day} in the lake; materialise them, then train again.")
    return rows


def _own(population: pa.Table, spec: Model) -> list[str]:
    """Who somebody is, and what the model itself reads of them: a snapshot holds what others read too, for other purposes."""
    read = {*KEY, *(feature.name for feature in (*spec.inputs, *spec.population.features))}
    return [name for name in population.column_names if name in read]


def _told(
    population: pa.Table, happened: "Happened", connection: "Backend", spec: Model, day: date, *, known_until: date
) -> "ibis.Table":
    """The population of one snapshot with its outcomes."""
    customers = connection.create_table(SNAPSHOT, population, temp=True, overwrite=True)
    told = outcomes(customers, happened, spec, as_of=day, known_until=known_until)
    return customers.inner_join(told, "customer_id")
