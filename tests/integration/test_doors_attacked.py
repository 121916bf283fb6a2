"""Attacks on what the doors rest on: bytes, log, witness and trust. Each is refused with its own reason, nothing parsed."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.doors.demonstration import REVIEWERS, demo_key
from governance.records.log import Kind, head_of
from governance.records.request import Asked
from governance.records.statement import sign_statement
from governance.records.trust_root import Role
from governance.stores.promotion_log import PromotionLog
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust
from tenure.canonical import sha256
from tenure.errors import JournalError, PackageError, RefusedError
from tenure.package import Package
from tests import company
from tests.shop import NOW, Shop
from tests.unit.governance.sample import training

Attack = Callable[[Shop, Package], None]


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
    for number in range(4):
        asked = shop.doors.signed_request(Asked.TRAIN, [company.PROPENSITY], **shop.engineer)
        said = training(
            package, model=company.PROPENSITY, run_id=f"run {number}", request=sha256(asked), trainer=shop.engineer["staff_id"]
        )
        for kind, other in (
            (Kind.REQUEST, asked),
            (Kind.STATEMENT, sign_statement(package.digest, said, trust.service_key(Role.TRAINER))),
        ):
            log.append(log.ledger(NOW).head, kind, other, now=NOW, log_key=log_key)


DELETE_LAST = "DELETE FROM tenure_promotion_log WHERE sequence = (SELECT max(sequence) FROM tenure_promotion_log)"
# What nobody signed for: whoever writes to the store changes bytes, and the message names the file.
PACKAGES: dict[str, tuple[Attack, str]] = {
    "a byte of the model": (stored("model/booster.txt", flip), r"content of \['model/booster.txt'\]"),
    "a byte of the card": (stored("card.html", flip), r"content of \['card.html'\]"),
    "a byte of the evidence": (stored("evidence.json", flip), r"content of \['evidence.json'\]"),
    "one file more": (stored("model/extra.txt", write(b"more")), r"unlisted \['model/extra.txt'\]"),
    "one file less": (stored("evidence.json", Path.unlink), r"missing \['evidence.json'\]"),
    "a link": (stored("model/booster.txt", linked), "found a link or device"),
    "no package": (at_home("store/sha256", shutil.rmtree), "found nothing"),
}
MANIFESTS: dict[str, Attack] = {
    "a byte of the manifest": stored("manifest.json", flip),
    "a manifest of its own": stored("manifest.json", write(b"{}")),
    "no manifest": stored("manifest.json", Path.unlink),
}
# What the log rests on, by the rule that is found broken: log, checkpoint, witness, trust.
LOGS: dict[str, tuple[Attack, str, str]] = {
    "a record edited": (
        sql("UPDATE tenure_promotion_log SET record = replace(record, 'promoted', 'Promoted') WHERE sequence = 6"),
        "altered record",
        "Record 6 of the promotion log is not what its leaf hash was made of",
    ),
    "a record emptied": (
        sql("UPDATE tenure_promotion_log SET record = NULL, salt = NULL WHERE sequence = 3"),
        "altered record",
        "not what its leaf hash was made of",
    ),
    "the last record removed": (sql(DELETE_LAST), "missing record", "records were removed at its end"),
    "a record in the middle removed": (
        sql("DELETE FROM tenure_promotion_log WHERE sequence = 2"),
        "missing record",
        "Expected record 2 of the promotion log, found record 3",
    ),
    "two records exchanged": (
        sql(
            "UPDATE tenure_promotion_log SET sequence = 99 WHERE sequence = 2;"
            "UPDATE tenure_promotion_log SET sequence = 2 WHERE sequence = 3;"
            "UPDATE tenure_promotion_log SET sequence = 3 WHERE sequence = 99;"
        ),
        "missing record",
        "Record 2 of the promotion log was written as record 3",
    ),
    "a head of another size": (sql("UPDATE tenure_promotion_head SET size = 99"), "root hash differs", "root"),
    "a head of another root": (sql("UPDATE tenure_promotion_head SET root_hash = 'ab'"), "root hash differs", "root"),
    "no checkpoint": (sql("UPDATE tenure_promotion_head SET checkpoint = NULL"), "root hash differs", "and no checkpoint"),
    "a checkpoint of another spelling": (
        sql("UPDATE tenure_promotion_head SET checkpoint = replace(checkpoint, ':', ': ')"),
        "not an envelope",
        "Expected a DSSE envelope around the checkpoint",
    ),
    "no table": (sql("DROP TABLE tenure_promotion_log"), "altered record", r"cannot be read or written \(OperationalError\)"),
    "no database": (at_home("store/log.db", write(b"not a database" * 99)), "altered record", "cannot be read or written"),
    "an old backup": (restored_from_an_old_backup, "log cut back", "The witness saw 7 records"),
    "another history": (rewritten, "log rewritten", "history was rewritten and signed anew"),
    "a witness that cannot be read": (
        at_home("witness", lambda path: shutil.rmtree(path) or (path.write_text("no folder") and None)),
        "not witnessed",
        "cannot be read",
    ),
    "no pin": (at_home("trust/pinned", Path.unlink), "old trust root", "no trust root is pinned"),
    "another pin": (at_home("trust/pinned", write(b"ab" * 32)), "old trust root", "do not hold the pinned one"),
    "another log's name": (
        at_home("trust/origin", write(b"another")),
        "other log",
        "a checkpoint of the log 'another'",
    ),
}
EMPTIED: dict[str, Attack] = {
    "every record removed": sql("DELETE FROM tenure_promotion_log; UPDATE tenure_promotion_head SET checkpoint = NULL"),
    "no log": at_home("store/log.db", Path.unlink),
}


def refusal(act: Callable[[], object], says: str) -> str:
    """The rule by which something is refused, twice alike: a refusal mends nothing."""
    rules = set()
    for _ in range(2):
        with pytest.raises(RefusedError, match=says) as error:
            act()
        rules.add(error.value.refusal)
    (rule,) = rules
    return rule


def load(shop: Shop) -> Package:
    """What the scorer does."""
    return shop.doors.champion("shop", company.PROPENSITY)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_was_tampered_with_is_refused_by_file(served_shop: tuple[Shop, Package], name: str) -> None:
    """The scorer gets nothing to parse, as often as it asks; the history holds, for no record was touched."""
    shop, package = served_shop
    attack, says = PACKAGES[name]
    attack(shop, package)

    for _ in range(2):
        with pytest.raises(PackageError, match=says):
            load(shop)
    assert shop.doors.history().is_sound


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_was_tampered_with_is_another_package_s(served_shop: tuple[Shop, Package], name: str) -> None:
    """A package is named by the digest of its manifest, so another manifest is another package; the history holds."""
    shop, package = served_shop
    MANIFESTS[name](shop, package)

    assert refusal(lambda: load(shop), "Expected manifest.json of package") == "other champion"
    assert shop.doors.history().is_sound


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_was_tampered_with_is_refused_by_rule(served_shop: tuple[Shop, Package], name: str) -> None:
    """The scorer and the proof of the history refuse by the same rule in the same words."""
    shop, package = served_shop
    attack, rule, says = LOGS[name]
    attack(shop, package)

    assert refusal(lambda: load(shop), says) == rule
    assert refusal(shop.doors.history, says) == rule


@pytest.mark.parametrize("name", EMPTIED)
def test_a_log_that_was_emptied_is_refused(served_shop: tuple[Shop, Package], name: str) -> None:
    """A log without records is sound as such; but the witness saw some."""
    shop, package = served_shop
    EMPTIED[name](shop, package)

    assert refusal(lambda: load(shop), "There are no records in the promotion log, but the witness") == "log cut back"
    assert refusal(shop.doors.history, "There are no records in the promotion log, but the witness") == "log cut back"


def test_a_log_without_a_witness_is_not_loaded_from(served_shop: tuple[Shop, Package]) -> None:
    """The proof of the history says that it proves less; the scorer rests on nothing less."""
    shop, _ = served_shop
    shutil.rmtree(shop.home / "witness")

    assert refusal(lambda: load(shop), "holds no copy of its checkpoints") == "not witnessed"
    report = shop.doors.history()
    assert (report.is_sound, report.n_witnessed, report.n_unwitnessed) == (True, None, 7)
    assert "No witness's copy of the checkpoints was given" in report.in_words


def test_an_older_copy_of_the_witness_that_was_changed_is_found(
    served_shop: tuple[Shop, Package],
) -> None:
    """The scorer looks for the longest among all of them, the proof of the history holds the log against each."""
    shop, _ = served_shop
    flip(shop.home / "witness/checkpoints.jsonl")

    assert refusal(lambda: load(shop), "Expected a DSSE envelope around the checkpoint") == "not an envelope"
    assert refusal(shop.doors.history, "Expected a DSSE envelope around the checkpoint") == "not an envelope"


def test_a_torn_copy_of_the_witness_is_refused(served_shop: tuple[Shop, Package]) -> None:
    """A copy that is not whole proves nothing, to the scorer and to the proof of the history alike."""
    shop, _ = served_shop
    copies = shop.home / "witness/checkpoints.jsonl"
    copies.write_bytes(copies.read_bytes()[:-20])

    for act in (lambda: load(shop), shop.doors.history):
        with pytest.raises(JournalError, match="the last one torn"):
            act()


def test_an_untouched_shop_is_not_refused(served_shop: tuple[Shop, Package]) -> None:
    """No false alarm, and the whole history holds."""
    shop, package = served_shop

    assert all(shop.doors.champion("shop", company.PROPENSITY) == package for _ in range(20))
    report = shop.doors.history()
    assert (report.is_sound, report.n_records, report.n_unwitnessed) == (True, 7, 0)


def test_an_older_copy_repeated_by_the_witness_s_file_hides_nothing(served_shop: tuple[Shop, Package]) -> None:
    """The log is set back to before a revocation, and the copy of then is written again at the end."""
    shop, package = served_shop
    log, copies = shop.home / "store/log.db", shop.home / "witness/checkpoints.jsonl"
    before, older = log.read_bytes(), copies.read_bytes().splitlines()[-1]
    shop.doors.revoke(package.digest, "its data were wrong", staff_id=REVIEWERS[0], key=demo_key(shop.settings, REVIEWERS[0]))
    log.write_bytes(before)
    with copies.open("ab") as file:
        file.write(older + b"\n")

    assert refusal(lambda: load(shop), "it was cut back") == "log cut back"
