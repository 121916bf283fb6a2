"""Every route, as every role, by every method: the app does what the table of access says, and nothing else."""

import html

import pytest

from review.access import ROUTES, RoomRole
from tests import company
from tests.review_room import SHOP, ReviewRoom, csrf_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PATHS = sorted({route.path for route in ROUTES})
TABLE = {(route.method, route.path): route for route in ROUTES}
STRANGER = "stranger"


@pytest.fixture
def room(shared_room) -> ReviewRoom:
    """The room that the tests here share."""
    return shared_room


def address(room: ReviewRoom, path: str) -> str:
    """A path with something real in it."""
    drawn = {"company": "shop", "number": 0, "version": 1, "day": "2017-11-14", "release": "0.7"}
    return path.format(digest=room.waiting, model=company.PROPENSITY, name="room.css", sequence=0, **drawn)


@pytest.mark.parametrize("who", [*RoomRole, STRANGER])
@pytest.mark.parametrize("path", PATHS)
def test_the_app_does_what_the_table_says(room, path, who):
    """Admitted, sent to the login, refused, or not a method of this path; forms with their token throughout."""
    found, expected = {}, {}
    # Which methods a path has does not depend on who asks.
    for method in METHODS if who is RoomRole.REVIEWER else METHODS[:2]:
        client = room.stranger() if who == STRANGER else room.as_role(who)
        token = csrf_of(client, "/login" if who == STRANGER else "/account") if method == "POST" else ""
        answer = client.request(method, address(room, path), data={"csrf": token} if method != "GET" else None)
        found[method] = outcome(answer)
        expected[method] = asked(method, path, who)

    assert found == expected


def outcome(answer) -> str:
    """What became of a request, as far as access goes."""
    if answer.status_code == 303 and answer.headers["location"].startswith("/login?next="):
        return "login"
    if answer.status_code == 405:
        return "no such method"
    if answer.status_code == 403:
        return "refused"
    assert answer.status_code < 500, answer.text
    return "admitted"


def asked(method: str, path: str, who: str) -> str:
    """What the table says."""
    route = TABLE.get((method, path))
    if route is None:
        return "no such method"
    if route.roles is None:
        return "admitted"
    if who == STRANGER:
        return "login"
    return "admitted" if who in route.roles else "refused"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.changes_something], ids=lambda route: route.name)
@pytest.mark.parametrize("token", ["", "0" * 64, "another's"])
def test_a_form_without_its_visitors_token_is_refused(room, route, token):
    """Also one with the token of somebody else's session, and it changes nothing."""
    admitted = (RoomRole.REVIEWER, RoomRole.ADMIN, RoomRole.AUDITOR)
    role = next(role for role in admitted if route.roles is None or role in route.roles)
    client = room.as_role(role)
    sent = csrf_of(room.as_role(RoomRole.ENGINEER)) if token == "another's" else token
    before = room.workplace.promotions.ledger().size
    answer = client.post(address(room, route.path), data={"csrf": sent, "verdict": "reject", "reason": "x", "passphrase": "x"})

    assert answer.status_code == 403
    assert "not, or no longer, yours" in answer.text
    assert room.workplace.promotions.ledger().size == before


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost.elsewhere.example"])
def test_a_form_from_another_sites_page_is_refused(room, origin):
    """Even with the right token."""
    client = room.as_role(RoomRole.REVIEWER)
    answer = client.post("/logout", data={"csrf": csrf_of(client)}, headers={"Origin": origin})

    assert answer.status_code == 403


def test_a_token_outlives_neither_its_session_nor_a_new_login(room):
    """A form left open belongs to the session that it was opened in."""
    first = room.as_role(RoomRole.REVIEWER)
    token = csrf_of(first)
    second = room.as_role(RoomRole.REVIEWER)

    assert second.post("/logout", data={"csrf": token}).status_code == 403
    assert first.post("/logout", data={"csrf": token}).status_code == 303
    assert first.get("/").headers["location"] == "/login?next=/"


@pytest.mark.parametrize(
    ("method", "path", "code", "title", "sentence"),
    [
        ("GET", f"{SHOP}/trace", 403, "Forbidden", "Your account's role does not allow this."),
        ("PUT", f"{SHOP}/trace", 405, "Method not allowed", "This address does not take such a request."),
    ],
)
def test_a_refusal_has_its_usual_name_and_says_what_to_do(room, method, path, code, title, sentence):
    """A page like any other, with the way back."""
    answer = room.as_role(RoomRole.ENGINEER).request(method, path)

    assert answer.status_code == code
    assert f"<h1>{title}</h1>" in answer.text
    assert sentence in html.unescape(answer.text)
    assert "To the models" in answer.text
