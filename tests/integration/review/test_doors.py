"""The room's doors under attack: what strangers send, who is locked out by whom, and how long a form and a session count."""

import re
import sqlite3

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import cli.review
from cli.main import app as command
from review.access import RoomRole
from tests.review_room import NAMES, PASSWORD, SHOP, ReviewRoom, csrf_of, decide

REVIEWER = NAMES[RoomRole.REVIEWER]


@pytest.fixture
def room(shared_room) -> ReviewRoom:
    """The room that the tests here share."""
    return shared_room


@pytest.fixture(autouse=True)
def nothing_was_tried(room) -> None:
    """Return to a room where nobody tried anything yet."""
    with sqlite3.connect(room.lobby.accounts.path) as database:
        database.execute("DELETE FROM attempts")


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "[", "http://[x]"])
def test_an_origin_that_is_no_address_is_not_understood(room, origin):
    """It is a refusal of the request, not a fault of the room."""
    client = room.stranger()
    form = {"csrf": csrf_of(client, "/login"), "name": "x", "password": "y"}

    assert client.post("/login", data=form, headers={"Origin": origin}).status_code in (400, 403)


@pytest.mark.parametrize(
    ("charset", "half"), [("unicode_escape", rb"\ud800"), ("raw_unicode_escape", rb"\ud800"), ("utf-7", b"+2AA-")]
)
@pytest.mark.parametrize("field", ["name", "another"])
def test_half_a_letter_is_not_understood(room, charset, half, field):
    """Encodings of a form's parts can make what no text holds, in any field."""
    client = room.stranger()
    sent = {"csrf": csrf_of(client, "/login").encode(), "name": b"x", "password": b"y", "next": b"/", field: half}
    parts = [b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v) for k, v in sent.items()]
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    answer = client.post("/login", content=b"".join(parts) + b"--B--\r\n", headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert "letters that no text has" in answer.text


def test_strangers_stop_no_reviewer_from_signing(room):
    """Whatever name they try at the door, also one that counts as another's elsewhere."""
    stranger, client = room.stranger(), room.as_role(RoomRole.REVIEWER)
    form = {"csrf": csrf_of(stranger, "/login"), "password": "x" * 12}
    for name in (f"key {REVIEWER}", REVIEWER):
        codes = [stranger.post("/login", data={**form, "name": name}).status_code for _ in range(6)]
        assert codes == [400] * 5 + [429]

    assert decide(room, client, room.waiting, verdict="reject", reason="unfair").status_code == 303


def test_strangers_behind_the_same_proxy_stop_nobody_in_a_browser_that_is_known(room):
    """All come from one address; the cookie tells them apart, for that person alone, and opens nothing."""
    known, stranger, name = room.stranger(), room.stranger(), room.account("nora").name
    assert log_in(known, name, PASSWORD) == 303
    known.cookies.delete("tenure_session")
    assert [log_in(stranger, name, "x" * 12) for _ in range(6)] == [400] * 5 + [429]

    assert log_in(stranger, name, PASSWORD) == 429
    assert known.get("/").status_code == 303
    assert log_in(known, name, PASSWORD) == 303
    known.cookies.delete("tenure_session")
    assert [log_in(known, name, "x" * 12) for _ in range(6)] == [400] * 5 + [429]
    stolen = known.cookies["tenure_known"]
    for cookie in (f"x{stolen}", stolen[:-1], ".", ""):
        stranger.cookies.set("tenure_known", cookie)
        assert log_in(stranger, name, PASSWORD) == 429


def log_in(client: TestClient, name: str, password: str) -> int:
    """Send the form; returns the status."""
    return client.post("/login", data={"csrf": csrf_of(client, "/login"), "name": name, "password": password}).status_code


def test_an_account_of_no_known_role_is_told_what_to_do(room):
    """On every page, with a session or by its password."""
    client = room.visitor(room.account("olga").name)
    with sqlite3.connect(room.lobby.accounts.path) as database:
        database.execute("UPDATE accounts SET role = 'nonsense' WHERE name = 'olga'")
    answers = [client.get("/"), client.get("/login"), client.post("/logout", data={"csrf": "x"})]
    stranger = room.stranger()
    form = {"csrf": csrf_of(stranger, "/login"), "name": "olga", "password": PASSWORD}

    assert [answer.status_code for answer in answers] == [409] * 3
    assert all("tenure review account role olga ROLE" in answer.text for answer in answers)
    assert "tenure review account role olga ROLE" in stranger.post("/login", data=form).text


@pytest.mark.parametrize(
    ("base", "headers", "is_closed"),
    [
        ("http://localhost", {}, False),
        ("https://localhost", {}, True),
        ("http://localhost", {"X-Forwarded-Proto": "https"}, True),
        ("http://localhost", {"X-Forwarded-Proto": "HTTPS, http"}, True),
        ("http://localhost", {"X-Forwarded-Proto": "http"}, False),
    ],
)
def test_a_cookie_set_over_https_is_never_sent_without(room, base, headers, is_closed):
    """Also where the proxy in front of the room spoke it."""
    client = TestClient(room.app, base_url=base, follow_redirects=False, headers=headers)
    shown = client.get("/login")
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', shown.text)[1]
    visitor = re.search("tenure_visitor=([^;]+)", shown.headers["set-cookie"])[1]
    form = {"csrf": token, "name": room.account("ada").name, "password": PASSWORD}
    answer = client.post("/login", data=form, headers={"Cookie": f"tenure_visitor={visitor}"})

    assert answer.status_code == 303
    assert ("; secure" in answer.headers["set-cookie"].lower()) is is_closed


def test_an_administrator_removes_accounts_and_changes_roles(room, monkeypatch):
    """At the terminal; the open browser is out with the next click."""
    monkeypatch.setattr(cli.review, "open_settings", lambda: room.workplace.settings)
    client = room.visitor(room.account("pia").name)
    assert client.get(SHOP).status_code == 200

    said = CliRunner().invoke(command, ["review", "account", "role", "pia", "auditor"])
    assert "pia may enter as auditor" in said.output
    assert client.get("/").headers["location"] == "/login?next=/"

    client = room.visitor("pia")
    said = CliRunner().invoke(command, ["review", "account", "remove", "pia"])
    assert "pia may not enter any more" in said.output
    assert client.get("/").headers["location"] == "/login?next=/"
    assert room.lobby.accounts.find("pia") is None
