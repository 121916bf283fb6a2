"""The access audit as an auditor meets it in a real browser: chooses a month, reads and signs it, sees what came to it since."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.doors.demonstration import ENGINEER, REVIEWERS
from home.looked_up import NAME, note_look
from home.workplace import Workplace
from review.access import RoomRole
from tests.integration.test_access_audit import name_auditor
from tests.review_room import NAMES, PASSWORD, ReviewRoom, Served
from tests.shop import Shop, shop_project

pytestmark = pytest.mark.browser
AUDITOR, ADMIN = NAMES[RoomRole.AUDITOR], NAMES[RoomRole.ADMIN]
NOW = datetime.now(UTC).replace(microsecond=0)
# Two whole months before this one.
LAST = (NOW.replace(day=1) - timedelta(days=1)).replace(day=11, hour=9)
BEFORE = (LAST.replace(day=1) - timedelta(days=1)).replace(day=11, hour=9)


@dataclass
class Board(ReviewRoom):
    """A room whose clock runs."""

    @property
    def workplace(self) -> Workplace:
        """The shop as a workplace with a running clock."""
        return Workplace(shop_project(self.shop.gates), self.shop.settings, lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """A home that is two months old, with an auditor, in which people looked."""
    shop = Shop(tmp_path_factory.mktemp("audited") / "home", now=BEFORE.replace(day=2)).founded()
    name_auditor(shop, BEFORE.replace(day=3))
    for at in (BEFORE, LAST):
        place = Workplace(shop_project(shop.gates), shop.settings, lambda at=at: at)
        for n in range(3):
            note_look(place, "trace page", f"c{n}", by=REVIEWERS[0])
    for n in range(24):
        note_look(place, "trace page", f"c{n}", by=ADMIN)
    for _ in range(11):
        note_look(place, "tenure export-subject", "c7", by=REVIEWERS[1])
    note_look(place, "trace page", "c1", by="somebody-who-left")
    return Board(shop)


def open_as(page, room: Board, served: Served, name: str) -> None:
    """Log in, and go to the page by its name."""
    for each in (*REVIEWERS, ENGINEER, ADMIN, AUDITOR):
        room.account(each)
    page.context.clear_cookies()
    page.goto(served.address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Access", exact=True).click()
    page.get_by_role("heading", name="Access in").wait_for()


def keep(page, name: str) -> None:
    """Leave pictures at two widths for people, where TENURE_SCREENSHOTS names a folder."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if os.environ.get("TENURE_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["TENURE_SCREENSHOTS"]) / f"access-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def sign(page, room: Board, remark: str) -> None:
    """Fill the panel and press its button."""
    panel = page.get_by_role("complementary", name="Signature")
    panel.get_by_label("Your remark").fill(remark)
    panel.get_by_label("Passphrase of your key").fill(room.passphrase)
    panel.get_by_role("button", name="Sign").click()


def test_an_auditor_reads_a_month_signs_it_and_sees_what_came_to_it_since(page, board: Board) -> None:
    """The newest that waits comes first; a wrong passphrase signs nothing; a look that comes afterwards is told."""
    month = f"{LAST:%Y-%m}"
    with Served(board.app, board) as served:
        open_as(page, board, served, AUDITOR)
        assert page.get_by_role("heading", name=f"Access in {month}").is_visible()
        assert page.get_by_text(f"{ADMIN} looked up 24 people").is_visible()
        keep(page, "to-sign")
        panel = page.get_by_role("complementary", name="Signature")
        panel.get_by_label("Passphrase of your key").fill("another")
        panel.get_by_role("button", name="Sign").click()
        assert page.get_by_role("alert").get_by_text("does not open the key").is_visible()
        keep(page, "refused")
        sign(page, board, "asked adam about the 24: a complaint of March")
        page.get_by_role("heading", name="Receipt").wait_for()
        keep(page, "receipt")
        page.get_by_role("link", name="Access", exact=True).click()
        page.get_by_role("navigation", name="Months").get_by_role("link", name=month).click()
        assert page.get_by_text("You have signed this month.").is_visible()
        keep(page, "signed")

        journal = board.shop.settings.home / NAME
        journal.write_text(journal.read_text() + journal.read_text().splitlines(keepends=True)[-1])
        page.reload()
        assert page.get_by_text(f"1 look by somebody-who-left came to {month} after it was signed.").is_visible()
        assert page.get_by_role("button", name=f"Sign {month}").is_visible()
        keep(page, "changed")
        page.get_by_role("navigation", name="Months").get_by_role("link", name=f"{NOW:%Y-%m}").click()
        assert page.get_by_text(f"{NOW:%Y-%m} is not over.").is_visible()
        assert page.get_by_text("Nobody looked anybody up so far.").is_visible()
        keep(page, "empty")


def test_an_administrator_reads_and_others_do_not_see_it(page, board: Board) -> None:
    """What is overdue is theirs to mend; only an auditor signs."""
    with Served(board.app, board) as served:
        open_as(page, board, served, ADMIN)
        assert page.get_by_text("Auditors sign the access audit.").is_visible()
        page.context.clear_cookies()
        page.goto(served.address)
        page.get_by_label("Name").fill(REVIEWERS[0])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Models").wait_for()
        assert page.get_by_role("link", name="Access", exact=True).count() == 0
