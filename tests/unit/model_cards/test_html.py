"""The page."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from model_cards.compile import compile_card
from model_cards.html import render_first_layout, render_html
from tenure.gates import Outcome
from tenure.statements import Statement
from tests.unit.model_cards.sample import ROLES, card, evidence, narrative

CASES = {
    "propensity": {},
    "survival": {"kind": "survival", "champion": False},
    "refused": {"assessable": False, "outcome": Outcome.REFUSED},
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def page(request):
    """The page of each sort of card, from the card as read from its file."""
    return render_html(json.loads(json.dumps(card(**CASES[request.param]))))


def test_every_link_leads_to_a_place_on_the_page(page):
    """A link leads to a section, or from a section to what the annex holds of it; a figure is no link."""
    targets = set(re.findall(r'\sid="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))

    assert links - targets == set()
    assert 10 <= len(links) <= 25


def test_the_page_needs_nothing_from_outside_and_runs_no_script(page):
    """One file, readable without a network."""
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "url(" not in page
    assert "@import" not in page


def test_every_drawing_says_in_words_what_it_shows(page):
    """A title and a description for each chart."""
    drawings = re.findall(r'<svg class="chart".*?</svg>', page, flags=re.DOTALL)

    assert len(drawings) >= 8
    assert all(re.search(r"<title[^>]*>[^<]+</title><desc[^>]*>[^<]{20,}</desc>", drawing) for drawing in drawings)


def test_sections_come_in_the_order_in_which_they_are_read(page):
    """From what it does to how to check it."""
    assert re.findall(r'<section id="(\w+)"', page) == [
        "predicts", "probabilities", "groups", "inputs", "training", "limits", "changes", "after", "evidence", "annex",
    ]  # fmt: skip


def test_tags_are_balanced(page):
    """The page is well formed, so that it looks the same everywhere."""
    assert balance(page) == []


def balance(page):
    """Tags of a page that stay open, and closes that fit nothing."""
    checker = _Balance()
    checker.feed(page)
    return checker.open


class _Balance(HTMLParser):
    """Tags that are open; a close that fits nothing stays as a complaint."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "link", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """A tag that closes itself leaves nothing open."""

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.open.append(f"/{tag}")


def test_text_of_people_and_of_data_is_escaped_everywhere():
    """Neither a statement nor a group's name can bring markup into the page."""
    nasty = "<img src=x onerror=alert()>"
    whole = evidence()
    attribute = whole.audit.attributes[0]
    group = replace(attribute.groups[0], group=nasty)
    attribute = replace(attribute, groups=(group, *attribute.groups[1:]), title=nasty)
    model = replace(whole.model, title=nasty, algorithm=nasty)
    whole = replace(whole, model=model, audit=replace(whole.audit, attributes=(attribute,)))
    said = narrative(ethics=Statement(text=nasty, author="model_owner", on=date(2026, 11, 2)))
    page = render_html(compile_card(whole, said, ROLES))

    assert "<img" not in page
    assert "&lt;img" in page


def test_a_small_group_is_said_to_be_too_small_and_unknown_is_hollow():
    """Nobody is dropped from the picture."""
    page = render_html(card())

    assert "Too few to judge: 65+" in page
    assert 'class="hollow"' in page


def test_the_gate_table_has_the_reviewers_line_and_whether_it_is_met():
    """Each in its own column."""
    page = render_html(card())
    table = page[page.index("<h3>Gates") : page.index("Field index")]

    assert "<th>Reviewers’ line</th>" in table
    assert "At most 0.02, not met" in table
    assert "A lower end above 0, met" in table
    assert "Open points" in page[: page.index("<main>")]


def test_the_annex_says_nothing_twice():
    """The register holds figures: words, and points of curves, stand above it; the inputs are one table."""
    page = render_html(card("survival"))
    annex = page[page.index('id="annex"') :]
    register = annex[annex.index("<h3>Register</h3>") :]

    assert "estimate 0.862 (0.842 to 0.882)" in register
    assert "What ROC-AUC says" not in register
    assert annex.count(card("survival")["evidence"]["features"][3]["meaning"]) == 1


def test_time_and_memory_of_training_are_shown_and_energy_is_said_to_be_open():
    """The page says it where evidence stands, and not only in the folded index."""
    shown = re.sub(r"<details.*?</details>", "", render_html(card()), flags=re.DOTALL)

    assert "In part not yet assessed:</b> energy was not metered" in shown


def test_a_card_that_was_sealed_as_data_is_shown_in_its_own_words():
    """Before pages were kept: every word that was signed, none that is computed today."""
    content = json.loads(json.dumps(card()))
    content["schema_version"], content["verdicts"][0]["sentence"] = 1, ["As it was said <b>then</b>."]
    del content["open_points"], content["evidence"]
    page = render_first_layout(content)

    assert "As it was said &lt;b&gt;then&lt;/b&gt;." in page
    assert "<h3>33 Assumptions and limitations</h3>" in page


def test_a_card_without_drawings_still_renders():
    """What was not measured is said, never blank."""
    whole = evidence()
    bare = replace(whole.evaluation, lift=(), calibration=(), effects=())
    refused = replace(whole, evaluation=bare, decision=replace(whole.decision, outcome=Outcome.REFUSED))
    page = render_html(compile_card(refused, narrative(), ROLES))

    assert "Of 100 customers it calls most likely to lapse" in page
    assert "Not assessed: no calibration was measured." in page
