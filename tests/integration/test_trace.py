"""The walk from a delivered score back to the bytes received, on the simulated company: whole, damaged, and after late data."""

import json
import random
import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import cli.main
import cli.trace
from adapters.lake import commits_by_day
from adapters.tables import BATCHES, FEATURES_VERSION, RUN_ID
from assets.scores import open_champion, score_days
from governance.doors.demonstration import REVIEWERS, ROOT_KEY, approve_as_demo, as_engineer, demo_key, found_demo_trust
from governance.doors.trust_roots import following, next_root
from governance.records.delivery import SignedDelivery, sign_delivery
from governance.records.trust_root import Role, TrustRoot
from governance.stores.trust import Trust
from home.workplace import Workplace, utc_now
from pipelines.run import QUIET
from provenance.delivered import Delivered
from provenance.received import Versions
from provenance.replay import replay
from provenance.score_export import write_scores
from provenance.score_step import signature
from provenance.signer import open_signer
from provenance.snapshots import make_snapshots
from provenance.step import Step, Trace
from provenance.trace import trace
from tenure.errors import TraceError
from tests.event_schema import faults
from tests.simulated_company.deliveries import CUSTOMER_MARK, rows_of
from tests.simulated_company.intruder import (
    lake_files,
    note_again,
    put_signed,
    raise_score,
    shorten_batch,
    signed_note,
)
from tests.simulated_company.premises import AS_OF, MODELS, Premises

pytestmark = pytest.mark.slow
MODEL = MODELS[0]
N_CHANGES = 200


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


def test_every_step_says_on_what_it_rests(delivered):
    """A signature, and whose; or the lake's own notes, which nobody signed."""
    found = walk(delivered)
    lines = delivered.project.roles.lines

    for title in ("Score", "Features", f"Raw {lines}"):
        assert "service-scorer signed" in step(found, title).words
    assert "the signed training statement names" in step(found, f"Raw {lines}").words
    for title in ("Training set", "Activity", f"Validated {lines}"):
        assert "agrees with the lake's own notes, which nobody signed" in step(found, title).words
    assert "says the same to the bit" in step(found, "Score").words


def test_a_changed_log_breaks_what_rests_on_it_and_the_walk_goes_on(premises):
    """One byte of one record: nothing that a signature should carry is verified; rows and bytes are looked at all the same."""
    with sqlite3.connect(premises.settings.home / "store" / "log.db") as log:
        sequence, record = log.execute("SELECT sequence, record FROM tenure_promotion_log ORDER BY sequence DESC").fetchone()
        changed = bytearray(record)
        changed[len(changed) // 2] ^= 1
        log.execute("UPDATE tenure_promotion_log SET record = ? WHERE sequence = ?", (bytes(changed), sequence))

    found = walk(premises)

    raw = [one.title for one in found.steps if one.title.startswith("Raw")]
    signed = ["Score", "Model", "Statement", "Approvals", "Promotion", "Card", "Training set", "Features", *raw]
    assert broken(found) == signed
    assert "read and hashed; each has the SHA-256 of its receipt" in step(found, raw[0]).words
    assert "could NOT be held against the signed delivery" in step(found, raw[0]).words


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
    raise_score(premises, MODEL)

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
    """What depends on the package cannot be verified; the bytes that were signed with the delivery still are."""
    record = premises.workplace.promotions.champion_record(premises.project.name, MODEL)
    file = premises.settings.home / "store" / "sha256" / record.package_digest / "card.html"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))

    found = walk(premises)

    assert broken(found) == ["Score", "Model", "Statement", "Card", "Training set", "Features"]
    assert "card.html" in step(found, "Model").words
    assert "could not be made again" in step(found, "Score").words
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
    raise_score(at_premises, MODEL)

    code, said = command(capsys, "trace", "--model", MODEL, "--customer", customer, "--day", day)
    assert (code, "NOT VERIFIED" in said, "These do not hold: Score." in said, customer in said) == (1, True, True, False)
    code, said = command(capsys, "replay", "--model", MODEL, "--day", day)
    assert (code, "score differs in 1 rows" in said) == (1, True)
    code, said = command(capsys, "verify-scores", str(file), "--model", MODEL, "--day", day)
    assert (code, "The scores in the lake are not those" in said) == (1, True)


