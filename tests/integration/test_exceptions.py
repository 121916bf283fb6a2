"""A gate that a small company cannot pass: excepted by its reviewers for a time, on real doors, and as refused again after it."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.alerts import AlertKind
from assets.reconciled import tell_exceptions
from governance.doors.demonstration import REVIEWERS, demo_key
from governance.records.approval import Verdict
from governance.rules.exceptions import State
from governance.stores.package_reading import card_of
from governance.stores.package_store import PackageStore
from home.exceptions import told
from home.sight import look
from home.workplace import Workplace
from model_cards.card import as_bytes, card_page
from provenance.status import model_status
from review.access import RoomRole
from tenure.errors import PromotionError, RefusedError, SpecError
from tenure.excepted import Bound
from tenure.open_points import judge
from tenure.package import Package
from tests import company
from tests.audited import FILLED
from tests.review_room import SHOP, ReviewRoom, says
from tests.shop import NOW, RANKS_TOO_LITTLE, WORDS, Shop, evidence_of, files_of, shop_project

MODEL, GATE, GATES = company.PROPENSITY, "ranks well", (RANKS_TOO_LITTLE,)
WHY = "few customers, and each is written to by hand"
DAYS = timedelta(days=1)


def shop_at(home: Path) -> Shop:
    """A shop whose model ranks less well than its gate asks."""
    return Shop(home, gates=GATES).founded()


def workplace(shop: Shop) -> Workplace:
    """Its places."""
    return Workplace(shop_project(GATES), shop.settings, clock=lambda: shop.now)


def train(shop: Shop, content: str) -> Package:
    """A candidate, judged with the exceptions that are in force."""
    known = replace(evidence_of(content, MODEL, GATES, None), exceptions=shop.doors.excepted_now(MODEL))
    known = replace(known, decision=judge(shop_project(GATES).model(MODEL).gates, known, card=FILLED))
    told_bytes = as_bytes(known)
    files = {
        **files_of(content, MODEL, GATES, None),
        "evidence.json": told_bytes,
        "card.html": card_page(told_bytes, WORDS, None),
    }
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    shop.state(package, known)
    return package


def propose(shop: Shop, refused: Package, *, days: int = 10) -> str:
    """Let the engineer propose that the gate may fail by what a candidate fails it."""
    model, bounds = shop.doors.failing_bounds(refused.digest, GATE)
    return shop.doors.propose_exception(model, GATE, bounds, WHY, days=days, **shop.engineer)


def sign(shop: Shop, digest: str, who: str, verdict: Verdict = Verdict.APPROVE):
    """Let a reviewer decide."""
    return shop.doors.decide_exception(digest, verdict, WHY, staff_id=who, key=demo_key(shop.settings, who))


@pytest.mark.slow
def test_a_gate_may_fail_for_a_time_and_refuses_again_after_it(tmp_path: Path) -> None:
    """The card prints it; what came to serve by it serves on, and status, room and alerts say so."""
    shop = shop_at(tmp_path)
    refused = train(shop, "ranks too little")
    with pytest.raises(PromotionError, match="The gates refused"):
        shop.promote(refused.digest, "as agreed by all")
    digest = propose(shop, refused)
    assert sign(shop, digest, REVIEWERS[0]).state is State.PROPOSED
    assert shop.doors.excepted_now(MODEL) == ()
    assert sign(shop, digest, REVIEWERS[1]).in_words == f"in force, signed by {' and '.join(REVIEWERS)} (2 of 2)"

    package = train(shop, "ranks as before")
    card = card_of(package)
    assert "By exception the gate ranks well may fail until 2026-12-02." in " ".join(card.split())
    assert WHY in card
    shop.approve(package, reason="read by both, and excepted until December")
    later = replace(shop, now=NOW + 11 * DAYS)
    with pytest.raises(RefusedError, match="ended on 2026-12-02, so the gate refuses again"):
        later.promote(package.digest, "as agreed by all")
    assert shop.promote(package.digest, "as agreed by all").version == 1

    assert later.doors.champion("shop", MODEL).digest == package.digest
    assert later.doors.history().is_sound
    with pytest.raises(RefusedError, match="so the gate refuses again"):
        later.approve(package, [REVIEWERS[0]], reason="to renew it for another while")
    place = workplace(later)
    (line,) = told(look(place), MODEL, evidence_in(package))
    assert line.is_urgent
    assert "ended on 2026-12-02. Version 1 rests on it and serves on until its review, but" in line.in_words
    assert model_status(place, place.project.model(MODEL)).exceptions_urgent == (line.in_words,)
    client = ReviewRoom(later).visitor(REVIEWERS[0])
    shown = client.get(f"{SHOP}/models/{MODEL}").text
    assert "may fail: roc auc down to 0.8" in shown
    assert "but nothing is promoted or renewed on it any more" in shown
    assert "exception proposed" in client.get(f"{SHOP}/log").text
    for _ in range(2):
        tell_exceptions(place, place.project.model(MODEL))
    heard = [one for one in place.alerts.kept() if one.kind is AlertKind.EXCEPTION_ENDS]
    assert [one.message for one in heard] == [line.in_words]


@pytest.mark.slow
def test_reviewers_read_and_sign_an_exception_in_the_room(tmp_path: Path) -> None:
    """With their own keys and a reason; a page that is out of date signs nothing, and one form signs once."""
    shop = shop_at(tmp_path)
    digest, room = propose(shop, train(shop, "ranks too little")), ReviewRoom(shop)
    first, second = (room.visitor(name) for name in REVIEWERS)
    where = f"{SHOP}/exceptions/{digest}"

    def form(client, **changes: str) -> dict[str, str]:
        page = client.get(where).text
        token, once = (re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf", "once"))
        return {"csrf": token, "once": once, "verdict": "approve", "reason": WHY, "passphrase": room.passphrase, **changes}

    assert "roc auc down to 0.8" in says(first.get(where)).lower()
    assert f'href="{where}"' in first.get(SHOP).text
    assert "Reviewers sign exceptions." in says(room.as_role(RoomRole.AUDITOR).get(where))
    late = form(second)
    for changes, problem in (({"passphrase": "another"}, "does not open the key"), ({"reason": "ok"}, "needs a reason")):
        refused = first.post(f"{where}/decide", data=form(first, **changes))
        assert (refused.status_code, problem in says(refused)) == (409, True)
    sent = form(first)
    receipts = {first.post(f"{where}/decide", data=sent).headers["location"] for _ in range(2)}
    assert len(receipts) == 1
    assert "exception decided" in says(first.get(receipts.pop()))

    assert "look at it again" in says(second.post(f"{where}/decide", data=late))
    assert second.post(f"{where}/decide", data=form(second)).status_code == 303
    assert shop.doors.exception(digest).signed_by == REVIEWERS
    assert f'href="{where}"' not in first.get(SHOP).text


def evidence_in(package: Package):
    """What a package holds."""
    from governance.stores.package_reading import evidence_of as read

    return read(package)


def test_what_may_never_be_excepted_is_named_and_refused(tmp_path: Path) -> None:
    """And a gate that is not there, one that is met, and a reason that says nothing."""
    shop = shop_at(tmp_path)
    refused = train(shop, "ranks too little")
    for name in ("signature", "lineage", "leakage"):
        with pytest.raises(SpecError, match=f"no exception of '{name}': .* None either of card, "):
            shop.doors.failing_bounds(refused.digest, name)
    with pytest.raises(SpecError, match="has no gate 'ranks'; it has ranks well"):
        shop.doors.failing_bounds(refused.digest, "ranks")
    with pytest.raises(PromotionError, match="does not fail the gate probabilities hold: it says pass"):
        shop.doors.failing_bounds(refused.digest, "probabilities hold")
    bound = Bound(figure="roc_auc", groups=(), is_least=True, value=0.5)
    with pytest.raises(PromotionError, match="needs a reason that a colleague can follow"):
        shop.doors.propose_exception(MODEL, GATE, [bound], "because", **shop.engineer)
    with pytest.raises(RefusedError, match="expected at most 180 days"):
        shop.doors.propose_exception(MODEL, GATE, [bound], WHY, days=181, **shop.engineer)
    with pytest.raises(PromotionError, match="found 0"):
        shop.doors.exception("ab" * 32)
