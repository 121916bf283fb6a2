"""A card as files: the page and the Markdown that people open, as the card stands now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.whole_files import write_whole
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.standing import Standing

PAGE, MARKDOWN = "card.html", "card.md"


def write_pages(folder: Path, card: Mapping[str, Any], standing: Standing) -> Path:
    """Write a card's page and Markdown into a folder; return the page."""
    write_whole(folder / MARKDOWN, render_markdown(card, standing))
    return write_whole(folder / PAGE, render_html(card, standing))
