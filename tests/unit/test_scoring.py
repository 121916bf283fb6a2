"""Scoring: what a package says of a day's customers, from its own files alone."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tenure.challenger import Challenger, fit_challenger
from tenure.conditions import AtMost
from tenure.errors import PackageError
from tenure.scoring import SCORING_FILE, Reason, in_words, open_scorer, score_day, scoring_facts
from tenure.timeline import SnapshotSplit, days_between
from tenure.training_set import stack
from tests.small_models import LAPSE

DAY = date(2020, 6, 1)
DAYS = days_between(date(2020, 1, 1), date(2020, 3, 1), step_days=10)
SPLIT = SnapshotSplit(fit=DAYS[:2], calibration=DAYS[2:4], test=DAYS[4:5], test_known_until=DAY)
SPEC = replace(LAPSE, features=LAPSE.inputs[:3])
NAMES = tuple(f.name for f in SPEC.inputs)


def customers(day: date, n: int = 300, seed: int = 0) -> pa.Table:
    """Features of customers; the longer ago the last purchase, the likelier the event."""
    rng = np.random.default_rng([seed, day.toordinal()])
    recency = rng.integers(1, 80, n).astype(float)
    return pa.table(
        {
            "day": pa.array([day] * n, pa.date32()),
            "customer_id": [f"{i:04d}" for i in range(n)],
            **{name: recency if name == "purchase_recency_days" else rng.random(n) * 9 for name in NAMES},
            "event": rng.random(n) < recency / 90,
            "duration": pa.array([28] * n, pa.int64()),
        }
    )


@pytest.fixture(scope="module")
def challenger() -> Challenger:
    """A small model fitted on such customers."""
    training = stack([customers(day) for day in SPLIT.days], SPEC, SPLIT, features_version=0)
    return fit_challenger(training, SPEC, project="p", n_threads=1)


@pytest.fixture(scope="module")
def scorer(challenger):
    """The scorer read from the promoted files."""
    return open_scorer(challenger.model_files(), "d" * 64)


def test_the_population_alone_is_scored_by_customer(scorer):
    """Who bought within 56 days, in order, each once."""
    rows = customers(DAY)
    recency = dict(zip(rows["customer_id"].to_pylist(), rows["purchase_recency_days"].to_pylist(), strict=True))

    scores = score_day(scorer, rows, DAY)

    assert scores["customer_id"].to_pylist() == sorted(c for c, days in recency.items() if days <= 56)
    assert set(scores["day"].to_pylist()) == {DAY}
    assert set(scores["model_digest"].to_pylist()) == {"d" * 64}


def test_scores_depend_neither_on_order_nor_on_who_else_is_scored(scorer):
    """Half of the customers, shuffled, get the scores and bands they had; only the digest of the day's inputs differs."""
    rows = customers(DAY)
    order = np.random.default_rng(3).permutation(rows.num_rows)
    columns = ("customer_id", "score", "band", "reasons")

    whole = score_day(scorer, rows, DAY)
    shuffled = score_day(scorer, rows.take(pa.array(order)), DAY)
    some = score_day(scorer, rows.take(pa.array(np.sort(order[:150]))), DAY)

    assert shuffled.equals(whole)
    by_customer = {row["customer_id"]: [row[c] for c in columns] for row in whole.to_pylist()}
    assert all(by_customer[row["customer_id"]] == [row[c] for c in columns] for row in some.to_pylist())
    assert set(some["features_digest"].to_pylist()).isdisjoint(whole["features_digest"].to_pylist())


def test_bands_are_limits_of_the_score_fixed_at_training(scorer):
    """High from one limit, medium from another, whatever the day's distribution."""
    facts = scorer.facts

    for row in score_day(scorer, customers(DAY), DAY).to_pylist():
        expected = "high" if row["score"] >= facts.high_from else "medium" if row["score"] >= facts.medium_from else "low"
        assert row["band"] == expected
        assert (row["reasons"] == []) or (expected == "high" and len(row["reasons"]) <= 5)


def test_the_top_share_of_the_calibration_rows_is_the_high_band():
    """A tenth, then four tenths in all."""
    facts = scoring_facts(SPEC, project="p", as_of=date(2017, 10, 1), calibration_scores=np.linspace(0, 1, 1001), words={})

    assert (facts.high_from, facts.medium_from) == pytest.approx((0.9, 0.6))


def test_the_scorer_read_from_files_scores_as_the_challenger_did(challenger, scorer):
    """What is promoted is what was evaluated."""
    X = np.column_stack([customers(DAY)[name].to_numpy() for name in NAMES])

    read = Challenger.from_files(challenger.to_files())
    np.testing.assert_array_equal(read.score(X), challenger.score(X))
    np.testing.assert_array_equal(scorer.model.predict(X), challenger.score(X))


def test_files_without_scoring_facts_are_refused(challenger):
    """A package of another kind is named as such."""
    files = {path: content for path, content in challenger.model_files().items() if path != SCORING_FILE}

    with pytest.raises(PackageError, match=r"has no model/scoring.json"):
        open_scorer(files, "d")


def test_a_package_of_before_is_read_with_the_population_that_it_had(challenger):
    """It holds a number of days, over the column that recency had then; its customers are the same."""
    files = dict(challenger.model_files())
    facts = json.loads(files[SCORING_FILE])
    names = ["recency_days" if name == "purchase_recency_days" else name for name in facts["feature_names"]]
    of_before = {name: value for name, value in facts.items() if name not in ("population", "words")}
    of_before |= {"bought_within_days": 56, "feature_names": names}

    before = open_scorer(files | {SCORING_FILE: json.dumps(of_before).encode()}, "d" * 64)
    now = open_scorer(files, "d" * 64)

    old_rows = customers(DAY).rename_columns({"purchase_recency_days": "recency_days"})
    assert before.facts.population == AtMost(column="recency_days", limit=56)
    assert before.facts == replace(now.facts, population=before.facts.population, feature_names=tuple(names))
    scores = [score_day(scorer, rows, DAY) for scorer, rows in ((before, old_rows), (now, customers(DAY)))]
    assert scores[0].drop_columns("features_digest").equals(scores[1].drop_columns("features_digest"))


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("days", 41.0, "so: 41"),
        ("ratio", 1.25, "so: 1.2"),
        ("rate", 0.125, "so: 12.5 %"),
        ("cents", 12345.0, "so: 123.45"),
        ("days", float("nan"), "so: not known yet"),
    ],
)
def test_a_reason_is_said_as_a_person_would(unit, value, words):
    """Shares in percent, cents as money, counts without a point."""
    assert in_words(Reason(phrase="so", unit=unit), value) == words


def test_a_category_is_said_by_its_word():
    """Or that it is not known."""
    reason = Reason(phrase="plan of the subscription", unit="category")

    assert in_words(reason, 1.0, ("basic", "plus")) == "plan of the subscription: plus"
    assert in_words(reason, float("nan"), ("basic", "plus")) == "plan of the subscription: not known yet"
