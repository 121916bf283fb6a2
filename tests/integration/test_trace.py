"""The walk from a delivered score back to the bytes received, on the simulated company: whole, damaged, and after late data."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

import cli.main
import cli.trace
from adapters.lake import commits_by_day
from adapters.score_export import write_scores
from adapters.tables import FEATURES_VERSION, RUN_ID
from adapters.trace import trace
from assets.features import make_snapshots
from assets.replay import replay
from tenure.errors import TraceError
from tenure.trace import Step, Trace
from tests.event_schema import faults
from tests.simulated_company.deliveries import CUSTOMER_MARK, rows_of
from tests.simulated_company.premises import AS_OF, MODELS, Premises

pytestmark = pytest.mark.slow
MODEL = MODELS[0]


@pytest.fixture(scope="module")
def delivered(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """The company after the daily run of its training day."""
    premises = established.copy(tmp_path_factory.mktemp("delivered"))
    outcome = premises.run("daily", [AS_OF])
    assert outcome.succeeded, outcome.failures
    return premises


@pytest.fixture
def premises(delivered: Premises, tmp_path: Path) -> Premises:
    """A copy that may be damaged."""
    return delivered.copy(tmp_path)


def customer_of(premises: Premises, model: str = MODEL) -> str:
    """A customer with a score."""
    rows = premises.rows(f"{model}/scores", AS_OF)
    assert rows is not None
    return rows["customer_id"][0].as_py()


def walk(premises: Premises, model: str = MODEL) -> Trace:
    """The walk behind that customer's score."""
    return trace(premises.workplace, model, customer_of(premises, model), AS_OF)


def broken(found: Trace) -> list[str]:
    """The steps that do not hold."""
    return [step.title for step in found.steps if not step.verified]


def step(found: Trace, title: str) -> Step:
    """One step of the walk."""
    return next(one for one in found.steps if one.title == title)


def lake_files(premises: Premises, table: str) -> list[Path]:
    """The data files of a lake table."""
    return sorted((premises.settings.lake / premises.project.name / table).glob("*.parquet"))


def raise_scores(premises: Premises, model: str) -> None:
    """Raise a score in the lake's file, behind the lake's back."""
    (file,) = lake_files(premises, f"{model}/scores")
    rows = pq.ParquetFile(file).read()
    scores = rows["score"].to_pylist()
    raised = pa.array([min(1.0, scores[0] + 0.25), *scores[1:]])
    pq.write_table(rows.set_column(rows.column_names.index("score"), "score", raised), file)


@pytest.mark.parametrize("model", MODELS)
def test_every_step_from_a_score_to_the_bytes_received_is_verified(delivered, model):
    """By model, promotion, card, training set, features and activity to the raw bytes of every source behind them."""
    found = walk(delivered, model)
    roles = delivered.project.roles
    sources = {roles.lines, roles.products, roles.campaigns, roles.redemptions}

    assert broken(found) == []
    assert found.holds
    titles = [one.title for one in found.steps]
    signed = ["Statement", "Approvals", "Promotion", "Card"]
    assert titles[:9] == ["Score", "Model", *signed, "Training set", "Features", "Activity"]
    assert set(titles[9:]) == {f"{stage} {source}" for stage in ("Validated", "Raw") for source in sources}


def test_the_walk_names_what_the_score_row_names(delivered):
    """Model and features by the digests in the row; the run in the commit's note."""
    rows = delivered.rows(f"{MODEL}/scores", AS_OF)
    found = walk(delivered)
    commit = commits_by_day(delivered.workplace.lake.open(f"{MODEL}/scores"))[AS_OF]

    assert step(found, "Model").digest == rows["model_digest"][0].as_py()
    assert step(found, "Features").digest == rows["features_digest"][0].as_py()
    assert commit.note[RUN_ID] in step(found, "Score").words
    assert int(commit.note[FEATURES_VERSION]) >= 0


def test_the_walk_never_repeats_who_was_asked_for(delivered):
    """Whoever may read the steps learns nothing of the customer beyond the score."""
    found = walk(delivered)

    assert CUSTOMER_MARK not in repr(found).replace(str(delivered.folder), "")


def test_a_customer_without_a_score_is_refused_without_being_named(delivered):
    """The refusal goes to logs and screens."""
    with pytest.raises(TraceError, match="found 0") as refused:
        trace(delivered.workplace, MODEL, "somebody-else", AS_OF)

    assert "somebody-else" not in str(refused.value)


def test_a_day_without_scores_is_refused(delivered):
    """There is nothing to walk back from."""
    with pytest.raises(TraceError, match="no scores"):
        trace(delivered.workplace, MODEL, "anybody", AS_OF - timedelta(days=1))


