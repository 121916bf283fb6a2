"""The review room over a real log: logging in, deciding, promoting, the log, and what it says when something is wrong."""

import json
import re
import shutil
import sqlite3
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from adapters.alerts import AlertKind, FileSink
from adapters.settings import ReviewProxy
from governance.records.approval import Verdict
from home.workplace import Workplace
from review.access import RoomRole
from review.app import create_app
from tenure.errors import SpecError
from tests.review_room import NAMES, PASSWORD, SECOND_REVIEWER, ReviewRoom, csrf_of
from tests.shop import FAIR, NOW, RANKS, Shop

SECRET = "what only the proxy knows"
REVIEWER = NAMES[RoomRole.REVIEWER]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Shop:
    """A shop in which one package serves and another waits, made once."""
    shop = Shop(tmp_path_factory.mktemp("shop")).founded()
    shop.serving("one")
    shop.train("two")
    return shop


@pytest.fixture
def room(opened, tmp_path) -> ReviewRoom:
    """The room of a shop of one's own."""
    shutil.copytree(opened.home, tmp_path / "home")
    return ReviewRoom(replace(opened, home=tmp_path / "home"))


@pytest.fixture
def waiting(room) -> str:
    """The digest of the package that waits."""
    served = {record.package_digest for record in room.workplace.promotions.records()}
    (digest,) = (c.digest for c in room.workplace.packages.candidates() if c.digest not in served)
    return digest


def read(client: TestClient, digest: str) -> str:
    """Reach the end of a card; returns what the page then carries."""
    answer = client.post(f"/candidates/{digest}/read", data={"csrf": csrf_of(client)}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


def decide(room: ReviewRoom, client: TestClient, digest: str, **changes: str):
    """Send the decision form."""
    form = {"csrf": csrf_of(client), "verdict": "approve", "reason": "calibrated", "passphrase": room.passphrase}
    return client.post(f"/candidates/{digest}/decide", data={**form, **changes})


def says(answer) -> str:
    """What a page says, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_logging_in_needs_the_password_and_gives_a_closed_cookie(room):
    """The cookie is not for scripts, not for other sites, and lost with the browser."""
    client = room.stranger()
    token = csrf_of(client, "/login?next=/log")
    form = {"csrf": token, "name": room.account("ada").name, "next": "/log"}

    assert client.post("/login", data={**form, "password": "not the password"}).status_code == 400
    answer = client.post("/login", data={**form, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/log")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age" not in cookie
    assert client.get("/log").status_code == 200


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


def test_two_reviewers_approve_and_the_champion_changes(room, waiting):
    """Each reads, signs and gets a receipt; then it may be promoted, and everybody is told."""
    first, second = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    receipts = []
    for client in (first, second):
        answer = decide(room, client, waiting, read=read(client, waiting))
        assert answer.status_code == 303, says(answer)
        receipts.append(client.get(answer.headers["location"]))
    assert all("It stands." in says(receipt) and "inclusion proved" in says(receipt) for receipt in receipts)
    assert "may be promoted" in says(first.get(f"/candidates/{waiting}"))

    answer = first.post(f"/candidates/{waiting}/promote", data={"csrf": csrf_of(first), "reason": "as agreed"})
    assert answer.status_code == 303, says(answer)
    assert room.workplace.promotions.champion_record("shop", "lapse_28d").package_digest == waiting
    assert room.workplace.promotions.champion("shop", "lapse_28d").digest == waiting
    assert room.workplace.promotions.history().is_sound
    kinds = [alert.kind for alert in FileSink(room.shop.home).alerts()]
    assert kinds == [AlertKind.DECIDED, AlertKind.DECIDED, AlertKind.PROMOTED]
    assert "may be promoted" not in says(first.get(f"/candidates/{waiting}"))
    # The witness of this home stands beside the log, and nothing claims more than it can see.
    assert all("the same place as the log" in says(first.get(page)) for page in ("/log", "/log/1"))
    # What people open as a file says who approved, and that it is a demonstration; so does the page.
    (written,) = (room.workplace.settings.reports / "shop").rglob(f"{waiting[:12]}/card.md")
    for shown in (written.read_text(), says(first.get(f"/candidates/{waiting}"))):
        assert all(name in shown for name in (REVIEWER, SECOND_REVIEWER))
        assert "demonstration" in shown


def test_a_decision_covers_what_the_page_showed(room, waiting):
    """The digests, the model and the days of service on the page are those in the signed record."""
    client = room.visitor(REVIEWER)
    page = client.get(f"/candidates/{waiting}").text
    decide(room, client, waiting, read=read(client, waiting))
    (approval,) = room.workplace.promotions.decisions(waiting)

    assert all(str(value) in page for value in vars(approval.subject).values() if value != "shop")
    assert f"{approval.subject.serves_days} days" in page
    assert (approval.identity, approval.reason) == (REVIEWER, "calibrated")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"read": ""}, "open the card to its end first"),
        ({"read": "0" * 64}, "open the card to its end first"),
        ({"reason": "   "}, "Say why"),
        ({"passphrase": "not the passphrase"}, "does not open"),
        ({"passphrase": ""}, "does not open"),
    ],
)
def test_nothing_is_signed_without_reading_reason_and_key(room, waiting, changes, message):
    """The page comes back with what is wrong and with what was typed, and the log has not grown."""
    client = room.visitor(REVIEWER)
    before = room.workplace.promotions.ledger().size
    answer = decide(room, client, waiting, **{"read": read(client, waiting), **changes})

    assert answer.status_code == 409
    assert message in says(answer)
    assert room.workplace.promotions.ledger().size == before


def test_the_end_of_one_card_opens_no_other(room, waiting):
    """Nor does one reviewer's reading count for another."""
    other = room.shop.train("three").digest
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)

    assert "to its end first" in says(decide(room, client, other, read=read(client, waiting)))
    assert "to its end first" in says(decide(room, colleague, waiting, read=read(client, waiting)))


