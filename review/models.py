"""The first page: does anything need me? Then one line per model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from adapters.alerts import Alert, AlertKind, FileSink
from review.figures import spark
from review.rendering import page
from review.room import Room
from review.standings import Waiting, waiting
from review.visit import InRoom, OfLog, OfVisit, Visit
from review.vitals import Vitals, vitals
from tenure.drift import ALARM_RULE

ALARMS_FOR = timedelta(days=14)
_MOST_ALARMS = 8
_SPARK_DAYS = 30
# What people did is in the log; an alarm is what nobody did.
_NO_ALARMS = {AlertKind.CANDIDATE_WAITS, AlertKind.DECIDED, AlertKind.PROMOTED}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Alerts of one kind about one thing: the newest, and how many there were."""

    newest: Alert
    n: int


def show_models(request: Request, room: InRoom, visit: OfVisit, sight: OfLog) -> Response:
    """The first page."""
    found = [vitals(sight, spec) for spec in room.workplace.project.models]
    waits, alarmed = waiting(sight), [one for one in found if one.is_alarmed]
    return page(
        request,
        "models.html",
        visit,
        models=[(one, _spark(one)) for one in found],
        mine=[one for one in waits if _needs(one, visit)],
        others=[one for one in waits if not _needs(one, visit)],
        # Drift that lasts is said once, as it stands now.
        alarms=[a for a in alarms(room) if a.newest.kind is not AlertKind.DRIFT or a.newest.subject not in _names(alarmed)],
        alarmed=alarmed,
        overdue=[one for one in found if one.is_overdue],
        soon=[one for one in found if one.is_due_soon],
        has_trust_root=sight.ledger is not None,
        now=room.now(),
    )


def alarms(room: Room) -> tuple[Alarm, ...]:
    """Alarms of the last fortnight in the file, newest first; alike ones once."""
    since = room.now() - ALARMS_FOR
    recent = [a for a in FileSink(room.workplace.settings.home).alerts() if a.at >= since and a.project == room.project]
    alike: dict[tuple[str, str], list[Alert]] = {}
    for alert in reversed(recent):
        if alert.kind not in _NO_ALARMS:
            alike.setdefault((alert.kind, alert.subject), []).append(alert)
    return tuple(Alarm(newest=same[0], n=len(same)) for same in alike.values())[:_MOST_ALARMS]


def _names(found: Sequence[Vitals]) -> set[str]:
    """The models' names."""
    return {one.spec.name for one in found}


def _needs(one: Waiting, visit: Visit) -> bool:
    """Whether it is this visitor who is waited for."""
    me = visit.person
    if one.votes.is_ready:
        return visit.may("promote")
    return visit.may("decide") and me.staff_id not in {*one.votes.approved, *one.votes.rejected, *one.trainers}


def _spark(one: Vitals) -> Any:
    """How far the scores lie from training, over the last days."""
    points = [(m.day, m.score_psi) for m in one.measures[-_SPARK_DAYS:]]
    if not points:
        return ""
    limit, (day, last) = ALARM_RULE.limit, points[-1]
    says = f"{len(points)} days to {day}, the last at {last:.2f}; the dashed line is the limit, {limit:g}."
    return spark(points, limit=limit, title=f"Drift of the scores of {one.spec.name}", says=says)
