"""The card as Markdown."""

import re

import pytest

from model_cards.markdown import render_markdown
from model_cards.page import SECTIONS
from model_cards.standing import Standing, Status
from tests.unit.model_cards.sample import card


@pytest.fixture(scope="module", params=["propensity", "survival"])
def text(request):
    """The Markdown of each kind of model."""
    return render_markdown(card(request.param), Standing(status=Status.CANDIDATE, version=1, reason="A pilot."))


def test_it_has_the_sections_of_the_page_in_order(text):
    """The same card, the same order."""
    first = ["Recommendation", "What it would change", "Open points", "Who is answerable"]
    found = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)

    assert found == [*first, *(title for _, title in SECTIONS), "Glossary"]


def test_every_table_has_rows_of_one_width(text):
    """A table with a ragged row does not render."""
    for table in re.findall(r"(?:^\|.*\|\n?)+", text, flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.strip().split("\n")}

        assert len(widths) == 1


def test_it_carries_open_points_and_the_reviewers_lines(text):
    """What the page says near its top, and beside each gate."""
    assert "## Open points" in text[: text.index("## How well")]
    assert re.search(r"^\| calibrated \| pass \| .* \| at most 0\.02, not met \|$", text, flags=re.MULTILINE)
    assert "*In part not yet assessed: energy was not metered" in text


def test_it_carries_the_reason_and_the_human_statements_with_author_and_day(text):
    """Whoever said it, and when."""
    assert "for this reason: A pilot." in text
    assert "— model owner (demo), 2026-11-02" in text
