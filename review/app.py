"""The app: built from the table of routes, and from nothing else.

What a page shows is in the file named for it; who may see it is `access.py`; what travels with every answer is `headers.py`.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from home.opened import Opened
from review import (
    access_audit,
    alarms,
    candidate,
    consent,
    data,
    deciding,
    drift,
    entrance,
    exceptions,
    files,
    former,
    front,
    log,
    model,
    models,
    people,
    portfolio,
    purposes,
    requests,
    talk,
    tracing,
)
from review.access import ROUTES
from review.addresses import address
from review.doorway import doorway
from review.headers import Guarded
from review.proxy import Proxy, proxy_secret
from review.rendering import apology, error_page
from review.room import Lobby
from review.visit import admit, current_lobby
from tenure.errors import TenureError

HANDLERS: dict[str, Callable[..., Any]] = {
    handler.__name__: handler
    for handler in (
        entrance.show_login,
        entrance.log_in,
        entrance.log_out,
        entrance.show_account,
        entrance.change_password,
        files.static_file,
        files.health,
        front.show_companies,
        models.show_models,
        model.show_model,
        drift.show_drift_page,
        drift.drift_script,
        candidate.show_candidate,
        candidate.hand_out_card,
        candidate.show_run,
        talk.add_note,
        alarms.acknowledge,
        portfolio.show_portfolio,
        deciding.decide,
        deciding.promote,
        exceptions.show_exception,
        exceptions.decide_exception,
        purposes.show_purposes,
        purposes.decide_data,
        log.show_log,
        log.export_log,
        log.export_whole,
        log.show_record,
        tracing.show_trace,
        tracing.trace_score,
        people.show_people,
        people.show_pair,
        people.decide_pair,
        access_audit.show_access,
        access_audit.sign_access,
        requests.show_requests,
        data.show_data,
        consent.show_consent,
        former.lead_to_portfolio,
        former.lead_to_model,
        former.lead_to_candidate,
        former.lead_to_log,
        former.lead_to_record,
        former.lead_to_trace,
        former.lead_to_data,
    )
}


def create_app(home: Opened) -> FastAPI:
    """Build the app over the companies of a home.

    Raises
    ------
    SpecError: when settings name a proxy whose secret cannot be read.
    """
    # Its own pages about itself would load scripts from elsewhere.
    app = FastAPI(title="Tenure review room", docs_url=None, redoc_url=None, openapi_url=None)
    proxy, door = home.settings.review_proxy, doorway(home.settings)
    app.state.lobby = Lobby(home, door, Proxy(header=proxy.header, secret=proxy_secret(proxy.secret_file)) if proxy else None)
    for route in ROUTES:
        app.add_api_route(
            route.path,
            HANDLERS[route.name],
            methods=[route.method],
            name=route.name,
            dependencies=[Depends(admit(route))],
            response_model=None,
            response_class=Response,
        )
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _misunderstand)
    app.add_exception_handler(TenureError, _say)
    app.add_middleware(Guarded, doorway=door, apologise=apology)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    """An answer that is not a page: send strangers to the login, tell others why."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these alone
    lobby = current_lobby(request)
    if error.status_code == 401 and lobby.proxy is None:
        return RedirectResponse(address("show_login", next=_wanted(request, lobby)), status_code=303)
    return error_page(request, error.status_code, str(error.detail))


def _wanted(request: Request, lobby: Lobby) -> str:
    """The page to return to after the login: the one that was asked for, or the one whose form was sent."""
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    sent_from = request.headers.get("referer", "")
    if lobby.doorway.refuses_origin(sent_from, request.headers.get("host", "")):
        return "/"
    return urlsplit(sent_from).path or "/"


async def _misunderstand(request: Request, error: Exception) -> Response:
    """A form or an address that lacks something; what was typed is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these alone
    fields = ", ".join(sorted({str(fault["loc"][-1]) for fault in error.errors()}))
    return error_page(request, 422, f"Something is missing or too long: {fields}.")


async def _say(request: Request, error: Exception) -> Response:
    """A refusal by Tenure is a sentence for people."""
    return error_page(request, 409, str(error))
