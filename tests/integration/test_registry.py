"""The catalogue in a real MLflow store: SQLite and files in a temporary folder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.catalogue_run import Rendered
from adapters.registry import Registry
from adapters.settings import catalogue_in
from tenure.errors import RegistryError
from tenure.gates import Outcome
from tenure.package import Package, seal
from tenure.promotions import Action, PromotionRecord
from tests.unit.model_cards.sample import evidence

pytestmark = pytest.mark.slow
_MADE_UP = evidence("survival", champion=False)
EVIDENCE = replace(_MADE_UP, model=replace(_MADE_UP.model, project="shop", name="lapse_28d"))
DATA = EVIDENCE.data


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
        decided_at=EVIDENCE.model.trained_at,
        outcome=Outcome.ACCEPTED,
    )


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    """Return what a person reads of the challenger."""
    return Rendered(
        card_html="<h1>Card</h1>",
        card_markdown="# Card",
        summary="Who may lapse.",
        drawings={"lift.svg": b"<svg/>"},
        trainer="t.rainer",
        run_id="4711",
        links={"Card": "http://room/candidates/1"},
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """One SQLite store for this file; making its tables takes seconds."""
    folder = tmp_path_factory.mktemp("mlflow")
    return catalogue_in(folder), folder / "mlflow" / "artifacts"


@pytest.fixture(scope="module")
def registry(place: tuple[str, Path]) -> Registry:
    """Return the catalogue in that store."""
    return Registry(*place)


def test_challenger_is_one_run_and_one_version(registry: Registry, rendered: Rendered, place: tuple[str, Path]) -> None:
    """A reader finds who trained it and where, figures, parameters, tags, card, drawings, tables and the package's own bytes."""
    from mlflow import MlflowClient

    package = _package("one")
    logged = registry.log_challenger(package, EVIDENCE, rendered)
    client = MlflowClient(place[0])
    run = client.get_run(logged.run_id)
    version = client.get_model_version("shop.lapse_28d-candidate", str(logged.version))

    assert run.info.status == "FINISHED"
    assert [run.data.metrics[name] for name in ("uno_c", "brier", "uno_c_over_baseline")] == pytest.approx([0.862, 0.089, 0.011])
    assert (run.data.params["num_leaves"], run.data.params["seed"], run.data.params["as_of"]) == ("7", "20170101", "2017-10-01")
    assert (run.data.tags["mlflow.user"], run.data.tags["dagster.run_id"]) == ("t.rainer", "4711")
    assert (run.data.tags["mlflow.source.name"], run.data.tags["tenure.stands"]) == ("train_lapse_28d", "candidate")
    assert version.description == "Who may lapse."
    assert run.data.tags["mlflow.note.content"] == "Who may lapse.\n\n[Card](http://room/candidates/1)"
    assert version.tags["tenure.package_digest"] == package.digest
    assert (version.tags["decision"], version.tags["bias_audit"]) == ("accepted with a reason", "inconclusive")
    assert len(version.tags) <= 5  # a list of versions has room for few
    inputs = [(i.dataset.name, i.dataset.digest, i.tags[0].value) for i in run.inputs.dataset_inputs]
    digests = {"training_set": DATA.training_set_digest, **{source.name: source.content_digest for source in DATA.sources}}
    assert {name for name, *_ in inputs} == set(digests)
    assert all(digests[name].startswith(digest) for name, digest, _ in inputs)
    assert {name for name, _, context in inputs if context == "training"} == {"training_set"}
    artifacts = place[1] / "shop" / logged.run_id / "artifacts"
    assert (artifacts / "model_card.html").read_text() == "<h1>Card</h1>"
    assert (artifacts / "package/model/booster.txt").read_bytes() == b"one"
    assert {p.name for p in (artifacts / "drawings").iterdir()} == {"lift.svg"}
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
    runs = [MlflowClient(place[0]).get_run(version.run_id) for version in (first, second)]
    assert [run.data.tags["tenure.stands"] for run in runs] == ["champion", "served before"]
    assert [run.info.run_name for run in runs] == ["champion: lapse_28d version 1", "served before: lapse_28d version 1"]
    note = runs[0].data.tags["mlflow.note.content"]
    assert note.startswith("**Champion: version 1, since 2026-11-20.** two misbehaves\n\nWho may lapse.")
    assert note.count("Champion") == 1
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


def test_a_chart_is_a_figure_or_a_line_worth_looking_at(registry: Registry, rendered: Rendered, place: tuple[str, Path]) -> None:
    """MLflow draws a chart for each metric: intervals, baselines and groups are rows of tables, which it shows as such."""
    from mlflow import MlflowClient

    logged = registry.log_challenger(_package("charts"), EVIDENCE, rendered)
    client = MlflowClient(place[0])
    run = client.get_run(logged.run_id)

    names = {metric.name for metric in EVIDENCE.evaluation.metrics}
    bands = {curve.label.replace(" ", "_") for curve in EVIDENCE.evaluation.curves}
    assert set(run.data.metrics) == {
        *names,
        "uno_c_over_baseline",
        "event_rate_by_percent_selected",
        "observed_by_percent_predicted",
        *(f"survival_{end}_{band}" for end in ("predicted", "observed") for band in bands),
    }
    lift = client.get_metric_history(logged.run_id, "event_rate_by_percent_selected")
    assert [point.step for point in lift] == [2, 5, 10, 20, 50, 100]
    shown = json.loads(run.data.tags["mlflow.loggedArtifacts"])
    assert shown == [{"path": f"tables/{name}.json", "type": "table"} for name in ("figures", "groups")]
    table = json.loads((place[1] / "shop" / logged.run_id / "artifacts" / "tables/figures.json").read_text())
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["data"]]
    assert (rows[0]["figure"], rows[0]["low"], rows[0]["baseline"], rows[0]["of_baseline"]) == (
        "uno_c",
        pytest.approx(0.842),
        "logistic regression",
        0.851,
    )


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
