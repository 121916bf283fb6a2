"""Logging in: passwords, cookies, and where it leads."""

import pytest

from tests.review_room import PASSWORD, SHOP, csrf_of


def test_logging_in_needs_the_password_and_gives_a_closed_cookie(room):
    """The cookie is not for scripts, not for forms of other sites, and lost with the browser."""
    client = room.stranger()
    token = csrf_of(client, "/login?next=/log")
    form = {"csrf": token, "name": room.account("ada").name, "next": f"{SHOP}/log"}

    assert client.post("/login", data={**form, "password": "not the password"}).status_code == 400
    answer = client.post("/login", data={**form, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SHOP}/log")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age" not in cookie
    assert client.get(f"{SHOP}/log").status_code == 200


@pytest.mark.parametrize("wanted", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:x"])
def test_logging_in_never_leads_to_another_site(room, wanted):
    """Whatever the address asked for."""
    client = room.stranger()
    form = {"csrf": csrf_of(client, "/login"), "name": room.account("ada").name, "password": PASSWORD, "next": wanted}

    assert client.post("/login", data=form).headers["location"] == "/"


def test_guessing_passwords_ends(room):
    """With a code that says so, and no page behind it."""
    client = room.stranger()
    form = {"csrf": csrf_of(client, "/login"), "name": "ada", "password": "wrong password"}
    codes = [client.post("/login", data=form).status_code for _ in range(6)]

    assert codes == [400] * 5 + [429]


def test_after_the_login_the_page_that_was_asked_for_is_opened_whole(room):
    """With its query; and who sent a form after the session ended comes back to the page that it was on."""
    client = room.stranger()
    page = client.get(f"{SHOP}/log?kind=approval&who=ada").headers["location"]
    form = client.post(f"{SHOP}/candidates/x/decide", headers={"Referer": f"http://localhost{SHOP}/candidates/x"}).headers[
        "location"
    ]
    foreign = client.post(f"{SHOP}/candidates/x/decide", headers={"Referer": "http://elsewhere.example/trap"}).headers["location"]
    token = csrf_of(client, page)
    sent = {"csrf": token, "name": room.account("ada").name, "password": PASSWORD, "next": f"{SHOP}/log?kind=approval&who=ada"}

    assert (page, form, foreign) == (
        "/login?next=/companies/shop/log%3Fkind%3Dapproval%26who%3Dada",
        "/login?next=/companies/shop/candidates/x",
        "/login?next=/",
    )
    assert client.post("/login", data=sent).headers["location"] == f"{SHOP}/log?kind=approval&who=ada"


def test_a_second_login_tab_works(room):
    """Both were open before anybody was in; the second replaces the first's session."""
    client = room.stranger()
    form = {"csrf": csrf_of(client, "/login"), "name": room.account("ada").name, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 303
    first = client.cookies["tenure_session"]

    assert client.post("/login", data=form).status_code == 303
    assert client.get(SHOP).status_code == 200
    assert room.lobby.sessions.account(first) is None


def test_a_wrong_login_keeps_the_name(room):
    """Only the password is typed again."""
    client = room.stranger()
    form = {"csrf": csrf_of(client, "/login"), "name": "ada", "password": "wrong password"}

    assert 'value="ada"' in client.post("/login", data=form).text
