"""What people ask for: noted when it comes, done by the commands that do it, and told without anybody's id."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import typer
from typer.testing import CliRunner

from cli import erase, requests, subject
from governance.doors.demonstration import REVIEWERS, demo_key
from home.asked_for import close_request, extend_request, note_request, noted_requests
from home.looked_up import note_look
from provenance.asked_for import overdue_in_words, requests_of
from provenance.erasing import erase as act_on
from tenure.errors import RequestError
from tenure.people.requests import Asks, Stands
from tests.office import Office

SIGNERS = [word for name in REVIEWERS for word in ("--as", name)]


def at(office: Office, day: date) -> Office:
    """The same office on a day of ours."""
    return replace(office, now=office.now.replace(year=day.year, month=day.month, day=day.day))


@pytest.fixture
def run(office, monkeypatch):
    """The commands, on that office."""
    app = typer.Typer()
    for group in (erase, requests, subject):
        monkeypatch.setattr(group, "open_workplace", lambda _: office.workplace)
        group.add_to(app)
    return lambda *words, said="": CliRunner().invoke(app, words, input=said)


def test_a_request_is_noted_with_its_day_and_done_by_the_command_that_does_it(office, run, tmp_path):
    """Erasure with its record, access with who gathered it; the list and the file name nobody."""
    gone, asks = office.delivered.rows["customer_id"].to_pylist()[4:6]
    noted = run("request", "note", "erasure", "--person", "-", "--received", "2026-11-01", said=f"{gone}\n")
    assert "request 1, to be answered by 2026-12-01 (GDPR, Art. 12(3))" in noted.output
    twice = run("request", "note", "erasure", "--person", gone)
    assert "asks for erasure already, as request 1" in str(twice.exception)

    done = run("erase", "--person", gone, "--reason", "asked for", "--yes", "--received", "2026-11-20", *SIGNERS)
    assert (done.exit_code, done.exception) == (0, None)
    handed = run("export-subject", "--person", asks, "--out", str(tmp_path / "out"), "--received", "2026-10-01")
    assert (handed.exit_code, handed.exception) == (0, None)
    access, erased = requests_of(office.workplace)[::-1]
    place = office.workplace

    assert (erased.asks, erased.received, erased.record) == (Asks.ERASURE, date(2026, 11, 1), place.promotions.ledger().size - 1)
    assert (access.asks, access.stands(place.today)) == (Asks.ACCESS, Stands.LATE)  # received in October, done in November
    listed = run("request", "list").output
    assert "done late: request 2, access" in listed
    kept = (office.home / "requests.jsonl").read_text() + listed
    assert not [one for one in (gone, asks) if f"{one}," in kept or f"'{one}'" in kept or f'"{one}"' in kept]
    late = run("request", "note", "access", "--person", asks, "--received", "2027-01-01")
    assert "which is still to come" in str(late.exception)


def test_a_month_passes_is_extended_in_time_or_closed(office):
    """Overdue is told wherever people look; an extension counts only within the first month."""
    today = office.workplace.today
    first = note_request(office.workplace, Asks.ACCESS, "1", today - timedelta(days=40))
    second = note_request(office.workplace, Asks.ACCESS, "2", today)
    (told,) = overdue_in_words(office.workplace)
    assert told.startswith(f"request {first} (access, received")

    with pytest.raises(RequestError, match=r"the person had to be told by .* \(GDPR, Art. 12\(3\)\)"):
        extend_request(office.workplace, first, "many systems")
    extend_request(office.workplace, second, "many systems")
    with pytest.raises(RequestError, match="names the person by an id"):
        close_request(office.workplace, first, "customer 1, taken back")
    close_request(office.workplace, first, "taken back by letter")
    assert list(overdue_in_words(office.workplace)) == []
    later = office.later(24 * 80)
    assert [one.stands(later.workplace.today) for one in noted_requests(later.workplace)] == [Stands.CLOSED, Stands.OPEN]
    with pytest.raises(RequestError, match="Nothing is left to do for request 1"):
        close_request(office.workplace, first, "again")
    with pytest.raises(RequestError, match="There is no request 9"):
        extend_request(office.workplace, 9, "why")


def test_what_was_done_before_anybody_noted_it_is_there_without_its_day(office):
    """An erasure of the log; a look by itself answers nobody, for it may have found nothing."""
    place, gone = office.workplace, office.delivered.rows["customer_id"].to_pylist()[4]
    act_on(place, {gone}, n_people=1, reason="asked for", signers={n: demo_key(place.settings, n) for n in REVIEWERS})
    note_look(place, "tenure export-subject", "7")
    found = {one.asks: one for one in requests_of(place)}

    assert found[Asks.ERASURE].receipt == f"one person, signed by {' and '.join(REVIEWERS)}"
    assert list(found) == [Asks.ERASURE]
    assert found[Asks.ERASURE].received is None
