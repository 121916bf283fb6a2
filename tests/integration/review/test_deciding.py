"""Deciding over a real log: reading, signing, promoting, and what stops each of them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from adapters.alerts import AlertKind, FileSink
from governance.doors.demonstration import ENGINEER
from governance.stores.promotion_log import PromotionLog
from review.access import RoomRole
from tests import company
from tests.review_room import NAMES, PASSWORD, REASON, SECOND_REVIEWER, SHOP, ReviewRoom, csrf_of, decide, once_of, says
from tests.shop import FAIR, RANKS, Shop

REVIEWER = NAMES[RoomRole.REVIEWER]


def promotion(room, client: TestClient, digest: str) -> dict[str, str]:
    """The promotion form."""
    return {"csrf": csrf_of(client), "reason": "as agreed", "once": once_of(client, digest), "passphrase": room.passphrase}


def test_two_reviewers_approve_and_the_champion_changes(room, waiting):
    """Each reads, signs and gets a receipt; then it may be promoted, and everybody is told."""
    first, second = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    receipts = []
    for client in (first, second):
        answer = decide(room, client, waiting)
        assert answer.status_code == 303, says(answer)
        receipts.append(client.get(answer.headers["location"]))
    assert all("It stands." in says(receipt) and "inclusion proved" in says(receipt) for receipt in receipts)
    assert "1 more reviewer must approve it" in says(receipts[0])
    assert "it may now be promoted" in says(receipts[1])
    assert "may be promoted" in says(first.get(f"{SHOP}/candidates/{waiting}"))

    answer = first.post(f"{SHOP}/candidates/{waiting}/promote", data=promotion(room, first, waiting))
    assert answer.status_code == 303, says(answer)
    assert f"From the next run on this package scores as {company.PROPENSITY}" in says(first.get(answer.headers["location"]))
    assert room.workplace.promotions.champion_record("shop", company.PROPENSITY).package_digest == waiting
    assert room.workplace.promotions.champion("shop", company.PROPENSITY).digest == waiting
    assert room.workplace.promotions.history().is_sound
    kinds = [alert.kind for alert in FileSink(room.shop.home).alerts()]
    assert kinds == [AlertKind.DECIDED, AlertKind.DECIDED, AlertKind.PROMOTED]
    assert "may be promoted" not in says(first.get(f"{SHOP}/candidates/{waiting}"))
    # The witness of this home stands beside the log, and nothing claims more than it can see.
    assert all("the same place as the log" in says(first.get(page)) for page in (f"{SHOP}/log", f"{SHOP}/log/1"))
    # What people open as a file says who approved, and that it is a demonstration; so does the page.
    (written,) = (room.workplace.settings.reports / "shop").rglob(f"{waiting[:12]}/card.html")
    for shown in (written.read_text(), says(first.get(f"{SHOP}/candidates/{waiting}"))):
        assert all(name in shown for name in (REVIEWER, SECOND_REVIEWER))
        assert "demonstration" in shown


def test_a_decision_covers_what_the_page_showed(room, waiting):
    """The digests, the model and the days of service on the page are those in the signed record."""
    client = room.visitor(REVIEWER)
    page = client.get(f"{SHOP}/candidates/{waiting}").text
    decide(room, client, waiting)
    (approval,) = room.workplace.promotions.decisions(waiting)

    assert all(str(value) in page for value in vars(approval.subject).values() if value != "shop")
    assert f"{approval.subject.serves_days} days" in page
    assert (approval.identity, approval.reason) == (REVIEWER, REASON)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tick": []}, "tick that you have read the card"),
        ({"reason": "   "}, "Say why"),
        ({"passphrase": "not the passphrase"}, "This passphrase does not open the key of demo-reviewer-1"),
        ({"passphrase": ""}, "This passphrase does not open the key"),
        ({"once": ""}, "not what the page showed"),
        ({"once": "0." + "0" * 64}, "not what the page showed"),
    ],
)
def test_nothing_is_signed_without_reading_reason_and_key(room, waiting, changes, message):
    """The panel comes back with what is wrong and what was typed, the title says so, and the log has not grown."""
    client = room.visitor(REVIEWER)
    before = room.workplace.promotions.ledger().size
    answer = decide(room, client, waiting, **changes)

    assert answer.status_code == 409
    assert message in says(answer)
    assert "<title>Not done: " in answer.text
    assert re.search(r'<div class="problem" id="problem" role="alert" tabindex="-1" autofocus>', answer.text)
    assert "PKCS" not in answer.text
    assert str(room.shop.home) not in answer.text
    assert room.workplace.promotions.ledger().size == before


def test_a_form_decides_for_whom_and_for_what_it_was_shown(room, waiting):
    """Not for another card, nor for a colleague."""
    other = room.shop.train("three").digest
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    once = once_of(client, waiting)

    assert "not what the page showed" in says(decide(room, client, other, once=once))
    assert "not what the page showed" in says(decide(room, colleague, waiting, once=once))


def test_a_form_that_is_sent_twice_decides_once(room, waiting):
    """A double click, or a browser that sends again, ends at the same receipt; so does a second promotion."""
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    once = once_of(client, waiting)
    with ThreadPoolExecutor() as both:
        first, second = both.map(lambda _: decide(room, client, waiting, once=once), range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(room.workplace.promotions.decisions(waiting)) == 1

    decide(room, colleague, waiting)
    form = promotion(room, client, waiting)
    promoted = [client.post(f"{SHOP}/candidates/{waiting}/promote", data=form).headers["location"] for _ in range(2)]
    assert promoted[0] == promoted[1]


def test_what_was_wrong_may_be_put_right_in_the_same_form(room, waiting):
    """A wrong passphrase uses the form up for nothing."""
    client = room.visitor(REVIEWER)
    once = once_of(client, waiting)

    assert decide(room, client, waiting, once=once, passphrase="a guess").status_code == 409  # noqa: S106 - it opens nothing
    assert decide(room, client, waiting, once=once).status_code == 303


def test_a_rejection_needs_no_reading_and_stops_the_promotion(room, waiting):
    """Somebody who sees at once what is wrong may say so at once."""
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    assert decide(room, client, waiting, verdict="reject", reason="no labels for November").status_code == 303
    decide(room, colleague, waiting)
    page = says(colleague.get(f"{SHOP}/candidates/{waiting}"))
    answer = colleague.post(f"{SHOP}/candidates/{waiting}/promote", data=promotion(room, colleague, waiting))

    assert "Rejected by demo-reviewer-1" in page
    assert "no labels for November" in page
    assert answer.status_code == 409
    assert "rejected" in says(answer)


def test_whoever_may_promote_sees_the_form_and_everybody_else_who_may(room, waiting):
    """By one rule: the trust root names them for it, and their key is kept here."""
    for name in (REVIEWER, SECOND_REVIEWER):
        decide(room, room.visitor(name), waiting)
    room.lobby.accounts.new("mallory", PASSWORD, role=RoomRole.ENGINEER)
    pages = {
        name: says(room.visitor(name).get(f"{SHOP}/candidates/{waiting}"))
        for name in (REVIEWER, ENGINEER, "mallory", NAMES[RoomRole.ADMIN], NAMES[RoomRole.AUDITOR])
    }
    who = "Here that is demo-engineer, demo-reviewer-1, demo-reviewer-2"

    assert {name for name, page in pages.items() if "Let it serve" in page} == {REVIEWER, ENGINEER}
    assert {name for name, page in pages.items() if who in page} == {"mallory", "adam", "ada"}
    mallory = room.visitor("mallory")
    assert who in says(mallory.post(f"{SHOP}/candidates/{waiting}/promote", data=promotion(room, mallory, waiting)))


def test_guessing_passphrases_ends(room, waiting):
    """Who took over a session has not got the key."""
    client = room.visitor(REVIEWER)
    for _ in range(5):
        decide(room, client, waiting, passphrase="a guess")  # noqa: S106 - it opens nothing

    assert "Too many passphrases" in says(decide(room, client, waiting))
    assert room.workplace.promotions.decisions(waiting) == ()


def test_an_account_without_that_reviewers_key_signs_nothing(room, waiting):
    """A role in the room is not a vote: the key and the trust root are."""
    room.lobby.accounts.new("mallory", PASSWORD, role=RoomRole.REVIEWER)
    client = room.visitor("mallory")
    answer = decide(room, client, waiting)

    assert answer.status_code == 409
    assert room.workplace.promotions.decisions(waiting) == ()


def test_a_gate_that_leaves_a_question_open_asks_for_a_reason(tmp_path):
    """The promotion form says that it must be given."""
    room = ReviewRoom(Shop(tmp_path, gates=(RANKS, FAIR)).founded())
    package = room.shop.approved("one")
    client = room.visitor(REVIEWER)
    page = client.get(f"{SHOP}/candidates/{package.digest}").text
    form = page[page.index("/promote") : page.index("Promote</button>")]

    assert "required" in form


def test_each_open_point_takes_a_tick_and_a_reason_that_says_something(tmp_path):
    """What was said of each is in the one line that is signed; "ok" is refused in words."""
    room = ReviewRoom(Shop(tmp_path, gates=(RANKS, FAIR)).founded())
    digest = room.shop.train("one").digest
    client = room.visitor(REVIEWER)
    why = "too few people are known; the campaign is small"
    for changes, message in (
        ({}, "is not ticked"),
        ({"tick": ["card", "1"]}, "needs a reason that a colleague can follow"),
        ({"tick": ["card", "1"], "point": ["ok"]}, "found “ok”"),
        ({"tick": ["card", "1"], "point": [why], "reason": "ok"}, "found “ok”"),
    ):
        answer = decide(room, client, digest, **changes)
        assert (answer.status_code, message in says(answer)) == (409, True), says(answer)
    assert decide(room, client, digest, tick=["card", "1"], point=[why]).status_code == 303
    (approval,) = room.workplace.promotions.decisions(digest)

    assert approval.reason == f"{REASON} [1] Treats groups alike: {why}"


def test_an_act_reads_the_log_once_for_the_page_and_once_for_its_door(room, waiting, monkeypatch):
    """However many rules ask what stands in it: a long log takes its time to read."""
    client, readings, kept = room.visitor(REVIEWER), [], PromotionLog._kept
    assert decide(room, client, waiting).status_code == 303
    again = {"verdict": "approve", "reason": REASON, "tick": ["card"], **promotion(room, client, waiting)}
    monkeypatch.setattr(PromotionLog, "_kept", lambda log: readings.append(log) or kept(log))
    answer = client.post(f"{SHOP}/candidates/{waiting}/decide", data=again)

    assert "approved package" in says(answer)
    assert len(readings) == 2
