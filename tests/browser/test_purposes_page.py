"""Purposes and sources, as the board meets them in a real browser: it reads, approves, sees what changed, and rejects."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from home.workplace import Workplace
from review.access import RoomRole
from tenure.project import Project
from tests import company
from tests.review_room import NAMES, PASSWORD, SECOND_REVIEWER, SHOP, ReviewRoom, Served
from tests.shop import Shop, shop_project

pytestmark = pytest.mark.browser
FIRST = NAMES[RoomRole.REVIEWER]


@dataclass
class Board(ReviewRoom):
    """A room whose clock runs, over a company as it is declared at the moment."""

    project: Project | None = None

    @property
    def workplace(self) -> Workplace:
        """The shop as a workplace with a running clock."""
        return Workplace(self.project or shop_project(self.shop.gates), self.shop.settings, lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A home with the demonstration's trust, in which the engineer proposed everything."""
    made = Shop(tmp_path_factory.mktemp("board"), now=datetime.now(UTC).replace(microsecond=0)).founded()
    made.doors.propose_data((), "the board meets on Monday", **made.engineer)
    return made


def open_as(page, room: Board, served: Served, name: str) -> None:
    """Log in, and go to the page by its name."""
    room.account(name)
    page.context.clear_cookies()
    page.goto(served.address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Purposes", exact=True).click()
    page.get_by_role("heading", name="Purposes and sources").wait_for()


def decide(page, room: Board, verdict: str, reason: str = "read, and agreed") -> None:
    """Fill the panel, press a button of it, and see the receipt."""
    panel = page.get_by_role("complementary", name="Decision")
    panel.get_by_label("Your reason").fill(reason)
    panel.get_by_label("Passphrase of your key").fill(room.passphrase)
    panel.get_by_role("button", name=verdict).click()
    page.get_by_role("heading", name="Receipt").wait_for()
    page.get_by_role("link", name="Purposes", exact=True).click()
    page.get_by_role("heading", name="Purposes and sources").wait_for()


def keep(page, name: str) -> None:
    """Leave pictures at two widths for people, where TENURE_SCREENSHOTS names a folder."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if os.environ.get("TENURE_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["TENURE_SCREENSHOTS"]) / f"purposes-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_board_approves_sees_what_changed_and_rejects(page, shop: Shop) -> None:
    """Two reviewers approve all that waits; then a contract changes, and an auditor may only read."""
    room = Board(shop)
    with Served(room.app, room) as served:
        open_as(page, room, served, FIRST)
        keep(page, "waits")
        page.get_by_role("link", name="Models", exact=True).click()
        waits = page.get_by_role("link", name="To approve, before data are used so")
        assert "the purpose 'retention'" in waits.inner_text()
        keep(page, "first")
        waits.click()
        decide(page, room, "Approve")
        assert page.get_by_text("(1 of 2)").count() == 8
        assert page.get_by_text("Nothing waits for your approval").is_visible()
        open_as(page, room, served, SECOND_REVIEWER)
        decide(page, room, "Approve")
        assert page.get_by_text("Nothing waits: everything is approved as it is declared.").is_visible()
        keep(page, "approved")

    known = shop_project(shop.gates)
    sources = tuple(
        replace(one, kept_days=3_650, from_whom="a broker of addresses") if one.name == company.LINES else one
        for one in known.sources
    )
    changed = Board(shop, replace(known, sources=sources))
    with Served(changed.app, changed) as served:
        open_as(page, changed, served, FIRST)
        table = page.get_by_role("region", name=f"What changed of {company.LINES}")
        assert "a broker of addresses" in table.inner_text()
        assert "as long as the home" in table.inner_text()
        changed.workplace.promotions.propose_data((), "a broker offers more of them", **shop.engineer)
        page.reload()
        keep(page, "changed")
        decide(page, changed, "Reject", "we do not buy addresses")
        assert page.get_by_text(f"Rejected by {FIRST}: we do not buy addresses.").is_visible()
        keep(page, "rejected")
        open_as(page, changed, served, NAMES[RoomRole.AUDITOR])
        assert page.get_by_text("Reviewers approve purposes and sources.").is_visible()
        assert page.get_by_role("button", name="Approve").count() == 0


def test_a_company_that_declares_nothing_says_what_to_write(page, shop: Shop) -> None:
    """Words alone, and no sources: both say what comes next."""
    empty = replace(
        shop_project(shop.gates), purposes={"retention": "deciding whom to write to"}, sources=(), models=(), features=()
    )
    room = Board(shop, replace(empty, histories=(), attributes=()))
    with Served(room.app, room) as served:
        open_as(page, room, served, FIRST)

        assert page.get_by_text("These are words alone").is_visible()
        assert page.get_by_text("No source is declared.").is_visible()
        keep(page, "empty")
        assert SHOP in page.url
