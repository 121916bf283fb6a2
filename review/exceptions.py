"""An exception to a gate: what may fail, by how much and until when; and a reviewer's decision on it, signed with their own key.

Whether a decision counts is `governance/rules/exceptions.py`'s to say.
"""

from typing import Annotated

from fastapi import BackgroundTasks, Form, HTTPException, Request
from starlette.responses import Response

from adapters.alerts import AlertKind
from governance.records.approval import Verdict
from governance.records.exception import peek_exception_decision
from governance.records.log import Kind
from governance.records.trust_root import Role
from governance.rules.exceptions import ExceptionStands, State
from home.exceptions import told
from home.links import room_exception
from home.sight import Sight
from review.acting import OUT_OF_DATE, Act, act_once
from review.rendering import page
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfLog, OfVisit, Visit


def show_exception(request: Request, room: InRoom, visit: OfVisit, sight: OfLog, digest: str) -> Response:
    """One exception, with everything that is signed of it."""
    return _page(request, room, visit, sight, _find(sight, digest))


def decide_exception(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Sign a decision and append it to the log; answers with its receipt."""
    stands = _find(sight, digest)

    def problem() -> str:
        is_current = room.lobby.acts.is_current(once, *_covered(visit, stands))
        return why_not(sight, room, visit, stands) or ("" if is_current else OUT_OF_DATE)

    def signed() -> Act:
        me, key = visit.person.staff_id, own_key(room, visit, passphrase)
        room.workplace.promotions.decide_exception(stands.digest, verdict, reason, staff_id=me, key=key)
        did = "signed" if verdict is Verdict.APPROVE else "rejected"
        said = f"{me} {did} exception {stands.digest[:12]} to {stands.exception.gate}: {reason.strip()}"
        message = f"{said} {room_exception(room.workplace, stands.digest)}"
        place = _place(room, stands.digest, me)
        return Act(place=place, kind=AlertKind.DECIDED, model=stands.exception.model, message=message)

    return act_once(
        room, once, later,
        problem=problem,
        act=signed,
        refused=lambda why: _page(request, room, visit, sight, stands, problem=why, reason=reason),
    )  # fmt: skip


def why_not(sight: Sight, room: Room, visit: Visit, stands: ExceptionStands) -> str:
    """Why this visitor cannot decide on an exception here, in words; empty when they can."""
    me, said = visit.person.staff_id, stands.exception
    if stands.state is State.ENDED:
        return "It has ended, and nobody can sign it any more. Propose another: tenure exception propose."
    able = sight.entitled([Role.REVIEWER]) & frozenset(room.lobby.keys.names())
    if not visit.may("decide_exception") or me not in able:
        who = (
            f"Here that is {', '.join(sorted(able))}." if able else "Nobody's key is kept here whom the trust root names for it."
        )
        return f"Reviewers sign exceptions. {who}"
    own = sight.root.own_reviewers_at(sight.workplace.clock()) if sight.root else frozenset()
    return "You proposed it, so another reviewer signs it." if me == said.identity and me not in own else ""


def _page(
    request: Request, room: Room, visit: Visit, sight: Sight, stands: ExceptionStands, *, problem: str = "", reason: str = ""
) -> Response:
    """Render the page; after a refusal with what was wrong, and what was typed."""
    words = next(one.in_words for one in told(sight, stands.exception.model, None) if one.stands.digest == stands.digest)
    return page(
        request,
        "exception.html",
        visit,
        status=409 if problem else 200,
        stands=stands,
        said=stands.exception,
        words=words,
        spec=room.workplace.project.model(stands.exception.model),
        why_not_me=why_not(sight, room, visit, stands),
        once=room.lobby.acts.new(*_covered(visit, stands)),
        problem=problem,
        reason=reason,
    )


def _covered(visit: Visit, stands: ExceptionStands) -> tuple[str, ...]:
    """Who sees a form, and what a signature by it would be about, as it stands."""
    return (visit.binding, "exception", stands.digest, stands.state.value, *stands.signed_by, "and", *stands.rejected_by)


def _find(sight: Sight, digest: str) -> ExceptionStands:
    """The company's exception of a digest."""
    models = [spec.name for spec in sight.workplace.project.models]
    found = next((one for model in models for one in sight.exceptions(model) if one.digest == digest), None)
    if found is None:
        raise HTTPException(404, f"No exception was proposed here under {digest[:64]!r}. Start from the models.")
    return found


def _place(room: Room, digest: str, me: str) -> int:
    """Where in the log somebody's last decision on an exception stands."""
    ledger = room.workplace.promotions.ledger()
    found = (
        record.sequence
        for record in ledger.of_kind(Kind.EXCEPTED, before=ledger.size)
        if (said := peek_exception_decision(record.signed)).exception == digest and said.identity == me
    )
    return max(found)
