"""A visit: who stands at the door with this request, and whether the table lets them in.

With accounts, a session cookie says who it is. Behind a proxy that logs people in, its header does, and only beside the secret
that the proxy alone knows. Forms that change something carry a token of the visit, and come from our own pages. The token ends
with the session; behind a proxy, where nothing says when that is, after twelve to twenty-four hours.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from home.sight import Sight, look
from review.access import RoomRole, Route, may
from review.accounts import Account
from review.proxy import named_by_proxy
from review.room import Lobby, Room
from review.tokens import form_token, is_token
from review.uses import note_use

SESSION, VISITOR = "tenure_session", "tenure_visitor"
# As long as a session at most; the form of the stretch before counts too, so that none ends under one's hands.
PROXY_FORM_LASTS = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request's visitor. `binding` is what tokens are bound to: the session, or the person behind a proxy.

    `role` is the account's in the company whose page it is; None on pages of the home, and where it has none. `csrf` is the token
    of forms shown now; `csrf_before` one that still counts. `why_nobody` says what a proxy's headers lacked.
    """

    account: Account | None
    role: RoomRole | None
    binding: str
    csrf: str
    csrf_before: str
    address: str
    is_by_proxy: bool
    why_nobody: str = ""

    @property
    def person(self) -> Account:
        """The account of a visitor whom the table let in."""
        if self.account is None:
            raise HTTPException(401)
        return self.account

    def in_company(self, company: str) -> "Visit":
        """The same visitor, in a company."""
        return replace(self, role=self.person.role_in(company))

    def may(self, name: str) -> bool:
        """Whether this visitor may use a route of the company whose page it is."""
        return self.role is not None and may(self.role, name)


NOBODY = Visit(account=None, role=None, binding="", csrf="", csrf_before="", address="", is_by_proxy=False)


def admit(route: Route) -> Callable[[Request], Awaitable[None]]:
    """The guard of one route, as the table has it."""

    async def guard(request: Request) -> None:
        visit = current_visit(request)
        if route.roles is not None:
            if visit.account is None:
                raise HTTPException(401, visit.why_nobody or None)
            if route.is_of_company:
                _check_role(request, visit, route)
        if route.changes_something:
            # Who logs in proves that the login page was theirs, also in a second tab, after having logged in by the first.
            also = as_visitor(request, visit).csrf if route.roles is None else visit.csrf_before
            await _check_form(request, (visit.csrf, also))

    return guard


def current_visit(request: Request) -> Visit:
    """Who makes this request, found out once.

    Raises
    ------
    AccountError: the first time it is asked, when the visitor's account cannot be used; from then on it is nobody.
    """
    if getattr(request.state, "visit", None) is None:
        request.state.visit = NOBODY
        request.state.visit = _visit(request)
    visit: Visit = request.state.visit
    return visit


def _check_role(request: Request, visit: Visit, route: Route) -> None:
    """Refuse whom the table does not admit; a company that somebody may not enter is none to them."""
    named = request.path_params["company"]
    lobby = current_lobby(request)
    if visit.role is None or named not in lobby.companies_of(visit.person):
        raise HTTPException(404, f"There is no company {named[:64]!r} here that you may enter. Start from the first page.")
    if route.roles is not None and visit.role not in route.roles:
        raise HTTPException(403)
    if why := lobby.home.refused.get(named):
        raise HTTPException(503, why)


def current_lobby(request: Request) -> Lobby:
    """What the app was built for."""
    lobby: Lobby = request.app.state.lobby
    return lobby


def current_room(request: Request) -> Room | None:
    """The room of the company whose page is asked for; None on pages of the home, and where there is no such company."""
    return current_lobby(request).rooms.get(request.path_params.get("company", ""))


def _room_of(request: Request, company: str) -> Room:
    """The room of a company, once the table let the visitor into it."""
    return current_lobby(request).rooms[company]


