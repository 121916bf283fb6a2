"""What travels with every answer, which requests are turned away unread, and what is said when the room itself fails."""

import logging
import traceback
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.doorway import Doorway

_LOG = logging.getLogger(__name__)
MOST_BODY_BYTES = 100_000
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none at all, browsers name no origin on our own forms either
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guarded:
    """The app behind checks of host and size, with security headers on whatever it answers."""

    def __init__(self, app: ASGIApp, doorway: Doorway, apologise: Callable[[Request], Response]) -> None:
        """Wrap an app; `doorway` says under which names it answers, `apologise` makes the page of an internal error."""
        self._app, self._doorway, self._apologise = app, doorway, apologise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        try:
            await (refusal or self._app)(scope, receive, send_with_headers)
        except Exception as error:
            # What other libraries say may quote a customer's value, so the log is told where it failed, not what was said.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("The review room failed at %r: %s\n%s", scope["path"], type(error).__name__, frames)
            if has_begun:
                raise
            await self._apologise(Request(scope))(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Why a request is not even read, if so."""
        headers = Headers(scope=scope)
        if why := self._doorway.refuses_host(headers.get("host", "")):
            return PlainTextResponse(why, 421)
        if scope["method"] in ("GET", "HEAD"):
            return None
        length = headers.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            return PlainTextResponse("A form says how long it is. Send it again.", 411)
        if int(length) > MOST_BODY_BYTES:
            return PlainTextResponse("This form is too long. Shorten what was typed.", 413)
        return None