def test_a_rejection_needs_no_reading_and_stops_the_promotion(room, waiting):
    """Somebody who sees at once what is wrong may say so at once."""
    client, colleague = room.visitor(REVIEWER), room.visitor(SECOND_REVIEWER)
    assert decide(room, client, waiting, verdict="reject", reason="no labels for November").status_code == 303
    decide(room, colleague, waiting, read=read(colleague, waiting))
    page = says(colleague.get(f"/candidates/{waiting}"))
    answer = colleague.post(f"/candidates/{waiting}/promote", data={"csrf": csrf_of(colleague), "reason": "anyway"})

    assert "Rejected by demo-reviewer-1" in page
    assert "no labels for November" in page
    assert answer.status_code == 409
    assert "rejected" in says(answer)


def test_too_few_approvals_promote_nothing(room, waiting):
    """The room asks the same promoter as everybody else."""
    client = room.visitor(REVIEWER)
    decide(room, client, waiting, read=read(client, waiting))
    answer = client.post(f"/candidates/{waiting}/promote", data={"csrf": csrf_of(client), "reason": "in a hurry"})

    assert answer.status_code == 409
    assert "2 different reviewers are needed" in says(answer)


def test_guessing_passphrases_ends(room, waiting):
    """Who took over a session has not got the key."""
    client = room.visitor(REVIEWER)
    token = read(client, waiting)
    for _ in range(5):
        decide(room, client, waiting, read=token, passphrase="a guess")  # noqa: S106 - it opens nothing

    assert "Too many passphrases" in says(decide(room, client, waiting, read=token))
    assert room.workplace.promotions.decisions(waiting) == ()


def test_an_account_without_that_reviewers_key_signs_nothing(room, waiting):
    """A role in the room is not a vote: the key and the trust root are."""
    room.room.accounts.new("mallory", PASSWORD, role=RoomRole.REVIEWER)
    client = room.visitor("mallory")
    answer = decide(room, client, waiting, read=read(client, waiting))

    assert answer.status_code == 409
    assert room.workplace.promotions.decisions(waiting) == ()


