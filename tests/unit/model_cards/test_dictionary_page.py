"""The data dictionary as a page and as Markdown."""

import re
from dataclasses import replace

import pytest

from adapters.project_folders import SHIPPED, load_declared
from model_cards.dictionary_html import render_dictionary
from model_cards.dictionary_markdown import render_dictionary_markdown
from tests.unit.model_cards.test_html import balance
from tests.unit.test_dictionary import CLINIC, EMPTY, told


@pytest.fixture(scope="module", params=["complete_journey", "telco", "clinic"])
def dictionary(request):
    """The shipped projects, and a made-up one without models."""
    return told(CLINIC if request.param == "clinic" else load_declared(SHIPPED / request.param))


@pytest.fixture(scope="module")
def page(dictionary):
    """Its page."""
    return render_dictionary(dictionary)


def test_every_link_leads_to_an_entry_and_every_entry_stands_once(page):
    """From a column to its inputs and models, and back."""
    anchors = re.findall(r'\sid="([^"]+)"', page)
    links = set(re.findall(r'href="#([^"]+)"', page))

    assert links - set(anchors) == set()
    assert len(anchors) == len(set(anchors))
    assert any(link.startswith("column--") for link in links)


def test_everything_that_is_declared_stands_on_the_page_and_in_the_text(dictionary, page):
    """Sources, columns, parts of histories, inputs, models and tables, by name."""
    text = render_dictionary_markdown(dictionary).replace("\\", "")
    names = {s.name for s in dictionary.sources} | {c.name for s in dictionary.sources for c in s.columns}
    names |= {p.name for h in dictionary.histories for p in h.parts} | {i.name for i in dictionary.inputs}
    names |= {m.name for m in dictionary.models} | {t.name for t in dictionary.tables}

    assert {name for name in names if name not in page} == set()
    assert {name for name in names if name not in text} == set()


def test_the_page_needs_nothing_from_outside_and_runs_no_script(page):
    """One file, well formed."""
    assert page.startswith("<!doctype html>")
    assert not re.search(r'<script|(src|href)="(?!#)|url\(|@import', page)
    assert balance(page) == []


def test_words_are_words_and_sql_is_as_it_was_written():
    """No sign of a meaning is markup, and no minus of SQL is set as a figure's."""
    page = render_dictionary(told(CLINIC))

    assert "paid &lt;b&gt;before&lt;/b&gt; tax" in page.lower()
    assert "<code>round(net + coalesce(tax, 0), 2)</code>" in page
    assert "customer_id IS NULL" in page
    signed = replace(CLINIC, sources=tuple(replace(s, set_aside=()) for s in CLINIC.sources))
    assert "No rows are set aside as expected." in render_dictionary(told(signed))


def test_what_is_not_there_is_said():
    """An empty company has a page of sentences."""
    page, text = render_dictionary(told(EMPTY)), render_dictionary_markdown(told(EMPTY))

    for what in ("source", "history", "input", "model"):
        assert f"No {what} is declared yet" in page
        assert f"No {what} is declared yet" in text
    assert balance(page) == []
    assert "no model" in render_dictionary(told(CLINIC))


def test_the_drawing_leads_from_each_box_to_its_entry(dictionary, page):
    """Sources, histories, inputs of each history and models; who does not see it hears the same of each box."""
    drawing = re.search(r'<svg class="chart lineage".*?</svg>', page, flags=re.DOTALL)[0]
    boxes = len(dictionary.sources) + len(dictionary.histories) + len(dictionary.models)
    boxes += sum(bool(history.inputs) for history in dictionary.histories)

    assert drawing.count("<a href=") == drawing.count("aria-label=") == boxes
    assert "<title" in drawing
