"""Tracing: one search, and the walk from a score back to the bytes received. The walk itself is `provenance/trace.py`."""

from datetime import date
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from adapters.tables import SCORES, stage_table
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfVisit
from tenure.errors import TenureError
from tenure.timeline import parse_day


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
    """Walk; a form, so that the customer's key is in no address, history or log."""
    from provenance.trace import trace

    asked = {"model": model, "customer": customer, "day": day}
    found, problem = None, ""
    try:
        found = trace(room.workplace, model, customer.strip(), parse_day(day))
    except TenureError as error:
        problem = str(error)
    status = 404 if problem else 200
    return page(request, "trace.html", visit, status=status, models=_models(room), asked=asked, found=found, problem=problem)


def _models(room: Room) -> list[tuple[str, str, date | None]]:
    """What can be traced: each model, its title, and its last scored day."""
    found = []
    for spec in room.workplace.project.models:
        days = room.workplace.lake.days(stage_table(spec, SCORES))
        found.append((spec.name, spec.title, days[-1] if days else None))
    return found
