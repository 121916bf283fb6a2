"""Tracing: why a customer had a score, and below it the proof, each step taken while the page is read.

The answer and the steps are `provenance/`; here they are put on a page that is sent as it comes about.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Request
from starlette.responses import Response, StreamingResponse

from adapters.tables import SCORES, stage_table
from home.looked_up import note_look
from home.pseudonyms import id_in_lake
from provenance.step import Step
from review.rendering import page, pieces
from review.room import Room
from review.visit import InRoom, OfVisit
from tenure.errors import TenureError
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from provenance.answer import Answer

_CARD = "; its card: "
# A proxy that keeps an answer until it is whole would show no progress.
_AS_IT_COMES = {"X-Accel-Buffering": "no"}


def show_trace(request: Request, room: InRoom, visit: OfVisit) -> Response:
    """The search alone."""
    return page(request, "trace.html", visit, models=_models(room), asked=None, found=None, problem="")


def trace_score(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    model: Annotated[str, Form(max_length=100)],
    customer: Annotated[str, Form(max_length=200)],
    day: Annotated[str, Form(max_length=10)],
) -> Response:
    """Answer, then walk; a form, so that the customer's key is in no address, history or log."""
    from provenance.answer import answer

    asked = {"model": model, "customer": customer, "day": day}
    try:
        person = id_in_lake(room.workplace, customer.strip())
        asked["customer"] = customer if person == customer.strip() else person
        note_look(room.workplace, "the trace page", person, by=visit.person.name)
        found = answer(room.workplace, model, person, parse_day(day))
    except TenureError as error:
        shown = {"models": _models(room), "asked": asked, "found": None, "problem": str(error)}
        return page(request, "trace.html", visit, status=404, **shown)
    score, reasons, served = found.sentences
    done: list[Step] = []
    content = pieces(
        request,
        "trace.html",
        visit,
        models=_models(room),
        asked=asked,
        found=found,
        problem="",
        sentences=(score, reasons, served.partition(_CARD)[0].rstrip(".") + "."),
        package=_package(found),
        n_steps=len(found.steps_to_take),
        taken=_taken(found, done),
        done=done,
    )
    return StreamingResponse(content, media_type="text/html; charset=utf-8", headers=_AS_IT_COMES)


def _taken(found: "Answer", done: list[Step]) -> Iterator[Step]:
    """Each step as it is taken; `done` keeps them."""
    for take in found.steps_to_take:
        done.append(take())
        yield done[-1]


def _package(found: "Answer") -> str:
    """The package that served; empty where the log does not say."""
    try:
        return found.delivered.promoted[1].subject.package_digest
    except TenureError:
        return ""


def _models(room: Room) -> list[tuple[str, str, date | None]]:
    """What can be traced: each model, its title, and its last scored day."""
    found = []
    for spec in room.workplace.project.models:
        days = room.workplace.lake.days(stage_table(spec, SCORES))
        found.append((spec.name, spec.title, days[-1] if days else None))
    return found
