"""The first page of a company: does anything need me? Then one line per model."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from governance.records.request import ROLES_OF, Asked
from governance.records.trust_root import Role
from governance.rules.exceptions import ExceptionStands
from governance.rules.exceptions import State as ExceptionState
from home.candidates import State
from home.sight import Sight
from review.alarms import Alarm, alarms
from review.exceptions import why_not
from review.figures import spark
from review.purposes import to_approve
from review.purposes import why_not as why_not_of_data
from review.rendering import page
from review.room import Room
from review.standings import Overview, Waiting, overview
from review.talk import OpenThread, open_threads
from review.visit import InRoom, OfLog, OfVisit, Visit
from review.vitals import Vitals, vitals
from tenure.drift_alarm import ALARM_RULE

_SPARK_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Needs:
    """A company's models, and what in it needs somebody: `mine` waits for this visitor, `others` for other people.

    `exceptions` are those that are proposed, `to_sign` those of them that wait for this visitor.
    """

    models: tuple[Vitals, ...]
    seen: Overview
    mine: tuple[Waiting, ...]
    others: tuple[Waiting, ...]
    exceptions: tuple[ExceptionStands, ...]
    to_sign: tuple[ExceptionStands, ...]
    data: tuple[str, ...]
    asked: tuple[OpenThread, ...]
    alarms: tuple[Alarm, ...]
    no_alarms: str

    @property
    def overdue(self) -> tuple[Vitals, ...]:
        """Models whose review is overdue."""
        return tuple(one for one in self.models if one.is_overdue)

    @property
    def soon(self) -> tuple[Vitals, ...]:
        """Models whose review is due soon."""
        return tuple(one for one in self.models if one.is_due_soon)


def read_needs(room: Room, sight: Sight, visit: Visit) -> Needs:
    """What needs somebody in a company, as a visitor finds it."""
    found = tuple(vitals(sight, spec) for spec in room.workplace.project.models)
    seen, (alarmed, no_alarms) = overview(sight), alarms(room, found)
    mine = tuple(one for one in seen.waiting if _needs(room, sight, one, visit))
    proposed = tuple(one for spec in found for one in sight.exceptions(spec.spec.name) if one.state is ExceptionState.PROPOSED)
    me = visit.person.staff_id
    return Needs(
        models=found,
        exceptions=proposed,
        to_sign=tuple(one for one in proposed if me not in one.signed_by and not why_not(sight, room, visit, one)),
        seen=seen,
        mine=mine,
        others=tuple(one for one in seen.waiting if one not in mine),
        data=_data_to_approve(sight, room, visit),
        asked=open_threads(room, _talked_about(found, seen)),
        alarms=alarmed,
        no_alarms=no_alarms,
    )


def _data_to_approve(sight: Sight, room: Room, visit: Visit) -> tuple[str, ...]:
    """Purposes and sources that wait for this visitor's signature."""
    found = [] if why_not_of_data(sight, room, visit) else to_approve(sight, visit)
    return tuple(one.declaration.called for one in found if not one.is_approved)


def show_models(request: Request, room: InRoom, visit: OfVisit, sight: OfLog) -> Response:
    """The first page of a company."""
    needs = read_needs(room, sight, visit)
    return page(
        request,
        "models.html",
        visit,
        needs=needs,
        models=[(one, _spark(one)) for one in needs.models],
        refused=needs.seen.of(State.REFUSED),
        rejected=needs.seen.of(State.REJECTED),
        drafts=needs.seen.of(State.DRAFT),
        unreadable=needs.seen.of(State.UNREADABLE),
        has_trust_root=sight.ledger is not None,
    )


def _talked_about(found: tuple[Vitals, ...], seen: Overview) -> list[tuple[str, str]]:
    """The packages whose open questions concern people now: what serves, and what came after it."""
    serving = [(one.spec.name, one.record.package_digest) for one in found if one.record]
    return [*serving, *((queue.model, one.digest) for queue in seen.queues for one in queue.kept)]


def _needs(room: Room, sight: Sight, one: Waiting, visit: Visit) -> bool:
    """Whether it is this visitor who is waited for."""
    me, keys = visit.person.staff_id, room.lobby.keys.names()
    if one.votes.is_ready:
        return visit.may("promote") and me in keys and me in sight.entitled(ROLES_OF[Asked.PROMOTE])
    is_able = visit.may("decide") and me in keys and me in sight.entitled([Role.REVIEWER])
    return is_able and me not in {*one.votes.approved, *one.votes.rejected, *one.barred}


def _spark(one: Vitals) -> Any:
    """What the verdict on drift is about, over the last days."""
    what, points = one.moved_most
    if not points:
        return ""
    points, limit = points[-_SPARK_DAYS:], ALARM_RULE.limit
    says = f"{len(points)} days to {points[-1][0]}, the last at {points[-1][1]:.2f}; the dashed line is the limit, {limit:g}."
    return spark(points, limit=limit, title=f"PSI of {what}, {one.spec.name}", says=says)
