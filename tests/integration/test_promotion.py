"""The doors of promotion on a real disk, with real processes."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from adapters.journal import Journal, exclusive
from adapters.package_store import PackageStore
from adapters.promotion import Promotions
from tenure.errors import JournalError, NoChampionError, PackageError, PromotionError
from tenure.gates import Decision, GateResult, GateVerdict, Outcome
from tenure.promotion.package import Package
from tenure.promotion.records import Action
from tenure.specs import Gate, GateKind

NOW = datetime(2017, 10, 1, 8, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def _decision(outcome: Outcome, result: GateResult) -> bytes:
    """A decision over one gate, as training writes it."""
    verdict = GateVerdict(gate=Gate(name="ranks well", kind=GateKind.FLOOR, metric="roc_auc"), result=result, found="roc_auc 0.5")
    return TypeAdapter(Decision).dump_json(Decision(outcome=outcome, verdicts=(verdict,)))


def _compared(found: GateResult, champion: Package | None) -> bytes:
    """A decision of which a gate asks how the candidate compares with the champion of its training day."""
    gate = Gate(name="not worse", kind=GateKind.NOT_WORSE_THAN_CHAMPION, metric="roc_auc")
    decision = Decision(
        outcome=Outcome.ACCEPTED,
        verdicts=(GateVerdict(gate=gate, result=found, found=""),),
        champion_digest=champion.digest if champion else None,
        champion_version=1 if champion else None,
    )
    return TypeAdapter(Decision).dump_json(decision)


def _keep_compared(home: Path, model: str, found: GateResult, champion: Package | None = None) -> Package:
    """Keep a candidate with such a decision."""
    files = {**_files(model), "decision.json": _compared(found, champion)}
    return PackageStore(home).keep_candidate("shop", "lapse_28d", files)


def _files(model: str, outcome: Outcome = Outcome.ACCEPTED, result: GateResult = GateResult.PASS) -> dict[str, bytes]:
    """The files of a small candidate."""
    return {"model/booster.txt": model.encode(), "card.json": b"{}", "decision.json": _decision(outcome, result)}


def _keep(home: Path, model: str, *, of: str = "lapse_28d") -> Package:
    """Keep an accepted candidate."""
    return PackageStore(home).keep_candidate("shop", of, _files(model))


def _doors(home: Path) -> Promotions:
    """Return the doors of an installation whose clock stands still."""
    return Promotions(home, lambda: NOW)


def test_champion_is_what_was_promoted(tmp_path: Path) -> None:
    """The read door returns the bytes that went through the write door, with the record that let them."""
    package = _keep(tmp_path, "one")
    record = _doors(tmp_path).promote(package.digest[:10], "  looks right ")
    champion = _doors(tmp_path).champion("shop", "lapse_28d")

    assert champion == package
    assert dict(champion.files) == dict(package.files)
    assert (record.sequence, record.version, record.action, record.previous_digest) == (1, 1, Action.PROMOTE, None)
    assert (record.reason, record.decided_at, record.outcome) == ("looks right", NOW, Outcome.ACCEPTED)
    assert _doors(tmp_path).records() == (record,)


def test_champion_outlives_its_candidate(tmp_path: Path) -> None:
    """What serves is a copy of its own; nobody who may write candidates can change it."""
    package = _keep(tmp_path, "one")
    _doors(tmp_path).promote(package.digest)
    booster = tmp_path / "candidates/shop/lapse_28d" / package.digest / "model/booster.txt"
    booster.chmod(0o644)
    booster.write_bytes(b"two")

    assert _doors(tmp_path).champion("shop", "lapse_28d").model_files["booster.txt"] == b"one"


def test_no_champion_before_the_first_promotion(tmp_path: Path) -> None:
    """The message says how to get one."""
    _keep(tmp_path, "one")

    with pytest.raises(NoChampionError, match=r"tenure promote DIGEST\."):
        _doors(tmp_path).champion("shop", "lapse_28d")


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.ACCEPTED])
def test_refused_candidate_is_not_promoted(tmp_path: Path, outcome: Outcome) -> None:
    """A failed gate refuses with its reasons, even where the outcome was written kinder than the gates."""
    digest = PackageStore(tmp_path).keep_candidate("shop", "lapse_28d", _files("one", outcome, GateResult.FAIL)).digest

    with pytest.raises(PromotionError, match=r"ranks well: roc_auc 0\.5"):
        _doors(tmp_path).promote(digest, "I insist")
    assert _doors(tmp_path).records() == ()


@pytest.mark.parametrize("outcome", [Outcome.NEEDS_REASON, Outcome.ACCEPTED])
def test_open_question_needs_a_reason(tmp_path: Path, outcome: Outcome) -> None:
    """Without a reason the candidate waits; with one it serves and the record keeps the reason."""
    files = _files("one", outcome, GateResult.NEEDS_REASON)
    digest = PackageStore(tmp_path).keep_candidate("shop", "lapse_28d", files).digest

    for blank in ("", "   "):
        with pytest.raises(PromotionError, match=r"only with a reason: ranks well.*--reason"):
            _doors(tmp_path).promote(digest, blank)
    assert _doors(tmp_path).promote(digest, "few customers of known age").reason == "few customers of known age"


def test_a_candidate_compared_with_the_champion_that_serves_needs_no_reason(tmp_path: Path) -> None:
    """What the gates found still holds."""
    doors, one = _doors(tmp_path), _keep(tmp_path, "one")
    doors.promote(one.digest)
    two = _keep_compared(tmp_path, "two", GateResult.PASS, one)

    assert doors.promote(two.digest).version == 2


def test_a_candidate_compared_with_another_champion_than_serves_needs_a_reason(tmp_path: Path) -> None:
    """Another was promoted meanwhile: the message names both, and a person may still answer for it."""
    doors, one = _doors(tmp_path), _keep(tmp_path, "one")
    doors.promote(one.digest)
    two, three = (_keep_compared(tmp_path, name, GateResult.PASS, one) for name in ("two", "three"))
    doors.promote(two.digest)
    both = rf"compared with version 1 \({one.digest[:12]}\), but version 2 \({two.digest[:12]}\) serves now.*--reason"

    with pytest.raises(PromotionError, match=both):
        doors.promote(three.digest)
    assert doors.champion("shop", "lapse_28d") == two
    assert doors.promote(three.digest, "compared by hand").reason == "compared by hand"


def test_after_a_rollback_the_champion_that_was_compared_is_the_one_that_serves_again(tmp_path: Path) -> None:
    """It is the package that counts, not the order of promotions."""
    doors, one = _doors(tmp_path), _keep(tmp_path, "one")
    doors.promote(one.digest)
    two, three = (_keep_compared(tmp_path, name, GateResult.PASS, one) for name in ("two", "three"))
    doors.promote(two.digest)
    doors.rollback("shop", "lapse_28d", "two misbehaves")

    assert doors.promote(three.digest).version == 3


@pytest.mark.parametrize(
    ("found", "how"),
    [
        (GateResult.NOT_APPLICABLE, "judged before any champion served, but version 1"),
        (GateResult.PASS, "compared with a champion that its decision does not name, but version 1"),
    ],
)
def test_a_candidate_compared_with_no_known_champion_needs_a_reason(tmp_path: Path, found: GateResult, how: str) -> None:
    """Judged before the first promotion, or by a version that did not note with whom."""
    doors, one = _doors(tmp_path), _keep(tmp_path, "one")
    two = _keep_compared(tmp_path, "two", found)
    doors.promote(one.digest)

    with pytest.raises(PromotionError, match=how):
        doors.promote(two.digest)
    assert doors.promote(two.digest, "the first was a trial").version == 2


def test_decision_of_another_shape_is_refused(tmp_path: Path) -> None:
    """A package whose decision cannot be read is damaged, not accepted."""
    files = {**_files("one"), "decision.json": b'{"outcome": "fine"}'}
    digest = PackageStore(tmp_path).keep_candidate("shop", "lapse_28d", files).digest

    with pytest.raises(PackageError, match="another shape"):
        _doors(tmp_path).promote(digest)


def test_promoting_the_champion_again_is_said_to_be_idle(tmp_path: Path) -> None:
    """Nothing is recorded when nothing changes."""
    digest = _keep(tmp_path, "one").digest
    _doors(tmp_path).promote(digest)

    with pytest.raises(PromotionError, match=r"already serves as shop\.lapse_28d, version 1, since 2017-10-01 08:30 UTC"):
        _doors(tmp_path).promote(digest)
    assert len(_doors(tmp_path).records()) == 1


def test_models_do_not_meet(tmp_path: Path) -> None:
    """A promotion of one model leaves the other's champion alone; the log counts over both."""
    one, two = _keep(tmp_path, "one"), _keep(tmp_path, "two", of="buys_7d")
    doors = _doors(tmp_path)
    doors.promote(one.digest)
    second = doors.promote(two.digest)

    assert (second.sequence, second.version, second.previous_digest) == (2, 1, None)
    assert doors.champion("shop", "lapse_28d") == one
    assert doors.champion("shop", "buys_7d") == two


