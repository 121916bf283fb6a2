"""The entrance: logging in and out, and one's own password.

Attempts from a browser in which the person was let in before are counted for themselves. Behind a proxy everybody comes from one
address, and a stranger's attempts would stop the person; a cookie tells the two apart, and opens nothing.
"""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from review.addresses import address
from review.attempts import KNOWN_FOR
from review.rendering import page
from review.room import Lobby
from review.tokens import browser_token, is_token
from review.visit import SESSION, VISITOR, InLobby, OfVisit, Visit, as_visitor, new_visitor
from tenure.errors import AccountError, TooManyAttemptsError

KNOWN = "tenure_known"
Word = Annotated[str, Form(max_length=200)]


def show_login(request: Request, visit: OfVisit, next: str = "/") -> Response:
    """The login page; who is in already goes on."""
    if visit.account is not None:
        return RedirectResponse(_inside(next), status_code=303)
    visitor = request.cookies.get(VISITOR) or new_visitor()
    shown = page(request, "login.html", as_visitor(request, visit, visitor), wanted=_inside(next), problem="", name="")
    _set(request, shown, VISITOR, visitor)
    return shown


def log_in(
    request: Request,
    lobby: InLobby,
    visit: OfVisit,
    name: Word,
    password: Word,
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Open a session."""
    try:
        account = lobby.accounts.check(name, password, address=_place(request, lobby, visit, name))
    except AccountError as error:
        status = 429 if isinstance(error, TooManyAttemptsError) else 400
        visitor = as_visitor(request, visit)
        return page(request, "login.html", visitor, status=status, wanted=_inside(next), problem=str(error), name=name)
    # One browser, one session: logging in again, in a second tab or as somebody else, ends the one before.
    lobby.sessions.close(request.cookies.get(SESSION, ""))
    answer = RedirectResponse(_inside(next), status_code=303)
    _set(request, answer, SESSION, lobby.sessions.open(account))
    browser = _browser(request, lobby, name) or secrets.token_urlsafe(16)
    lobby.accounts.remember(name, _counted(browser))
    _set(request, answer, KNOWN, f"{browser}.{browser_token(lobby.secret, name, browser)}", until=lobby.now() + KNOWN_FOR)
    return answer


def log_out(request: Request, lobby: InLobby) -> Response:
    """End the session."""
    lobby.sessions.close(request.cookies.get(SESSION, ""))
    answer = RedirectResponse(address("show_login"), status_code=303)
    answer.delete_cookie(SESSION, path="/", httponly=True, samesite="lax")
    return answer


def show_account(request: Request, visit: OfVisit) -> Response:
    """One's own account."""
    return page(request, "account.html", visit, problem="")


def change_password(request: Request, lobby: InLobby, visit: OfVisit, old: Word, new: Word) -> Response:
    """Replace one's own password; every session of the account ends, this one too."""
    try:
        me = visit.person.name
        lobby.accounts.change_password(me, old, new, address=_place(request, lobby, visit, me))
    except AccountError as error:
        return page(request, "account.html", visit, status=400, problem=str(error))
    return RedirectResponse(address("show_login"), status_code=303)


def _place(request: Request, lobby: Lobby, visit: Visit, name: str) -> str:
    """Where an attempt at a name comes from: the browser in which that person was let in before, otherwise the address."""
    browser = _browser(request, lobby, name)
    return _counted(browser) if browser else visit.address


def _browser(request: Request, lobby: Lobby, name: str) -> str:
    """The browser that the cookie vouches for, for that name; empty for any other."""
    browser, _, token = request.cookies.get(KNOWN, "").partition(".")
    return browser if is_token(token, browser_token(lobby.secret, name, browser)) else ""


def _counted(browser: str) -> str:
    """The name under which attempts from a browser are counted, which no address has."""
    return f"browser {browser}"


def _set(request: Request, answer: Response, name: str, value: str, until: datetime | None = None) -> None:
    """A cookie that no script reads, that comes with a link from elsewhere but with no form from there.

    Where it was set by HTTPS, it never travels without.
    """
    answer.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=_is_https(request), expires=until)


def _is_https(request: Request) -> bool:
    """Whether the browser spoke HTTPS: to the room itself, or to the proxy in front of it, which says so.

    Anybody can say so; it closes their own cookie further, and opens nothing.
    """
    said = request.headers.get("x-forwarded-proto", "").partition(",")[0]
    return "https" in (request.url.scheme, said.strip().lower())


def _inside(wanted: str) -> str:
    """Where to go next: a path of this room, never another site."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() else "/"
