"""A card on paper."""

from pathlib import Path

import pytest

from adapters.printing import browser, print_page
from model_cards.html import render_html
from tenure.errors import PrintingError
from tests.unit.model_cards.sample import card


@pytest.mark.browser
def test_a_card_is_printed_as_pdf(tmp_path: Path) -> None:
    """By the real browser."""
    try:
        browser()
    except PrintingError as error:
        pytest.skip(str(error))
    made = print_page(render_html(card()), tmp_path / "card.pdf")
    content = made.read_bytes()

    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") > 3


def test_without_a_browser_the_message_says_how_to_install_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do meanwhile."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PrintingError, match="apt install chromium"):
        print_page("<p>Nothing.</p>", tmp_path / "card.pdf")
    assert not (tmp_path / "card.pdf").exists()
