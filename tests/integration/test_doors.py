"""Attacks on what the doors rest on: bytes, log, witness and trust. Each is refused with its own reason, nothing parsed."""

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from adapters.demo_trust import REVIEWERS, ROOT_KEY, demo_key
from adapters.promotion_log import PromotionLog
from adapters.registry import Rendered
from adapters.signed_log import SignedLog
from adapters.trust import Trust
from adapters.trust_root import following, next_root
from adapters.workplace import Workplace
from assets.reconciled import differences
from tenure.errors import HeadMovedError, JournalError, PackageError, PromotionError, RefusedError, TenureError
from tenure.promotion.log import Kind, head_of
from tenure.promotion.package import Package
from tenure.promotion.statement import sign_statement
from tenure.promotion.trust import Role
from tests.shop import NOT_WORSE, NOW, RANKS, Shop, evidence_of, shop_project
from tests.unit.promotion.sample import training

N_AT_ONCE, N_CANDIDATES = 50, 10
Attack = Callable[[Shop, Package], None]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Package]:
    """A shop in which a package serves; attacks are on copies of it."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "home").founded()
    # An old backup, from before the promotion.
    package = shop.approved("one")
    shutil.copy(shop.home / "store/log.db", shop.home / "backup.db")
    shop.doors.promote(package.digest)
    return shop, package


@pytest.fixture
def served(untouched: tuple[Shop, Package], tmp_path: Path) -> tuple[Shop, Package]:
    """A copy to attack."""
    shop, package = untouched
    shutil.copytree(shop.home, tmp_path / "home")
    return Shop(tmp_path / "home"), package


def sql(statement: str) -> Attack:
    """Whoever may write to the log's database."""

    def attack(shop: Shop, _: Package) -> None:
        with sqlite3.connect(shop.home / "store/log.db") as connection:
            connection.executescript(statement)

    return attack


def stored(path: str, change: Callable[[Path], None]) -> Attack:
    """Whoever may write to the store."""

    def attack(shop: Shop, package: Package) -> None:
        target = shop.home / "store/sha256" / package.digest / path
        target.parent.chmod(0o755)
        if target.exists():
            target.chmod(0o644)
        change(target)

    return attack


def at_home(path: str, change: Callable[[Path], None]) -> Attack:
    """Whoever may write elsewhere in the home."""
    return lambda shop, _: change(shop.home / path)


def write(content: bytes) -> Callable[[Path], None]:
    """Replace a file, or add one."""
    return lambda path: path.write_bytes(content) and None


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def linked(path: Path) -> None:
    """Put a link in the place of a file."""
    path.unlink()
    path.symlink_to("/etc/hostname")


def restored_from_an_old_backup(shop: Shop, _: Package) -> None:
    """The storage's administrator takes a promotion back."""
    shutil.copy(shop.home / "backup.db", shop.home / "store/log.db")


def rewritten(shop: Shop, package: Package) -> None:
    """The holder of every service's key writes another history that fits together, as long as the true one."""
    trust, log_key = Trust(shop.settings), SignedLog(shop.settings, lambda: NOW).key(Role.LOG)
    root = next(r.signed for r in shop.doors.ledger().of_kind(Kind.ROOT, before=1))
    (shop.home / "store/log.db").unlink()
    log = PromotionLog(shop.settings.promotion_log, origin=trust.origin, pinned=trust.pinned or "")
    log.append(head_of(()), Kind.ROOT, root, now=NOW, log_key=log_key)
    for number in range(6):
        other = sign_statement(package.digest, training(package, run_id=f"run {number}"), trust.service_key(Role.TRAINER))
        log.append(log.ledger(NOW).head, Kind.STATEMENT, other, now=NOW, log_key=log_key)


