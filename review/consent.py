"""Consent: how many gave, withdrew or objected, by purpose and over time, and whom models leave out. Counts, never people."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import Request
from starlette.responses import Response

from adapters.tables import SCORES, stage_table
from provenance.consent import open_register
from provenance.consent_seen import Course, courses
from provenance.consent_status import consent_status
from review.figures import Series, over_days
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfVisit
from tenure.consent.rule import ORDER, State, in_words
from tenure.consent.small_cells import in_tens, left_out_told, told
from tenure.specs import Model

_STYLES = {State.GIVEN: "curve", State.NONE: "ideal", State.WITHDRAWN: "plain", State.OBJECTED: "observed"}
_CALLED = {State.NONE: "no record", State.WITHDRAWN: "withdrew"}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One model: its last scored day, and how many of its population were left out, in words."""

    name: str
    title: str
    day: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One purpose: its rule, its counts now, the drawing of its course, and the models that go by it."""

    course: Course
    rule: str
    now: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, tuple[str, ...]], ...]
    drawing: Any
    coverage: tuple[Coverage, ...]


def show_consent(request: Request, room: InRoom, visit: OfVisit) -> Response:
    """Each purpose with its course, or how to declare where consent is told."""
    project = room.workplace.project
    found = [_shown(room, course) for course in _courses(room)] if project.consents is not None else []
    return page(
        request,
        "consent.html",
        visit,
        purposes=found,
        is_declared=project.consents is not None,
        states=[_called(state) for state in ORDER],
    )


def _courses(room: Room) -> tuple[Course, ...]:
    """The courses, counted once for each version of what was said."""
    register = open_register(room.workplace)
    versions = tuple((name, getattr(table, "version", 0)) for name, table in register.tables.items()) if register else ()
    return _counted(_Room(room), versions, room.workplace.today.isoformat())


@dataclass(frozen=True)
class _Room:
    """A room by its company, so that what was counted for one is not shown for another."""

    room: Room

    def __hash__(self) -> int:
        return hash((str(self.room.workplace.settings.home), self.room.workplace.project.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Room) and hash(self) == hash(other)


@lru_cache(maxsize=16)
def _counted(place: _Room, versions: tuple[tuple[str, int], ...], today: str) -> tuple[Course, ...]:
    """The courses as of versions and a day."""
    del versions, today
    return courses(place.room.workplace)


def _shown(room: Room, course: Course) -> Shown:
    """One purpose."""
    workplace = room.workplace
    models = [spec for spec in workplace.project.models if workplace.project.purpose_of(spec) == course.purpose]
    latest = list(zip(course.days, course.counts, strict=True))[::-1]
    return Shown(
        course=course,
        rule=in_words(course.purpose),
        now=tuple((_called(state), told(course.counts[-1][state])) for state in ORDER),
        days=tuple((day.isoformat(), tuple(told(one[state]) for state in ORDER)) for day, one in latest),
        drawing=_drawing(course),
        coverage=tuple(_coverage(room, spec) for spec in models),
    )


def _drawing(course: Course) -> Any:
    """The counts over days, in tens; a few have no point."""
    series = [
        Series(
            name=_called(state),
            style=_STYLES[state],
            points=tuple((day, in_tens(one[state])) for day, one in zip(course.days, course.counts, strict=True)),
        )
        for state in (State.GIVEN, State.NONE, State.WITHDRAWN, State.OBJECTED)
    ]
    last = ", ".join(f"{_called(state)} {told(n)}" for state, n in course.counts[-1].items())
    return over_days(
        series,
        title=f"{course.purpose.name}: customers by how they stand",
        says=f"{len(course.days)} days from {course.days[0]} to {course.days[-1]}; on the last: {last}.",
        write=lambda value: f"{value:,.0f}",
    )


def _coverage(room: Room, spec: Model) -> Coverage:
    """One model's last scored day."""
    days = room.workplace.lake.days(stage_table(spec, SCORES))
    status = consent_status(room.workplace, spec, days[-1]) if days else None
    if not days:
        words = "nothing was scored yet"
    elif status is None:
        words = "scored before consents were declared"
    else:
        words = left_out_told(status.n_left_out, status.n_population)
    return Coverage(name=spec.name, title=spec.title, day=days[-1].isoformat() if days else "", words=words)


def _called(state: State) -> str:
    """A state as people call it."""
    return _CALLED.get(state, state.value)