def test_a_score_changed_together_with_its_note_is_found_by_its_signature(at_premises, capsys, tmp_path):
    """Whoever writes to the lake can make rows and note agree, but neither the signature nor the model with them."""
    customer, day, file = customer_of(at_premises), AS_OF.isoformat(), tmp_path / "scores.csv"
    raise_score(at_premises, MODEL)
    note_again(at_premises, MODEL, AS_OF)
    write_scores(at_premises.workplace.lake.open(f"{MODEL}/scores"), AS_OF, file)

    found = trace(at_premises.workplace, MODEL, customer, AS_OF)
    assert broken(found) == ["Score"]
    assert "What service-scorer signed is the delivery of rows with content" in step(found, "Score").words
    assert "The promoted model says OTHERWISE of this customer's features: score." in step(found, "Score").words
    code, said = command(capsys, "verify-scores", str(file), "--model", MODEL, "--day", day)
    assert (code, "The signed delivery does NOT hold" in said) == (1, True)
    code, said = command(capsys, "replay", "--model", MODEL, "--day", day)
    assert (code, "the signed delivery does not hold" in said) == (1, True)


def test_raw_rows_removed_together_with_receipt_and_note_are_found_by_both_signatures(premises):
    """The lake and the raw store agree on fewer rows; what was signed at training and at delivery names the others."""
    lines = premises.project.roles.lines
    shorten_batch(premises, lines, AS_OF - timedelta(days=40))

    found = walk(premises)

    assert broken(found) == [f"Raw {lines}"]
    assert "NOT the batches that service-scorer signed with the delivery" in step(found, f"Raw {lines}").words
    assert "NOT the ones that the training statement" in step(found, f"Raw {lines}").words


def test_rows_of_a_source_that_only_training_read_are_found_by_its_statement(premises):
    """The walk does not come by households; the training set rests on them."""
    first = premises.workplace.raw.keys(premises.project.name, "households")[0]
    shorten_batch(premises, "households", first, n_rows=1)

    found = walk(premises)

    assert broken(found) == ["Training set"]
    assert "The batches of households are NOT those that the signed statement names." in step(found, "Training set").words


def test_a_delivery_whose_signature_was_removed_says_that_nobody_signed_it(at_premises, capsys, tmp_path):
    """Trace and verify-scores do not hold; replay says it, for the scores are the same."""
    customer, day, file = customer_of(at_premises), AS_OF.isoformat(), tmp_path / "scores.csv"
    put_signed(at_premises, MODEL, AS_OF, None)
    write_scores(at_premises.workplace.lake.open(f"{MODEL}/scores"), AS_OF, file)

    found = trace(at_premises.workplace, MODEL, customer, AS_OF)
    assert broken(found) == ["Score"]
    assert "Nobody signed this delivery" in step(found, "Score").words
    assert "agrees with the lake's own notes, which nobody signed" in step(found, f"Raw {at_premises.project.roles.lines}").words
    code, said = command(capsys, "verify-scores", str(file), "--model", MODEL, "--day", day)
    assert (code, "Nobody signed this delivery" in said) == (1, True)
    code, said = command(capsys, "replay", "--model", MODEL, "--day", day, "--sample", "5")
    assert (code, "signed by nobody" in said, "Nobody signed this delivery" in said) == (0, True, True)