def test_a_gate_that_leaves_a_question_open_asks_for_a_reason(tmp_path):
    """The promotion form says that it must be given."""
    room = ReviewRoom(Shop(tmp_path, gates=(RANKS, FAIR)).founded())
    package = room.shop.approved("one")
    client = room.visitor(REVIEWER)
    page = client.get(f"/candidates/{package.digest}").text
    form = page[page.index("/promote") : page.index("Promote</button>")]

    assert "required" in form


def test_the_first_page_says_what_waits_and_for_whom(room, waiting):
    """For a reviewer it waits for them until they have decided; for an auditor it waits for others."""
    client = room.visitor(REVIEWER)
    assert re.search(r"Waiting for you 1 .* 0 of 2 approvals", says(client.get("/")))
    assert re.search(r"Nothing waits for you\..* Waiting for others", says(room.as_role(RoomRole.AUDITOR).get("/")))

    decide(room, client, waiting, read=read(client, waiting))
    assert re.search(r"Waiting for you 0 .* 1 of 2 approvals", says(client.get("/")))


def test_the_log_shows_filters_and_hands_out_every_record(room, waiting):
    """As JSON lines, the same that the page shows."""
    room.shop.doors.decide(
        waiting,
        Verdict.REJECT,
        "<b>too late</b>",
        staff_id=REVIEWER,
        key=room.room.keys.load(REVIEWER, room.passphrase),
    )
    client = room.as_role(RoomRole.AUDITOR)
    page = client.get("/log", params={"kind": "rejection"})
    exported = [json.loads(line) for line in client.get("/log/export").text.splitlines()]
    ledger = room.workplace.promotions.ledger()

    assert "1 of 7 records" in says(page)
    assert "&lt;b&gt;too late&lt;/b&gt;" in page.text
    assert [line["envelope_digest"] for line in exported] == [record.envelope_digest for record in ledger.records]
    assert all(line["verified"] for line in exported)


def test_a_log_that_was_changed_is_refused_on_every_page_that_reads_it(room):
    """With the record named, and what to do."""
    with sqlite3.connect(room.shop.home / "store" / "log.db") as database:
        (table,) = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%record%'").fetchone()
        changed = "CAST(replace(CAST(record AS TEXT), '\"sequence\":2', '\"sequence\":3') AS BLOB)"
        database.execute(f"UPDATE {table} SET record = {changed} WHERE sequence = 2")
    client = room.as_role(RoomRole.AUDITOR)

    for path in ("/", "/log", "/log/export", "/log/2", "/models/lapse_28d"):
        answer = client.get(path)
        assert answer.status_code == 409, path
        assert "record 2" in says(answer).lower()


def test_a_package_that_was_changed_is_not_shown(room, waiting):
    """A reviewer reads what would serve, or nothing."""
    file = room.shop.home / "candidates/shop/lapse_28d" / waiting / "card.html"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"0.8", b"0.9", 1))
    answer = room.visitor(REVIEWER).get(f"/candidates/{waiting}")

    assert answer.status_code == 409
    assert "card.html" in says(answer)


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/candidates/0123456789ab", 404, "No package is kept here"),
        ("/models/nothing", 404, "There is no model"),
        ("/log/999", 404, "no record at this place"),
        ("/log/minus-one", 422, "Something is missing or too long: sequence"),
        ("/nowhere", 404, "The address may be old"),
        ("/static/../app.py", 404, "The address may be old"),
        ("/static/app.py", 404, "The address may be old"),
    ],
)
def test_an_address_that_leads_nowhere_says_what_to_do(room, path, code, message):
    """Designed, with the next step, and with the way back."""
    answer = room.as_role(RoomRole.AUDITOR).get(path)

    assert answer.status_code == code
    assert message in says(answer)
    assert "To the models" in says(answer)


def test_a_home_where_nothing_happened_yet_has_every_page(tmp_path):
    """Empty states say how to begin."""
    room = ReviewRoom(Shop(tmp_path))
    client = room.as_role(RoomRole.REVIEWER)

    assert "tenure trust init" in says(client.get("/"))
    assert "There is no promotion log yet" in says(client.get("/log"))
    assert "Not measured yet: nobody serves" in says(client.get("/models/lapse_28d"))
    assert "Nothing landed yet" in says(client.get("/data"))
    assert "never scored" in says(client.get("/trace"))
    assert client.get("/log/export").text == ""


