"""The training set: snapshots stacked over time, each row one customer as of one day, with what then happened."""

import io
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.categories import Vocabularies, n_words, numbers, vocabularies
from tenure.consent.coverage import ConsentFacts
from tenure.content import content_digest
from tenure.errors import SpecError
from tenure.estimators.outcome import Ints
from tenure.outcomes import Happened
from tenure.people.happened import HappenedToIds
from tenure.specs import Model, lookback_days
from tenure.timeline import SnapshotSplit, one_snapshot, split_snapshots

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

    `rows` has `day` (the snapshot), `customer_id`, `role`, `event`, `duration`, and the features of the spec, in its order. Where
    customers are followed (`is_followed`), those of fit rows are so to the end of calibration: `role` cuts off what calibrates.
    It holds no protected attribute: those are joined by the audit alone. `features_version` and `history_versions` are the
    lake's versions of the tables that were read; `source_versions` those of the validated sources behind them at that moment.
    `words` is the vocabulary of each feature that is a category, fixed on the fit rows. `consent` says how those who might have
    been learnt from stood; None where the company declares no consents. `n_erasures` is how many erasures had ended when the rows
    were read; None where that is not known.
    """

    rows: pa.Table
    feature_names: tuple[str, ...]
    split: SnapshotSplit
    features_version: int
    digest: str
    history_versions: tuple[tuple[str, int], ...] = ()
    source_versions: tuple[tuple[str, int], ...] = ()
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_followed: bool = False
    consent: ConsentFacts | None = None
    n_erasures: int | None = None

    @property
    def n_words(self) -> tuple[int | None, ...]:
        """For each feature the number of its words, None for a number; empty where all are numbers."""
        return n_words(self.feature_names, self.words)

    def role(self, role: str) -> Rows:
        """The rows of one role; what is seen of fit rows once calibration begins is not theirs."""
        rows = as_rows(self.rows.filter(pc.equal(self.rows["role"], role)), self.feature_names, self.words)
        return _followed_until(rows, self.split.fit_known_until) if role == FIT and self.is_followed else rows

    def calibrating(self, *, last_day: int) -> tuple[Rows, Ints]:
        """Everybody who was followed while calibration lasted, whenever they were scored, to `last_day` at most.

        The calibration rows alone say little of a horizon: those of the week before the test are followed for a week. Customers
        of fit rows were followed through the calibration's days too, after their follow-up as fit rows had ended.

        Returns
        -------
        The rows, and the days (n,) that each had been followed before calibration began.
        """
        if not self.is_followed:
            rows = self.role(CALIBRATION)
            return rows, np.zeros(len(rows.event), dtype=np.int64)
        begin = self.split.calibration[0]
        days = [day for day in (*self.split.fit, *self.split.calibration) if day + timedelta(days=last_day) > begin]
        rows = as_rows(self.rows.filter(pc.is_in(self.rows["day"], pa.array(days, pa.date32()))), self.feature_names, self.words)
        entry = np.maximum(_days_until(rows, begin), 0)
        still = np.flatnonzero(rows.duration > entry)
        return _taken(rows, still), entry[still]

    def to_files(self) -> dict[str, bytes]:
        """Parquet and JSON, for the next stage."""
        from pydantic import TypeAdapter

        buffer = io.BytesIO()
        pq.write_table(self.rows, buffer)
        facts = _Facts(**{each.name: getattr(self, each.name) for each in fields(_Facts)})
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
    history_versions: tuple[tuple[str, int], ...]
    source_versions: tuple[tuple[str, int], ...]
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_followed: bool = False
    consent: ConsentFacts | None = None
    n_erasures: int | None = None


def training_split(spec: Model, *, as_of: date, first_day: date) -> SnapshotSplit:
    """Lay the snapshots of a model trained with what was known on `as_of`."""
    if spec.split is not None:
        return one_snapshot(as_of)
    return split_snapshots(
        spec.snapshots,
        known_until=as_of,
        first_day=first_day,
        lookback_days=lookback_days(spec),
        outcome_days=spec.outcome_days,
        purge_days=spec.purge_days,
    )


def in_population(features: pa.Table, spec: Model) -> pa.Table:
    """Keep the customers that the model scores."""
    return features.filter(spec.population.mask(features))


def outcomes(
    customers: "ibis.Table", happened: Happened | HappenedToIds, spec: Model, *, as_of: date, known_until: date
) -> "ibis.Table":
    """What happened to each of these customers: `customer_id`, `event`, and `duration` in days.

    Parameters
    ----------
    customers: a table with `customer_id`, such as the population's rows or a day's scores.
    happened: the histories that the outcome reads, by noun: roll-ups of events, prepared rows of states.
    """
    end = spec.foresees.end(as_of, known_until)
    read = happened.to(customers, as_of=as_of, end=end) if isinstance(happened, HappenedToIds) else happened
    return spec.foresees.label(customers, read, as_of=as_of, end=end)


def stack(
    snapshots: list[pa.Table],
    spec: Model,
    split: SnapshotSplit,
    *,
    features_version: int,
    history_versions: tuple[tuple[str, int], ...] = (),
    source_versions: tuple[tuple[str, int], ...] = (),
    consent: ConsentFacts | None = None,
) -> TrainingSet:
    """Stack labelled snapshots (features, `event`, `duration`), read at these versions, into a training set."""
    names = tuple(feature.name for feature in spec.inputs)
    protected = sorted(set(spec.protected) & set(names))
    if protected:
        raise SpecError(f"Model {spec.name!r} would train on protected attributes {protected}; they are held for audits alone.")
    rows = pa.concat_tables(s.select([*KEY, "event", "duration", *names]) for s in snapshots)
    rows = rows.append_column("role", pa.array(_roles(rows, spec, split), pa.string()))
    rows = rows.sort_by([(name, "ascending") for name in KEY]).combine_chunks()
    return TrainingSet(
        rows=rows,
        feature_names=names,
        split=split,
        features_version=features_version,
        digest=content_digest(rows, KEY),
        history_versions=history_versions,
        source_versions=source_versions,
        words=vocabularies(rows.filter(pc.equal(rows["role"], FIT)), names),
        is_followed=spec.is_followed,
        consent=consent,
    )


def _roles(rows: pa.Table, spec: Model, split: SnapshotSplit) -> list[str]:
    """The role of each row: that of its day, or, of one snapshot, that of its customer."""
    if spec.split is None:
        roles = {
            **dict.fromkeys(split.fit, FIT),
            **dict.fromkeys(split.calibration, CALIBRATION),
            **dict.fromkeys(split.test, TEST),
        }
        return [roles[day] for day in rows["day"].to_pylist()]
    part_roles = {0: TEST, 1: CALIBRATION}
    parts = (spec.split.part(customer, seed=spec.seed) for customer in rows["customer_id"].to_pylist())
    return [part_roles.get(part, FIT) for part in parts]


def _days_until(rows: Rows, day: date) -> Ints:
    """Days from each row's snapshot to a day, (n,)."""
    return np.asarray((np.datetime64(day) - rows.day.astype("datetime64[D]")).astype(np.int64))


def _followed_until(rows: Rows, day: date) -> Rows:
    """The same rows with their follow-up cut at a day."""
    limit = _days_until(rows, day)
    return replace(rows, duration=np.minimum(rows.duration, limit), event=rows.event & (rows.duration <= limit))


def _taken(rows: Rows, places: Ints) -> Rows:
    """Some of the rows."""
    return Rows(
        **{each.name: getattr(rows, each.name).take(places) for each in fields(Rows) if each.name != "X"}, X=rows.X[places]
    )


def as_rows(table: pa.Table, feature_names: tuple[str, ...], words: Vocabularies) -> Rows:
    """Turn a labelled table into arrays."""
    return Rows(
        X=numbers(table, feature_names, words),
        event=table["event"].to_numpy().astype(bool),
        duration=table["duration"].to_numpy().astype(np.int64),
        customer=table["customer_id"].combine_chunks().dictionary_encode().indices.to_numpy(),
        day=table["day"].to_numpy(),
        customer_id=table["customer_id"],
    )