def test_a_delivery_signed_by_another_key_or_taken_from_elsewhere_is_refused(premises):
    """Another service's key, a stranger's, the signed delivery of another model, of another day, of an older content."""
    workplace = premises.workplace
    own = signed_of(premises)
    assert own is not None
    trust = Trust(premises.settings)
    scorer, promoter, stranger = trust.service_key(Role.SCORER), trust.service_key(Role.PROMOTER), Ed25519PrivateKey.generate()
    said = own.delivery
    cases = {
        "service-promoter signed the delivery and has the roles": sign_delivery(said, promoter),
        "the trust root in force names no such key": sign_delivery(said, stranger),
        f"model {MODELS[1]}, found {MODEL}": signed_note(premises, MODELS[1], AS_OF).encode(),
        f"day {AS_OF - timedelta(days=1)}, found {AS_OF}": sign_delivery(replace(said, day=AS_OF - timedelta(days=1)), scorer),
        "project other, found": sign_delivery(replace(said, project="other"), scorer),
        "rows with content 0{12}, found": sign_delivery(replace(said, content="0" * 64), scorer),
        "features in version 99": sign_delivery(replace(said, features_version=99), scorer),
    }

    for words, envelope in cases.items():
        put_signed(premises, MODEL, AS_OF, envelope.decode())
        is_signed, told = signature(Delivered(workplace, premises.project.model(MODEL), AS_OF))
        assert (is_signed, re.search(words, told) is not None) == (False, True), told
    assert "Score" in broken(walk(premises))


def test_every_changed_byte_of_what_was_signed_is_found(premises):
    """Two hundred single letters of the note, each changed to another; the clean note never raises an alarm."""
    chance, clean = random.Random(20261122), signed_note(premises, MODEL, AS_OF)  # noqa: S311 - damage, not a secret
    spec = premises.project.model(MODEL)
    missed = []
    for _ in range(N_CHANGES):
        place = chance.randrange(len(clean))
        letter = chr((ord(clean[place]) + chance.randrange(1, 128)) % 128)
        put_signed(premises, MODEL, AS_OF, clean[:place] + letter + clean[place + 1 :])
        if signature(Delivered(premises.workplace, spec, AS_OF))[0]:
            missed.append((place, letter))
    put_signed(premises, MODEL, AS_OF, clean)

    assert missed == []
    assert all(signature(Delivered(premises.workplace, spec, AS_OF))[0] for _ in range(20))


def test_scores_under_a_trust_root_without_the_scoring_service_are_delivered_unsigned(premises, capfd, monkeypatch):
    """An older trust root names no key of it: the day is scored, the run warns, and the trace says that nobody signed."""
    root = root_of(premises)
    without = tuple(one for one in root.staff if Role.SCORER not in one.roles)
    next_root(
        premises.settings,
        following(root, utc_now(), staff=without),
        (demo_key(premises.settings, ROOT_KEY),),
        utc_now,
    )
    day = AS_OF + timedelta(days=1)
    before = walk(premises)
    monkeypatch.setitem(QUIET["loggers"]["console"]["config"], "log_level", "WARNING")
    outcome = premises.run("daily", [day])
    said = capfd.readouterr()
    after = trace(premises.workplace, MODEL, customer_of(premises), day)

    assert outcome.succeeded, outcome.failures
    assert broken(before) == []
    assert broken(after) == ["Score"]
    assert "Nobody signed this delivery" in step(after, "Score").words
    assert "nobody signs these scores" in said.err + said.out


def test_services_that_an_older_trust_root_does_not_name_are_added(premises):
    """The demonstration names them by itself when it is begun again; nothing changes where all are named."""
    root = root_of(premises)
    without = following(root, utc_now(), staff=tuple(one for one in root.staff if Role.SCORER not in one.roles))
    next_root(premises.settings, without, (demo_key(premises.settings, ROOT_KEY),), utc_now)
    for _ in range(2):
        found_demo_trust(premises.settings, premises.project.name, utc_now)

    named = root_of(premises)
    assert named.version == root.version + 2
    assert [one.staff_id for one in named.staff if Role.SCORER in one.roles] == ["service-scorer"]


def test_a_source_whose_batches_were_not_noted_is_left_out_of_what_is_signed(premises):
    """A lake that an earlier version of Tenure began is scored all the same; the other sources are named."""
    workplace, products = premises.workplace, premises.project.roles.products
    features = workplace.lake.open("features")
    before = Versions(workplace.lake).digests(features, AS_OF)
    for log in (premises.settings.lake / premises.project.name / "validated" / products / "_delta_log").glob("*.json"):
        log.write_text(log.read_text().replace(f'"{BATCHES}"', '"as_it_once_was"'))

    after = Versions(workplace.lake).digests(features, AS_OF)

    assert before == {one.name: one.value for one in signed_of(premises).delivery.raw}
    assert after == {name: digest for name, digest in before.items() if name != products}


