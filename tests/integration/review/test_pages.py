"""Pages over a real log: what waits, the log, empty and broken states, and what travels with every answer."""

import json
import os
import re
import sqlite3
from datetime import timedelta

import pytest

from adapters.catalogue_run import Rendered
from adapters.tables import stage_table
from adapters.whole_files import write_whole
from governance.records.approval import Verdict
from governance.stores.package_reading import evidence_of
from home.day_figures import measure_rows
from home.sight import look
from review.access import RoomRole
from tenure.drift import DriftMeasure, Shift
from tests import company
from tests.review_room import NAMES, SHOP, ReviewRoom, decide, says
from tests.shop import NOW, Shop

REVIEWER = NAMES[RoomRole.REVIEWER]


def test_the_first_page_says_what_waits_and_for_whom(room, waiting):
    """For a reviewer it waits for them until they have decided; for an auditor it waits for others."""
    client = room.visitor(REVIEWER)
    assert re.search(r"Waiting for you 1 .* 0 of 2 approvals", says(client.get(SHOP)))
    assert re.search(r"Nothing waits for you\..* Waiting for others", says(room.as_role(RoomRole.AUDITOR).get(SHOP)))

    decide(room, client, waiting)
    assert re.search(r"Waiting for you 0 .* 1 of 2 approvals", says(client.get(SHOP)))


def test_the_log_shows_filters_and_hands_out_every_record(room, waiting):
    """As JSON lines, the same that the page shows."""
    room.shop.doors.decide(
        waiting,
        Verdict.REJECT,
        "<b>too late</b>",
        staff_id=REVIEWER,
        key=room.lobby.keys.load(REVIEWER, room.passphrase),
    )
    client = room.as_role(RoomRole.AUDITOR)
    page = client.get(f"{SHOP}/log", params={"kind": "rejection"})
    exported = [json.loads(line) for line in client.get(f"{SHOP}/log/export").text.splitlines()]
    ledger = room.workplace.promotions.ledger()

    assert "1 of 10 records" in says(page)
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

    for path in (SHOP, f"{SHOP}/log", f"{SHOP}/log/export", f"{SHOP}/log/2", f"{SHOP}/models/{company.PROPENSITY}"):
        answer = client.get(path)
        assert answer.status_code == 409, path
        assert "record 2" in says(answer).lower()


def test_a_package_that_was_changed_is_not_shown(room, waiting):
    """A reviewer reads what would serve, or nothing."""
    file = room.shop.home / f"candidates/shop/{company.PROPENSITY}" / waiting / "card.html"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"0.8", b"0.9", 1))
    answer = room.visitor(REVIEWER).get(f"{SHOP}/candidates/{waiting}")

    assert answer.status_code == 409
    assert "card.html" in says(answer)


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        (f"{SHOP}/candidates/0123456789ab", 404, "No package is kept here"),
        (f"{SHOP}/models/nothing", 404, "There is no model"),
        (f"{SHOP}/log/999", 404, "no record at this place"),
        (f"{SHOP}/log/minus-one", 422, "Something is missing or too long: sequence"),
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

    assert "tenure trust init" in says(client.get(SHOP))
    assert "There is no promotion log yet" in says(client.get(f"{SHOP}/log"))
    assert "Not measured yet: nobody serves" in says(client.get(f"{SHOP}/models/{company.PROPENSITY}"))
    assert "Nothing landed yet" in says(client.get(f"{SHOP}/data"))
    assert "never scored" in says(client.get(f"{SHOP}/trace"))
    assert client.get(f"{SHOP}/log/export").text == ""


def test_every_answer_forbids_scripts_of_others_frames_and_keeping(room):
    """Also a refusal, a redirect and a file."""
    client = room.as_role(RoomRole.AUDITOR)
    for path in (SHOP, "/login", "/nowhere", "/static/room.css", f"{SHOP}/log/export"):
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
    for path in (
        SHOP,
        f"{SHOP}/candidates/{waiting}",
        f"{SHOP}/models/{company.PROPENSITY}",
        f"{SHOP}/log",
        f"{SHOP}/log/3",
        f"{SHOP}/data",
        f"{SHOP}/trace",
        "/account",
    ):
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]* src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert not re.search(r"(?:src|action)=\"(?!/|#)", text), path
        # Links lead to the pages that `tenure up` serves beside the room, and nowhere else.
        assert not re.search(r"href=\"(?!/|#|http://127\.0\.0\.1:(?:3000|5000)/)", text), path


def test_a_fault_of_the_rooms_own_is_a_page_with_the_same_headers_and_no_value_in_the_log(room, caplog):
    """The person learns that nothing was decided; the log learns where it failed."""
    client = room.as_role(RoomRole.AUDITOR)
    with sqlite3.connect(room.lobby.accounts.path) as database:
        database.execute("DROP TABLE sessions")
    answer = client.get(f"{SHOP}/log?who=customer-4711")

    assert answer.status_code == 500
    assert "Nothing was decided" in says(answer)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "The review room failed at '/companies/shop/log': OperationalError" in caplog.text
    assert "4711" not in caplog.text


def test_a_form_as_long_as_a_book_is_not_read(room):
    """Nor one that does not say how long it is."""
    client = room.as_role(RoomRole.REVIEWER)

    assert client.post(f"{SHOP}/trace", data={"customer": "x" * 200_000}).status_code == 413
    assert client.post(f"{SHOP}/trace", content=iter([b"x"])).status_code == 411


