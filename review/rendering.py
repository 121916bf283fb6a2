"""Rendering: templates, filters, and the frame around every page."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from model_cards.html import capitalize_first
from review.addresses import address
from review.visit import NOBODY, Visit, current_lobby, current_room, current_sight, current_visit
from tenure.errors import TenureError
from tenure.figures import typeset

_STATUS = {
    400: "Not understood",
    401: "Not logged in",
    403: "Forbidden",
    404: "Not here",
    405: "Method not allowed",
    409: "Refused",
    422: "Not understood",
    429: "Too often",
    500: "Internal error",
    503: "Not open",
}
_NEXT = {
    401: "The proxy in front of this room did not say who you are, or you have no account here. Ask an administrator for one.",
    403: "Your account's role does not allow this. An administrator can say whose does; the models and the log are open to you.",
    404: "The address may be old, or a digest mistyped. Start from the models.",
    405: "This address does not take such a request. Go back, and use the buttons of the page.",
    500: "The room failed to answer. Nothing was decided. Try again; if it stays, the log of the service says what failed.",
}


def page(request: Request, template: str, visit: Visit, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Render a page for a visitor."""
    return HTMLResponse(_environment().get_template(template).render(**_frame(request, visit), **shown), status_code=status)


def pieces(request: Request, template: str, visit: Visit, **shown: Any) -> Iterator[str]:
    """A page piece by piece, as whatever it is given comes about."""
    rendered: Iterator[str] = _environment().get_template(template).generate(**_frame(request, visit), **shown)
    return rendered


def error_page(request: Request, status: int, says: str) -> HTMLResponse:
    """A page that says what went wrong and what to do next."""
    visit = current_visit(request)
    title = _STATUS.get(status, "Not possible")
    is_default = says in ("", "Unauthorized", "Forbidden", "Not Found", "Method Not Allowed")
    shown = {"title": title, "says": "" if is_default else says, "next": _NEXT.get(status, "") if is_default else ""}
    return HTMLResponse(
        _environment().get_template("error.html").render(**_frame(request, visit), **shown),
        status_code=status,
    )


def _frame(request: Request, visit: Visit) -> dict[str, Any]:
    """What surrounds every page."""
    lobby, room = current_lobby(request), current_room(request)
    entered = lobby.companies_of(visit.account) if visit.account else ()
    return {
        "visit": visit,
        "me": visit.account,
        "room": room if visit.role else None,
        "company_title": lobby.title_at_door if room is None else lobby.title(room.company) if visit.role else "",
        "to": room.to if room else address,
        "companies": [(name, lobby.title(name)) for name in entered],
        "path": request.url.path,
        "is_demo": _is_demo(request),
        "keys_ending": _keys_ending(request),
    }


def apology(request: Request) -> HTMLResponse:
    """The page of an internal error, for which nothing is read that could fail again."""
    frame = {"visit": NOBODY, "me": None, "room": None, "to": address, "companies": (), "path": ""}
    shown = {"title": _STATUS[500], "says": "", "next": _NEXT[500]}
    return HTMLResponse(
        _environment()
        .get_template("error.html")
        .render(**frame, company_title=current_lobby(request).title_at_door, is_demo=False, keys_ending=(), **shown),
        status_code=500,
    )


@cache
def _environment() -> Any:
    """The templates, compiled once; whatever they are given is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("review"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(address=address)
    environment.filters.update(
        short=short, when=when, day=_day, number=_number, capitalize_first=capitalize_first, typeset=typeset
    )
    return environment


def short(digest: str) -> str:
    """The first letters of a digest."""
    return digest[:12]


def when(moment: datetime) -> str:
    """A moment for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _day(moment: Any) -> str:
    """A day for people."""
    return f"{moment:%Y-%m-%d}"


def _number(value: float) -> str:
    """A whole number with separators."""
    return f"{value:,.0f}"


def _is_demo(request: Request) -> bool:
    """Whether the trust root was made for the demonstration; a log that cannot be opened says so on its own page."""
    try:
        sight = current_sight(request)
    except TenureError:
        return False
    return sight is not None and sight.is_demo


def _keys_ending(request: Request) -> tuple[str, ...]:
    """Which keys end soon or have ended; a log that cannot be opened says so on its own page."""
    try:
        sight = current_sight(request)
    except TenureError:
        return ()
    return sight.keys_ending if sight else ()
