"""The catalogue in a real MLflow store: SQLite and files in a temporary folder."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters import plots
from adapters.registry import Registry, Rendered
from tenure.audit import AuditLines, AuditReport
from tenure.errors import RegistryError
from tenure.evaluation.records import (
    CalibrationBin,
    Curve,
    Estimate,
    Evaluation,
    FeatureEffect,
    LiftPoint,
    Metric,
)
from tenure.evidence import DataFacts, EnvironmentFacts, Evidence, ModelFacts, MonitoringFacts, PeriodFacts, SourceFacts
from tenure.gates import Decision, Outcome
from tenure.package import Package, seal
from tenure.promotions import Action, PromotionRecord

pytestmark = pytest.mark.slow

DAY = date(2017, 10, 1)
AT = datetime(2017, 10, 1, 8, tzinfo=UTC)
EVALUATION = Evaluation(
    test_from=DAY,
    test_to=DAY,
    known_until=DAY,
    n_rows=1000,
    n_customers=900,
    n_events=130,
    censored_rate=0.0,
    metrics=(
        Metric(
            name="roc_auc",
            title="ranks well",
            definition="",
            better="higher",
            estimate=Estimate(value=0.86, low=0.84, high=0.88),
            baselines=(("logistic regression", Estimate(value=0.85, low=0.83, high=0.87)),),
            difference=Estimate(value=0.01, low=0.002, high=0.018),
        ),
        Metric(name="brier", title="", definition="", better="lower", estimate=Estimate(value=0.09)),
    ),
    calibration=tuple(
        CalibrationBin(n_rows=100, predicted=p / 20, observed=Estimate(value=p / 19, low=p / 22, high=p / 16))
        for p in range(1, 11)
    ),
    lift=tuple(
        LiftPoint(
            selected_rate=s / 10,
            event_rate=Estimate(value=0.6 - s / 22, low=0.5 - s / 24, high=0.7 - s / 20),
            captured_rate=s / 10,
        )
        for s in range(1, 11)
    ),
    curves=(Curve(label="top tenth", n_rows=100, days=(0, 14, 28), predicted=(1, 0.7, 0.5), observed=(1, 0.72, 0.48)),),
    effects=tuple(
        FeatureEffect(feature=f"days_since_{w}", gain_rate=g, values=(0, 10, 30), mean_prediction=(0.1, 0.2, 0.5))
        for w, g in (("purchase", 0.6), ("coupon", 0.3), ("campaign", 0.06), ("fuel", 0.04))
    ),
)
EVIDENCE = Evidence(
    schema_version=1,
    model=ModelFacts(
        project="shop",
        name="lapse_28d",
        title="Lapse",
        kind="propensity",
        owner="team:growth",
        algorithm="LightGBM",
        parameters=(("num_leaves", "7"),),
        calibration_method="platt",
        calibration_scores=(),
        seed=1,
        as_of=DAY,
        population="everybody",
        score_means="",
        outcome_days=28,
        horizons_days=(),
        longest_follow_up_days=None,
        model_digest="",
        trained_at=AT,
        training_seconds=1.0,
        n_threads=2,
        peak_memory_mb=100.0,
    ),
    data=DataFacts(
        first_day=DAY,
        known_until=DAY,
        periods=(
            PeriodFacts(
                role="fit",
                first_as_of=DAY,
                last_as_of=DAY,
                known_until=DAY,
                n_snapshots=1,
                n_rows=1000,
                n_customers=900,
                n_events=130,
                censored_rate=0.0,
            ),
        ),
        sources=(
            SourceFacts(
                name="transactions",
                title="",
                grain="",
                available="",
                limitation="",
                n_days=1,
                n_received=1,
                n_quarantined=0,
                n_days_withheld=0,
                quarantine_by_rule=(),
                lake_version=3,
                content_digest="c0ffee",
            ),
        ),
        attributes=(),
        training_set_digest="beef",
        features_version=1,
        outcome_rule="",
        split_rule="",
    ),
    features=(),
    never_used=(),
    environment=EnvironmentFacts(code_commit="abc", lock_digest="", python="", platform="", packages=()),
    evaluation=EVALUATION,
    audit=AuditReport(lines=AuditLines(), selection_rule="", attributes=()),
    monitoring=MonitoringFacts(psi_limit=0.25, alarm_windows=3, alarm_of_windows=5, false_alarm_rate=0.0, max_age_days=120),
    decision=Decision(outcome=Outcome.ACCEPTED, verdicts=()),
)


def _package(model: str) -> Package:
    """A small package."""
    return seal({"model/booster.txt": model.encode(), "card.html": b"", "evidence.json": b"{}"})


def _record(package: Package, sequence: int) -> PromotionRecord:
    """A promotion of it."""
    return PromotionRecord(
        sequence=sequence,
        place=0,
        action=Action.PROMOTE,
        project="shop",
        model="lapse_28d",
        version=1,
        package_digest=package.digest,
        model_digest=package.model_digest,
        previous_digest=None,
        reason="looks right",
        decided_at=AT,
        outcome=Outcome.ACCEPTED,
    )


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    """Return what a person reads of the challenger."""
    return Rendered(card_html="<h1>Card</h1>", card_markdown="# Card", summary="Who may lapse.", plots=plots.draw(EVALUATION))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """One SQLite store for this file; making its tables takes seconds."""
    folder = tmp_path_factory.mktemp("mlflow")
    return f"sqlite:///{folder}/new/mlflow.db", folder / "artifacts"


@pytest.fixture(scope="module")
def registry(place: tuple[str, Path]) -> Registry:
    """Return the catalogue in that store."""
    return Registry(*place)


def test_challenger_is_one_run_and_one_version(registry: Registry, rendered: Rendered, place: tuple[str, Path]) -> None:
    """A reader finds figures with intervals, parameters, tags, card, plots and the package's own bytes."""
    from mlflow import MlflowClient

    package = _package("one")
    logged = registry.log_challenger(package, EVIDENCE, rendered)
    client = MlflowClient(place[0])
    run = client.get_run(logged.run_id)
    version = client.get_model_version("shop.lapse_28d-candidate", str(logged.version))

    assert run.info.status == "FINISHED"
    assert {k: run.data.metrics[k] for k in ("roc_auc", "roc_auc_low", "roc_auc_high")} == {
        "roc_auc": 0.86,
        "roc_auc_low": 0.84,
        "roc_auc_high": 0.88,
    }
    assert run.data.metrics["roc_auc_over_baseline_low"] == 0.002
    assert "brier_low" not in run.data.metrics
    assert (run.data.params["num_leaves"], run.data.params["seed"], run.data.params["as_of"]) == ("7", "1", "2017-10-01")
    assert run.data.tags["mlflow.note.content"] == version.description == "Who may lapse."
    assert version.tags["tenure.package_digest"] == package.digest
    assert (version.tags["decision"], version.tags["bias_audit"]) == ("accepted", "not assessable")
    assert (version.tags["tenure.data.training_set"], version.tags["tenure.data.transactions"]) == ("beef", "c0ffee")
    inputs = [(i.dataset.name, i.dataset.digest, i.tags[0].value) for i in run.inputs.dataset_inputs]
    assert sorted(inputs) == [("training_set", "beef", "training"), ("transactions", "c0ffee", "source")]
    artifacts = place[1] / "shop" / logged.run_id / "artifacts"
    assert (artifacts / "model_card.html").read_text() == "<h1>Card</h1>"
    assert (artifacts / "package/model/booster.txt").read_bytes() == b"one"
    assert {p.name for p in (artifacts / "plots").iterdir()} == set(rendered.plots)
    assert version.source == f"{run.info.artifact_uri}/package"