def test_of_a_models_candidates_the_newest_open_one_stands_for_all(room, waiting):
    """Older ones fold behind it; rejected ones and drafts wait for nobody, and the model's page has every one."""
    newest = room.shop.train("three").digest
    draft = room.shop.keep("four").digest
    client = room.visitor(REVIEWER)
    page = says(client.get(SHOP))

    assert "Waiting for you 1" in page
    assert newest[:12] in page
    assert "1 older one of this model waits behind it" in page
    assert "1 is a draft, which nobody signed and nobody can approve" in page
    decide(room, client, newest, verdict="reject", reason="too few labels")
    page = says(client.get(SHOP))
    assert waiting[:12] in page
    assert "1 is rejected" in page
    listed = says(client.get(f"{SHOP}/models/{company.PROPENSITY}"))
    assert all(digest[:12] in listed for digest in (newest, draft, waiting))
    assert "nobody signed for its training" in says(client.get(f"{SHOP}/candidates/{draft}"))


def test_a_candidate_that_was_touched_never_looks_healthy(room, waiting):
    """Though its content was read before, and its time was set back."""
    client = room.visitor(REVIEWER)
    assert "0 of 2 approvals" in says(client.get(SHOP))
    file = room.shop.home / f"candidates/shop/{company.PROPENSITY}" / waiting / "evidence.json"
    before, content = file.stat(), file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content.replace(b"0", b"1", 1))
    file.chmod(0o444)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    page = says(client.get(SHOP))

    assert "0 of 2 approvals" not in page
    assert "evidence.json" in page


def test_the_log_comes_in_pages_and_is_read_again_only_where_it_grew(room, waiting, monkeypatch):
    """The same records, a hundred at a time."""
    monkeypatch.setattr("review.log.MOST_LINES", 4)
    client = room.as_role(RoomRole.AUDITOR)
    first, second = client.get(f"{SHOP}/log").text, client.get(f"{SHOP}/log?older=4").text
    known = room.lobby.proofs.of(look(room.workplace))

    assert f'href="{SHOP}/log?older=4' in first
    assert f'href="{SHOP}/log?older=0' in second
    assert len(re.findall(rf'scope="row"><a href="{SHOP}/log/\d+"', first + second)) == 8
    assert room.lobby.proofs.of(look(room.workplace)) is known
    decide(room, room.visitor(REVIEWER), waiting)
    grown = room.lobby.proofs.of(look(room.workplace))
    assert grown.report == room.workplace.promotions.history()
    assert grown.ledger.size == known.ledger.size + 1


def test_the_portfolio_has_every_model_on_one_page(room):
    """With tier, owner, review date and what is open."""
    page = says(room.as_role(RoomRole.AUDITOR).get(f"{SHOP}/portfolio"))

    assert page.count("Risk tier") == len(room.workplace.project.models)
    assert "version 1" in page
    assert "Review by" in page


def test_a_drift_page_is_served_apart_and_linked_from_model_and_alarm(room):
    """By model, version and day; its script may run, and reaches nothing of the room's."""
    workplace, client = room.workplace, room.as_role(RoomRole.AUDITOR)
    record, spec = workplace.promotions.champion_record("shop", company.PROPENSITY), workplace.project.model(company.PROPENSITY)
    days = [NOW.date() - timedelta(days=i) for i in range(5)]
    moved = Shift(name="score", psi=0.9, expected_psi=0.01, counts=(3, 1))
    rows = measure_rows([DriftMeasure(day=day, n_rows=2000, shifts=(moved,)) for day in days], record.model_digest)
    table = workplace.lake.open(stage_table(spec, "drift"))
    workplace.lake.replace_days(table, rows, days=days, key=("name",), note={})
    path = workplace.drift_page(company.PROPENSITY, 1, days[0])
    write_whole(path, b"<script src='../../../../evidently-0.7.js'></script>")
    write_whole(workplace.settings.reports / "evidently-0.7.js", b"drawn")
    link = f'href="/reports/shop/{company.PROPENSITY}/drift/1/{days[0]}.html"'
    assert all(link in client.get(page).text for page in (SHOP, f"{SHOP}/models/{company.PROPENSITY}"))

    page = client.get(link[6:-1])
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; script-src 'self'")
    assert not {"allow-same-origin", "connect-src", "allow-forms"} & set(policy.replace(";", "").split())
    script = room.stranger().get(link[6:-1].replace(f"{days[0]}.html", "../../../../evidently-0.7.js"))
    assert (script.text, script.headers["cross-origin-resource-policy"]) == ("drawn", "cross-origin")
    assert client.get(link[6:-1].replace("shop", "other")).status_code == 404
    assert client.get(f"{SHOP}/models/{company.PROPENSITY}?column=nothing").status_code == 404


def test_the_run_of_a_package_is_found_in_mlflow(room, waiting):
    """By its digest, when somebody asks; before it is logged, the page of its model."""
    workplace, client = room.workplace, room.as_role(RoomRole.AUDITOR)
    assert (
        f"/#/models/shop.{company.PROPENSITY}-candidate?" in client.get(f"{SHOP}/candidates/{waiting}/mlflow").headers["location"]
    )
    package = workplace.packages.candidate(waiting)
    logged = workplace.registry.log_challenger(
        package, evidence_of(package), Rendered(card_html="", card_markdown="", summary="")
    )
    address = client.get(f"{SHOP}/candidates/{waiting}/mlflow").headers["location"]

    assert re.fullmatch(
        rf"http://127\.0\.0\.1:5000/#/experiments/\d+/runs/{logged.run_id}\?workflowType=machine_learning", address
    )


def test_the_card_can_be_taken_away(room, waiting):
    """As one page that needs neither the room nor a network."""
    answer = room.as_role(RoomRole.AUDITOR).get(f"{SHOP}/candidates/{waiting}/card.html")

    assert answer.headers["content-disposition"] == f"attachment; filename={company.PROPENSITY}-{waiting[:12]}.html"
    assert "<style" in answer.text
