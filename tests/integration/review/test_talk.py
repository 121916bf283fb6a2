"""Questions, conditions and seen alarms: kept, told, and never taken back."""

import pytest

from adapters.alerts import Alert, AlertKind, FileSink
from governance.doors.demonstration import ENGINEER
from home.conditions import conditions_of, naming
from home.notes import NoteKind
from review.access import RoomRole
from tenure.errors import JournalError, PromotionError
from tests import company
from tests.review_room import NAMES, REASON, SECOND_REVIEWER, SHOP, ReviewRoom, csrf_of, decide, once_of, says
from tests.shop import NOW

REVIEWER = NAMES[RoomRole.REVIEWER]


def say(client, digest: str, **form: object):
    """Send one of the forms below the card."""
    return client.post(f"{SHOP}/candidates/{digest}/notes", data={"csrf": csrf_of(client), **form})


def test_a_reviewer_asks_an_engineer_answers_and_both_are_told(room, waiting):
    """The page shows who said what; the alert carries the words and the page."""
    reviewer, engineer = room.visitor(REVIEWER), room.as_role(RoomRole.ENGINEER)
    assert say(reviewer, waiting, kind="question", text="Why only November?").status_code == 303
    assert f"Question about {company.PROPENSITY}" in says(engineer.get(SHOP))
    assert say(engineer, waiting, kind="answer", text="October came late.", to=1).status_code == 303
    page = says(reviewer.get(f"{SHOP}/candidates/{waiting}"))

    assert "Why only November?" in page
    assert "October came late." in page
    assert f"Question about {company.PROPENSITY}" not in says(engineer.get(SHOP))
    told = [alert for alert in FileSink(room.shop.home).alerts() if alert.kind is AlertKind.ASKED]
    assert [alert.message.split(" about ")[0] for alert in told] == [f"{REVIEWER} asks", "erin answers"]
    assert told[0].message.endswith(f"Why only November? http://127.0.0.1:3080{SHOP}/candidates/{waiting}#talk")


def test_a_condition_is_a_reviewers_to_set_and_to_lift(room, waiting):
    """Until then the panel says that it is not met."""
    reviewer, engineer = room.visitor(REVIEWER), room.as_role(RoomRole.ENGINEER)
    assert say(engineer, waiting, kind="condition", text="Leave out age.").status_code == 403
    say(reviewer, waiting, kind="condition", text="Leave out age.")
    assert "1 condition is not yet met" in says(reviewer.get(f"{SHOP}/candidates/{waiting}"))
    assert say(engineer, waiting, kind="met", to=1).status_code == 403
    say(engineer, waiting, kind="answer", text="Done.", to=1)
    assert "1 condition is not yet met" in says(reviewer.get(f"{SHOP}/candidates/{waiting}"))

    say(reviewer, waiting, kind="met", to=1)
    assert "not yet met" not in says(reviewer.get(f"{SHOP}/candidates/{waiting}"))


def test_an_open_condition_is_answered_in_everything_that_is_signed(room, waiting):
    """It is a point of the approval, the request and the promotion name it, and a form from before it was set is old."""
    first, second, engineer = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER), room.visitor(ENGINEER)
    before, why = once_of(first, waiting), "the next training leaves it out anyway"
    say(second, waiting, kind="condition", text="Leave out\nage.")
    assert "not what the page showed" in says(decide(room, first, waiting, once=before, tick=["card", "1"], point=[why]))
    assert "Open point 1, “Open condition of demo-reviewer-2: Leave out age.”" in says(decide(room, first, waiting))
    for client in (first, second):
        assert decide(room, client, waiting, tick=["card", "1"], point=[why]).status_code == 303
    form = {"csrf": csrf_of(engineer), "once": once_of(engineer, waiting), "passphrase": room.passphrase}
    assert "in spite of [open condition" in says(engineer.post(f"{SHOP}/candidates/{waiting}/promote", data=form))
    assert engineer.post(f"{SHOP}/candidates/{waiting}/promote", data={**form, "reason": "both agree"}).status_code == 303

    (approval, _) = room.workplace.promotions.decisions(waiting)
    assert approval.reason == f"{REASON} [1] Open condition of demo-reviewer-2: Leave out age.: {why}"
    record = room.workplace.promotions.champion_record("shop", company.PROPENSITY)
    assert record.reason == "both agree [open condition of demo-reviewer-2: Leave out age.]"
    assert record.asked_by == ENGINEER


def test_a_condition_is_withdrawn_by_who_set_it(room, waiting):
    """And the terminal asks as the room does, until then."""
    first, second = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    say(second, waiting, kind="condition", text="Leave out age.")
    assert say(first, waiting, kind="withdrawn", to=1).status_code == 409
    asked = conditions_of(room.workplace, waiting)
    with pytest.raises(PromotionError, match="in spite of"):
        naming("", asked)
    assert naming("fine", asked) == "fine [open condition of demo-reviewer-2: Leave out age.]"

    assert say(second, waiting, kind="withdrawn", to=1).status_code == 303
    assert conditions_of(room.workplace, waiting) == ()
    assert decide(room, first, waiting).status_code == 303


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"kind": "question", "text": "  "}, 409),
        ({"kind": "answer", "text": "x", "to": 9}, 409),
        ({"kind": "seen", "text": "x"}, 404),
        ({"kind": "question", "text": "x" * 2001}, 422),
    ],
)
def test_what_says_nothing_or_answers_nothing_is_not_kept(room, waiting, form, code):
    """And nobody is told."""
    assert say(room.visitor(REVIEWER), waiting, **form).status_code == code
    assert room.lobby.notes.all() == ()


def test_an_alarm_that_was_seen_stands_back_until_it_comes_again(room):
    """With its day in plain words, and who has seen it; an auditor only looks."""
    sink, client = FileSink(room.shop.home), room.visitor(REVIEWER)
    old = Alert(kind=AlertKind.MODEL_TOO_OLD, project="shop", subject=company.PROPENSITY, message="the champion is old", at=NOW)
    sink.send(old)
    assert 'Alarms <span class="count">1</span>' in client.get(SHOP).text
    assert f'href="{SHOP}/models/{company.PROPENSITY}">A model is old</a>: ' in client.get(SHOP).text
    form = {"csrf": csrf_of(client), "name": f"model too old {company.PROPENSITY}"}
    assert client.post(f"{SHOP}/alarms/acknowledge", data=form).status_code == 303
    assert 'Alarms <span class="count">0</span>' in client.get(SHOP).text
    assert f"seen by {REVIEWER} on {NOW:%Y-%m-%d}" in says(client.get(SHOP))
    auditor = room.as_role(RoomRole.AUDITOR)
    assert auditor.post(f"{SHOP}/alarms/acknowledge", data={"csrf": csrf_of(auditor), "name": "x"}).status_code == 403

    later = ReviewRoom(room.shop)
    sink.send(Alert(**{**vars(old), "at": NOW.replace(hour=NOW.hour + 1)}))
    assert 'Alarms <span class="count">1</span>' in later.visitor(REVIEWER).get(SHOP).text


def test_notes_that_were_changed_are_refused_in_a_sentence(room, waiting):
    """They are only ever added to; a line that is none is not passed over."""
    client = room.visitor(REVIEWER)
    (room.shop.home / "review" / "notes.jsonl").write_text('{"kind": "question"}\n')

    with pytest.raises(JournalError, match="holds a line that is no note"):
        room.lobby.notes.add(NoteKind.QUESTION, waiting, "Why?", by=REVIEWER)
    assert "holds a line that is no note" in says(client.get(f"{SHOP}/candidates/{waiting}"))
