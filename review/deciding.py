"""Deciding: that the card was read to its end, the reviewer's signature, and the promotion once enough have signed.

A decision is signed with the person's own key, opened by its passphrase for this one signature and then forgotten. Whether it
counts is decided by the rules of `governance/rules/`, not here.
"""

from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import JSONResponse, Response

from adapters.alerts import AlertKind
from governance.records.approval import SignedApproval, Verdict
from governance.records.log import Kind
from review.afterwards import show_everywhere
from review.candidate import Candidate, candidate_page, end_token, find, is_read, why_not
from review.room import Room
from review.visit import InRoom, OfLog, OfVisit, Visit
from tenure.errors import HeadMovedError, PromotionError, SigningKeyError

Reason = Annotated[str, Form(max_length=2000)]


def mark_read(request: Request, room: InRoom, visit: OfVisit, sight: OfLog, digest: str) -> Response:
    """Give the token of a card's end: to the page's script as JSON, to a plain form as the page once more."""
    found = find(sight, digest)
    if found.subject is None:
        return candidate_page(request, visit, found, problem=found.why_nobody, status=409)
    token = end_token(room, visit, found)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"token": token})
    return RedirectResponse(f"/candidates/{found.package.digest}?read={token}#decide", status_code=303)


def decide(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    verdict: Annotated[Verdict, Form()],
    reason: Reason = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    read: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Sign a decision and append it to the log; answers with its receipt."""
    found = find(sight, digest)
    problem = _problem(room, visit, found, verdict, reason, read)
    if not problem:
        try:
            signed = _sign(room, visit, found, verdict, reason, passphrase)
        except (PromotionError, SigningKeyError) as error:
            problem = str(error)
        else:
            word = "approved" if verdict is Verdict.APPROVE else "rejected"
            message = f"{visit.person.staff_id} {word} package {found.package.digest[:12]}: {reason.strip()}"
            later.add_task(room.workplace.alert, AlertKind.DECIDED, found.model, message)
            place = _place(room, signed)
            return RedirectResponse(f"/log/{place}?receipt=yes", status_code=303, background=later)
    return candidate_page(request, visit, found, token=read, problem=problem, reason=reason, status=409)


def promote(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    reason: Reason = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Let an approved package serve; whoever asks for it signs so."""
    found, me = find(sight, digest), visit.person.staff_id
    try:
        key = _opened(room, visit, passphrase)
        record = room.workplace.promotions.promote(found.package.digest, reason.strip(), staff_id=me, key=key)
    except (PromotionError, HeadMovedError, SigningKeyError) as error:
        return candidate_page(request, visit, found, problem=str(error), why_now=reason, status=409)
    message = f"{visit.person.staff_id} let version {record.version} serve, package {record.package_digest[:12]}"
    later.add_task(room.workplace.alert, AlertKind.PROMOTED, found.model, message)
    later.add_task(show_everywhere, room, record)
    return RedirectResponse(f"/log/{record.place}?receipt=yes", status_code=303, background=later)


def _problem(room: Room, visit: Visit, found: Candidate, verdict: Verdict, reason: str, token: str) -> str:
    """Why this decision cannot even be signed; empty when it can."""
    if why := why_not(found, visit):
        return why
    if verdict is Verdict.APPROVE and not is_read(room, visit, found, token):
        return "Nobody approves what they have not read: open the card to its end first. You may reject at any time."
    if not reason.strip():
        return "Say why. The reason is signed and kept in the log."
    return ""


def _sign(room: Room, visit: Visit, found: Candidate, verdict: Verdict, reason: str, passphrase: str) -> SignedApproval:
    """Sign with the reviewer's key, opened for this."""
    key, doors, shown = _opened(room, visit, passphrase), room.workplace.promotions, found.votes.action
    me = visit.person.staff_id
    return doors.decide(found.package.digest, verdict, reason.strip(), staff_id=me, key=key, action=shown)


def _opened(room: Room, visit: Visit, passphrase: str) -> Ed25519PrivateKey:
    """Open the visitor's key for one signature."""
    me = visit.person
    if not room.attempts.begin(me.staff_id, visit.address):
        raise SigningKeyError("Too many passphrases that did not open the key. Wait a quarter of an hour, then try again.")
    key = room.keys.load(me.staff_id, passphrase)
    room.attempts.succeeded(me.staff_id, visit.address)
    return key


def _place(room: Room, signed: SignedApproval) -> int:
    """Where in the log the decision stands."""
    ledger = room.workplace.promotions.ledger()
    record = ledger.named(signed.envelope_digest, Kind.APPROVAL, Kind.REJECTION, before=ledger.size)
    return record.sequence if record else ledger.size - 1
