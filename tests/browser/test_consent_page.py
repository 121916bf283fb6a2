"""The page on consent as a privacy officer meets it: what each purpose rests on, how it went, whom models leave out; nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from home.opened import opened
from review.access import RoomRole
from review.app import create_app
from tests.browser.test_review_room import keep, log_in
from tests.consenting import ConsentingOffice
from tests.office import DAY, furnish
from tests.review_room import PASSWORD, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A company of which most consented, some withdrew and a few objected, with a day scored under it."""
    furnished = furnish(tmp_path_factory.mktemp("consent") / "home")
    made = ConsentingOffice(furnished.home, furnished.now)
    who = made.customers
    for n, customer in enumerate(who[:-12]):
        made.hear("yes", [customer], on=DAY - timedelta(days=50 - n))
    made.hear("no", who[:11], on=DAY - timedelta(days=9))
    made.hear("stop", who[11:14], on=DAY - timedelta(days=3))
    made.score(DAY + timedelta(days=1))
    return ConsentingOffice(made.home, datetime.now(UTC).replace(microsecond=0))


def served(place) -> Served:
    """A room over a company, with an auditor."""
    app = create_app(opened(place))
    if app.state.lobby.accounts.find("ada") is None:
        app.state.lobby.accounts.new("ada", PASSWORD, role=RoomRole.AUDITOR)
    return Served(app)


@pytest.mark.parametrize("width", [360, 1280])
def test_consent_is_read_by_purpose_over_time(page, office, width):
    """The rule in words, the course as a picture and a table, no count of a few, and nothing wider than the screen."""
    page.set_viewport_size({"width": width, "height": 900})
    with served(office.workplace) as room:
        log_in(page, room, "ada")
        page.get_by_role("link", name="Consent").click()
        page.get_by_role("heading", name="letters", exact=True).wait_for()
        text = page.inner_text("main")
        keep(page, f"consent-{width}")

        assert "no record is no consent" in text
        assert "An objection is absolute" in text
        assert "fewer than 10" in text
        assert not [one for one in office.customers if one in page.content()]
        page.get_by_role("img", name="letters: customers by how they stand").wait_for()
        page.get_by_text("The same as a table").click()
        assert page.get_by_role("region", name="Days of letters").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_company_without_consents_is_told_how_to_declare_them(page, office):
    """Nobody is left out there, and the page says so."""
    bare = super(ConsentingOffice, office).workplace
    with served(bare) as room:
        log_in(page, room, "ada")
        page.get_by_role("link", name="Consent").click()
        page.get_by_role("heading", name="No consents are declared").wait_for()
        keep(page, "consent-none")

        assert "consents=Consents(" in page.inner_text("main")