def test_the_statement_the_approvals_and_the_card_are_held_against_each_other(delivered):
    """Two reviewers signed over exactly this card; training stated this training set; the rules of the day allowed it."""
    found = walk(delivered)
    promotion = delivered.workplace.promotions.champion_record(delivered.project.name, MODEL)

    assert step(found, "Approvals").words.startswith("2 of 2 needed signed over exactly this model, card")
    assert step(found, "Promotion").digest == promotion.package_digest
    assert "allowed when it was written" in step(found, "Promotion").words
    assert "has the digest that the reviewers signed" in step(found, "Card").words


def test_a_changed_log_breaks_what_rests_on_it_and_the_walk_goes_on(premises):
    """One byte of one record: nothing that a signature should carry is verified, and the rows and bytes below still are."""
    with sqlite3.connect(premises.settings.home / "store" / "log.db") as log:
        sequence, record = log.execute("SELECT sequence, record FROM tenure_promotion_log ORDER BY sequence DESC").fetchone()
        changed = bytearray(record)
        changed[len(changed) // 2] ^= 1
        log.execute("UPDATE tenure_promotion_log SET record = ? WHERE sequence = ?", (bytes(changed), sequence))

    found = walk(premises)

    assert broken(found) == ["Model", "Statement", "Approvals", "Promotion", "Card", "Training set", "Features"]
    assert step(found, f"Raw {premises.project.roles.lines}").verified


def test_one_changed_raw_byte_breaks_its_own_step_alone(premises):
    """The step says which batch; every other step still stands."""
    raw, lines = premises.workplace.raw, premises.project.roles.lines
    day = AS_OF - timedelta(days=40)
    path = raw.path_of(raw.receipt(premises.project.name, lines, day))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))

    found = walk(premises)

    assert broken(found) == [f"Raw {lines}"]
    assert str(day) in step(found, f"Raw {lines}").words
    assert not found.holds


def test_a_raw_batch_that_is_gone_breaks_its_step(premises):
    """Deletion is noticed as change is."""
    raw, lines = premises.workplace.raw, premises.project.roles.lines
    raw.path_of(raw.receipt(premises.project.name, lines, AS_OF)).unlink()

    assert broken(walk(premises)) == [f"Raw {lines}"]


def test_a_score_changed_in_the_lake_breaks_its_step_and_its_replay(premises):
    """The commit noted what it wrote, and the model says something else."""
    raise_scores(premises, MODEL)

    found = walk(premises)
    again = replay(premises.workplace, premises.project.model(MODEL), AS_OF)

    assert broken(found) == ["Score"]
    assert not again.is_equal
    assert any(difference.startswith("score differs in 1 rows") for difference in again.differences)


def test_a_validated_row_removed_from_the_lake_is_named(premises):
    """Every day of every table behind the score is compared with what its commit wrote."""
    lines = premises.project.roles.lines
    file = lake_files(premises, f"validated/{lines}")[0]
    rows = pq.ParquetFile(file).read()
    pq.write_table(rows.slice(1), file)

    assert broken(walk(premises)) == [f"Validated {lines}"]


def test_a_lost_file_of_the_lake_breaks_its_step_and_the_walk_goes_on(premises):
    """Whatever its reader raises; the batches are named in the commits, so the bytes can still be verified."""
    lines = premises.project.roles.lines
    for file in lake_files(premises, f"validated/{lines}"):
        file.write_bytes(b"not parquet")

    found = walk(premises)

    assert broken(found) == [f"Validated {lines}"]
    assert "cannot be read" in step(found, f"Validated {lines}").words


def test_a_lost_file_of_scores_is_refused_in_words(premises):
    """There is no score to walk back from; the sentence says what to restore."""
    for file in lake_files(premises, f"{MODEL}/scores"):
        file.unlink()

    with pytest.raises(TraceError, match="cannot be read"):
        trace(premises.workplace, MODEL, "anybody", AS_OF)


def test_a_damaged_package_breaks_its_steps_and_the_walk_goes_on(premises):
    """What depends on the package cannot be verified; the rows and bytes below still are."""
    record = premises.workplace.promotions.champion_record(premises.project.name, MODEL)
    file = premises.settings.home / "store" / "sha256" / record.package_digest / "card.json"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))

    found = walk(premises)

    assert broken(found) == ["Model", "Statement", "Card", "Training set", "Features"]
    assert "card.json" in step(found, "Model").words
    assert step(found, f"Raw {premises.project.roles.lines}").verified


