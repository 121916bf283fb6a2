"""The page of requests as a privacy officer meets it: what is overdue, what was answered and what proves it; nobody's id."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.consent import _landed as landed
from governance.doors.demonstration import REVIEWERS, demo_key
from home.asked_for import extend_request, note_done, note_request
from home.opened import opened
from provenance.consent_recorded import record, stated
from provenance.erasing import erase
from review.access import RoomRole
from review.app import create_app
from tenure.consent.rule import Said
from tenure.people.requests import Asks
from tests.browser.test_review_room import keep, log_in
from tests.consenting import ConsentingOffice
from tests.office import furnish
from tests.review_room import PASSWORD, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A company whose clock is that of the browser."""
    furnished = furnish(tmp_path_factory.mktemp("requests") / "home")
    return ConsentingOffice(furnished.home, datetime.now(UTC).replace(microsecond=0))


def served(place) -> Served:
    """A room over a company, with an auditor and an engineer."""
    app = create_app(opened(place))
    for name, role in (("ada", RoomRole.AUDITOR), ("ed", RoomRole.ENGINEER)):
        if app.state.lobby.accounts.find(name) is None:
            app.state.lobby.accounts.new(name, PASSWORD, role=role)
    return Served(app)


def test_where_nobody_asked_the_page_says_how_a_request_begins(page, office):
    """An empty page leads on; engineers, who see models and not people, are not offered it."""
    with served(office.workplace) as room:
        log_in(page, room, "ada")
        page.get_by_role("link", name="Requests").click()
        page.get_by_role("heading", name="Nobody asked for anything yet").wait_for()
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            keep(page, f"requests-none-{width}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert "tenure request note access --person - --received" in page.inner_text("main")
        page.get_by_role("button", name="Log out").click()
        log_in(page, room, "ed")
        page.get_by_role("link", name="Consent").wait_for()
        assert page.get_by_role("link", name="Requests").count() == 0


def test_requests_are_read_by_what_is_to_be_done_first(page, office):
    """Overdue first, then what has time; below what was answered, with the record that proves an erasure."""
    place, today = office.workplace, office.workplace.today
    gone, late, soon, longer, handed = office.customers[2:7]
    note_request(place, Asks.ACCESS, late, today - timedelta(days=45))
    note_request(place, Asks.ERASURE, soon, today - timedelta(days=3))
    extend_request(place, note_request(place, Asks.ACCESS, longer, today - timedelta(days=20)), "many systems")
    done = erase(place, {gone}, n_people=1, reason="asked", signers={n: demo_key(place.settings, n) for n in REVIEWERS})
    note_done(place, Asks.ERASURE, {gone}, received=today - timedelta(days=5), record=done.records[0])
    note_done(place, Asks.ACCESS, {handed}, received=today - timedelta(days=50), receipt="gathered by anna")
    said = stated(place, handed, ["letters"], Said.OBJECTED, happened_at=None, evidence="letter 7731")
    record(place, said, land=landed)
    with served(place) as room:
        log_in(page, room, "ada")
        page.get_by_role("link", name="Requests").click()
        to_do = page.get_by_role("region", name="Requests to be answered")
        first = to_do.get_by_role("row").nth(1).inner_text()
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            keep(page, f"requests-{width}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

        assert "overdue" in first
        answered = page.get_by_role("region", name="Answered requests").inner_text()
        assert "of letters" in answered
        assert "extended" in to_do.inner_text()
        assert not [one for one in office.customers if f">{one}<" in page.content()]
        page.get_by_role("link", name=f"Record {done.records[0]} of the log").click()
        page.get_by_text("erased").first.wait_for()
