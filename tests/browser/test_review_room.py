"""The review room as its people meet it: reviewers decide in a real browser, an auditor traces, and everybody can read it."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.stores.package_store import PackageStore
from home.opened import opened
from home.workplace import Workplace
from model_cards.card import as_bytes, card_page
from review.access import RoomRole
from review.app import create_app
from tenure.package import Package
from tests import company
from tests.premises import AS_OF, Premises
from tests.review_room import NAMES, PASSWORD, SECOND_REVIEWER, SHOP, ReviewRoom, Served
from tests.shop import WORDS, Shop, evidence_of, files_of

pytestmark = pytest.mark.browser

FIRST = NAMES[RoomRole.REVIEWER]
MODEL = company.PROPENSITY


class Premised:
    """A room over the simulated company, which has delivered scores."""

    def __init__(self, premises: Premises) -> None:
        self.app = create_app(opened(premises.workplace))
        self.app.state.lobby.accounts.new("ada", PASSWORD, role=RoomRole.AUDITOR)


class LivingRoom(ReviewRoom):
    """A room whose clock runs, as a browser's does."""

    @property
    def workplace(self) -> Workplace:
        """The shop as a workplace with a running clock."""
        return Workplace(super().workplace.project, self.shop.settings, lambda: datetime.now(UTC))


def later(shop: Shop, champion: Package) -> None:
    """Train a candidate four weeks after the champion, with other parameters, and held against it."""
    known = evidence_of("two", MODEL, shop.gates, champion)
    facts = replace(known.model, as_of=known.model.as_of + timedelta(weeks=4), parameters=(("n_rounds", "400"),))
    found = replace(known, model=facts)
    told = as_bytes(found)
    files = {
        **files_of("two", MODEL, shop.gates, champion),
        "evidence.json": told,
        "card.html": card_page(told, WORDS, champion.file("evidence.json")),
    }
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    shop.state(package, found)


@pytest.fixture
def served(tmp_path):
    """A shop with a champion and a candidate, trained after it and held against it."""
    shop = Shop(tmp_path, now=datetime.now(UTC).replace(microsecond=0)).founded()
    champion = shop.serving("one")
    time.sleep(0.05)  # the candidate is the newer file
    later(shop, champion)
    room = LivingRoom(shop)
    for name in (FIRST, SECOND_REVIEWER, NAMES[RoomRole.AUDITOR]):
        room.account(name)
    with Served(room.app, room) as open_room:
        yield open_room