def test_logging_the_same_package_again_adds_nothing(registry: Registry, rendered: Rendered, place: tuple[str, Path]) -> None:
    """A repeated run of the same bytes finds its version; another package gets the next."""
    from mlflow import MlflowClient

    first = registry.log_challenger(_package("again"), EVIDENCE, rendered)
    n_runs = len(MlflowClient(place[0]).search_runs([_experiment(place)]))
    second = registry.log_challenger(_package("again"), EVIDENCE, rendered)
    other = registry.log_challenger(_package("other"), EVIDENCE, rendered)

    assert first == second
    assert other.version == first.version + 1
    assert len(MlflowClient(place[0]).search_runs([_experiment(place)])) == n_runs + 1


def test_run_left_by_a_killed_process_is_not_taken_for_a_whole_one(
    registry: Registry, rendered: Rendered, place: tuple[str, Path]
) -> None:
    """Only a finished run is reused; the unfinished one stays visible as what it is."""
    from mlflow import MlflowClient

    package = _package("killed")
    registry.log_challenger(_package("before"), EVIDENCE, rendered)
    unfinished = MlflowClient(place[0]).create_run(_experiment(place), tags={"tenure.package_digest": package.digest})
    logged = registry.log_challenger(package, EVIDENCE, rendered)

    assert logged.run_id != unfinished.info.run_id


