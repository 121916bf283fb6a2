"""Pairs of ids that may be one person: why the rules ask, both records masked, and what somebody decides and signs.

What a decision is, and from which day on it holds, is `tenure/people/deciding.py`'s and the ledger's to say.
"""

from enum import StrEnum
from typing import Annotated

from fastapi import BackgroundTasks, Form, HTTPException, Request
from starlette.responses import Response

from adapters.alerts import AlertKind
from provenance.people import OpenLedger, day_of_decision, end_begun, open_ledger
from provenance.people_decided import decide_signed, may_decide
from provenance.people_seen import compared
from provenance.people_signed import decisions_held
from review.acting import OUT_OF_DATE, Act, act_once
from review.rendering import page
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfVisit, Visit
from tenure.people import deciding
from tenure.people.ledger import Did, Entry

SHOWN, DECIDED = 50, 10
PEOPLE = "people"


class Choice(StrEnum):
    """What somebody decides of a pair."""

    MERGE = "merge"
    APART = "apart"


def show_people(request: Request, room: InRoom, visit: OfVisit, done: int | None = None) -> Response:
    """The pairs that wait, the likeliest first, and what was decided last."""
    if room.workplace.project.people is None:
        return page(request, "people.html", visit, declared=None)
    opened = open_ledger(room.workplace)
    waiting, held = deciding.waiting(opened.ledger), decisions_held(room.workplace)
    decided = [entry for entry in opened.ledger.entries if entry.by is not None][: -DECIDED - 1 : -1]
    return page(
        request,
        "people.html",
        visit,
        declared=room.workplace.project.people,
        waiting=waiting[:SHOWN],
        n_waiting=len(waiting),
        decided=decided,
        undone=opened.ledger.undone,
        held=held,
        done=next((entry for entry in decided if entry.number == done), None),
    )


def show_pair(request: Request, room: InRoom, visit: OfVisit, number: int) -> Response:
    """One pair, both records masked."""
    opened = _open(room)
    return _page(request, room, visit, opened, _find(opened, number))


def decide_pair(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    later: BackgroundTasks,
    number: int,
    choice: Annotated[Choice, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Sign a decision and add it to the ledger of people; answers with the page of all pairs, which says so."""
    if room.workplace.project.people is not None:
        end_begun(room.workplace)
    opened = _open(room)
    entry = _find(opened, number)

    def problem() -> str:
        is_current = room.lobby.acts.is_current(once, *_covered(visit, entry))
        if not any(each.number == number for each in deciding.waiting(opened.ledger)):
            return "The pair was decided in the meantime. Start from the pairs that wait."
        return why_not(room, visit) or ("" if is_current else OUT_OF_DATE)

    def acted() -> Act:
        me, key = visit.person.staff_id, own_key(room, visit, passphrase)
        one, other = deciding.asked(opened.ledger, number)
        make = deciding.merge if choice is Choice.MERGE else deciding.keep_apart
        day = day_of_decision(room.workplace, ids=(one, other))
        made = make(opened.ledger, one, other, day=day, reason=reason, by=me)
        decide_signed(room.workplace, opened, [made], key)
        did = "merged" if choice is Choice.MERGE else "kept apart"
        return Act(place=made.number, kind=AlertKind.DECIDED, model=PEOPLE, message=f"{me} {did} pair {number} of ids.")

    return act_once(
        room, once, later,
        problem=problem,
        act=acted,
        refused=lambda why: _page(request, room, visit, opened, entry, problem=why, reason=reason),
        receipt=lambda place: f"{room.to('show_people')}?done={place}",
    )  # fmt: skip


def why_not(room: Room, visit: Visit) -> str:
    """Why this visitor cannot decide here, in words; empty when they can."""
    if not room.workplace.promotions.has_trust_root:
        return "Decisions are signed, and no trust root says yet whose signature counts: tenure trust."
    able = may_decide(room.workplace) & frozenset(room.lobby.keys.names())
    if visit.may("decide_pair") and visit.person.staff_id in able:
        return ""
    who = f"Here that is {', '.join(sorted(able))}." if able else "Nobody's key is kept here whom the trust root names for it."
    return f"Reviewers decide who is one person. {who}"


def _page(
    request: Request, room: Room, visit: Visit, opened: OpenLedger, entry: Entry, *, problem: str = "", reason: str = ""
) -> Response:
    """Render a pair; after a refusal with what was wrong, and what was typed."""
    waiting = deciding.waiting(opened.ledger)
    return page(
        request,
        "pair.html",
        visit,
        status=409 if problem else 200,
        pair=entry,
        is_waiting=any(each.number == entry.number for each in waiting),
        n_waiting=len(waiting),
        rows=compared(room.workplace, (entry.customer_id or "", entry.with_id or "")),
        from_day=day_of_decision(room.workplace, ids=(entry.customer_id or "", entry.with_id or "")),
        why_not_me=why_not(room, visit),
        once=room.lobby.acts.new(*_covered(visit, entry)),
        problem=problem,
        reason=reason,
    )


def _covered(visit: Visit, entry: Entry) -> tuple[str, ...]:
    """Who sees a form, and which pair a decision by it would be of."""
    return (visit.binding, "pair", str(entry.number), entry.customer_id or "", entry.with_id or "")


def _open(room: Room) -> OpenLedger:
    """The ledger of a company that says what identifies a person."""
    if room.workplace.project.people is None:
        raise HTTPException(404, "This company does not say what identifies a person, so no pair waits.")
    return open_ledger(room.workplace)


def _find(opened: OpenLedger, number: int) -> Entry:
    """The pair of a number that waits or waited."""
    found = next((each for each in opened.ledger.entries if each.number == number and each.did is Did.WAITS), None)
    if found is None:
        raise HTTPException(404, f"No pair waits under {number}. Start from the pairs that wait.")
    return found
