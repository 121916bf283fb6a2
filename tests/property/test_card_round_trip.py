"""A card survives its file: what is read back is equal, valid, and renders to the same page."""

import json
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from model_cards.compile import compile_card
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.schema import validate_card
from model_cards.standing import Standing, Status
from tenure.evaluation.records import Estimate
from tenure.statements import Statement
from tests.unit.model_cards.sample import ROLES, evidence, narrative

FIGURES = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
WORDS = st.text(st.characters(exclude_categories=("N", "Cs", "Cc"), exclude_characters="{}"), min_size=1).filter(str.strip)
STANDING = Standing(status=Status.CANDIDATE)


@settings(max_examples=4, deadline=None)
@given(value=FIGURES, low=FIGURES, high=FIGURES, words=WORDS, kind=st.sampled_from(["propensity", "survival"]))
def test_a_card_survives_its_file(value: float, low: float, high: float, words: str, kind: str) -> None:
    """Any finite figure and any words without digits go through the file unchanged, and the page does not tell the difference."""
    whole = evidence(kind)
    metric = replace(whole.evaluation.metrics[0], estimate=Estimate(value=value, low=low, high=high))
    measured = replace(whole.evaluation, metrics=(metric, *whole.evaluation.metrics[1:]))
    said = narrative(ethics=Statement(text=words, author="model_owner", on=date(2026, 11, 2)))
    card = compile_card(replace(whole, evaluation=measured), said, ROLES)
    read = json.loads(json.dumps(card))

    assert read == card
    validate_card(read)
    assert render_html(read) == render_html(card)
    assert render_markdown(read, STANDING) == render_markdown(card, STANDING)
    assert read["evidence"]["evaluation"]["metrics"][0]["estimate"] == {"value": value, "low": low, "high": high}
