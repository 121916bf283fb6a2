"""A candidate whose card was written by hand: whatever a trainer changes in it, nobody can approve or promote it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter

from governance.doors.demonstration import REVIEWERS
from governance.records.log import Checkpoint, Kind, head_of, new_entry, sign_checkpoint
from governance.records.serving import promotions, sign_promotion
from governance.stores.key_store import KeyStore
from governance.stores.package_store import PackageStore
from governance.stores.trust import Trust, read_passphrase
from model_cards.sealed import seal_card
from tenure.errors import RefusedError
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.refusals import Refusal
from tests.shop import NOT_WORSE, RANKS, Shop, evidence_of, files_of

MODEL = "lapse_28d"
Change = Callable[[dict[str, Any]], object]


def sealed_by_hand(shop: Shop, content: bytes, champion: Package | None = None) -> Package:
    """A candidate with another card, stated by the training service as any other."""
    files = {**files_of("one", MODEL, shop.gates, champion), "card.json": content}
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    shop.state(package, evidence_of("one", MODEL, shop.gates, champion))
    return package


def card_of(shop: Shop, champion: Package | None = None) -> dict[str, Any]:
    """The honest card."""
    content: dict[str, Any] = json.loads(files_of("one", MODEL, shop.gates, champion)["card.json"])
    return content


def older(card: dict[str, Any]) -> None:
    """As an earlier schema had it, whose words nobody compiles any more, with another verdict."""
    card["schema_version"] = card["evidence"]["schema_version"] = 1
    card["verdicts"][0]["verdict"] = "meets"
    card["sentences"][next(iter(card["sentences"]))] = ["An independent validator found no disparity."]


CHANGES: dict[str, Change] = {
    "another sentence": lambda card: card["sentences"].update({next(iter(card["sentences"])): ["All is well."]}),
    "another verdict": lambda card: card["verdicts"][0].update(verdict="meets", sentence=["Fine."]),
    "an author's other title": lambda card: card["roles"].update({next(iter(card["roles"])): "independent validator"}),
    "a person's other words": lambda card: card["fields"][6]["statement"].update(text=["Fit for any use."]),
    "an unknown key": lambda card: card.update(note="approved already"),
    "an older schema": older,
    "no open points": lambda card: card.update(open_points=["None."]),
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with its trust."""
    return Shop(tmp_path).founded()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_card_changed_by_hand_is_neither_approved_nor_promoted(shop: Shop, change: Change) -> None:
    """Sealed and stated anew, so that every digest fits: its words are still not what its evidence gives."""
    card = card_of(shop)
    change(card)
    package = sealed_by_hand(shop, seal_card(card))

    for act in (lambda: shop.approve(package, REVIEWERS[:1]), lambda: shop.promote(package.digest, "as agreed")):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.refusal == Refusal.STALE_CARD.value


def test_another_spelling_of_the_right_card_is_refused(shop: Shop) -> None:
    """A key twice, or a number that no reader shows alike: bytes are compared, not what one parser makes of them."""
    honest = files_of("one", MODEL, shop.gates, None)["card.json"]
    twice = honest.replace(b'{"changes"', b'{"summary":["Fit for any use."],"changes"', 1)
    assert twice != honest
    with pytest.raises(RefusedError, match="in another spelling"):
        shop.approve(sealed_by_hand(shop, twice), REVIEWERS[:1])


def test_what_a_card_says_of_the_champion_is_held_against_the_champion_s_card(tmp_path: Path) -> None:
    """A champion made to look worse would make the challenger look better."""
    shop = replace(Shop(tmp_path).founded(), gates=(RANKS, NOT_WORSE))
    champion = shop.serving("champion")
    card = card_of(shop, champion)
    card["changes"].append({"what": "ROC-AUC", "before": "0.501", "now": "0.859"})

    with pytest.raises(RefusedError, match="card/changes"):
        shop.approve(sealed_by_hand(shop, seal_card(card), champion), REVIEWERS[:1])


@pytest.mark.parametrize("named", ["/etc", "00" * 32, "\x00"])
def test_a_champion_that_never_served_is_refused_before_it_is_looked_for(shop: Shop, named: str) -> None:
    """The trainer writes down what the candidate was held against: any text, without a version too."""
    known = evidence_of("one", MODEL, shop.gates, None)
    assert known.decision is not None
    for version in (None, 7):
        decision = replace(known.decision, champion_digest=named, champion_version=version)
        told = TypeAdapter(Evidence).dump_json(replace(known, decision=decision))
        files = {**files_of("one", MODEL, shop.gates, None), "evidence.json": told}
        package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
        shop.state(package, known)

        with pytest.raises(RefusedError, match="which never served under that number"):
            shop.approve(package, REVIEWERS[:1])


def test_an_honest_card_is_approved_and_promoted(shop: Shop) -> None:
    """The same steps, nothing changed."""
    package = sealed_by_hand(shop, seal_card(card_of(shop)))
    shop.approve(package)

    assert shop.promote(package.digest).package_digest == package.digest


def test_a_forged_promotion_does_not_spare_a_card_its_check(shop: Shop) -> None:
    """The log's key appends a promotion that no promoter signed, so that the card would count as approved in its day."""
    honest = shop.serving("champion")
    card = card_of(shop)
    card["sentences"].update({next(iter(card["sentences"])): ["All is well."]})
    package = sealed_by_hand(shop, seal_card(card))
    forge_promotion(shop, package, honest)

    with pytest.raises(RefusedError) as refused:
        shop.approve(package, REVIEWERS[:1])
    assert refused.value.refusal == Refusal.STALE_CARD.value
    assert not shop.doors.history().is_sound


def forge_promotion(shop: Shop, package: Package, champion: Package) -> None:
    """Append a promotion of a package to the log past its rules, signed by a key that nobody trusts."""
    log, keys = Trust(shop.settings).log(), KeyStore(shop.settings.keys)
    entries, _ = log.entries()
    ledger = shop.doors.ledger()
    (_, known), *_ = promotions(ledger, "shop", MODEL, before=ledger.size)
    subject = replace(known.subject, package_digest=package.digest, model_digest=package.model_digest)
    forged = replace(known, subject=subject, expected_previous=champion.digest, version=2)
    envelope = sign_promotion(forged, Ed25519PrivateKey.generate())
    entry = new_entry(len(entries), Kind.PROMOTED, envelope, at=shop.now, salt=b"s" * 32)
    head = head_of([one.leaf for one in (*entries, entry)])
    made = Checkpoint(origin=ledger.origin, size=head.size, root_hash=head.root_hash, at=shop.now)
    log_key = keys.load("service-log", read_passphrase(shop.settings.passphrase_file))
    with closing(sqlite3.connect(shop.home / "store" / "log.db")) as database, database:
        database.execute(
            "INSERT INTO tenure_promotion_log (sequence, leaf, salt, record) VALUES (?, ?, ?, ?)",
            (entry.sequence, entry.leaf, entry.salt, entry.record),
        )
        database.execute(
            "UPDATE tenure_promotion_head SET size = ?, root_hash = ?, checkpoint = ?",
            (head.size, head.root_hash, sign_checkpoint(made, log_key)),
        )
