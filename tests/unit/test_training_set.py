"""The training set: who is in it, in which role, and that it survives being written."""

from dataclasses import replace
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from tenure.loading import load_project
from tenure.training_set import CALIBRATION, FIT, TEST, TrainingSet, in_population, matrix, stack, training_split

PROJECT = load_project("projects.complete_journey")
LAPSE, PAUSE = PROJECT.model("lapse_28d"), PROJECT.model("time_to_lapse")
SPEC = replace(LAPSE, features=LAPSE.features[:2])
NAMES = tuple(feature.name for feature in SPEC.features)
AS_OF = PROJECT.demo_days.train_as_of
SPLIT = training_split(LAPSE, as_of=AS_OF, first_day=PROJECT.first_day)


def snapshots(seed: int = 0) -> list[pa.Table]:
    """One table per snapshot day, with five customers each and something that is no input."""
    rng = np.random.default_rng(seed)
    return [
        pa.table(
            {
                "day": pa.array([day] * 5, pa.date32()),
                "customer_id": [str(i) for i in rng.permutation(5)],
                "event": pa.array(rng.random(5) < 0.5),
                "duration": pa.array([28] * 5, pa.int64()),
                "not_an_input": [1.0] * 5,
                **{name: pa.array([*rng.random(4), None], pa.float64()) for name in NAMES},
            }
        )
        for day in SPLIT.days
    ]


def test_each_snapshot_stands_in_one_role_and_holds_nothing_but_inputs_and_outcome():
    """In the order of the spec's features."""
    made = stack(snapshots(), SPEC, SPLIT, features_version=3)

    assert made.rows.num_rows == 5 * len(SPLIT.days)
    assert set(made.rows.column_names) == {"day", "customer_id", "role", "event", "duration", *NAMES}
    for role, days in ((FIT, SPLIT.fit), (CALIBRATION, SPLIT.calibration), (TEST, SPLIT.test)):
        rows = made.role(role)
        assert set(rows.day.astype("datetime64[D]").astype(date)) == set(days)
        assert rows.X.shape == (5 * len(days), len(NAMES))
        assert (rows.event.dtype, rows.duration.dtype) == (bool, np.int64)
        # A customer has one number on every day of the role.
        assert len(set(rows.customer)) == 5


def test_the_order_of_snapshots_and_rows_changes_no_digest():
    """And a changed value does."""
    one, other = snapshots(), snapshots()[::-1]

    digest = stack(one, SPEC, SPLIT, features_version=3).digest
    assert stack(other, SPEC, SPLIT, features_version=4).digest == digest
    assert stack(snapshots(seed=1), SPEC, SPLIT, features_version=3).digest != digest


def test_a_training_set_is_read_back_as_it_was_written():
    """Rows, roles, split, digest, and the versions that were read."""
    sources = (("transactions", 7), ("products", 0))
    made = stack(snapshots(), SPEC, SPLIT, features_version=3, activity_version=5, source_versions=sources)

    again = TrainingSet.from_files(made.to_files())

    assert again.rows.equals(made.rows)
    assert (again.feature_names, again.split, again.digest) == (NAMES, SPLIT, made.digest)
    assert (again.features_version, again.activity_version, again.source_versions) == (3, 5, sources)


def test_what_is_unknown_is_not_a_number_and_columns_keep_the_asked_order():
    """The matrix follows the names, not the table."""
    table = pa.table({"b": pa.array([None, 2.0]), "a": pa.array([1, 2], pa.int64())})

    np.testing.assert_array_equal(matrix(table, ("a", "b")), [[1.0, np.nan], [2.0, 2.0]])


def test_the_population_ends_with_the_day_that_the_spec_names():
    """56 days ago is in, 57 is out."""
    rows = pa.table({"customer_id": ["a", "b", "c"], "recency_days": [1.0, 56.0, 57.0]})

    assert in_population(ibis.memtable(rows), LAPSE).to_pyarrow()["customer_id"].to_pylist() == ["a", "b"]


@pytest.mark.parametrize("spec", PROJECT.models, ids=lambda spec: spec.name)
def test_nothing_known_on_or_after_the_training_day_is_needed(spec):
    """Every label of a snapshot ends by the training day, and before the next role begins."""
    split = training_split(spec, as_of=AS_OF, first_day=PROJECT.first_day)

    assert split.test[-1] + timedelta(days=spec.outcome_days) <= AS_OF == split.test_known_until
    assert split.fit[-1] + timedelta(days=spec.purge_days) <= split.calibration[0]
    assert split.calibration[-1] + timedelta(days=spec.purge_days) <= split.test[0]
