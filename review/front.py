"""The front page of a home: its companies, and what waits in each. Whoever may enter only one is led to it."""

from dataclasses import dataclass
from datetime import date

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from home.sight import look
from review.addresses import address
from review.models import read_needs
from review.rendering import page
from review.room import Lobby
from review.visit import InLobby, OfVisit, Visit
from tenure.errors import TenureError


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One company: how much waits there, and for whom; `why` says why it cannot be shown, if so."""

    name: str
    title: str
    role: str
    n_models: int = 0
    n_serving: int = 0
    n_mine: int = 0
    n_others: int = 0
    n_alarms: int = 0
    n_asked: int = 0
    n_due: int = 0
    last_scored: date | None = None
    why: str = ""


def show_companies(request: Request, lobby: InLobby, visit: OfVisit) -> Response:
    """Every company that the visitor may enter, those first where something waits for them."""
    mine = lobby.companies_of(visit.person)
    if len(mine) == 1:
        return RedirectResponse(address("show_models", company=mine[0]), status_code=303)
    found = sorted((_entry(lobby, name, visit) for name in mine), key=lambda one: (-one.n_mine, one.title))
    return page(request, "companies.html", visit, entries=found)


def _entry(lobby: Lobby, name: str, visit: Visit) -> Entry:
    """One company, as this visitor finds it; what is wrong with one is said of it, and hides no other."""
    role = visit.person.role_in(name)
    title, said = lobby.title(name), role.value if role else ""
    if name not in lobby.rooms:
        return Entry(name=name, title=title, role=said, why=lobby.home.refused[name])
    room = lobby.rooms[name]
    try:
        found = read_needs(room, look(room.workplace), visit.in_company(name))
    except TenureError as error:
        return Entry(name=name, title=title, role=said, why=str(error))
    scored = [one.last_scored for one in found.models if one.last_scored]
    return Entry(
        name=name,
        title=title,
        role=said,
        n_models=len(found.models),
        n_serving=sum(one.age_days is not None for one in found.models),
        n_mine=len(found.mine) + len(found.to_sign),
        n_others=len(found.others) + len(found.exceptions) - len(found.to_sign),
        n_alarms=sum(not one.seen for one in found.alarms),
        n_asked=len(found.asked),
        n_due=len(found.overdue) + len(found.soon),
        last_scored=max(scored, default=None),
    )
