"""The walk from a delivered score back to the bytes received: whole, and after each kind of damage."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import typer

import cli.main
import cli.trace
from adapters.lake import CONTENT_NOTE
from assets.scores import open_champion, score_days
from governance.doors.demonstration import REVIEWERS, ROOT_KEY, demo_key
from governance.doors.trust_roots import following, next_root
from governance.records.trust_root import Role
from provenance.answer import answer
from provenance.replay import replay
from provenance.score_export import hand_out
from provenance.signer import open_signer
from provenance.step import Step, Trace
from tenure.content import digest_by_day
from tenure.errors import TraceError
from tests import company
from tests.intruder import (
    SCORES,
    change_notes,
    change_the_log,
    drop_a_row,
    drop_the_last_row,
    forge_batch,
    raise_a_score,
    replace_batch,
    rewrite,
)
from tests.office import DAY, FIRST_DAY, MODEL, Office

LINES = company.LINES
EARLIER, FIRST = DAY - timedelta(days=20), FIRST_DAY + timedelta(days=1)


def customer_of(office: Office) -> str:
    """A customer with a score."""
    rows = office.workplace.lake.rows(SCORES, days=[DAY], columns=["customer_id"])
    assert rows is not None
    return str(rows["customer_id"][0].as_py())


def walk(office: Office) -> Trace:
    """The walk behind that customer's score."""
    return answer(office.workplace, MODEL, customer_of(office), DAY).trace


def broken(found: Trace) -> list[str]:
    """The steps that do not hold."""
    return [step.title for step in found.steps if not step.verified]


def step(found: Trace, title: str) -> Step:
    """One step of the walk."""
    return next(one for one in found.steps if one.title == title)


def test_every_step_is_verified_and_says_on_what_it_rests(furnished):
    """From the score to the raw bytes of every source behind it: the log's record, the promoted package, the signed lineage."""
    found, sources = walk(furnished), furnished.workplace.project.read_sources
    above = ["Score", "Model", "Statement", "Approvals", "Promotion", "Card", "Training set", "Features", "Lineage"]
    above += [f"Roll-up {table}" for table in company.ROLL_UPS]

    assert broken(found) == []
    assert found.holds
    assert [one.title for one in found.steps][:11] == above
    assert {one.title for one in found.steps[11:]} == {f"{stage} {name}" for stage in ("Validated", "Raw") for name in sources}
    assert "says the same to the bit" in step(found, "Score").words
    for title in ("Score", "Features", "Lineage"):
        assert "service-scorer signed" in step(found, title).words
    assert "the signed training statement names" in step(found, f"Raw {LINES}").words


def damage_raw(office: Office) -> None:
    """One byte of a batch."""
    raw = office.workplace.raw
    receipt = raw.receipt("shop", LINES, EARLIER)
    assert receipt is not None
    path = raw.batch_of(receipt).path
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])


def lose_raw(office: Office) -> None:
    """A batch that is gone."""
    raw = office.workplace.raw
    receipt = raw.receipt("shop", LINES, DAY)
    assert receipt is not None
    raw.batch_of(receipt).path.unlink()


def change_a_score_and_its_note(office: Office) -> None:
    """Rows and note agree, but neither the record in the log nor the model with them."""
    rewrite(office, SCORES, raise_a_score)
    change_notes(office, SCORES, lambda notes: notes.update({CONTENT_NOTE: "0" * 64}))


def change_a_row_and_its_note(office: Office) -> None:
    """A validated row is gone, and its day's digest is written anew."""
    rewrite(office, f"validated/{LINES}", drop_a_row)
    table = office.workplace.lake.open(f"validated/{LINES}")
    rows = office.workplace.lake.rows(table.name)
    assert rows is not None
    digests = digest_by_day(rows, office.workplace.project.source(LINES).key)
    change_notes(office, table.name, lambda notes: notes.update({CONTENT_NOTE: " ".join(d for _, d in sorted(digests.items()))}))


def damage_the_package(office: Office) -> None:
    """One letter of the promoted evidence."""
    (file,) = (office.home / "store" / "sha256").glob("*/evidence.json")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))


def lose_validated(office: Office) -> None:
    """The file of a table."""
    for file in office.files(f"validated/{LINES}"):
        file.write_bytes(b"not parquet")


