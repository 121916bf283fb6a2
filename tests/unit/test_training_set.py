"""The training set: who is in it, in which role, and that it survives being written."""

from dataclasses import replace
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from tenure.days_enough import nobody
from tenure.features import latest
from tenure.gate import USUAL_GATES
from tenure.outcomes import entry, is_now, time_until
from tenure.populations import everyone
from tenure.training_set import CALIBRATION, FIT, TEST, TrainingSet, in_population, outcomes, stack, training_split
from tests.small_models import LAPSE, LEFT, MODELS, PAUSE
from tests.unit.outcomes.small import PURCHASES, SUBSCRIBERS, at_end_of, daily

SPEC = replace(LAPSE, features=LAPSE.inputs[:2])
NAMES = tuple(feature.name for feature in SPEC.inputs)
FIRST_DAY, AS_OF = date(2017, 1, 1), date(2017, 10, 1)
SPLIT = training_split(LAPSE, as_of=AS_OF, first_day=FIRST_DAY)


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


def test_what_is_seen_of_fit_rows_while_calibration_lasts_calibrates():
    """Fit rows end where calibration begins; from there on everybody who is still followed counts, and nothing of before."""
    spec = replace(PAUSE, features=PAUSE.inputs[:2])
    split = training_split(spec, as_of=AS_OF, first_day=FIRST_DAY)
    begin, end = split.calibration[0], split.test[0]
    names = tuple(feature.name for feature in spec.inputs)
    tables = [
        pa.table(
            {
                "day": pa.array([day] * 3, pa.date32()),
                "customer_id": ["seen", "early", "late"],
                # One to the end of what is known, one with an event at once, one with an event on the last day of calibration.
                "event": pa.array([False, True, True]),
                "duration": pa.array([(split.labelled_until(day) - day).days, 1, (end - day).days], pa.int64()),
                **{name: pa.array([1.0] * 3) for name in names},
            }
        )
        for day in split.days
    ]
    made = stack(tables, spec, split, features_version=3)
    fit = made.role(FIT)
    rows, entry = made.calibrating(last_day=56)

    limit = np.array([(begin - day).days for day in fit.day.astype("datetime64[D]").astype(date)])
    assert (fit.duration <= limit).all()
    assert fit.event.sum() == len(split.fit)
    day = rows.day.astype("datetime64[D]").astype(date)
    assert set(split.calibration) < set(day) <= {*split.fit, *split.calibration}
    assert (entry == [max((begin - each).days, 0) for each in day]).all()
    assert (entry < 56).all()
    assert (rows.duration > entry).all()
    # Who had the event before calibration began was fitted to, and calibrates nothing.
    early = np.array([name == "early" for name in rows.customer_id.to_pylist()])
    assert set(day[early]) == set(split.calibration)
    assert (rows.X.shape[0], len(rows.event), len(rows.customer)) == (len(entry),) * 3


def test_what_is_settled_on_the_scoring_day_is_followed_by_nobody():
    """Its time lies before the day: to cut it where calibration begins would take its events away."""
    settled = time_until(is_now(SUBSCRIBERS.status, "left"), horizons_days=(90,), score_at=90, since=entry(SUBSCRIBERS))
    of_plans = {"population": everyone(SUBSCRIBERS), "features": (latest(SUBSCRIBERS.plan),), "gates": USUAL_GATES}

    assert PAUSE.is_followed
    assert not replace(PAUSE, foresees=settled, **of_plans).is_followed


def test_the_order_of_snapshots_and_rows_changes_no_digest():
    """And a changed value does."""
    one, other = snapshots(), snapshots()[::-1]

    digest = stack(one, SPEC, SPLIT, features_version=3).digest
    assert stack(other, SPEC, SPLIT, features_version=4).digest == digest
    assert stack(snapshots(seed=1), SPEC, SPLIT, features_version=3).digest != digest


def test_a_training_set_is_read_back_as_it_was_written():
    """Rows, roles, split, digest, and the versions that were read."""
    sources = (("transactions", 7), ("products", 0))
    made = stack(snapshots(), SPEC, SPLIT, features_version=3, history_versions=(("daily/purchase", 5),), source_versions=sources)

    again = TrainingSet.from_files(made.to_files())

    assert again.rows.equals(made.rows)
    assert (again.feature_names, again.split, again.digest) == (NAMES, SPLIT, made.digest)
    assert (again.features_version, again.source_versions) == (3, sources)
    assert again.history_versions == (("daily/purchase", 5),)


def test_the_population_ends_with_the_day_that_the_spec_names():
    """56 days ago is in, 57 is out."""
    rows = pa.table({"customer_id": ["a", "b", "c", "d"], "purchase_recency_days": [1.0, 56.0, 57.0, None]})

    assert in_population(rows, LAPSE)["customer_id"].to_pylist() == ["a", "b"]


