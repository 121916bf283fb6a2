"""Deciding: a reason for each open point, the reviewer's signature, and the promotion once enough have signed.

A decision is signed with the person's own key, opened by its passphrase for this one signature and then forgotten. Whether it
counts is decided by the rules of `governance/rules/`, not here.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.alerts import AlertKind
from governance.records.approval import SignedApproval, Verdict
from governance.records.log import Kind
from home.conditions import naming
from home.links import room_card
from review.afterwards import show_everywhere
from review.candidate import Candidate, Typed, candidate_page, covered, find, why_not, why_not_promote
from review.reasons import missing, signed_reason
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfLog, OfVisit, Visit
from tenure.errors import HeadMovedError, PromotionError, SigningKeyError

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
    if problem := _problem(room, visit, found, verdict, typed, once):
        return _refused(request, room, visit, found, typed, problem)
    if (place := room.lobby.acts.begin(once)) is None:
        try:
            said = signed_reason(found.points, typed.reasons, reason) if verdict is Verdict.APPROVE else reason.strip()
            signed = _sign(room, visit, found, verdict, said, passphrase)
        except (PromotionError, SigningKeyError) as error:
            room.lobby.acts.failed(once)
            return _refused(request, room, visit, found, typed, str(error))
        place = _place(room, signed)
        room.lobby.acts.done(once, place)
        word = "approved" if verdict is Verdict.APPROVE else "rejected"
        later.add_task(room.workplace.alert, AlertKind.DECIDED, found.model, _told(room, visit, found, word, said))
    return RedirectResponse(room.to("show_record", sequence=place, receipt="yes"), status_code=303, background=later)


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
    if (place := room.lobby.acts.place_of(once)) is None and (problem := _no_promotion(room, visit, found, once)):
        return _refused(request, room, visit, found, typed, problem)
    if place is None and (place := room.lobby.acts.begin(once)) is None:
        try:
            me, key = visit.person.staff_id, own_key(room, visit, passphrase)
            said = naming(reason, found.conditions)
            record = room.workplace.promotions.promote(found.package.digest, said, staff_id=me, key=key)
        except (PromotionError, HeadMovedError, SigningKeyError) as error:
            room.lobby.acts.failed(once)
            return _refused(request, room, visit, found, typed, str(error))
        place = record.place
        room.lobby.acts.done(once, place)
        word = f"let version {record.version} serve,"
        later.add_task(room.workplace.alert, AlertKind.PROMOTED, found.model, _told(room, visit, found, word, said))
        later.add_task(show_everywhere, room, record)
    return RedirectResponse(room.to("show_record", sequence=place, receipt="yes"), status_code=303, background=later)


_OUT_OF_DATE = (
    "What this would cover is not what the page showed, or the page was not opened here: look at it again, as it now "
    "stands, then send it again."
)


def _problem(room: Room, visit: Visit, found: Candidate, verdict: Verdict, typed: Typed, once: str) -> str:
    """Why this decision cannot even be signed; empty when it can, or was made by the same form before."""
    if room.lobby.acts.place_of(once) is not None:
        return ""
    if why := why_not(found, visit):
        return why
    if verdict is Verdict.APPROVE and (lacking := missing(found.points, typed.ticks, typed.reasons, typed.reason)):
        return lacking
    if not typed.reason.strip():
        return "Say why. The reason is signed and kept in the log."
    return "" if room.lobby.acts.is_current(once, *covered(visit, found)) else _OUT_OF_DATE


def _no_promotion(room: Room, visit: Visit, found: Candidate, once: str) -> str:
    """Why this promotion cannot even be asked for; empty when it can."""
    return why_not_promote(found, visit) or ("" if room.lobby.acts.is_current(once, *covered(visit, found)) else _OUT_OF_DATE)


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