def current_sight(request: Request) -> Sight | None:
    """The log as this request sees it, opened when it is first asked for; None in a home without a company that can be loaded."""
    if getattr(request.state, "sight", None) is None:
        room = current_room(request)
        workplace = room.workplace if room else current_lobby(request).home.any_one
        request.state.sight = look(workplace) if workplace else None
    sight: Sight | None = request.state.sight
    return sight


def _sight_of(request: Request) -> Sight:
    """The log as the company whose page it is sees it."""
    sight = current_sight(request)
    assert sight is not None  # noqa: S101 - a company's page has its workplace
    return sight


InLobby = Annotated[Lobby, Depends(current_lobby)]
InRoom = Annotated[Room, Depends(_room_of)]
OfVisit = Annotated[Visit, Depends(current_visit)]
OfLog = Annotated[Sight, Depends(_sight_of)]


def _visit(request: Request) -> Visit:
    """Who it is."""
    lobby = current_lobby(request)
    address = request.client.host if request.client else "unknown"
    by_proxy, why_nobody = lobby.proxy is not None, ""
    if lobby.proxy is not None:
        named = named_by_proxy(request.headers, lobby.proxy, lobby.accounts)
        account, why_nobody = (None, named) if isinstance(named, str) else (named, "")
        binding = f"proxy {account.name}" if account else ""
        if account:
            note_use(lobby.accounts.path, account.name, lobby.now().timestamp())
    else:
        token = request.cookies.get(SESSION, "")
        account = lobby.sessions.account(token) if token else None
        binding = f"session {token}" if account else _visitor(request.cookies.get(VISITOR, ""))
    csrf, csrf_before = _form_tokens(lobby, binding)
    company = request.path_params.get("company")
    return Visit(
        account=account,
        role=account.role_in(company) if account and company else None,
        binding=binding,
        csrf=csrf,
        csrf_before=csrf_before,
        address=address,
        is_by_proxy=by_proxy,
        why_nobody=why_nobody,
    )


def as_visitor(request: Request, visit: Visit, cookie: str | None = None) -> Visit:
    """The visit as that of somebody at the login page.

    Its forms are bound to a cookie of no meaning, so that nobody can log them in as somebody else.
    """
    token = form_token(current_lobby(request).secret, _visitor(request.cookies.get(VISITOR, "") if cookie is None else cookie))
    return replace(visit, csrf=token, csrf_before=token)


def _visitor(cookie: str) -> str:
    """To what the forms of somebody who has not logged in are bound."""
    return f"visitor {cookie}"


def _form_tokens(lobby: Lobby, binding: str) -> tuple[str, str]:
    """The token of forms shown now, and the one before it: the same with sessions, which end by themselves."""
    if lobby.proxy is None:
        return form_token(lobby.secret, binding), form_token(lobby.secret, binding)
    stretch = int(lobby.now().timestamp() // PROXY_FORM_LASTS.total_seconds())
    return form_token(lobby.secret, f"{binding} {stretch}"), form_token(lobby.secret, f"{binding} {stretch - 1}")


async def _check_form(request: Request, tokens: tuple[str, str]) -> None:
    """Refuse a form that is no text, or is not ours: another site's page, or without one of the visit's tokens."""
    form = await request.form()
    if not all(_is_text(value) for value in (*form.keys(), *form.values()) if isinstance(value, str)):
        raise HTTPException(400, "This form holds letters that no text has. Write it again, or send it as UTF-8.")
    found = form.get("csrf", "")
    is_own = isinstance(found, str) and any(is_token(found, token) for token in tokens)
    if why := current_lobby(request).doorway.refuses_origin(request.headers.get("origin"), request.headers.get("host", "")):
        raise HTTPException(403, why)
    if not is_own:
        raise HTTPException(403, "This form is not, or no longer, yours: the session ended or the page is old. Open it again.")


def _is_text(value: str) -> bool:
    """Whether letters can be written as UTF-8: halves of letters, which some encodings make, cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def new_visitor() -> str:
    """A cookie of no meaning."""
    return secrets.token_urlsafe(16)
