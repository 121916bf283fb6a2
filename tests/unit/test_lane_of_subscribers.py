"""A whole challenger lane, without a store, on one table of customers of one day: categories, customers kept apart, a card."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from model_cards.compile import card_fields, compile_card
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.standing import Standing, Status
from tenure.audit.challenger import audit_rows
from tenure.audit.lines import USUAL_LINES
from tenure.canonical import record_reader
from tenure.challenger import Challenger, Effort, fit_challenger
from tenure.evaluation.challenger import evaluate_challenger
from tenure.evaluation.measured import measured_rows
from tenure.evidence import Evidence
from tenure.gates import decide
from tenure.gathering import gather
from tenure.scoring import open_scorer, score_day
from tenure.specs import Model, with_features
from tenure.training_set import TEST, TrainingSet, in_population, outcomes, stack, training_split
from tests.small_models import FEATURES, LEFT, TIME_TO_LEAVE
from tests.unit.model_cards.sample import PRIVACY, ROLES, evidence
from tests.unit.model_cards.sample_learnt import data
from tests.unit.outcomes.small import told

DAY = date(2020, 6, 1)
PLANS = ("basic", "family", "trial")
N = 600


def subscribers() -> tuple[pa.Table, ibis.Table]:
    """Features and tellings of one day: a trial is left soonest; who left is told with the others."""
    rng = np.random.default_rng(2)
    plan = rng.integers(0, 3, N)
    left_after = rng.geometric(np.array([0.004, 0.002, 0.02])[plan])
    age = rng.integers(5, 200, N)
    left, stayed = left_after <= age, np.minimum(left_after, age)
    who = [f"c{i:03}" for i in range(N)]
    known = datetime.combine(DAY - timedelta(1), time.max)
    tellings = [
        {
            "customer_id": c,
            "key_id": c,
            "happened_at": known,
            "since_on": known.date(),
            "available_at": known,
            "entered_on": DAY - timedelta(int(d)),
            "status": s,
        }
        for c, d, s in zip(who, stayed, np.where(left, "left", "active").tolist(), strict=True)
    ]
    features = pa.table(
        {
            "day": pa.array([DAY] * N, pa.date32()),
            "customer_id": who,
            **{f.name: rng.random(N) for f in FEATURES[:4]},
            "status": np.where(left, "left", "active").tolist(),
            "plan": [PLANS[i] for i in plan],
            "why": pa.array([None] * N, pa.string()),
            "days_in_status": [9.0] * N,
            "subscription_age_days": stayed.astype(float),
        }
    )
    return features, told(tellings)


def trained(spec: Model) -> tuple[TrainingSet, Challenger]:
    """Label, stack and fit, as the assets do."""
    features, tellings = subscribers()
    population = in_population(features, spec)
    split = training_split(spec, as_of=DAY, first_day=DAY)
    labels = outcomes(ibis.memtable(population), {"subscription": tellings}, spec, as_of=DAY, known_until=DAY).to_pyarrow()
    training_set = stack([population.join(labels, "customer_id", join_type="inner")], spec, split, features_version=1)
    challenger = fit_challenger(training_set, spec, project="p", n_threads=1)
    return training_set, replace(
        challenger, effort=Effort(trained_at=datetime(2020, 6, 2, tzinfo=UTC), seconds=1.0, n_threads=1, peak_memory_mb=1.0)
    )


@pytest.mark.parametrize("plain", [LEFT, TIME_TO_LEAVE], ids=lambda spec: spec.name)
def test_one_table_of_one_day_gives_a_model_its_scores_and_its_card(plain: Model):
    """In words, wherever a word was read."""
    spec = with_features(plain, [f for f in FEATURES if f.name != "why"])
    training_set, challenger = trained(spec)

    evaluation = evaluate_challenger(challenger, training_set, spec, champion=None)
    rows = measured_rows(challenger, training_set.role(TEST), spec, champion=None, groups={})
    audit = audit_rows(rows, spec, selection_rule="by score", titles={}, lines=USUAL_LINES)
    gathered = gather(
        challenger,
        training_set,
        evaluation,
        audit,
        PRIVACY,
        spec,
        first_day=DAY,
        timezone="UTC",
        sources=data().sources,
        attributes=[],
        environment=evidence().environment,
        test_rows_digest="cd" * 32,
        policy=None,
    ).evidence
    lacks = card_fields(gathered, spec.narrative, ROLES)
    found = replace(gathered, decision=decide(spec.gates, evaluation=evaluation, audit=audit, card=lacks, privacy=PRIVACY))
    card = compile_card(found, spec.narrative, ROLES)
    page, text = render_html(card), render_markdown(card, Standing(status=Status.REFUSED))

    assert record_reader(Evidence).validate_json(record_reader(Evidence).dump_json(found)) == found
    assert found.data.split_rule.startswith("by customer, in 5 parts")
    assert "purchase" not in found.model.score_means + found.data.outcome_rule + found.model.population
    assert {e.feature: e.words for e in evaluation.effects}["plan"] == PLANS
    assert "highest for trial, lowest for family" in page
    assert "highest for trial, lowest for family" in text

    scorer = open_scorer(challenger.model_files(), "d" * 64)
    scores = score_day(scorer, subscribers()[0], DAY)
    reasons = [reason for row in scores.to_pylist() for reason in row["reasons"]]
    assert scores.num_rows == N
    assert "plan of the subscription: trial" in reasons
    assert Challenger.from_files(challenger.to_files()).facts == scorer.facts
