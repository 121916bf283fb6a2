"""The data dictionary as people open it: a file, wide or narrow, in a browser, without a network."""

import pytest

from adapters.project_folders import SHIPPED, load_declared
from model_cards.dictionary_html import render_dictionary
from tests.unit.test_dictionary import told

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, tmp_path):
    """The page of the grocer, and what it asked for."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "dictionary.html"
    file.write_text(render_dictionary(told(load_declared(SHIPPED / "complete_journey"))))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_and_is_accessible(opened, width):
    """Nothing is scrolled sideways, and axe finds nothing, on a telephone and on a screen."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    opened.set_viewport_size({"width": width, "height": 900})

    needed, there = opened.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert needed <= there
    assert axe.Axe().run(opened).response["violations"] == []
    assert opened.locator("svg.lineage").is_visible() == (width > 736)
    assert opened.locator(".strands").is_visible() == (width <= 736)


def test_a_column_leads_to_its_inputs_and_back(opened):
    """From the drawing to a source, to an input, to the column behind it."""
    opened.set_viewport_size({"width": 1280, "height": 900})
    opened.get_by_role("link", name="transactions: 11 columns, inputs from 6").click()
    opened.locator("#column--transactions--spend summary").click()
    opened.locator("#column--transactions--spend").get_by_role("link", name="spend_cents_28d").click()

    assert opened.url.endswith("#input--spend_cents_28d")
    opened.locator("#input--spend_cents_28d").get_by_role("link", name="transactions.spend").click()
    assert opened.url.endswith("#column--transactions--spend")