@pytest.mark.parametrize(
    ("damage", "breaks", "words"),
    [
        (lambda office: rewrite(office, SCORES, raise_a_score), ["Score"], "NOT what service-scorer signed in record"),
        (change_a_score_and_its_note, ["Score"], "says OTHERWISE of this customer's features: score."),
        (lambda office: rewrite(office, "features", drop_the_last_row), ["Features"], "NOT what the score names"),
        (lambda office: rewrite(office, f"validated/{LINES}", drop_a_row), [f"Validated {LINES}"], "NOT as recorded"),
        (change_a_row_and_its_note, ["Lineage"], "the record is NOT what service-scorer signed with the delivery"),
        (lose_validated, [f"Validated {LINES}"], "cannot be read"),
        (damage_raw, [f"Raw {LINES}"], str(EARLIER)),
        (lose_raw, [f"Raw {LINES}"], str(DAY)),
        (lambda office: replace_batch(office, LINES, EARLIER, b"other"), [f"Raw {LINES}"], "names the bytes"),
        (lambda office: forge_batch(office, LINES, EARLIER), ["Lineage", f"Raw {LINES}"], "NOT the ones that the training"),
        (
            lambda office: forge_batch(office, company.AUDITED, FIRST),
            ["Training set"],
            f"of {company.AUDITED} are NOT",
        ),
        (damage_the_package, ["Score", "Model", "Statement", "Card", "Training set"], "evidence.json"),
    ],
)
def test_damage_breaks_its_own_steps_and_the_walk_goes_on(office, damage: Callable[[Office], None], breaks, words):
    """Whoever writes to the lake, the raw store or the store of packages; which step breaks says where."""
    damage(office)
    found = walk(office)

    assert broken(found) == breaks
    assert words in " ".join(step(found, title).words for title in breaks)


def test_a_changed_log_breaks_what_rests_on_it(office):
    """One byte of one record: nothing that a signature should carry is verified; rows and bytes are looked at all the same."""
    change_the_log(office)
    found = walk(office)

    assert {"Score", "Model", "Statement", "Approvals", "Promotion", "Card", "Training set"} <= set(broken(found))
    assert len(found.steps) == company.steps_of_a_walk()


def test_lost_scores_are_refused_in_words(office):
    """There is no score to walk back from; the sentence says what to restore."""
    customer = customer_of(office)
    for file in office.files(SCORES):
        file.unlink()

    with pytest.raises(TraceError, match="cannot be read"):
        answer(office.workplace, MODEL, customer, DAY)


def test_a_customer_or_day_without_a_score_is_refused_without_a_name(furnished):
    """The refusal goes to logs and screens."""
    with pytest.raises(TraceError, match="found 0") as refused:
        answer(furnished.workplace, MODEL, "somebody-else", DAY)
    with pytest.raises(TraceError, match="no scores"):
        answer(furnished.workplace, MODEL, "anybody", EARLIER)

    assert "somebody-else" not in str(refused.value)


def test_a_score_delivered_before_late_data_still_walks_and_replays(office):
    """A batch delivered again changes the features of today; what was delivered stands on the versions of then."""
    office.later(24).change_an_amount()
    office.features(DAY)

    assert office.workplace.lake.open("features").version == 2
    assert replay(office.workplace, office.delivered.spec, DAY).differences == ()
    assert broken(walk(office)) == []


def test_scores_under_a_trust_root_without_the_scoring_service_are_signed_by_nobody(office):
    """An older trust root names no key of it: the day is scored, and the trace says so; what was signed before still holds."""
    root = office.workplace.promotions.ledger().root
    without = tuple(one for one in root.staff if Role.SCORER not in one.roles)
    settings, clock = office.workplace.settings, office.workplace.clock
    next_root(settings, following(root, clock(), staff=without), (demo_key(settings, ROOT_KEY),), clock)
    before, day = walk(office), DAY + timedelta(days=1)
    office.score(day)
    after = answer(office.workplace, MODEL, customer_of(office), day).trace

    assert open_signer(office.workplace) is None
    assert (broken(before), broken(after)) == ([], ["Score"])
    assert "Nobody signed this delivery" in step(after, "Score").words
    assert "nobody signed" in step(after, "Lineage").words


