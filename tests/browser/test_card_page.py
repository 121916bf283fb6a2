"""The card as a reviewer opens it: a file, in a browser, without a network."""

import pytest

from model_cards.html import render_html
from model_cards.pages import page_now
from model_cards.standing import Standing, Status
from tests.unit.model_cards.sample import card

pytestmark = pytest.mark.browser

KINDS = ("propensity", "survival")


@pytest.fixture(params=KINDS)
def opened(request, page, tmp_path):
    """The page of a card, and what happened while it was opened."""
    happened = {"errors": [], "requests": []}
    page.on("console", lambda message: message.type in ("error", "warning") and happened["errors"].append(message.text))
    page.on("pageerror", lambda error: happened["errors"].append(str(error)))
    page.on("request", lambda asked: happened["requests"].append(asked.url))
    file = tmp_path / "card.html"
    file.write_text(page_now(render_html(card(kind=request.param)), Standing(status=Status.CANDIDATE, version=2)))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    return page, file, happened


def test_a_card_opens_without_errors_and_asks_nobody_for_anything(opened):
    """The page is one file: the only request is for itself, and the console stays empty."""
    _, file, happened = opened

    assert happened == {"errors": [], "requests": [file.as_uri()]}


def test_a_card_fits_the_width_of_a_narrow_window(opened):
    """At twice the size, or on half a screen, nothing has to be scrolled sideways."""
    page, _, _ = opened
    page.set_viewport_size({"width": 800, "height": 1000})

    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert widths[0] <= widths[1]
