"""Deciding over a real log: reading, signing, promoting, and what stops each of them."""

import pytest

from adapters.alerts import AlertKind, FileSink
from review.access import RoomRole
from tests.review_room import NAMES, PASSWORD, SECOND_REVIEWER, ReviewRoom, csrf_of, decide, read, says
from tests.shop import FAIR, RANKS, Shop

REVIEWER = NAMES[RoomRole.REVIEWER]


def signed(room, client, reason: str) -> dict[str, str]:
    """The form by which a reviewer asks for a promotion."""
    return {"csrf": csrf_of(client), "reason": reason, "passphrase": room.passphrase}


def test_two_reviewers_approve_and_the_champion_changes(room, waiting):
    """Each reads, signs and gets a receipt; then it may be promoted, and everybody is told."""
    first, second = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    receipts = []
    for client in (first, second):
        answer = decide(room, client, waiting, read=read(client, waiting))
        assert answer.status_code == 303, says(answer)
        receipts.append(client.get(answer.headers["location"]))
    assert all("It stands." in says(receipt) and "inclusion proved" in says(receipt) for receipt in receipts)
    assert "may be promoted" in says(first.get(f"/candidates/{waiting}"))

    answer = first.post(f"/candidates/{waiting}/promote", data=signed(room, first, "as agreed"))
    assert answer.status_code == 303, says(answer)
    assert room.workplace.promotions.champion_record("shop", "lapse_28d").package_digest == waiting
    assert room.workplace.promotions.champion("shop", "lapse_28d").digest == waiting
    assert room.workplace.promotions.history().is_sound
    kinds = [alert.kind for alert in FileSink(room.shop.home).alerts()]
    assert kinds == [AlertKind.DECIDED, AlertKind.DECIDED, AlertKind.PROMOTED]
    assert "may be promoted" not in says(first.get(f"/candidates/{waiting}"))
    # The witness of this home stands beside the log, and nothing claims more than it can see.
    assert all("the same place as the log" in says(first.get(page)) for page in ("/log", "/log/1"))
    # What people open as a file says who approved, and that it is a demonstration; so does the page.
    (written,) = (room.workplace.settings.reports / "shop").rglob(f"{waiting[:12]}/card.html")
    for shown in (written.read_text(), says(first.get(f"/candidates/{waiting}"))):
        assert all(name in shown for name in (REVIEWER, SECOND_REVIEWER))
        assert "demonstration" in shown


def test_a_decision_covers_what_the_page_showed(room, waiting):
    """The digests, the model and the days of service on the page are those in the signed record."""
    client = room.visitor(REVIEWER)
    page = client.get(f"/candidates/{waiting}").text
    decide(room, client, waiting, read=read(client, waiting))
    (approval,) = room.workplace.promotions.decisions(waiting)

    assert all(str(value) in page for value in vars(approval.subject).values() if value != "shop")
    assert f"{approval.subject.serves_days} days" in page
    assert (approval.identity, approval.reason) == (REVIEWER, "calibrated")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"read": ""}, "open the card to its end first"),
        ({"read": "0" * 64}, "open the card to its end first"),
        ({"reason": "   "}, "Say why"),
        ({"passphrase": "not the passphrase"}, "does not open"),
        ({"passphrase": ""}, "does not open"),
    ],
)
def test_nothing_is_signed_without_reading_reason_and_key(room, waiting, changes, message):
    """The page comes back with what is wrong and with what was typed, and the log has not grown."""
    client = room.visitor(REVIEWER)
    before = room.workplace.promotions.ledger().size
    answer = decide(room, client, waiting, **{"read": read(client, waiting), **changes})

    assert answer.status_code == 409
    assert message in says(answer)
    assert room.workplace.promotions.ledger().size == before


def test_the_end_of_one_card_opens_no_other(room, waiting):
    """Nor does one reviewer's reading count for another."""
    other = room.shop.train("three").digest
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)

    assert "to its end first" in says(decide(room, client, other, read=read(client, waiting)))
    assert "to its end first" in says(decide(room, colleague, waiting, read=read(client, waiting)))


def test_a_rejection_needs_no_reading_and_stops_the_promotion(room, waiting):
    """Somebody who sees at once what is wrong may say so at once."""
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    assert decide(room, client, waiting, verdict="reject", reason="no labels for November").status_code == 303
    decide(room, colleague, waiting, read=read(colleague, waiting))
    page = says(colleague.get(f"/candidates/{waiting}"))
    answer = colleague.post(f"/candidates/{waiting}/promote", data=signed(room, colleague, "anyway"))

    assert "Rejected by demo-reviewer-1" in page
    assert "no labels for November" in page
    assert answer.status_code == 409
    assert "rejected" in says(answer)


def test_too_few_approvals_promote_nothing(room, waiting):
    """The room asks the same promoter as everybody else."""
    client = room.visitor(REVIEWER)
    decide(room, client, waiting, read=read(client, waiting))
    answer = client.post(f"/candidates/{waiting}/promote", data=signed(room, client, "in a hurry"))

    assert answer.status_code == 409
    assert "2 different reviewers are needed" in says(answer)


def test_guessing_passphrases_ends(room, waiting):
    """Who took over a session has not got the key."""
    client = room.visitor(REVIEWER)
    token = read(client, waiting)
    for _ in range(5):
        decide(room, client, waiting, read=token, passphrase="a guess")  # noqa: S106 - it opens nothing

    assert "Too many passphrases" in says(decide(room, client, waiting, read=token))
    assert room.workplace.promotions.decisions(waiting) == ()


def test_an_account_without_that_reviewers_key_signs_nothing(room, waiting):
    """A role in the room is not a vote: the key and the trust root are."""
    room.room.accounts.new("mallory", PASSWORD, role=RoomRole.REVIEWER)
    client = room.visitor("mallory")
    answer = decide(room, client, waiting, read=read(client, waiting))

    assert answer.status_code == 409
    assert room.workplace.promotions.decisions(waiting) == ()


def test_a_gate_that_leaves_a_question_open_asks_for_a_reason(tmp_path):
    """The promotion form says that it must be given."""
    room = ReviewRoom(Shop(tmp_path, gates=(RANKS, FAIR)).founded())
    package = room.shop.approved("one")
    client = room.visitor(REVIEWER)
    page = client.get(f"/candidates/{package.digest}").text
    form = page[page.index("/promote") : page.index("Promote</button>")]

    assert "required" in form