@pytest.mark.parametrize(("hours", "holds"), [(1.5, True), (4, False)])
def test_a_model_that_no_longer_served_may_not_have_scored(office, hours, holds):
    """A first, then B: a run that began under A may end a little later; hours later A's scores do not hold, signed or not."""
    replaced = open_champion(office.workplace, office.delivered.spec)
    replace(office.later(0.5).shop, learnt=None).serving("a second one")
    late, day = office.later(0.5 + hours), DAY + timedelta(days=1)
    late.features(day)
    score_days(late.workplace, late.delivered.spec, replaced, [day], signer=open_signer(late.workplace))
    found = answer(late.workplace, MODEL, customer_of(late), day).trace

    assert found.holds == holds
    assert holds or "Nobody let that model score then" in step(found, "Promotion").words


@pytest.mark.parametrize("is_before", [True, False])
def test_a_package_revoked_before_the_delivery_may_not_have_scored(office, is_before):
    """Hours after its revocation its scores do not hold; one that was revoked since has scored rightly."""
    scorer, late, day = open_champion(office.workplace, office.delivered.spec), office.later(4), DAY + timedelta(days=1)
    digest, name = office.workplace.promotions.champion("shop", MODEL).digest, REVIEWERS[0]

    def revoke(at: Office) -> None:
        doors = at.workplace.promotions
        doors.revoke(digest, "its data were wrong", staff_id=name, key=demo_key(at.workplace.settings, name))

    if is_before:
        revoke(office.later(0.5))
    late.features(day)
    score_days(late.workplace, late.delivered.spec, scorer, [day], signer=open_signer(late.workplace))
    if not is_before:
        revoke(office.later(5))
    found = answer(office.later(6).workplace, MODEL, customer_of(office), day).trace

    assert broken(found) == (["Promotion"] if is_before else [])
    assert ("BEFORE the score was delivered" if is_before else "Since then") in step(found, "Promotion").words


def test_the_answer_comes_in_three_sentences(furnished):
    """The score with its rank and what is usual, what moved it with the customer's values, and who let the model serve."""
    found = answer(furnished.workplace, MODEL, customer_of(furnished), DAY)
    score, moved, served = found.sentences

    assert f"of {furnished.delivered.rows.num_rows}; the average of that day is 0." in score
    assert moved.startswith(("It is raised most by", "It is lowered most by"))
    assert re.search(r"(days since the (first|last)|plan of the|contract of the|login|minutes|share)[^:]*: \d+", moved)
    assert f"approved by {REVIEWERS[0]} on 2026-11-22 and {REVIEWERS[1]} on 2026-11-22" in served
    assert "card.html" in served
    assert found.trace.holds


def test_an_answer_that_cannot_be_told_says_why(office):
    """Of a damaged package the reasons are not told; the score is."""
    damage_the_package(office)
    score, moved, _ = answer(office.workplace, MODEL, customer_of(office), DAY).sentences

    assert "evidence.json" in score
    assert "cannot be told" in moved


def command(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *said: str) -> tuple[int, str]:
    """Run a command in this process; its exit code and all that it said."""
    monkeypatch.setattr(cli.trace, "open_workplace", lambda project: office.workplace)
    code = typer.main.get_command(cli.main.app).main(list(said), standalone_mode=False) or 0
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_commands_say_what_holds_and_end_with_an_error_where_something_does_not(
    office, monkeypatch, capsys, tmp_path, is_damaged
):
    """Steps are folded under one line unless they break or are asked for."""
    customer, file = customer_of(office), tmp_path / "scores.parquet"
    hand_out(office.delivered, file)
    if is_damaged:
        rewrite(office, SCORES, raise_a_score)

    def run(*said: str) -> tuple[int, str]:
        return command(office, monkeypatch, capsys, said[0], *said[1:], "--model", MODEL, "--day", DAY.isoformat())

    traced, shown = run("trace", "--customer", customer), run("trace", "--customer", customer, "--steps")
    replayed, checked = run("replay", "--sample", "5"), run("verify-scores", str(file))
    assert [code for code, _ in (traced, shown, replayed, checked)] == [int(is_damaged)] * 4
    n_steps = company.steps_of_a_walk()
    assert f"{n_steps - is_damaged} of {n_steps}" in traced[1]
    assert ("1. Score: NOT VERIFIED" in traced[1], "2. Model" in traced[1]) == (is_damaged, False)
    assert "2. Model: verified" in shown[1]
    assert is_damaged or ("Equal to the bit." in replayed[1] and "byte for byte" in checked[1])
