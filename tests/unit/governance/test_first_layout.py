"""A package of the first layout, which kept the card as data and the audit apart: it serves and is read as it was signed."""

import json
from dataclasses import replace

import pytest

from governance.records.approval import CARD, EVIDENCE, signed_file
from governance.rules.policy import recompute, subject_of
from governance.rules.verify import authorise, champion
from governance.stores.package_reading import asking, card_of, decision_of
from model_cards.compile import compile_card
from tenure.canonical import sha256
from tenure.errors import PackageError, RefusedError
from tenure.package import Package, seal
from tenure.refusals import Refusal
from tests.unit.governance.sample import MODEL, ORIGIN, PROJECT, evidence_of, files_of, manifest, policy, served
from tests.unit.model_cards.sample import ROLES, narrative


def first_layout() -> Package:
    """The sample candidate as an earlier version sealed it."""
    known = evidence_of("tree one")
    kept = {path: content for path, content in files_of("tree one").items() if path not in (CARD, "words.json")}
    card = json.dumps(compile_card(known, narrative(), ROLES)).encode()
    return seal({**kept, "card.json": card, "audit.json": b'{"attributes":[]}', "decision.json": b"{}"})


def test_what_was_signed_of_it_is_what_the_scorer_holds_it_against() -> None:
    """The digests are those of the files of its day, and a changed one is found."""
    package, book = first_layout(), served()
    subject = subject_of(package, policy(), installation=ORIGIN)
    found = champion(book.ledger, PROJECT, MODEL, now=book.now)
    found = replace(found, promotion=replace(found.promotion, subject=subject))

    assert (subject.card_digest, subject.audit_digest) == tuple(
        sha256(package.file(f"{name}.json")) for name in ("card", "audit")
    )
    assert authorise(found, package.files, manifest(package)) == package
    other = replace(found, promotion=replace(found.promotion, subject=replace(subject, card_digest="ab" * 32)))
    with pytest.raises(RefusedError, match="where its reviewers approved abababababab"):
        authorise(other, package.files, manifest(package))


def test_its_card_is_shown_in_its_own_words_and_its_decision_read() -> None:
    """Nothing of it is compiled anew."""
    package = first_layout()
    assert "These are the words that were signed" in card_of(package)
    assert "<h3>33 Assumptions and limitations</h3>" in card_of(package)
    assert decision_of(package) == evidence_of("tree one").decision


def test_as_a_candidate_it_is_refused_in_a_sentence() -> None:
    """It lacks what people sign now."""
    with pytest.raises(RefusedError, match=r"lacks \['card.html', 'words.json'\]") as refused:
        recompute(first_layout(), policy())
    assert refused.value.refusal == Refusal.MISSING_EVIDENCE.value
    with pytest.raises(PackageError, match=r"Expected 'card.html'"):
        asking(first_layout())


def test_a_card_beside_a_page_is_none() -> None:
    """Who puts `card.json` into a package of today changes nothing of what is signed."""
    both = seal({**files_of("tree one"), "card.json": b"{}", "audit.json": b"{}"})
    assert signed_file(both, CARD) == both.file(CARD)
    assert signed_file(both, EVIDENCE) == both.file(EVIDENCE)