def root_of(premises: Premises) -> TrustRoot:
    """The trust root in force."""
    ledger = premises.workplace.promotions.ledger()
    return ledger.root_before(ledger.size)


def signed_of(premises: Premises) -> SignedDelivery | None:
    """What was signed of the day."""
    return Delivered(premises.workplace, premises.project.model(MODEL), AS_OF).delivery


def later(premises: Premises, hours: float) -> Workplace:
    """The workplace, some hours from now."""
    began = utc_now()
    return Workplace(premises.project, premises.settings, clock=lambda: began + timedelta(hours=hours))


@pytest.fixture(scope="module")
def with_two(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> tuple[Premises, str]:
    """The company with the day's features, and a second candidate of the model, trained with half the rounds; its digest."""
    premises = established.copy(tmp_path_factory.mktemp("two"))
    make_snapshots(premises.workplace, [AS_OF])
    project, spec = premises.project, premises.project.model(MODEL)
    other = replace(spec, parameters=replace(spec.parameters, n_rounds=spec.parameters.n_rounds // 2))
    before = {one.digest for one in premises.workplace.packages.candidates(project.name, MODEL)}
    models = tuple(other if one.name == MODEL else one for one in project.models)
    outcome = premises.run(f"train_{MODEL}", project=replace(project, models=models), as_of=AS_OF)
    assert outcome.succeeded, outcome.failures
    (digest,) = {one.digest for one in premises.workplace.packages.candidates(project.name, MODEL)} - before
    return premises, digest


@pytest.mark.parametrize(("after_hours", "is_signed"), [(1.5, True), (4, True), (4, False)])
def test_a_model_that_no_longer_served_may_not_have_scored(with_two, tmp_path, after_hours, is_signed):
    """A first, then B: a run that began under A may end a little later; hours later A's scores must not hold, signed or not."""
    two, digest = with_two
    premises = two.copy(tmp_path)
    spec, replaced = premises.project.model(MODEL), open_champion(premises.workplace, premises.project.model(MODEL))
    promoting = later(premises, 0.5)
    approve_as_demo(promoting.promotions, premises.settings, digest)
    promoting.promotions.promote(digest, "better for a test", **as_engineer(premises.settings))
    delivering = later(premises, 0.5 + after_hours)
    signer = open_signer(delivering) if is_signed else None
    score_days(delivering, spec, replaced, [AS_OF], signer=signer)

    found = trace(delivering, MODEL, customer_of(premises), AS_OF)

    if after_hours < 2:
        assert broken(found) == []
        return
    assert not found.holds
    assert "Score" in broken(found)
    if is_signed:
        # What nobody signed is dated by the lake alone.
        assert {"Model", "Statement", "Approvals", "Promotion"} <= set(broken(found))
        assert "Nobody let that model score then" in step(found, "Promotion").words


@pytest.mark.parametrize("is_before", [True, False])
def test_a_package_revoked_before_the_delivery_may_not_have_scored(with_two, tmp_path, is_before):
    """Hours after its revocation its scores must not hold; one that was revoked since has scored rightly."""
    premises = with_two[0].copy(tmp_path)
    spec, scorer = premises.project.model(MODEL), open_champion(premises.workplace, premises.project.model(MODEL))
    serving = premises.workplace.promotions.champion(premises.project.name, MODEL)
    delivering, revoking = later(premises, 4), later(premises, 0.5 if is_before else 5)

    def revoke() -> None:
        name = REVIEWERS[0]
        revoking.promotions.revoke(serving.digest, "its data were wrong", staff_id=name, key=demo_key(premises.settings, name))

    if is_before:
        revoke()
    score_days(delivering, spec, scorer, [AS_OF], signer=open_signer(delivering))
    if not is_before:
        revoke()
    found = trace(later(premises, 6), MODEL, customer_of(premises), AS_OF)

    assert broken(found) == (["Promotion"] if is_before else [])
    assert ("BEFORE the score was delivered" if is_before else "Since then") in step(found, "Promotion").words


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