def test_champion_alias_follows_promotions_and_rollbacks(registry: Registry, rendered: Rendered, place: tuple[str, Path]) -> None:
    """The alias shows who serves; a package that serves again keeps its version and gets the new record's tags."""
    from mlflow import MlflowClient

    one, two = _package("champion one"), _package("champion two")
    for package in (one, two):
        registry.log_challenger(package, EVIDENCE, rendered)
    first = registry.register_champion(_record(one, 1))
    second = registry.register_champion(_record(two, 2))
    again = registry.register_champion(replace(_record(one, 3), action=Action.ROLLBACK, reason="two misbehaves"))
    shown = MlflowClient(place[0]).get_model_version_by_alias("shop.lapse_28d", "champion")

    assert (first.version, second.version, again) == (1, 2, first)
    assert int(shown.version) == 1
    assert shown.tags["tenure.package_digest"] == one.digest
    assert (shown.tags["promotion.sequence"], shown.tags["promotion.reason"]) == ("3", "two misbehaves")
    assert shown.description == "Who may lapse."


def test_champion_that_was_never_logged_is_named(registry: Registry) -> None:
    """Trained while MLflow was down: it serves, and the message says what to do for the catalogue."""
    package = _package("unlogged")

    with pytest.raises(RegistryError, match=rf"Expected package {package.digest[:12]}.*Log the challenger"):
        registry.register_champion(_record(package, 9))


def test_catalogue_that_is_down_is_said_in_seconds(rendered: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is the project's own, names the address without its password, and comes before anybody's patience ends."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    down = Registry("http://somebody:hidden@127.0.0.1:9", tmp_path)

    with pytest.raises(RegistryError, match=r"MLflow at http://127\.0\.0\.1:9 cannot be used") as refused:
        down.log_challenger(_package("one"), EVIDENCE, rendered)
    assert "hidden" not in str(refused.value)


def test_equal_evaluations_are_drawn_alike(rendered: Rendered) -> None:
    """Pictures are PNG, one per thing that was measured, and equal bytes for equal figures."""
    assert set(rendered.plots) == {"reliability.png", "lift.png", "survival_curves.png", "features.png", "partial_dependence.png"}
    assert all(content.startswith(b"\x89PNG") for content in rendered.plots.values())
    assert plots.draw(EVALUATION) == rendered.plots
    assert set(plots.draw(replace(EVALUATION, curves=(), effects=()))) == {"reliability.png", "lift.png"}


def _experiment(place: tuple[str, Path]) -> str:
    """The project's experiment."""
    from mlflow import MlflowClient

    experiment = MlflowClient(place[0]).get_experiment_by_name("shop")
    assert experiment is not None
    return str(experiment.experiment_id)