def test_outcomes_are_cut_where_the_follow_up_of_the_role_ends():
    """A pause runs to what is known; a window ends by itself."""
    row = {"customer_id": "1", "n_rows": 1, "spend_cents": 1, "baskets": 1, "told_before": False}
    bought = {PURCHASES.noun: daily([row | {"active_on": at_end_of(0).date(), "available_at": at_end_of(0)}])}
    customer, day = ibis.memtable(pa.table({"customer_id": ["1"]})), at_end_of(1).date()

    def found(spec, known_until):
        return outcomes(customer, bought, spec, as_of=day, known_until=known_until).to_pyarrow().to_pylist()[0]

    assert found(PAUSE, day + timedelta(27)) == {"customer_id": "1", "duration": 27, "event": False}
    assert found(PAUSE, day + timedelta(60)) == {"customer_id": "1", "duration": 28, "event": True}
    assert found(LAPSE, day + timedelta(60)) == {"customer_id": "1", "duration": 28, "event": True}


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
def test_nothing_known_on_or_after_the_training_day_is_needed(spec):
    """Every label of a snapshot ends by the training day, and before the next role begins."""
    split = training_split(spec, as_of=AS_OF, first_day=FIRST_DAY)

    assert split.test[-1] + timedelta(days=spec.outcome_days) <= AS_OF == split.test_known_until
    assert split.fit[-1] + timedelta(days=spec.purge_days) <= split.calibration[0]
    assert split.calibration[-1] + timedelta(days=spec.purge_days) <= split.test[0]


def subscribers(n: int = 400, plan: str = "a") -> pa.Table:
    """One snapshot of one day, in which every word but two is rare."""
    rng = np.random.default_rng(1)
    words = [str(w) for w in rng.choice([plan, "b"], n)]
    return pa.table(
        {
            "day": pa.array([AS_OF] * n, pa.date32()),
            "customer_id": [f"c{i}" for i in range(n)],
            "plan": pa.array([*words[:-4], "Mrs Miller's own", None, "a", "b"]),
            "event": rng.random(n) < 0.3,
            "duration": pa.array([0] * n, pa.int64()),
        }
    )


def test_customers_of_one_snapshot_are_kept_apart_by_chance_that_is_no_chance():
    """A fifth tests, a fifth calibrates; who is where depends neither on the order of rows nor on who else is there."""
    spec = replace(LEFT, features=(latest(SUBSCRIBERS.plan),))
    split = training_split(spec, as_of=AS_OF, first_day=FIRST_DAY)

    def roles(table: pa.Table) -> dict[str, str]:
        rows = stack([table], spec, split, features_version=0).rows
        return dict(zip(rows["customer_id"].to_pylist(), rows["role"].to_pylist(), strict=True))

    whole = roles(subscribers())
    some = roles(subscribers().take(pa.array([7, 300, 5, 20])))

    assert split.days == (AS_OF,)
    assert {role: round(list(whole.values()).count(role) / 400, 1) for role in (FIT, CALIBRATION, TEST)} == {
        FIT: 0.6,
        CALIBRATION: 0.2,
        TEST: 0.2,
    }
    assert some.items() <= whole.items()
    assert roles(subscribers()) == whole != dict.fromkeys(whole, FIT)


def test_the_vocabulary_is_fixed_on_the_fit_rows_without_words_that_few_have():
    """A rare word may be a person's; it is unknown, as what is missing is."""
    spec = replace(LEFT, features=(latest(SUBSCRIBERS.plan),))
    made = stack([subscribers()], spec, training_split(spec, as_of=AS_OF, first_day=FIRST_DAY), features_version=0)

    again = TrainingSet.from_files(made.to_files())
    known = np.concatenate([again.role(role).X[:, 0] for role in (FIT, CALIBRATION, TEST)])

    assert (again.words, again.n_words) == ({"plan": ("a", "b")}, (2,))
    assert np.isnan(known).sum() == 2
    assert set(known[~np.isnan(known)]) == {0.0, 1.0}


def test_a_snapshot_of_nobody_says_where_the_end_is_at_fault_and_where_the_beginning() -> None:
    """A shop that was closed on its last days is no better off for beginning later; the day it is told leaves them out."""
    last, before = SPLIT.days[-1], SPLIT.days[-3]

    closed = nobody(LAPSE, SPLIT, last, n_known=40, before=before)
    early = nobody(LAPSE, SPLIT, SPLIT.days[0], n_known=0, before=None)

    earlier = AS_OF - (last - before)
    assert f"train as of {earlier}, so that {before} is the last day that is learnt from" in closed
    assert training_split(LAPSE, as_of=earlier, first_day=FIRST_DAY).days[-1] == before
    assert "later" not in closed
    assert "no customer is known by then. If the files begin later than first_day in project.py says" in early
