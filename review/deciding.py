"""Deciding: a reason for each open point, the reviewer's signature, and the promotion once enough have signed.

A decision is signed with the person's own key, opened by its passphrase for this one signature and then forgotten. Whether it
counts is decided by the rules of `governance/rules/`, not here.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import BackgroundTasks, Form, Request
from starlette.responses import Response

from adapters.alerts import AlertKind
from governance.records.approval import SignedApproval, Verdict
from governance.records.log import Kind
from home.conditions import naming
from home.links import room_card
from review.acting import OUT_OF_DATE, Act, act_once
from review.afterwards import show_everywhere
from review.candidate import Candidate, Typed, candidate_page, covered, find, why_not, why_not_promote
from review.reasons import missing, signed_reason
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfLog, OfVisit, Visit

Reason = Annotated[str, Form(max_length=2000)]
Once = Annotated[str, Form(max_length=200)]


def decide(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    verdict: Annotated[Verdict, Form()],
    reason: Reason = "",
    point: Annotated[list[Reason] | None, Form(max_length=100)] = None,
    tick: Annotated[list[str] | None, Form(max_length=101)] = None,
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Once = "",
) -> Response:
    """Sign a decision and append it to the log; answers with its receipt."""
    found = find(room, sight, digest)
    typed = Typed(reason=reason, reasons=tuple(point or ()), ticks=tuple(tick or ()))

    def signed() -> Act:
        said = signed_reason(found.points, typed.reasons, reason) if verdict is Verdict.APPROVE else reason.strip()
        word = "approved" if verdict is Verdict.APPROVE else "rejected"
        place = _place(room, _sign(room, visit, found, verdict, said, passphrase))
        return Act(place=place, kind=AlertKind.DECIDED, model=found.model, message=_told(room, visit, found, word, said))

    return act_once(
        room, once, later,
        problem=lambda: _problem(room, visit, found, verdict, typed, once),
        act=signed,
        refused=lambda why: _refused(request, room, visit, found, typed, why),
    )  # fmt: skip


def promote(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    reason: Reason = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Once = "",
) -> Response:
    """Let an approved package serve; whoever asks for it signs so."""
    found, typed = find(room, sight, digest), Typed(why_now=reason)

    def promoted() -> Act:
        me, key = visit.person.staff_id, own_key(room, visit, passphrase)
        said = naming(reason, found.conditions)
        record = room.workplace.promotions.promote(found.package.digest, said, staff_id=me, key=key)
        later.add_task(show_everywhere, room, record)
        message = _told(room, visit, found, f"let version {record.version} serve,", said)
        return Act(place=record.place, kind=AlertKind.PROMOTED, model=found.model, message=message)

    return act_once(
        room, once, later,
        problem=lambda: _no_promotion(room, visit, found, once),
        act=promoted,
        refused=lambda why: _refused(request, room, visit, found, typed, why),
    )  # fmt: skip


def _problem(room: Room, visit: Visit, found: Candidate, verdict: Verdict, typed: Typed, once: str) -> str:
    """Why this decision cannot even be signed; empty when it can."""
    if why := why_not(found, visit):
        return why
    if verdict is Verdict.APPROVE and (lacking := missing(found.points, typed.ticks, typed.reasons, typed.reason)):
        return lacking
    if not typed.reason.strip():
        return "Say why. The reason is signed and kept in the log."
    return "" if room.lobby.acts.is_current(once, *covered(visit, found)) else OUT_OF_DATE


def _no_promotion(room: Room, visit: Visit, found: Candidate, once: str) -> str:
    """Why this promotion cannot even be asked for; empty when it can."""
    return why_not_promote(found, visit) or ("" if room.lobby.acts.is_current(once, *covered(visit, found)) else OUT_OF_DATE)


def _refused(request: Request, room: Room, visit: Visit, found: Candidate, typed: Typed, problem: str) -> Response:
    """The page once more, with what was wrong where the eye is, and what was typed."""
    return candidate_page(request, room, visit, found, replace(typed, problem=problem), status=409)


def _sign(room: Room, visit: Visit, found: Candidate, verdict: Verdict, reason: str, passphrase: str) -> SignedApproval:
    """Sign with the reviewer's key, opened for this."""
    key, doors, shown = own_key(room, visit, passphrase), room.workplace.promotions, found.votes.action
    me = visit.person.staff_id
    return doors.decide(found.package.digest, verdict, reason.strip(), staff_id=me, key=key, action=shown)


def _told(room: Room, visit: Visit, found: Candidate, did: str, why: str) -> str:
    """What people are told of an act, with the page to go to."""
    page = room_card(room.workplace, found.package.digest)
    return f"{visit.person.staff_id} {did} package {found.package.digest[:12]}: {why or 'no reason was asked for'} {page}"


def _place(room: Room, signed: SignedApproval) -> int:
    """Where in the log the decision stands."""
    ledger = room.workplace.promotions.ledger()
    record = ledger.named(signed.envelope_digest, Kind.APPROVAL, Kind.REJECTION, before=ledger.size)
    return record.sequence if record else ledger.size - 1