def test_every_answer_forbids_scripts_of_others_frames_and_keeping(room):
    """Also a refusal, a redirect and a file."""
    client = room.as_role(RoomRole.AUDITOR)
    for path in ("/", "/login", "/nowhere", "/static/read.js", "/log/export"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] in ("no-store", "no-cache")


def test_pages_hold_no_script_or_style_of_their_own(room, waiting):
    """The policy would stop them; so there are none, and nothing comes from elsewhere."""
    client = room.visitor(REVIEWER)
    for path in ("/", f"/candidates/{waiting}", "/models/lapse_28d", "/log", "/log/3", "/data", "/trace", "/account"):
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]* src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert not re.search(r"(?:src|href|action)=\"(?!/|#)", text), path


def test_a_fault_of_the_rooms_own_is_a_page_with_the_same_headers_and_no_value_in_the_log(room, caplog):
    """The person learns that nothing was decided; the log learns where it failed."""
    client = room.as_role(RoomRole.AUDITOR)
    with sqlite3.connect(room.room.accounts.path) as database:
        database.execute("DROP TABLE sessions")
    answer = client.get("/log?who=customer-4711")

    assert answer.status_code == 500
    assert "Nothing was decided" in says(answer)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "The review room failed at '/log': OperationalError" in caplog.text
    assert "4711" not in caplog.text


def test_another_hosts_name_is_not_served(room):
    """A page elsewhere that makes its name point here reads nothing."""
    assert room.stranger().get("/login", headers={"Host": "elsewhere.example"}).status_code == 421


def test_a_form_as_long_as_a_book_is_not_read(room):
    """Nor one that does not say how long it is."""
    client = room.as_role(RoomRole.REVIEWER)

    assert client.post("/trace", data={"customer": "x" * 200_000}).status_code == 413
    assert client.post("/trace", content=iter([b"x"])).status_code == 411


def behind_proxy(room: ReviewRoom, secret: str = SECRET, mode: int = 0o600) -> TestClient:
    """The same room behind a proxy that logs people in."""
    file = room.shop.home / "proxy-secret"
    file.write_text(secret)
    file.chmod(mode)
    settings = replace(room.workplace.settings, review_proxy=ReviewProxy(header="X-Remote-User", secret_file=file))
    app = create_app(Workplace(room.workplace.project, settings, lambda: NOW))
    return TestClient(app, base_url="http://review.example", raise_server_exceptions=False, follow_redirects=False)


def test_a_proxy_names_people_beside_its_secret(room, waiting):
    """They have the role of their account, forms included."""
    room.account(REVIEWER)
    client = behind_proxy(room)
    client.headers.update({"X-Remote-User": REVIEWER, "X-Tenure-Proxy": SECRET})
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(f"/candidates/{waiting}").text)[1]
    answer = client.post(f"/candidates/{waiting}/read", data={"csrf": token}, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert "Log out" not in client.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Remote-User": REVIEWER},
        {"X-Remote-User": REVIEWER, "X-Tenure-Proxy": "a guess"},
        {"X-Remote-User": "nobody", "X-Tenure-Proxy": SECRET},
        {"X-Tenure-Proxy": SECRET},
    ],
)
def test_who_is_not_the_proxy_names_nobody(room, headers):
    """A header alone is not believed, and a session's cookie is not either."""
    client = behind_proxy(room)
    client.cookies.set("tenure_session", room.room.sessions.open(room.account(REVIEWER)))

    assert client.get("/", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("secret", "mode", "message"), [("short", 0o600, "at least 20"), (SECRET, 0o644, "may be read by others")]
)
def test_a_secret_that_is_none_is_refused_at_the_start(room, secret, mode, message):
    """Nothing is served rather than to everybody."""
    with pytest.raises(SpecError, match=message):
        behind_proxy(room, secret, mode)
