"""A visit: who stands at the door with this request, and whether the table lets them in.

With accounts, a session cookie says who it is. Behind a proxy that logs people in, its header does, and only beside the secret
that the proxy alone knows. Forms that change something carry a token of the visit, and come from our own pages.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request

from adapters.closed_files import ClosedFile
from review.access import Route, may
from review.accounts import Account
from review.room import Room
from review.sight import Sight, look
from review.tokens import form_token, is_token
from tenure.errors import SpecError

SESSION, VISITOR = "tenure_session", "tenure_visitor"
PROXY_SECRET_HEADER = "x-tenure-proxy"
SHORTEST_PROXY_SECRET = 20


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request's visitor. `binding` is what tokens are bound to: the session, or the person behind a proxy."""

    account: Account | None
    binding: str
    csrf: str
    address: str
    is_by_proxy: bool

    @property
    def person(self) -> Account:
        """The account of a visitor whom the table let in."""
        if self.account is None:
            raise HTTPException(401)
        return self.account

    def may(self, name: str) -> bool:
        """Whether this visitor may use a route."""
        return self.account is not None and may(self.account.role, name)


def admit(route: Route) -> Callable[[Request], Awaitable[None]]:
    """The guard of one route, as the table has it."""

    async def guard(request: Request) -> None:
        visit = current_visit(request)
        if route.roles is not None:
            if visit.account is None:
                raise HTTPException(401)
            if visit.account.role not in route.roles:
                raise HTTPException(403)
        if route.changes_something:
            await _check_form(request, visit)

    return guard


def current_visit(request: Request) -> Visit:
    """Who makes this request, found out once."""
    if getattr(request.state, "visit", None) is None:
        request.state.visit = _visit(request)
    visit: Visit = request.state.visit
    return visit


def current_room(request: Request) -> Room:
    """The room that the app was built for."""
    room: Room = request.app.state.room
    return room


def current_sight(request: Request) -> Sight:
    """The log as this request sees it, opened when it is first asked for."""
    if getattr(request.state, "sight", None) is None:
        request.state.sight = look(current_room(request))
    sight: Sight = request.state.sight
    return sight


InRoom = Annotated[Room, Depends(current_room)]
OfVisit = Annotated[Visit, Depends(current_visit)]
OfLog = Annotated[Sight, Depends(current_sight)]


def proxy_secret(path: Path) -> str:
    """What only the proxy knows.

    Raises
    ------
    SpecError: when there is no such file, it is not closed to others, or it holds less than 20 letters.
    """
    file = ClosedFile(
        path=path, what="the proxy's secret", error=SpecError, if_missing="Correct TENURE_REVIEW_PROXY_SECRET_FILE."
    )
    secret = file.read_text().strip()
    if len(secret) < SHORTEST_PROXY_SECRET or not secret.isascii():
        raise SpecError(f"The proxy's secret at {path} needs at least {SHORTEST_PROXY_SECRET} plain letters. Make a longer one.")
    return secret


def _visit(request: Request) -> Visit:
    """Who it is."""
    room = current_room(request)
    address = request.client.host if request.client else "unknown"
    if room.proxy is not None:
        account = _named_by_proxy(request, room)
        binding = f"proxy {account.name}" if account else ""
    else:
        token = request.cookies.get(SESSION, "")
        account = room.sessions.account(token) if token else None
        # Who has not logged in has a cookie of no meaning, so that nobody can log them in as somebody else.
        binding = f"session {token}" if account else f"visitor {request.cookies.get(VISITOR, '')}"
    csrf = form_token(room.secret, binding)
    return Visit(account=account, binding=binding, csrf=csrf, address=address, is_by_proxy=room.proxy is not None)


def _named_by_proxy(request: Request, room: Room) -> Account | None:
    """The account that the proxy names, if it is the proxy."""
    if room.proxy is None or not is_token(request.headers.get(PROXY_SECRET_HEADER, ""), room.proxy.secret):
        return None
    return room.accounts.find(request.headers.get(room.proxy.header, ""))


async def _check_form(request: Request, visit: Visit) -> None:
    """Refuse a form that is not ours: another site's page, or without the visit's token."""
    origin = request.headers.get("origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    form = await request.form()
    found = form.get("csrf", "")
    if is_foreign or not isinstance(found, str) or not is_token(found, visit.csrf):
        raise HTTPException(403, "This form is not, or no longer, yours: the session ended or the page is old. Open it again.")


def new_visitor() -> str:
    """A cookie of no meaning."""
    return secrets.token_urlsafe(16)