@pytest.fixture
def faults(page):
    """What goes wrong on the page: errors of scripts, and whatever the security policy stopped."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: said.type == "error" and found.append(said.text))
    return found


def log_in(page, served: Served, name: str) -> None:
    """Through the entrance, as a person does."""
    page.goto(served.address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Does anything need me?").wait_for()


def log_out(page) -> None:
    """At the top of every page."""
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()


def open_candidate(page) -> None:
    """From the first page."""
    page.locator("#waiting").wait_for()
    page.locator("section", has=page.locator("#waiting")).get_by_role("link").first.click()
    page.get_by_role("heading", name="What changed since the champion").first.wait_for()


def sign(page, served: Served, reason: str, verdict: str) -> None:
    """Fill the panel and press a button of it."""
    panel = page.get_by_role("complementary", name="Decision")
    panel.get_by_label("Your reason").fill(reason)
    panel.get_by_label("I have read the card to its end").check()
    panel.get_by_label("Passphrase of your key").fill(served.room.passphrase)
    panel.get_by_role("button", name=verdict).click()
    page.get_by_role("heading", name="Receipt").wait_for()


def keep(page, name: str) -> None:
    """Leave a picture for people, where TENURE_SCREENSHOTS names a folder."""
    if os.environ.get("TENURE_SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["TENURE_SCREENSHOTS"]) / f"review-{name}.png", full_page=True)


def test_two_reviewers_read_approve_and_the_champion_changes(page, served, faults):
    """From the first page to the last: what changed, the whole card, a reason, a receipt, a colleague, the promotion."""
    (waiting,) = served.room.workplace.packages.candidates()[-1:]
    log_in(page, served, FIRST)
    open_candidate(page)
    page.locator("#differences").get_by_text("400", exact=True).wait_for()

    sign(page, served, "Calibrated, and no group is treated worse.", "Approve")
    page.get_by_text("inclusion proved").wait_for()
    keep(page, "receipt")
    log_out(page)

    log_in(page, served, SECOND_REVIEWER)
    open_candidate(page)
    page.locator("#decide").get_by_text("Calibrated, and no group is treated worse.").wait_for()
    sign(page, served, "As my colleague says.", "Approve")

    page.get_by_role("link", name="To the package").click()
    page.get_by_label("Why now").fill("Both reviewers agree.")
    page.locator("#promoting").fill(served.room.passphrase)
    page.get_by_role("button", name="Promote").click()
    page.get_by_role("heading", name="Receipt").wait_for()
    page.get_by_role("link", name="To the package").click()

    page.get_by_text("This one is the champion.").wait_for()
    assert served.room.workplace.promotions.champion("shop", MODEL).digest == waiting.digest
    assert faults == []


def test_a_reviewer_rejects_and_a_colleague_sees_why(page, served, faults):
    """Without having read to the end; the candidate cannot be promoted any more."""
    log_in(page, served, FIRST)
    open_candidate(page)
    sign(page, served, "November has no labels yet.", "Reject")
    log_out(page)
    log_in(page, served, SECOND_REVIEWER)
    page.get_by_text("1 is rejected").wait_for()
    page.get_by_role("link", name=f"1 of {MODEL}").click()
    page.get_by_text(f"{FIRST}: rejected").wait_for()
    page.locator("#candidates").get_by_role("link").first.click()
    page.locator("h1").get_by_text("rejected").wait_for()

    page.locator("#decide").get_by_text("November has no labels yet.").wait_for()
    assert page.get_by_role("button", name="Promote").count() == 0
    assert faults == []


def test_a_refusal_is_where_the_eye_is(page, served):
    """Without scripts: the panel is in sight, the title says that nothing was done, and what was typed is still there."""
    log_in(page, served, FIRST)
    open_candidate(page)
    panel = page.get_by_role("complementary", name="Decision")
    panel.get_by_label("Your reason").fill("Calibrated, and no group is treated worse.")
    panel.get_by_label("I have read the card to its end").check()
    panel.get_by_label("Passphrase of your key").fill("a wrong one")
    panel.get_by_role("button", name="Approve").click()
    alert = page.get_by_role("alert")
    alert.wait_for()

    assert page.title().startswith("Not done: ")
    assert "does not open the key" in alert.inner_text()
    assert 0 <= alert.bounding_box()["y"] < page.viewport_size["height"]
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert panel.get_by_label("Your reason").input_value() == "Calibrated, and no group is treated worse."
    keep(page, "refused")


def test_everything_is_done_with_the_keyboard(page, served):
    """The skip link first, then the pages; whoever is focused is seen."""
    log_in(page, served, FIRST)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert {"Models", "Portfolio", "Log", "Trace", "Data", "Log out"} <= seen

    page.get_by_role("link", name="Log", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Log", exact=True).wait_for()


def test_an_auditor_looks_at_everything_and_decides_nothing(page, served, faults):
    """The panel says who decides; the trace says what there is to walk."""
    log_in(page, served, NAMES[RoomRole.AUDITOR])
    page.locator("section", has=page.locator("#waiting")).get_by_role("link").first.click()
    page.get_by_text("Reviewers decide.").first.wait_for()
    assert page.get_by_role("button", name="Approve").count() == 0

    page.get_by_role("link", name="Trace").click()
    page.get_by_label("Customer").fill("no such household")
    page.get_by_label("Day").fill("2017-11-14")
    page.get_by_role("button", name="Trace").click()
    page.get_by_text("Nothing to walk.").wait_for()
    assert "no+such+household" not in page.url


@pytest.mark.slow
def test_an_auditor_traces_a_score_back_to_the_bytes_received(page, established, tmp_path, faults):
    """Every step from the delivered row to the batches is walked and holds, and the model's days are drawn."""
    premises = established.copy(tmp_path)
    outcome = premises.run("daily", [AS_OF])
    assert outcome.succeeded, outcome.failures
    customer = premises.rows(f"{MODEL}/scores", AS_OF)["customer_id"][0].as_py()
    with Served(Premised(premises).app) as served:
        log_in(page, served, "ada")
        page.get_by_role("link", name="Trace").click()
        page.get_by_label("Customer").fill(customer)
        page.get_by_label("Day").fill(AS_OF.isoformat())
        page.get_by_label("Model").select_option(MODEL)
        page.get_by_role("button", name="Trace").click()
        page.get_by_role("heading", name="steps verified").wait_for()
        keep(page, "trace")
        assert page.locator(".answer p").count() == 3
        assert not page.locator(".walk").is_visible()
        page.get_by_text("The proof, step by step").click()
        steps = [heading.inner_text().split("\n")[0] for heading in page.locator(".walk h3").all()]
        assert steps[:2] == ["Score", "Model"]
        assert page.locator(".walk > li.fails").count() == 0
        assert customer not in page.url

        page.get_by_role("link", name="Models").click()
        page.get_by_role("link", name=premises.project.model(MODEL).title).first.click()
        page.get_by_role("heading", name="Drift").wait_for()
        page.get_by_role("link", name="Data").click()
        page.get_by_role("heading", name="Data", exact=True).wait_for()
        keep(page, "data")
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe(browser, served, scheme):
    """No violation of WCAG 2.2 A or AA that axe-core can see, in either scheme; at twice the size nothing scrolls sideways."""
    from axe_playwright_python.base import AXE_FILE_PATH

    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    digest = served.room.workplace.packages.candidates()[-1].digest
    found = {}

    def look(where: str) -> None:
        page.evaluate(Path(AXE_FILE_PATH).read_text())
        report = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
        for fault in report["violations"]:
            found.setdefault(where, []).append((fault["id"], [node["html"][:120] for node in fault["nodes"][:3]]))

    page.goto(f"{served.address}/login")
    look("/login")
    log_in(page, served, FIRST)
    for where in (
        SHOP,
        f"{SHOP}/models/{MODEL}",
        f"{SHOP}/candidates/{digest}",
        f"{SHOP}/portfolio",
        f"{SHOP}/log",
        f"{SHOP}/log/3",
        f"{SHOP}/trace",
        f"{SHOP}/data",
        "/account",
        "/nowhere",
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(served.address + where)
        look(where)
        page.set_viewport_size({"width": 640, "height": 450})
        wide, width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= width, f"{where} scrolls sideways at twice the size"
    context.close()

    assert found == {}
