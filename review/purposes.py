"""Purposes and sources: what data are held and used for, who approved it, what changed since; and a reviewer's decision on it.

What makes one approved is `governance/rules/data_use.py`'s to say.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import BackgroundTasks, Form, Request
from starlette.responses import Response

from adapters.alerts import AlertKind
from governance.records.approval import Verdict
from governance.records.data_use import peek_data_decision
from governance.records.log import Kind
from governance.records.trust_root import Role
from governance.rules.data_standing import DataStands, data_stands, declared, may_decide
from home.sight import Sight
from review.acting import OUT_OF_DATE, Act, act_once
from review.rendering import page
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfLog, OfVisit, Visit

# Of a declaration what a reader looks for first; the rest is the contract, folded away.
_FIRST = ("what for", "holds", "basis", "from whom", "categories", "kept", "seen by", "direct marketing", "owner")

_GROUPS = (("Purposes", False), ("Sources", True))


def show_purposes(request: Request, room: InRoom, visit: OfVisit, sight: OfLog) -> Response:
    """Every purpose and source, what waits first."""
    return _page(request, room, visit, sight)


def decide_data(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    verdict: Annotated[Verdict, Form()],
    about: Annotated[list[str] | None, Form(max_length=500)] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Sign a decision on what was ticked, and append it to the log; answers with its receipt."""
    chosen = tuple(about or ())

    def problem() -> str:
        is_current = room.lobby.acts.is_current(once, *_covered(visit, stands_of(sight)))
        if why := why_not(sight, room, visit):
            return why
        if not chosen:
            return "Nothing was ticked. Tick what you decide on."
        return "" if is_current else OUT_OF_DATE

    def signed() -> Act:
        me, key = visit.person.staff_id, own_key(room, visit, passphrase)
        decided = room.workplace.promotions.decide_data(chosen, verdict, reason, staff_id=me, key=key)
        did = "approved" if verdict is Verdict.APPROVE else "rejected"
        message = f"{me} {did} {', '.join(one.declaration.called for one in decided)}: {reason.strip()}"
        return Act(place=_place(room, me), kind=AlertKind.DECIDED, model="data", message=message)

    return act_once(
        room, once, later,
        problem=problem,
        act=signed,
        refused=lambda why: _page(request, room, visit, sight, problem=why, reason=reason, ticked=chosen),
    )  # fmt: skip


def why_not(sight: Sight, room: Room, visit: Visit) -> str:
    """Why this visitor cannot decide here, in words; empty when they can."""
    if not sight.is_governed:
        return "No trust root says yet who approves in this company: tenure trust init, or tenure trust move."
    able = sight.entitled([Role.REVIEWER]) & frozenset(room.lobby.keys.names())
    if visit.may("decide_data") and visit.person.staff_id in able:
        return ""
    who = f"Here that is {', '.join(sorted(able))}." if able else "Nobody's key is kept here whom the trust root names for it."
    return f"Reviewers approve purposes and sources. {who}"


def stands_of(sight: Sight) -> tuple[DataStands, ...]:
    """Every purpose and source of the company, as the log of this look has them."""
    ledger = sight.ledger if sight.is_governed else None
    return data_stands(ledger, sight.project, tuple(declared(sight.workplace.project)))


def to_approve(sight: Sight, visit: Visit) -> list[DataStands]:
    """The purposes and sources that this visitor can approve now."""
    return [one for one in stands_of(sight) if _may(sight, visit, one, Verdict.APPROVE)]


def _may(sight: Sight, visit: Visit, one: DataStands, verdict: Verdict) -> bool:
    """Whether a visitor can decide so on one of them."""
    me = visit.person.staff_id
    is_own = sight.root is not None and me in sight.root.own_reviewers_at(sight.workplace.clock())
    return may_decide(one, me, verdict, is_own=is_own)


def _page(
    request: Request,
    room: Room,
    visit: Visit,
    sight: Sight,
    *,
    problem: str = "",
    reason: str = "",
    ticked: Sequence[str] | None = None,
) -> Response:
    """Render the page; after a refusal with what was wrong, and what was typed and ticked."""
    found, mine = stands_of(sight), to_approve(sight, visit)
    others = [one for one in found if one not in mine and _may(sight, visit, one, Verdict.REJECT)]
    return page(
        request,
        "purposes.html",
        visit,
        status=409 if problem else 200,
        groups=tuple((title, _what_waits_first(found, is_source=is_source)) for title, is_source in _GROUPS),
        waiting=[one for one in found if not one.is_approved],
        in_words=[purpose for purpose in room.workplace.project.purposes if purpose.is_in_words],
        first=_FIRST,
        mine=mine,
        others=others,
        ticked={one.declaration.digest for one in mine} if ticked is None else set(ticked),
        why_not_me=why_not(sight, room, visit),
        once=room.lobby.acts.new(*_covered(visit, found)),
        problem=problem,
        reason=reason,
    )


def _what_waits_first(found: Sequence[DataStands], *, is_source: bool) -> list[DataStands]:
    """The purposes, or the sources: those that wait before those that are approved."""
    return sorted((one for one in found if one.declaration.is_source is is_source), key=lambda one: one.is_approved)


def _covered(visit: Visit, found: Sequence[DataStands]) -> tuple[str, ...]:
    """Who sees a form, and what a signature by it could be about, as it stands."""
    return (visit.binding, "data", *(word for one in found for word in (one.declaration.digest, one.in_words)))


def _place(room: Room, me: str) -> int:
    """Where in the log somebody's last decision on data stands."""
    ledger = room.workplace.promotions.ledger()
    decided = ledger.of_kind(Kind.DATA_DECIDED, before=ledger.size)
    return max(record.sequence for record in decided if peek_data_decision(record.signed).identity == me)
