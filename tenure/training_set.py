"""The training set: snapshots stacked over time, each row one customer as of one day, with what then happened."""

import io
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tenure.content import content_digest
from tenure.errors import SpecError
from tenure.labels import label_events, pause_outcomes
from tenure.specs import ModelSpec, PropensitySpec, lookback_days
from tenure.timeline import SnapshotSplit, split_snapshots

if TYPE_CHECKING:
    import ibis

FIT, CALIBRATION, TEST = "fit", "calibration", "test"
ROLES = (FIT, CALIBRATION, TEST)
KEY = ("day", "customer_id")
NOT_IN_LAKE = -1  # the version of a table that was made in memory


@dataclass(frozen=True)
class Rows:
    """Rows of one role as arrays: `X` (n, n_features) float64 with NaN for missing, and the outcome.

    `duration` is in days; for a propensity model it is the label window. `customer` numbers the customers, for resampling.
    """

    X: np.ndarray
    event: np.ndarray
    duration: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    customer_id: pa.ChunkedArray


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """All rows, with their roles and days.

    `rows` has `day` (the snapshot), `customer_id`, `role`, `event`, `duration`, and the features of the spec, in its order.
    It holds no protected attribute: those are joined by the audit alone. `features_version` and `activity_version` are the
    lake's versions of the tables that were read; `source_versions` those of the validated sources behind them at that moment.
    """

    rows: pa.Table
    feature_names: tuple[str, ...]
    split: SnapshotSplit
    features_version: int
    digest: str
    activity_version: int = NOT_IN_LAKE
    source_versions: tuple[tuple[str, int], ...] = ()

    def role(self, role: str) -> Rows:
        """The rows of one role."""
        import pyarrow.compute as pc

        return as_rows(self.rows.filter(pc.equal(self.rows["role"], role)), self.feature_names)

    def to_files(self) -> dict[str, bytes]:
        """Parquet and JSON, for the next stage."""
        from pydantic import TypeAdapter

        buffer = io.BytesIO()
        pq.write_table(self.rows, buffer)
        facts = _Facts(**{field.name: getattr(self, field.name) for field in fields(_Facts)})
        return {"rows.parquet": buffer.getvalue(), "training_set.json": TypeAdapter(_Facts).dump_json(facts)}

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> Self:
        """Read what `to_files` wrote."""
        from pydantic import TypeAdapter

        facts = TypeAdapter(_Facts).validate_json(files["training_set.json"])
        return cls(rows=pq.read_table(io.BytesIO(files["rows.parquet"])), **vars(facts))


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is kept of a training set beside its rows."""

    feature_names: tuple[str, ...]
    split: SnapshotSplit
    features_version: int
    digest: str
    activity_version: int
    source_versions: tuple[tuple[str, int], ...]


def training_split(spec: ModelSpec, *, as_of: date, first_day: date) -> SnapshotSplit:
    """Lay the snapshots of a model trained with what was known on `as_of`."""
    return split_snapshots(
        spec.snapshots,
        known_until=as_of,
        first_day=first_day,
        lookback_days=lookback_days(spec),
        outcome_days=spec.outcome_days,
        purge_days=spec.purge_days,
    )


def in_population(features: "ibis.Table", spec: ModelSpec) -> "ibis.Table":
    """Keep the customers that the model scores."""
    return features.filter(features.recency_days <= spec.population.bought_within_days)


def outcomes(features: "ibis.Table", activity: "ibis.Table", spec: ModelSpec, *, as_of: date, known_until: date) -> "ibis.Table":
    """What happened to each customer of the population: `customer_id`, `event`, `duration` in days."""
    if isinstance(spec, PropensitySpec):
        labelled = label_events(features, activity, outcome=spec.outcome, as_of=as_of, window_days=spec.label_window_days)
        return labelled.mutate(duration=spec.label_window_days)
    return pause_outcomes(features, activity, as_of=as_of, pause_days=spec.pause_days, observation_end=known_until)


def stack(
    snapshots: list[pa.Table],
    spec: ModelSpec,
    split: SnapshotSplit,
    *,
    features_version: int,
    activity_version: int = NOT_IN_LAKE,
    source_versions: tuple[tuple[str, int], ...] = (),
) -> TrainingSet:
    """Stack labelled snapshots (features, `event`, `duration`), read at these versions, into a training set."""
    names = tuple(feature.name for feature in spec.features)
    protected = sorted(set(spec.protected) & set(names))
    if protected:
        raise SpecError(f"Model {spec.name!r} would train on protected attributes {protected}; they are held for audits alone.")
    rows = pa.concat_tables(s.select([*KEY, "event", "duration", *names]) for s in snapshots)
    roles = {**dict.fromkeys(split.fit, FIT), **dict.fromkeys(split.calibration, CALIBRATION), **dict.fromkeys(split.test, TEST)}
    rows = rows.append_column("role", pa.array([roles[day] for day in rows["day"].to_pylist()]))
    rows = rows.sort_by([(name, "ascending") for name in KEY]).combine_chunks()
    return TrainingSet(
        rows=rows,
        feature_names=names,
        split=split,
        features_version=features_version,
        digest=content_digest(rows, KEY),
        activity_version=activity_version,
        source_versions=source_versions,
    )


def as_rows(table: pa.Table, feature_names: tuple[str, ...]) -> Rows:
    """Turn a labelled table into arrays."""
    return Rows(
        X=matrix(table, feature_names),
        event=table["event"].to_numpy().astype(bool),
        duration=table["duration"].to_numpy().astype(np.int64),
        customer=table["customer_id"].combine_chunks().dictionary_encode().indices.to_numpy(),
        day=table["day"].to_numpy(),
        customer_id=table["customer_id"],
    )


def matrix(table: pa.Table, feature_names: tuple[str, ...]) -> np.ndarray:
    """Features as a float64 array (n_rows, n_features), NaN where unknown."""
    columns = [table[name].cast(pa.float64()).to_numpy(zero_copy_only=False) for name in feature_names]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))
