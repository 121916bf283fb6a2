"""A candidate whose card was written by hand: whatever a trainer changes in it, nobody can approve or promote it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.demonstration import REVIEWERS
from governance.records.log import Checkpoint, Kind, head_of, new_entry, sign_checkpoint
from governance.records.serving import promotions, sign_promotion
from governance.stores.key_store import KeyStore
from governance.stores.package_store import PackageStore
from governance.stores.trust import Trust, read_passphrase
from model_cards.card import Words, as_bytes, card_page
from tenure.errors import RefusedError
from tenure.package import Package
from tenure.refusals import Refusal
from tenure.statements import Statement
from tests import company
from tests.shop import NOT_WORSE, RANKS, Shop, evidence_of, files_of
from tests.unit.model_cards.sample import ROLES, narrative

MODEL = company.PROPENSITY


def sealed_by_hand(shop: Shop, champion: Package | None = None, **changed: bytes) -> Package:
    """A candidate with other files, stated by the training service as any other."""
    odd = {f"{name}.{'html' if name == 'card' else 'json'}": content for name, content in changed.items()}
    files = {**files_of("one", MODEL, shop.gates, champion), **odd}
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    shop.state(package, evidence_of("one", MODEL, shop.gates, champion))
    return package


def card_of(shop: Shop, champion: Package | None = None) -> bytes:
    """The honest card."""
    return files_of("one", MODEL, shop.gates, champion)["card.html"]


def said(roles: dict[str, str] = ROLES, **statements: Statement) -> bytes:
    """Words that the project does not state."""
    return as_bytes(Words(narrative=narrative(**statements), roles=roles))


def told(words: bytes) -> dict[str, bytes]:
    """Such words with the card that they give."""
    return {"words": words, "card": card_page(as_bytes(evidence_of("one", MODEL, (RANKS,), None)), words, None)}


THAT_DAY = date(2026, 11, 2)
HONEST = files_of("one", MODEL, (RANKS,), None)["card.html"]
CHANGES: dict[str, dict[str, bytes]] = {
    "another sentence": {"card": HONEST.replace(b"</h1>", b", which is well</h1>", 1)},
    "another verdict": {"card": HONEST.replace(b"inconclusive", b"meets", 1)},
    "a figure more": {"card": HONEST.replace(b"0.90", b"0.98", 1)},
    "a script": {"card": HONEST.replace(b"</body>", b"<script src=/x></script></body>")},
    "another spelling": {"card": HONEST + b"\n"},
    "an author's other title": told(said({**ROLES, next(iter(ROLES)): "independent validator"})),
    "a person's other words": told(said(intended_use=Statement(text="Fit for any use.", author="model_owner", on=THAT_DAY))),
    "other words under the same card": {"words": said(ethics=Statement(text="None.", author="model_owner", on=THAT_DAY))},
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with its trust."""
    return Shop(tmp_path).founded()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_card_changed_by_hand_is_neither_approved_nor_promoted(shop: Shop, change: dict[str, bytes]) -> None:
    """Sealed and stated anew, so that every digest fits: it is still not what its evidence and the project's words give."""
    package = sealed_by_hand(shop, **change)

    for act in (lambda: shop.approve(package, REVIEWERS[:1]), lambda: shop.promote(package.digest, "as agreed")):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.refusal == Refusal.STALE_CARD.value


def test_what_a_card_says_of_the_champion_is_held_against_the_champion_s_card(tmp_path: Path) -> None:
    """A champion made to look worse would make the challenger look better."""
    shop = replace(Shop(tmp_path).founded(), gates=(RANKS, NOT_WORSE))
    champion = shop.serving("champion")
    card = card_of(shop, champion).replace(b"0.90", b"0.50")

    with pytest.raises(RefusedError, match="not what its evidence gives"):
        shop.approve(sealed_by_hand(shop, champion, card=card), REVIEWERS[:1])


@pytest.mark.parametrize("named", ["/etc", "00" * 32, "\x00"])
def test_a_champion_that_never_served_is_refused_before_it_is_looked_for(shop: Shop, named: str) -> None:
    """The trainer writes down what the candidate was held against: any text, without a version too."""
    known = evidence_of("one", MODEL, shop.gates, None)
    assert known.decision is not None
    for version in (None, 7):
        decision = replace(known.decision, champion_digest=named, champion_version=version)
        package = sealed_by_hand(shop, evidence=as_bytes(replace(known, decision=decision)))

        with pytest.raises(RefusedError, match="which never served under that number"):
            shop.approve(package, REVIEWERS[:1])


def test_an_honest_card_is_approved_and_promoted(shop: Shop) -> None:
    """The same steps, nothing changed."""
    package = sealed_by_hand(shop)
    shop.approve(package)

    assert shop.promote(package.digest).package_digest == package.digest


def test_a_forged_promotion_does_not_spare_a_card_its_check(shop: Shop) -> None:
    """The log's key appends a promotion that no promoter signed, so that the card would count as approved in its day."""
    honest = shop.serving("champion")
    package = sealed_by_hand(shop, card=card_of(shop).replace(b"</h1>", b", and all is well</h1>"))
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
