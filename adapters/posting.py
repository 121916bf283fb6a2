"""JSON posted to an http address, never waited for long and never sent elsewhere."""

import json
import urllib.request


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: the library follows one of a POST by a GET, which tells nobody anything."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Let the redirect be the error that it is."""


def post(address: str, content: object, *, patience_seconds: float) -> None:
    """Post once; raises what the library raises, OSError and ValueError, where it was not taken. Settings take http(s) alone."""
    request = urllib.request.Request(  # noqa: S310 - see above
        address, json.dumps(content).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.build_opener(_Unmoved).open(request, timeout=patience_seconds) as answer:
        answer.read()