DELETE_LAST = "DELETE FROM tenure_promotion_log WHERE sequence = (SELECT max(sequence) FROM tenure_promotion_log)"
ATTACKS: dict[str, tuple[Attack, type[TenureError], str]] = {
    "a byte of the model": (stored("model/booster.txt", flip), PackageError, r"content of \['model/booster.txt'\]"),
    "a byte of the card": (stored("card.json", flip), PackageError, r"content of \['card.json'\]"),
    "a byte of the audit": (stored("audit.json", flip), PackageError, r"content of \['audit.json'\]"),
    "a byte of the manifest": (stored("manifest.json", flip), RefusedError, "Expected manifest.json of package"),
    "a manifest of its own": (stored("manifest.json", write(b"{}")), RefusedError, "Expected manifest.json of package"),
    "no manifest": (stored("manifest.json", Path.unlink), RefusedError, "Expected manifest.json of package"),
    "one file more": (stored("model/extra.txt", write(b"more")), PackageError, r"unlisted \['model/extra.txt'\]"),
    "one file less": (stored("evidence.json", Path.unlink), PackageError, r"missing \['evidence.json'\]"),
    "a link": (stored("model/booster.txt", linked), PackageError, "found a link or device"),
    "no package": (at_home("store/sha256", shutil.rmtree), PackageError, "found nothing"),
    "a record edited": (
        sql("UPDATE tenure_promotion_log SET record = replace(record, 'promoted', 'Promoted') WHERE sequence = 4"),
        RefusedError,
        "Record 4 of the promotion log is not what its leaf hash was made of",
    ),
    "a record emptied": (
        sql("UPDATE tenure_promotion_log SET record = NULL, salt = NULL WHERE sequence = 3"),
        RefusedError,
        "nobody signed for its erasure",
    ),
    "the last record removed": (sql(DELETE_LAST), RefusedError, "records were removed at its end"),
    "a record in the middle removed": (
        sql("DELETE FROM tenure_promotion_log WHERE sequence = 2"),
        RefusedError,
        "Expected record 2 of the promotion log, found record 3",
    ),
    "two records exchanged": (
        sql(
            "UPDATE tenure_promotion_log SET sequence = 99 WHERE sequence = 2;"
            "UPDATE tenure_promotion_log SET sequence = 2 WHERE sequence = 3;"
            "UPDATE tenure_promotion_log SET sequence = 3 WHERE sequence = 99;"
        ),
        RefusedError,
        "was written as record",
    ),
    "no checkpoint": (sql("UPDATE tenure_promotion_head SET checkpoint = NULL"), RefusedError, "and no checkpoint"),
    "a checkpoint of another spelling": (
        sql("UPDATE tenure_promotion_head SET checkpoint = replace(checkpoint, ':', ': ')"),
        RefusedError,
        "Expected a DSSE envelope around the checkpoint",
    ),
    "every record removed": (
        sql("DELETE FROM tenure_promotion_log; UPDATE tenure_promotion_head SET checkpoint = NULL"),
        RefusedError,
        "there are no records now",
    ),
    "no table": (sql("DROP TABLE tenure_promotion_log"), RefusedError, r"cannot be read or written \(OperationalError\)"),
    "no database": (at_home("store/log.db", write(b"not a database" * 99)), RefusedError, "cannot be read or written"),
    "no log": (at_home("store/log.db", Path.unlink), RefusedError, "there are no records now"),
    "an old backup": (restored_from_an_old_backup, RefusedError, "The witness saw 5 records"),
    "another history": (rewritten, RefusedError, "history was rewritten and signed anew"),
    "no witness": (at_home("witness", shutil.rmtree), RefusedError, "holds no copy of its checkpoints"),
    "a witness that cannot be read": (
        at_home("witness", lambda path: shutil.rmtree(path) or (path.write_text("no folder") and None)),
        RefusedError,
        "cannot be read",
    ),
    "a copy of the witness changed": (at_home("witness/checkpoints.jsonl", flip), RefusedError, ""),
    "a copy of the witness torn": (
        at_home("witness/checkpoints.jsonl", lambda path: path.write_bytes(path.read_bytes()[:-20]) and None),
        JournalError,
        "the last one torn",
    ),
    "no pin": (at_home("trust/pinned", Path.unlink), RefusedError, "no trust root is pinned"),
    "another pin": (at_home("trust/pinned", write(b"ab" * 32)), RefusedError, "do not hold the pinned one"),
    "another log's name": (
        at_home("trust/origin", write(b"another")),
        RefusedError,
        "a checkpoint of the log 'another'",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_was_tampered_with_is_refused_by_name(served: tuple[Shop, Package], name: str) -> None:
    """The scorer gets nothing to parse, the proof of the history fails unless bytes alone were changed, and nothing is mended."""
    shop, package = served
    attack, error, says = ATTACKS[name]
    attack(shop, package)

    if name == "a copy of the witness changed":
        # The scorer reads the newest copy alone; the proof of the history reads all of them.
        with pytest.raises(RefusedError):
            shop.doors.history()
        return
    with pytest.raises(error, match=says):
        shop.doors.champion("shop", "lapse_28d")
    with pytest.raises(error, match=says):
        shop.doors.champion("shop", "lapse_28d")


def test_an_untouched_shop_is_not_refused(served: tuple[Shop, Package]) -> None:
    """No false alarm, and the whole history holds."""
    shop, package = served

    assert all(shop.doors.champion("shop", "lapse_28d") == package for _ in range(20))
    report = shop.doors.history()
    assert (report.is_sound, report.n_records, report.n_unwitnessed) == (True, 5, 0)


def test_a_witness_begins_anew_only_when_asked_to(served: tuple[Shop, Package]) -> None:
    """Lost copies refuse, until a person has looked at the log and says so."""
    shop, package = served
    moved = replace(shop.settings, witness_named=shop.home / "second place")
    doors = Workplace(shop_project(shop.gates), moved, lambda: NOW).promotions

    with pytest.raises(RefusedError, match="tenure trust witness"):
        doors.champion("shop", "lapse_28d")
    assert SignedLog(moved, lambda: NOW).witness_now() == 5
    assert doors.champion("shop", "lapse_28d") == package


def test_a_record_whose_witness_could_not_write_stands(served: tuple[Shop, Package]) -> None:
    """The message says so, and how the witness sees it afterwards."""
    shop, _ = served
    folder = shop.home / "witness"
    (folder / "checkpoints.lock").unlink()
    (folder / "checkpoints.lock").mkdir()

    with pytest.raises(PromotionError, match="The record stands, but the witness at"):
        shop.train("two")
    (folder / "checkpoints.lock").rmdir()
    assert shop.doors.history().n_unwitnessed == 1
    assert SignedLog(shop.settings, lambda: NOW).witness_now() == 6
    assert shop.doors.history().n_unwitnessed == 0


def test_a_named_trust_root_overrules_the_pinned_file(served: tuple[Shop, Package]) -> None:
    """Whoever may write to the home does not choose whom to trust where the environment says it."""
    shop, package = served
    named = replace(shop.settings, trust_root_named=Trust(shop.settings).pinned)
    (shop.home / "trust/pinned").write_text("ab" * 32)

    assert Workplace(shop_project(shop.gates), named, lambda: NOW).promotions.champion("shop", "lapse_28d") == package


def test_a_reviewer_who_left_the_trust_root_approves_nothing_any_more(served: tuple[Shop, Package]) -> None:
    """The next version removes one; what they approved before, but was not promoted, no longer counts."""
    shop, _ = served
    waiting = shop.approved("two")
    ledger = shop.doors.ledger()
    root = ledger.root_before(ledger.size)
    staff = tuple(one for one in root.staff if one.staff_id != REVIEWERS[1])
    next_root(shop.settings, following(root, NOW, staff=staff), (demo_key(shop.settings, ROOT_KEY),), lambda: NOW)

    with pytest.raises(RefusedError, match="names no such key"):
        shop.doors.promote(waiting.digest)
    assert Trust(shop.settings).pinned != root.digest
    assert shop.doors.history().is_sound


@pytest.mark.slow
def test_of_fifty_promotions_at_one_time_one_wins(tmp_path: Path) -> None:
    """All decided on the same champion; the others learn that another came first, and the log is whole."""
    shop = Shop(tmp_path, gates=(RANKS, NOT_WORSE)).founded()
    before = shop.serving("before")
    digests = [shop.approved(f"candidate {i}", champion=before).digest for i in range(N_CANDIDATES)]
    together = Barrier(N_AT_ONCE)

    def promote(number: int) -> str:
        together.wait()
        try:
            return f"won {shop.doors.promote(digests[number % N_CANDIDATES]).package_digest}"
        except (PromotionError, HeadMovedError) as error:
            return str(error)

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        said = list(pool.map(promote, range(N_AT_ONCE)))

    winners = [answer for answer in said if answer.startswith("won")]
    assert len(winners) == 1
    lost = ("came to serve", "already serves", "serves now")
    assert [answer for answer in said if answer not in winners and not any(why in answer for why in lost)] == []
    assert shop.doors.champion_record("shop", "lapse_28d").package_digest in winners[0]
    assert [record.version for record in shop.doors.records()] == [1, 2]
    assert shop.doors.history().is_sound


@pytest.mark.slow
def test_an_alias_moved_by_hand_is_reported_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow is for people: the scorer does not ask it, and the hourly comparison says what differs."""
    # What `prepare_environment` sets: a registry that is down costs seconds.
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    from mlflow import MlflowClient

    shop = Shop(tmp_path).founded()
    workplace = Workplace(shop_project(shop.gates), shop.settings, lambda: NOW)
    spec = workplace.project.model("lapse_28d")
    one, two = shop.serving("one"), shop.train("two")
    before = differences(workplace, spec)
    for package, content in ((one, "one"), (two, "two")):
        shown = Rendered(card_html="", card_markdown="", summary="", plots={})
        workplace.registry.log_challenger(package, evidence_of(content, "lapse_28d", shop.gates, None), shown)
    workplace.registry.register_champion(workplace.promotions.champion_record("shop", "lapse_28d"))
    agreed = differences(workplace, spec)
    client = MlflowClient(tracking_uri=shop.settings.tracking_uri, registry_uri=shop.settings.tracking_uri)
    of_two = f"name = 'shop.lapse_28d-candidate' and tags.`tenure.package_digest` = '{two.digest}'"
    (candidate,) = client.search_model_versions(of_two)
    moved = client.create_model_version("shop.lapse_28d", candidate.source, run_id=candidate.run_id, tags=dict(candidate.tags))
    client.set_registered_model_alias("shop.lapse_28d", "champion", moved.version)

    assert "points at nothing" in before[0]
    assert agreed == ()
    (said,) = differences(workplace, spec)
    assert f"points at {two.digest[:12]}" in said
    assert f"the log lets {one.digest[:12]} serve" in said
    assert workplace.promotions.champion("shop", "lapse_28d") == one
    older = workplace.promotions.ledger().roots[-1][1]
    ending = tuple(replace(k, valid_until=NOW + timedelta(days=9)) if k.staff_id == REVIEWERS[0] else k for k in older.staff)
    next_root(shop.settings, following(older, NOW, staff=ending), (demo_key(shop.settings, ROOT_KEY),), lambda: NOW)
    Trust(shop.settings).pin(older.digest)
    _, of_pin, of_keys = differences(workplace, spec)
    assert f"Trust root 2 is in force, but {older.digest[:12]} is pinned" in of_pin
    assert "The keys of demo-reviewer-1 end within 30 days" in of_keys
    unreachable = Workplace(workplace.project, replace(shop.settings, tracking_uri="http://127.0.0.1:9"), lambda: NOW)
    assert "The alias cannot be compared" in differences(unreachable, spec)[0]
    assert unreachable.promotions.champion("shop", "lapse_28d") == one


def test_the_doors_open_on_postgresql_as_on_sqlite(tmp_path: Path, postgres: str) -> None:
    """Trained, approved, promoted and proved, and a record removed by whoever may write to the database is missed."""
    import sqlalchemy as sa

    shop = Shop(tmp_path, log=postgres).founded()
    package = shop.serving("one")

    assert shop.doors.champion("shop", "lapse_28d") == package
    assert shop.doors.history().is_sound
    assert not (tmp_path / "store/log.db").exists()
    engine = sa.create_engine(postgres, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(DELETE_LAST))
    with pytest.raises(RefusedError, match="records were removed at its end"):
        shop.doors.champion("shop", "lapse_28d")