def test_rollback_lets_the_one_before_serve_again(tmp_path: Path) -> None:
    """A rollback is a promotion of a package promoted before, under the version it had."""
    doors = _doors(tmp_path)
    one, two = _keep(tmp_path, "one"), _keep(tmp_path, "two")
    doors.promote(one.digest)
    doors.promote(two.digest)
    record = doors.rollback("shop", "lapse_28d", "two misbehaves")

    assert (record.action, record.version, record.previous_digest) == (Action.ROLLBACK, 1, two.digest)
    assert doors.champion("shop", "lapse_28d") == one
    assert doors.rollback("shop", "lapse_28d", "it was the data", to_digest=two.digest[:8]).version == 2


def test_rollback_has_a_reason_and_a_target_that_served(tmp_path: Path) -> None:
    """Neither a first champion nor an unpromoted candidate can be rolled back to."""
    doors = _doors(tmp_path)
    one, two = _keep(tmp_path, "one"), _keep(tmp_path, "two")
    doors.promote(one.digest)

    with pytest.raises(PromotionError, match="needs a reason"):
        doors.rollback("shop", "lapse_28d", " ")
    with pytest.raises(PromotionError, match="Expected an earlier champion"):
        doors.rollback("shop", "lapse_28d", "why")
    with pytest.raises(PromotionError, match=rf"Packages that have: {one.digest[:12]} \(version 1\)"):
        doors.rollback("shop", "lapse_28d", "why", to_digest=two.digest)