def test_a_score_delivered_before_late_data_still_walks_and_replays(premises):
    """A batch delivered again changes the features of today; what was delivered stands on the versions of then."""
    late = AS_OF - timedelta(days=3)
    event_day = late - timedelta(days=1)
    folder = premises.settings.inbox / premises.project.name / "transactions"
    folder.mkdir(parents=True)
    fewer = rows_of(premises.delivered, "transactions", event_day)
    pq.write_table(fewer.slice(0, fewer.num_rows - 5), folder / f"{event_day}.parquet")
    before = premises.digest("features", AS_OF)
    outcome = premises.run("history", [late])
    make_snapshots(premises.workplace, [AS_OF])
    again = replay(premises.workplace, premises.project.model(MODEL), AS_OF)

    assert outcome.succeeded, outcome.failures
    assert premises.digest("features", AS_OF) != before
    assert again.differences == ()
    assert broken(walk(premises)) == []


@pytest.fixture
def at_premises(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> Premises:
    """The commands, standing in these premises rather than in a project of projects/."""
    monkeypatch.setattr(cli.trace, "open_workplace", lambda project: premises.workplace)
    return premises


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command in this process; its exit code and all that it said."""
    code = typer.main.get_command(cli.main.app).main(list(arguments), standalone_mode=False) or 0
    said = capsys.readouterr()
    return code, said.out + said.err


def test_the_commands_say_what_holds(at_premises, capsys, tmp_path):
    """Trace, replay and an exported file, each with exit code 0, and nobody is named."""
    customer, day = customer_of(at_premises), AS_OF.isoformat()
    file = tmp_path / "scores.parquet"
    write_scores(at_premises.workplace.lake.open(f"{MODEL}/scores"), AS_OF, file)

    code, said = command(capsys, "trace", "--model", MODEL, "--customer", customer, "--day", day)
    assert (code, "17 of 17 steps verified." in said, customer in said) == (0, True, False)
    code, said = command(capsys, "replay", "--model", MODEL, "--day", day, "--sample", "5")
    assert (code, "5 of" in said, "Equal to the bit." in said) == (0, True, True)
    code, said = command(capsys, "verify-scores", str(file), "--model", MODEL, "--day", day)
    assert (code, "byte for byte" in said) == (0, True)


def test_the_commands_end_with_an_error_where_something_does_not_hold(at_premises, capsys, tmp_path):
    """A score was changed in the lake: every command says so in its own way, and a scheduler sees it."""
    customer, day = customer_of(at_premises), AS_OF.isoformat()
    file = tmp_path / "scores.parquet"
    write_scores(at_premises.workplace.lake.open(f"{MODEL}/scores"), AS_OF, file)
    raise_scores(at_premises, MODEL)

    code, said = command(capsys, "trace", "--model", MODEL, "--customer", customer, "--day", day)
    assert (code, "NOT VERIFIED" in said, "These do not hold: Score." in said, customer in said) == (1, True, True, False)
    code, said = command(capsys, "replay", "--model", MODEL, "--day", day)
    assert (code, "score differs in 1 rows" in said) == (1, True)
    code, said = command(capsys, "verify-scores", str(file), "--model", MODEL, "--day", day)
    assert (code, "The scores in the lake are not those" in said) == (1, True)


def test_a_real_day_is_told_to_openlineage(delivered):
    """Every event keeps the rules; scores come from features by column, and from the model, which is a dataset of its own."""
    events = [json.loads(line) for line in (delivered.settings.home / "lineage" / "events.jsonl").read_text().splitlines()]
    day = [one for one in events if one["run"]["runId"] == events[-1]["run"]["runId"]]
    (scored,) = [one for one in events[-50:] if (one["job"]["name"], one["eventType"]) == (f"{MODEL}/scores", "COMPLETE")]
    reads = {one["name"]: one["facets"] for one in scored["inputs"]}
    (wrote,) = scored["outputs"]
    trained = [one for one in events if one["eventType"] == "COMPLETE" and one["job"]["name"] == f"{MODEL}/candidate"]
    made = {out["name"]: out["facets"] for one in trained for out in one["outputs"]}[f"{MODEL}/model"]

    assert [fault for one in events for fault in faults(one)] == []
    assert [one["eventType"] for one in day] == ["START", "COMPLETE"]
    assert reads[f"{MODEL}/model"]["datasetType"]["datasetType"] == "MODEL"
    assert reads[f"{MODEL}/model"]["version"]["datasetVersion"] == made["version"]["datasetVersion"]
    assert made["version"]["datasetVersion"] == step(walk(delivered), "Model").digest
    columns = wrote["facets"]["columnLineage"]["fields"]["score"]["inputFields"]
    assert {field["name"] for field in columns} == {"features"}
    assert {field["field"] for field in columns} == {feature.name for feature in delivered.project.model(MODEL).features}
    assert CUSTOMER_MARK not in json.dumps(events).replace(str(delivered.folder), "")
