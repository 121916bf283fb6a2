"""Alarms: what nobody did and somebody should know, in plain words, with its day, where to look, and who has seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.alerts import Alert, AlertKind, FileSink
from home.notes import Note, NoteKind
from review.drift import drawn_days
from review.room import Room
from review.visit import InRoom, OfVisit
from review.vitals import Vitals
from tenure.errors import TenureError

ALARMS_FOR = timedelta(days=14)
MOST_ALARMS = 8
# What people did is in the log; an alarm is what nobody did.
_NO_ALARMS = {AlertKind.CANDIDATE_WAITS, AlertKind.DECIDED, AlertKind.PROMOTED, AlertKind.ASKED}
_TITLES = {
    AlertKind.RUN_FAILED: "A run failed",
    AlertKind.DAY_WITHHELD: "A day is withheld",
    AlertKind.DRIFT: "Inputs have moved",
    AlertKind.MODEL_TOO_OLD: "A model is old",
    AlertKind.EXCEPTION_ENDS: "An exception ends",
    AlertKind.AUDIT_OVERDUE: "An access audit is overdue",
    AlertKind.NOT_RECONCILED: "MLflow and the log differ",
    AlertKind.NOT_DELIVERED: "An alert reached nobody",
}
_PLACES = {
    AlertKind.DAY_WITHHELD: ("show_data", "#days"),
    AlertKind.DRIFT: ("show_model", "#drift"),
    AlertKind.MODEL_TOO_OLD: ("show_model", ""),
    AlertKind.EXCEPTION_ENDS: ("show_model", "#exceptions"),
    AlertKind.NOT_RECONCILED: ("show_model", "#history"),
}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Alerts of one kind about one thing: what happened in words, the newest and how many there were, and where to look.

    `name` tells it from other alarms; `seen` is who has seen it since it last came. `drawn` are the days of a model that drifts
    that Evidently drew, with their pages, newest first.
    """

    name: str
    title: str
    about: str
    says: str
    at: datetime
    n: int
    link: str
    seen: Note | None
    drawn: tuple[tuple[date, str], ...] = ()


def alarms(room: Room, found: tuple[Vitals, ...]) -> tuple[tuple[Alarm, ...], str]:
    """Alarms of the last fortnight, those first that nobody has seen; and why they cannot be read, if so.

    Drift is said as it stands now: an alarm about a model that no longer drifts is over.
    """
    try:
        told, seen = _recent(room), room.lobby.notes.seen()
    except TenureError as error:
        return (), str(error)
    except (OSError, ValueError, TypeError) as error:
        wrong = (
            f"The file of alerts holds lines that are none ({type(error).__name__}). Restore it from a backup, or move it away."
        )
        return (), wrong
    drifting = {one.spec.name: one for one in found if one.is_alarmed}
    alike: dict[tuple[AlertKind, str], list[Alert]] = {}
    for alert in reversed(told):
        if alert.kind is not AlertKind.DRIFT or alert.subject in drifting:
            alike.setdefault((alert.kind, alert.subject), []).append(alert)
    for name, one in drifting.items():
        alike.setdefault((AlertKind.DRIFT, name), [_untold(room, one)])
    made = [_alarm(room, same, drifting, seen) for same in alike.values()]
    unseen_first = sorted(made, key=lambda one: one.seen is not None)
    return tuple(unseen_first[:MOST_ALARMS]), ""


def acknowledge(room: InRoom, visit: OfVisit, name: Annotated[str, Form(max_length=200)]) -> Response:
    """Note that somebody has seen an alarm; it stands back until it comes again."""
    room.lobby.notes.add(NoteKind.SEEN, _noted(room, name), "", by=visit.person.staff_id)
    return RedirectResponse(f"{room.to('show_models')}#alarms", status_code=303)


def _noted(room: Room, name: str) -> str:
    """The name under which the home notes that an alarm was seen: of one company, whatever another calls its models."""
    return f"{room.company}: {name}"


def _recent(room: Room) -> list[Alert]:
    """What the file holds of this project and the last fortnight that nobody did."""
    since = room.lobby.now() - ALARMS_FOR
    kept = FileSink(room.workplace.settings.home).alerts()
    return [a for a in kept if a.at >= since and a.project == room.company and a.kind not in _NO_ALARMS]


def _alarm(room: Room, same: list[Alert], drifting: Mapping[str, Vitals], seen: Mapping[str, Note]) -> Alarm:
    """Alerts of one kind about one thing, newest first, as one alarm."""
    newest = same[0]
    is_drift = newest.kind is AlertKind.DRIFT
    says = drifting[newest.subject].drift_in_words if is_drift else newest.message
    return Alarm(
        name=f"{newest.kind.value} {newest.subject}",
        title=_TITLES.get(newest.kind, newest.kind.value),
        about=_plain_name(room, newest.subject),
        says=says,
        at=newest.at,
        n=len(same),
        link=_place(room, newest),
        seen=_since(seen, _noted(room, f"{newest.kind.value} {newest.subject}"), newest.at),
        drawn=_drawn(room, drifting[newest.subject]) if is_drift else (),
    )


def _place(room: Room, alert: Alert) -> str:
    """Where to look; empty where there is no page for it."""
    if alert.kind not in _PLACES:
        return ""
    name, part = _PLACES[alert.kind]
    return room.to(name, **({"model": alert.subject} if name == "show_model" else {})) + part


def _untold(room: Room, one: Vitals) -> Alert:
    """The alert about a model that drifts, of which none was kept."""
    at = datetime.combine(one.measures[-1].day, datetime.min.time(), tzinfo=one.now.tzinfo)
    return Alert(kind=AlertKind.DRIFT, project=room.company, subject=one.spec.name, message=one.drift_in_words, at=at)


def _drawn(room: Room, one: Vitals) -> tuple[tuple[date, str], ...]:
    """The pages of a model that drifts."""
    return drawn_days(room.workplace, one.spec.name, one.record.version) if one.record else ()


def _since(seen: Mapping[str, Note], name: str, at: datetime) -> Note | None:
    """Who has seen an alarm since it last came."""
    note = seen.get(name)
    return note if note is not None and note.at >= at else None


def _plain_name(room: Room, subject: str) -> str:
    """What an alert is about, as people call it."""
    project = room.workplace.project
    titles = {spec.name: spec.title for spec in project.models} | {source.name: source.title for source in project.sources}
    return titles.get(subject, subject)
