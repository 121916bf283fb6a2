"""Pairs of ids in a real browser: a reviewer looks at both masked records, decides with a signature, and the pair is gone."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from home.workplace import Workplace
from provenance.people_signed import decisions_held
from review.access import RoomRole
from tests.pairs_room import PairsRoom, asked, with_people
from tests.review_room import NAMES, PASSWORD, SHOP, Served
from tests.shop import Shop, shop_project

FIRST = NAMES[RoomRole.REVIEWER]


class LivingPairs(PairsRoom):
    """A room whose clock runs, as a browser's does."""

    @property
    def workplace(self) -> Workplace:
        """The shop as a workplace with a running clock."""
        return Workplace(with_people(shop_project(self.shop.gates)), self.shop.settings, lambda: datetime.now(UTC))


@pytest.fixture
def served(tmp_path):
    """A shop in which three pairs wait."""
    room = asked(LivingPairs(Shop(tmp_path, now=datetime.now(UTC).replace(microsecond=0)).founded()))
    room.account(FIRST)
    with Served(room.app, room) as open_room:
        yield open_room


def keep(page, name: str) -> None:
    """Leave a picture for people at two widths, where TENURE_SCREENSHOTS names a folder; nothing scrolls sideways."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        wide, inner = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if os.environ.get("TENURE_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["TENURE_SCREENSHOTS"]) / f"pairs-{name}-{width}.png", full_page=True)
        assert wide <= inner, f"{name} scrolls sideways at {width}"


@pytest.mark.browser
def test_a_reviewer_decides_pairs_until_none_waits(page, served):
    """From the list to a pair and back, with a refusal on the way, to the page on which nothing waits."""
    page.goto(f"{served.address}/login?next={SHOP}/people")
    page.get_by_label("Name").fill(FIRST)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="People").wait_for()
    keep(page, "list")

    for nth, verdict in enumerate(("One person", "Two people", "One person")):
        page.get_by_role("region", name="Pairs that wait").get_by_role("link").first.click()
        page.get_by_role("heading", name="Are these two one person?").wait_for()
        panel = page.get_by_role("complementary", name="Decision")
        panel.get_by_label("Your reason").fill("They told us on the phone.")
        if nth == 0:
            keep(page, "pair")
            panel.get_by_label("Passphrase of your key").fill("another one")
            panel.get_by_role("button", name=verdict).click()
            page.get_by_text("does not open the key").wait_for()
            keep(page, "refused")
        panel.get_by_label("Passphrase of your key").fill(served.room.passphrase)
        panel.get_by_role("button", name=verdict).click()
        page.locator("#done").wait_for()
    keep(page, "done")

    page.get_by_text("No pair waits for a decision.").wait_for()
    assert decisions_held(served.room.workplace).in_words == "Decisions about people: 3 signed."
