"""The access audit: a page for each month on who could look people up and who did, which an auditor signs once it is over."""

from typing import Annotated

from fastapi import BackgroundTasks, Form, HTTPException, Request
from starlette.responses import Response

from adapters.alerts import AlertKind
from governance.records.trust_root import Role
from home.access_audit import AccessAudit
from home.audited_months import Month, Shown, keep, months, shown_of
from home.sight import Sight
from review.acting import OUT_OF_DATE, Act, act_once
from review.lookers import accounts_told
from review.rendering import page
from review.room import Room
from review.signing import own_key
from review.visit import InRoom, OfLog, OfVisit, Visit

# Months that stand in one row; those before are folded away.
SHOWN = 6


def show_access(request: Request, room: InRoom, visit: OfVisit, sight: OfLog, month: str = "") -> Response:
    """A month: by default the newest that waits for a signature, else the newest that is over, else the present one."""
    known = months(room.workplace)
    return _page(request, room, visit, sight, known, _find(known, month))


def sign_access(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    month: Annotated[str, Form(max_length=7)],
    remark: Annotated[str, Form(max_length=2000)] = "",
    passphrase: Annotated[str, Form(max_length=500)] = "",
    once: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Sign a month's audit as the page shows it, and append that to the log; answers with its receipt."""
    known = months(room.workplace)
    one = _find(known, month)
    shown = _shown(room, one)

    def problem() -> str:
        if why := why_not(sight, room, visit):
            return why
        return "" if room.lobby.acts.is_current(once, *_covered(visit, shown.audit)) else OUT_OF_DATE

    def signed() -> Act:
        me, key = visit.person.staff_id, own_key(room, visit, passphrase)
        keep(room.workplace, shown.audit)
        doors = room.workplace.promotions
        doors.sign_access_audit(month, shown.audit.digest, remark, staff_id=me, key=key)
        place = max(record.sequence for record, each in doors.access_audits() if each.identity == me)
        said = f": {remark.strip()}" if remark.strip() else ""
        return Act(place=place, kind=AlertKind.DECIDED, model="access", message=f"{me} signed the access audit of {month}{said}")

    return act_once(
        room, once, later,
        problem=problem,
        act=signed,
        refused=lambda why: _page(request, room, visit, sight, known, one, problem=why, remark=remark),
    )  # fmt: skip


def why_not(sight: Sight, room: Room, visit: Visit) -> str:
    """Why this visitor cannot sign here, in words; empty when they can."""
    named = sight.entitled([Role.AUDITOR])
    if not named:
        return (
            "The trust root names no auditor, so nobody can sign. The person makes a key (tenure keys new STAFF_ID), and the "
            "holders of the root keys add it: tenure trust add-auditor."
        )
    able = named & frozenset(room.lobby.keys.names())
    if visit.may("sign_access") and visit.person.staff_id in able:
        return ""
    who = (
        f"Here that is {', '.join(sorted(able))}."
        if able
        else f"The trust root names {', '.join(sorted(named))}; no key of theirs is kept here."
    )
    return f"Auditors sign the access audit. {who}"


def _shown(room: Room, one: Month) -> Shown:
    """What the page shows of a month."""
    return shown_of(room.workplace, one, accounts_told(room.lobby.accounts, room.company))


def _find(known: tuple[Month, ...], month: str) -> Month:
    """The month that is asked for; without one where somebody should look first."""
    if not month:
        due = [one for one in known if one.is_due]
        over = [one for one in known if one.is_over]
        return (due or over or list(known))[0]
    found = next((one for one in known if one.month == month), None)
    if found is None:
        raise HTTPException(404, f"There is nothing to audit of {month[:7]!r}. Choose a month of the list.")
    return found


def _page(
    request: Request,
    room: Room,
    visit: Visit,
    sight: Sight,
    known: tuple[Month, ...],
    one: Month,
    *,
    problem: str = "",
    remark: str = "",
) -> Response:
    """Render the page; after a refusal with what was wrong, and what was typed."""
    shown = _shown(room, one)
    me = (visit.person.staff_id, shown.audit.digest)
    return page(
        request,
        "access.html",
        visit,
        status=409 if problem else 200,
        months=known,
        shown_months=SHOWN,
        late_before=sum(each.overdue_since is not None for each in known[SHOWN:]),
        one=one,
        audit=shown.audit,
        signed=shown.signed,
        faults=shown.faults,
        why_not_me=why_not(sight, room, visit),
        has_signed=me in {(each.identity, each.digest) for _, each in one.signed},
        once=room.lobby.acts.new(*_covered(visit, shown.audit)),
        problem=problem,
        remark=remark,
    )


def _covered(visit: Visit, audit: AccessAudit) -> tuple[str, ...]:
    """Who sees a form, and what a signature by it would cover."""
    return (visit.binding, "access", audit.month, audit.digest)
