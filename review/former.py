"""Addresses of before a room held several companies, which lead to the page as it is named now.

Alerts, the catalogue, Dagster and bookmarks hold them. A package or a model says whose it is; where nothing does, and the visitor
may enter several companies, the first page asks.
"""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from review.addresses import address
from review.room import Room
from review.visit import InLobby, OfVisit
from tenure.errors import PromotionError


def lead_to_candidate(request: Request, lobby: InLobby, visit: OfVisit, digest: str) -> Response:
    """The page of a package."""
    mine = lobby.companies_of(visit.person)
    keeping = [name for name in mine if name in lobby.rooms and _keeps(lobby.rooms[name], digest)]
    return _lead(request, keeping or mine, "show_candidate", digest=digest)


def lead_to_model(request: Request, lobby: InLobby, visit: OfVisit, model: str) -> Response:
    """The page of a model."""
    mine = lobby.companies_of(visit.person)
    having = [name for name in mine if name in lobby.rooms and _has(lobby.rooms[name], model)]
    return _lead(request, having or mine, "show_model", model=model)


def lead_to_record(request: Request, lobby: InLobby, visit: OfVisit, sequence: int) -> Response:
    """The page of a record."""
    return _lead(request, lobby.companies_of(visit.person), "show_record", sequence=sequence)


def lead_to_portfolio(request: Request, lobby: InLobby, visit: OfVisit) -> Response:
    """The portfolio."""
    return _lead(request, lobby.companies_of(visit.person), "show_portfolio")


def lead_to_log(request: Request, lobby: InLobby, visit: OfVisit) -> Response:
    """The log."""
    return _lead(request, lobby.companies_of(visit.person), "show_log")


def lead_to_trace(request: Request, lobby: InLobby, visit: OfVisit) -> Response:
    """The search of a score."""
    return _lead(request, lobby.companies_of(visit.person), "show_trace")


def lead_to_data(request: Request, lobby: InLobby, visit: OfVisit) -> Response:
    """The sources."""
    return _lead(request, lobby.companies_of(visit.person), "show_data")


def _lead(request: Request, among: Sequence[str], name: str, **given: object) -> Response:
    """To a company's page, where only one can be meant; else to the first page."""
    if len(among) != 1:
        return RedirectResponse(address("show_companies"), status_code=303)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(address(name, company=among[0], **given) + query, status_code=303)


def _keeps(room: Room, digest: str) -> bool:
    """Whether a package is this company's."""
    try:
        return room.workplace.packages.find(digest).project == room.company
    except PromotionError:
        return False


def _has(room: Room, model: str) -> bool:
    """Whether a company has a model of that name."""
    return any(spec.name == model for spec in room.workplace.project.models)
