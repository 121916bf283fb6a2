"""Requests made up from the app's own OpenAPI: whatever is sent, the room answers, and the fault is never its own."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from review.access import Part
from tests.review_room import ReviewRoom, csrf_of
from tests.shop import Shop

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> ReviewRoom:
    """A room in which one package serves and another waits."""
    made = ReviewRoom(Shop(tmp_path_factory.mktemp("room")).founded())
    made.shop.serving("one")
    made.shop.train("two")
    return made


@pytest.fixture(scope="module")
def api(room):
    """The app's schema, which it does not show to anybody."""
    return schemathesis.openapi.from_dict(room.app.openapi())


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_fault(room, case):
    """As a stranger, as a reviewer with valid tokens, and as an auditor."""
    for part in (None, Part.REVIEWER, Part.AUDITOR):
        client = room.stranger() if part is None else room.part(part)
        if isinstance(case.body, dict):
            case.body["csrf"] = csrf_of(client, "/login" if part is None else "/account")
        sent = case.as_transport_kwargs(base_url="http://localhost")
        sent.pop("cookies", None)
        headers = {name: value for name, value in (sent.pop("headers", None) or {}).items() if name.lower() != "host"}
        answer = client.request(**sent, headers=headers)

        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text[-400:]}"