def test_times_are_recorded_in_utc(tmp_path: Path) -> None:
    """Whatever zone the clock is in, the record is in UTC."""
    local = datetime(2017, 10, 1, 3, 30, tzinfo=timezone(timedelta(hours=-5)))
    record = Promotions(tmp_path, lambda: local).promote(_keep(tmp_path, "one").digest)

    assert record.decided_at == NOW
    assert record.decided_at.utcoffset() == timedelta(0)


def test_record_torn_by_a_killed_process_is_passed_over_and_removed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A line without its end was never acknowledged: readers ignore it, the next promotion removes it, both say so."""
    doors = _doors(tmp_path)
    one, two = _keep(tmp_path, "one"), _keep(tmp_path, "two")
    doors.promote(one.digest)
    log = tmp_path / "store/promotions.jsonl"
    with log.open("ab") as file:
        file.write(log.read_bytes()[:-1])

    assert doors.champion("shop", "lapse_28d") == one
    assert "never completed (a killed process)" in caplog.text
    assert doors.promote(two.digest).sequence == 2
    assert "removed" in caplog.text
    assert len(log.read_bytes().splitlines()) == 2


def test_damaged_record_is_named_by_its_line(tmp_path: Path) -> None:
    """A complete line that is no record stops everybody: the log is the authority."""
    doors = _doors(tmp_path)
    doors.promote(_keep(tmp_path, "one").digest)
    log = tmp_path / "store/promotions.jsonl"
    log.write_bytes(b"\0" * 40 + b"\n" + log.read_bytes())
    with pytest.raises(JournalError, match="line 1: expected one JSON object"):
        doors.champion("shop", "lapse_28d")

    log.write_bytes(b'{"sequence":1}\n')
    with pytest.raises(PromotionError, match="another shape than this version reads"):
        doors.champion("shop", "lapse_28d")


def test_record_that_names_another_model_is_refused(tmp_path: Path) -> None:
    """The model that score rows name is that of the record, or nobody scores."""
    doors = _doors(tmp_path)
    doors.promote(_keep(tmp_path, "one").digest)
    log = tmp_path / "store/promotions.jsonl"
    log.write_text(json.dumps({**json.loads(log.read_text()), "model_digest": "0" * 64}) + "\n")

    with pytest.raises(PackageError, match="names model 000000000000"):
        doors.champion("shop", "lapse_28d")


def test_lock_that_is_never_released_ends_in_a_message(tmp_path: Path) -> None:
    """Nobody waits for ever."""
    impatient = exclusive(tmp_path / "x.lock", patience_seconds=0.05)

    with exclusive(tmp_path / "x.lock"), pytest.raises(JournalError, match="another process holds it"), impatient:
        pass


PROMOTE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from adapters.promotion import Promotions

doors = Promotions(Path(sys.argv[1]), lambda: datetime.now(UTC))
print("ready", flush=True)
sys.stdin.readline()
for digest in sys.argv[2:]:
    doors.promote(digest)
"""

APPEND_FOR_EVER = """
import sys
from pathlib import Path
from adapters.journal import Journal

journal = Journal(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    with journal.locked():
        journal.append({"number": number, "padding": "x" * 200_000})
    print(number, flush=True)
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a second process of the product."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_processes_promoting_at_once_take_turns(tmp_path: Path) -> None:
    """Every promotion of both is recorded once, each naming the one that it replaced."""
    digests = [_keep(tmp_path, f"model {i}").digest for i in range(20)]
    processes = [_start(PROMOTE, str(tmp_path), *digests[i::2]) for i in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)

    records = _doors(tmp_path).records()
    assert [process.returncode for process in processes] == [0, 0]
    assert {r.package_digest for r in records} == set(digests)
    assert [r.sequence for r in records] == list(range(1, 21))
    assert [r.previous_digest for r in records] == [None, *[r.package_digest for r in records[:-1]]]


def test_process_killed_while_appending_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After kill -9 the journal holds every record that was acknowledged, and the next writer goes on from there."""
    journal = Journal(tmp_path / "journal.jsonl")
    acknowledged = 0
    for _ in range(3):
        process = _start(APPEND_FOR_EVER, str(journal.path))
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.kill()
        acknowledged += 5 + len(process.communicate(timeout=10)[0].splitlines())
        # A record may be on disk whose acknowledgement was not yet printed.
        assert len(journal.read()) >= acknowledged
        acknowledged = len(journal.read())
    with journal.locked():
        journal.append({"number": -1})

    assert len(journal.read()) == acknowledged + 1
