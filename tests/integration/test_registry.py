"""The catalogue in a real MLflow store: SQLite and files in a temporary folder."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from adapters import plots
from adapters.registry import Registry, Rendered
from tenure.errors import RegistryError
from tenure.gates import Outcome
from tenure.package import Package, seal
from tenure.promotions import Action, PromotionRecord
from tests.small_evidence import AT, EVALUATION, EVIDENCE

pytestmark = pytest.mark.slow


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
    return f"sqlite:///{folder}/mlflow/mlflow.db", folder / "mlflow" / "artifacts"


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

    with pytest.raises(RegistryError, match=rf"Expected package {package.digest[:12]}.*`tenure catalogue` logs it"):
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


def test_a_copy_and_a_moved_home_log_into_themselves(
    registry: Registry, rendered: Rendered, place: tuple[str, Path], tmp_path: Path
) -> None:
    """Training in a copy of production for trying things writes nothing into production, whatever the copy is called."""
    registry.log_challenger(_package("original"), EVIDENCE, rendered)
    home = tmp_path / "100% copy" / "mlflow"
    shutil.copytree(place[1].parent, home)
    before = sorted(place[1].rglob("*"))

    there = Registry(f"sqlite:///{home}/mlflow.db", home / "artifacts")
    logged = there.log_challenger(_package("of the copy"), EVIDENCE, rendered)

    assert sorted(place[1].rglob("*")) == before
    assert (home / "artifacts" / "shop" / logged.run_id / "artifacts" / "package" / "model" / "booster.txt").exists()
