"""Past scores traced, and made again with their models from the versions that they name, on the simulated company."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from adapters.environment import environment_facts
from adapters.lake import read_rows
from governance.records.delivery import deliveries
from provenance.answer import answer
from provenance.delivered import open_day
from provenance.rebuild import circumstances, rebuild
from provenance.replay import compared, replay
from provenance.signed_scores import check_signed
from tenure.errors import TraceError
from tenure.features import total, velocity
from tests import company
from tests.deliveries import CUSTOMER_MARK
from tests.event_schema import faults
from tests.premises import AS_OF, MODELS, Premises

pytestmark = pytest.mark.slow
DAYS = tuple(AS_OF + timedelta(days=i) for i in range(5))
PER_DAY_AND_MODEL = 7


@pytest.fixture(scope="module")
def delivered(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """The company after five scored days: three in one run, then one run each."""
    premises = established.copy(tmp_path_factory.mktemp("replayed"))
    for days in (DAYS[:3], DAYS[3:4], DAYS[4:]):
        outcome = premises.run("daily", days)
        assert outcome.succeeded, outcome.failures
    return premises


def test_a_hundred_sampled_scores_are_made_again_to_the_bit(delivered):
    """Seven customers of each of five days and three models, each from the versions that its delivery names."""
    workplace = delivered.workplace
    found = [
        replay(workplace, workplace.project.model(model), day, sample=PER_DAY_AND_MODEL, seed=seed)
        for model in MODELS
        for seed, day in enumerate(DAYS)
    ]

    assert sum(again.n_rows for again in found) == len(MODELS) * len(DAYS) * PER_DAY_AND_MODEL >= 100
    assert [(again.differences, again.n_last_digits) for again in found] == [((), 0)] * len(found)


def test_a_whole_day_is_made_again_to_the_bit(delivered):
    """All columns of all customers: scores, bands, reasons, curves and digests."""
    again = replay(delivered.workplace, delivered.project.model(company.SURVIVAL), DAYS[-1])

    assert again.is_equal
    assert again.signed_by == "service-scorer"
    assert again.n_rows == again.n_delivered > 100


@pytest.mark.parametrize("model", MODELS)
def test_every_step_from_a_score_to_the_bytes_received_is_verified(delivered, model):
    """Of each kind of model, after real runs; and whoever may read the steps learns nothing of the customer."""
    customer = read_rows(delivered.workplace.lake.open(f"{model}/scores"), days=[AS_OF])["customer_id"][0].as_py()
    found = answer(delivered.workplace, model, customer, AS_OF).trace

    assert [step.title for step in found.steps if not step.verified] == []
    assert len(found.steps) == company.steps_of_a_walk()
    assert CUSTOMER_MARK not in repr(found).replace(str(delivered.folder), "")


def test_a_run_of_days_is_one_record_of_the_log(delivered):
    """Three days of one run and model, each by a root of its own; the next runs follow it."""
    ledger, project = delivered.workplace.promotions.ledger(), delivered.project.name
    found = [delivery for _, delivery in deliveries(ledger, project, company.SOON, before=ledger.size)]

    assert [[one.day for one in delivery.days] for delivery in found] == [[DAYS[4]], [DAYS[3]], [*DAYS[:3]]]
    assert len({one.root for delivery in found for one in delivery.days}) == len(DAYS)
    assert all(check_signed(open_day(delivered.workplace, delivered.project.model(company.SOON), day)) for day in DAYS)


def test_a_real_day_is_told_to_openlineage(delivered):
    """Every event keeps the rules; scores come from features by column, and from the model, which is a dataset of its own."""
    model = company.SOON
    events = [json.loads(line) for line in (delivered.settings.home / "lineage" / "events.jsonl").read_text().splitlines()]
    told = [one for one in events[-50:] if (one["job"]["name"], one["eventType"]) == (f"{model}/scores", "COMPLETE")]
    reads = {one["name"]: one["facets"] for one in told[-1]["inputs"]}
    (wrote,) = told[-1]["outputs"]
    trained = [one for one in events if one["eventType"] == "COMPLETE" and one["job"]["name"] == f"{model}/candidate"]
    made = {out["name"]: out["facets"] for one in trained for out in one["outputs"]}[f"{model}/model"]

    assert [fault for one in events for fault in faults(one)] == []
    assert reads[f"{model}/model"]["datasetType"]["datasetType"] == "MODEL"
    assert reads[f"{model}/model"]["version"]["datasetVersion"] == made["version"]["datasetVersion"]
    columns = wrote["facets"]["columnLineage"]["fields"]["score"]["inputFields"]
    assert {field["name"] for field in columns} == {"features"}
    assert {field["field"] for field in columns} == {feature.name for feature in delivered.project.model(model).inputs}
    assert CUSTOMER_MARK not in json.dumps(events).replace(str(delivered.folder), "")


def test_a_day_that_was_not_scored_is_refused(delivered):
    """There is nothing to compare with."""
    with pytest.raises(TraceError, match="no scores"):
        replay(delivered.workplace, delivered.project.model(MODELS[0]), DAYS[0] - timedelta(days=1))


def test_every_column_is_compared_and_the_first_that_differs_is_named(delivered):
    """Whatever the column; last digits, which another processor makes otherwise, are counted apart."""
    rows = read_rows(delivered.workplace.lake.open(f"{company.SURVIVAL}/scores"), days=[AS_OF]).sort_by("customer_id")
    for name in rows.column_names:
        if name in ("day", "customer_id"):
            continue
        position = rows.column_names.index(name)
        shifted = rows.set_column(position, name, pa.chunked_array([*rows[name].slice(1).chunks, *rows[name].slice(0, 1).chunks]))
        expected = None if shifted[name].to_pylist() == rows[name].to_pylist() else name
        difference, _ = compared(shifted, rows)

        assert difference is None if expected is None else difference.startswith(f"{name} differs in")
    near = rows.set_column(rows.column_names.index("score"), "score", pc.multiply(rows["score"], 1 + 1e-15))
    assert compared(rows, rows) == (None, 0)
    assert compared(near, rows) == (None, pc.sum(pc.not_equal(near["score"], rows["score"])).as_py())


def test_a_customer_who_was_left_out_is_noticed(delivered):
    """Fewer rows than the population are a difference, whatever they say."""
    rows = read_rows(delivered.workplace.lake.open(f"{company.SOON}/scores"), days=[AS_OF]).sort_by("customer_id")

    assert "the customers differ" in str(compared(rows, rows.slice(1))[0])


@pytest.mark.parametrize(("model", "from_raw"), [(model, model == company.SOON) for model in MODELS])
def test_a_model_trained_again_predicts_the_same_to_the_bit(delivered, model, from_raw):
    """Features made again, from the same versions or the bytes received, give the same training set, predictions and files."""
    workplace = delivered.workplace
    package = workplace.promotions.champion(workplace.project.name, model)
    found = rebuild(workplace, workplace.project.model(model), package, from_raw=from_raw)

    assert found.differences == ()
    assert found.n_equal_predictions == found.n_rows > 500
    assert found.is_same_model


def test_a_model_trained_by_another_recipe_is_told_apart(delivered):
    """Half the rounds give other predictions; how many, and how far apart, is said."""
    workplace = delivered.workplace
    spec = workplace.project.model(company.SOON)
    other = replace(spec, parameters=replace(spec.parameters, n_rounds=spec.parameters.n_rounds // 2))
    found = rebuild(workplace, other, workplace.promotions.champion(workplace.project.name, company.SOON))

    assert not found.is_equal
    assert not found.is_same_model
    assert found.largest_difference > 0


def test_a_feature_that_was_edited_since_is_named(delivered):
    """The features are computed again, so what their code says now is what is compared."""
    workplace = delivered.workplace
    edited = velocity(total(company.AMOUNTS), days=28, prior=200)
    models = tuple(
        replace(spec, features=tuple(edited if feature.name == edited.name else feature for feature in spec.inputs))
        for spec in workplace.project.models
    )
    now = replace(workplace, project=replace(workplace.project, models=models))
    package = workplace.promotions.champion(workplace.project.name, company.SOON)

    found = rebuild(now, now.project.model(company.SOON), package)

    assert f"features made again differ from those that were kept: {edited.name}" in found.differences


def test_a_package_of_another_model_is_refused(delivered):
    """Comparing two models would say nothing of either."""
    workplace = delivered.workplace
    package = workplace.promotions.champion(workplace.project.name, company.SOON)

    with pytest.raises(TraceError, match=f"is of model '{company.SOON}'"):
        rebuild(workplace, workplace.project.model(company.PROPENSITY), package)


def test_a_lake_that_lost_the_versions_is_named(delivered, tmp_path: Path):
    """Without what it learnt from, a model cannot be rebuilt, and the refusal says which table."""
    workplace = delivered.workplace
    package = workplace.promotions.champion(workplace.project.name, company.SOON)
    elsewhere = replace(workplace, settings=replace(workplace.settings, home=tmp_path))

    with pytest.raises(TraceError, match=r"names version \d+ of features"):
        rebuild(elsewhere, workplace.project.model(company.SOON), package)


def test_what_is_otherwise_today_is_named(delivered):
    """Code, lock file, package and seed: whatever may explain a difference."""
    from governance.stores.package_reading import evidence_of

    workplace = delivered.workplace
    evidence = evidence_of(workplace.promotions.champion(workplace.project.name, company.SOON))
    then = replace(evidence.environment, code_commit="0" * 40, lock_digest="1" * 64, packages=(("numpy", "0.1", "BSD"),))
    spec = workplace.project.model(company.SOON)
    said = circumstances(replace(evidence, environment=then), replace(spec, seed=spec.seed + 1), environment_facts())

    assert [line.split(":")[0] for line in said if line.split(":")[0] in ("code", "lock file", "numpy", "seed")] == [
        "code",
        "lock file",
        "numpy",
        "seed",
    ]
