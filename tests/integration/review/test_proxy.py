"""A room behind a proxy that logs people in: whom it names, what is believed of it, and how long its forms count."""

import html
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import cli.review
from adapters.settings import ReviewProxy
from cli.main import app as command
from home.opened import opened
from home.workplace import Workplace
from review.access import RoomRole
from review.app import create_app
from review.visit import PROXY_FORM_LASTS
from tenure.errors import AccountError, SpecError
from tests import company
from tests.review_room import NAMES, SHOP, ReviewRoom, csrf_of

SECRET = "what only the proxy knows"
REVIEWER = NAMES[RoomRole.REVIEWER]
NAMED, KNOWN = "X-Remote-User", ("X-Tenure-Proxy", SECRET)


@pytest.fixture
def room(shared_room) -> ReviewRoom:
    """The room that the tests here share."""
    return shared_room


def behind_proxy(room: ReviewRoom, secret: str = SECRET, mode: int = 0o600, clock=None) -> TestClient:
    """The same room behind a proxy that logs people in."""
    file = room.shop.home / "proxy-secret"
    file.write_text(secret)
    file.chmod(mode)
    settings = replace(room.workplace.settings, review_proxy=ReviewProxy(header=NAMED, secret_file=file))
    app = create_app(opened(Workplace(room.workplace.project, settings, clock or (lambda: room.shop.now))))
    return TestClient(app, base_url="http://review.example", raise_server_exceptions=False, follow_redirects=False)


def test_a_proxy_names_people_beside_its_secret(room):
    """They have the role of their account, forms included."""
    room.account(REVIEWER)
    client = behind_proxy(room)
    client.headers.update([(NAMED, REVIEWER), KNOWN])
    form = {"csrf": csrf_of(client, f"{SHOP}/candidates/{room.waiting}"), "kind": "question", "text": "Why now?"}

    assert client.post(f"{SHOP}/candidates/{room.waiting}/notes", data=form).status_code == 303
    assert "Log out" not in client.get("/").text


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ([], "The secret in X-Tenure-Proxy, by which the room knows its proxy, is missing"),
        ([(NAMED, REVIEWER)], "is missing"),
        ([(NAMED, REVIEWER), ("X-Tenure-Proxy", "a guess")], "is another"),
        ([(NAMED, REVIEWER), KNOWN, KNOWN], "came 2 times"),
        ([(NAMED, "Nobody@example.org"), KNOWN], "says that you are 'Nobody@example.org', and no account here"),
        ([KNOWN], "The header X-Remote-User, in which the proxy names people, is missing"),
        ([(NAMED, "mallory"), (NAMED, REVIEWER), KNOWN], "came 2 times, so nobody can say which is the proxy's own"),
    ],
)
def test_who_is_not_named_is_told_what_arrived(room, headers, message):
    """A header alone is not believed, and a session's cookie is not either."""
    client = behind_proxy(room)
    client.cookies.set("tenure_session", room.lobby.sessions.open(room.account(REVIEWER)))
    answer = client.get("/", headers=headers)

    assert answer.status_code == 401
    assert message in html.unescape(answer.text)


def test_single_sign_on_names_people_as_it_knows_them(room, monkeypatch):
    """By an address, whatever its capital letters; the account's own name then opens nothing, and ends nobody's session twice."""
    monkeypatch.setattr(cli.review, "open_settings", lambda: room.workplace.settings)
    room.account("rita")
    said = CliRunner().invoke(command, ["review", "account", "identity", "rita", "Rita.Ødegård@Example.org"])
    client = behind_proxy(room)

    def asked(name: str) -> int:
        return client.get(
            "/account", headers=[(NAMED.encode(), name.encode()), tuple(part.encode() for part in KNOWN)]
        ).status_code

    assert "A proxy lets rita in as rita.ødegård@example.org" in said.output
    assert [asked(name) for name in ("rita.ødegård@example.org", "RITA.ØDEGÅRD@example.org", "rita")] == [200, 200, 401]
    with pytest.raises(AccountError, match=r"Account 'rita' is 'rita\.ødegård@EXAMPLE\.org' already"):
        room.lobby.accounts.identify(room.account("sam").name, "rita.ødegård@EXAMPLE.org")
    with pytest.raises(AccountError, match="Account 'sam' is 'sam' already"):
        room.lobby.accounts.identify("rita", "sam")
    room.lobby.accounts.identify("rita", "")
    assert asked("rita") == 200


def test_a_name_that_is_somebodys_identity_is_taken(room):
    """So no new account stands between a person and their own."""
    room.account("tom")
    room.lobby.accounts.identify("tom", "thomas")

    with pytest.raises(AccountError, match="There is an account 'thomas' already"):
        room.lobby.accounts.new("thomas", None, role=RoomRole.ADMIN)


@pytest.mark.parametrize(
    ("secret", "mode", "message"), [("short", 0o600, "at least 20"), (SECRET, 0o644, "may be read by others")]
)
def test_a_secret_that_is_none_is_refused_at_the_start(room, secret, mode, message):
    """Nothing is served rather than to everybody."""
    with pytest.raises(SpecError, match=message):
        behind_proxy(room, secret, mode)


@pytest.mark.parametrize(
    ("later", "counts"),
    [(timedelta(0), True), (PROXY_FORM_LASTS, True), (2 * PROXY_FORM_LASTS, False), (timedelta(days=30), False)],
)
def test_a_form_behind_a_proxy_counts_for_a_day_at_most(room, later, counts):
    """There no session ends, and a page that was left open would count for ever."""
    now = [room.shop.now]
    client = behind_proxy(room, clock=lambda: now[0])
    client.headers.update([(NAMED, room.account(REVIEWER).name), KNOWN])
    token = csrf_of(client, f"{SHOP}/trace")
    now[0] += later
    form = {"csrf": token, "model": company.PROPENSITY, "customer": "nobody", "day": "2026-11-01"}

    assert (client.post(f"{SHOP}/trace", data=form).status_code != 403) is counts
