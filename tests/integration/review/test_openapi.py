"""Requests made up from the app's own OpenAPI: whatever is sent, the room answers, and the fault is never its own."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from review.access import ROUTES, RoomRole
from tests.long_runs import IS_LONG
from tests.review_room import ReviewRoom, csrf_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room(shared_room) -> ReviewRoom:
    """A room in which one package serves and another waits."""
    return shared_room


EXAMPLES = settings(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("who", [None, RoomRole.REVIEWER, RoomRole.AUDITOR] if IS_LONG else [None])
def test_no_request_finds_a_fault(room, who):
    """As a stranger; in long runs also as people with a session and forms with valid tokens."""
    asked = []

    def ask(case: schemathesis.Case) -> None:
        client = room.stranger() if who is None else room.as_role(who)
        if isinstance(case.body, dict):
            case.body["csrf"] = csrf_of(client, "/login" if who is None else "/account")
        sent = case.as_transport_kwargs(base_url="http://localhost")
        wanted = {name: sent[name] for name in ("method", "url", "params", "data") if sent.get(name) is not None}
        answer = client.request(**wanted)
        asked.append(answer.status_code)

        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text[-400:]}"

    operations = [found.ok() for found in schemathesis.openapi.from_dict(room.app.openapi()).get_all_operations()]
    for operation in operations:
        EXAMPLES(given(case=operation.as_strategy())(ask))()

    assert len(operations) == len(ROUTES)
    assert len(asked) >= 2 * len(operations)
