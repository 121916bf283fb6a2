"""Consent coverage on the card: filled from evidence, silent where nothing is declared, and no reason of a few."""

from dataclasses import replace

import pytest

from model_cards.compile import compile_card
from model_cards.wording import plain
from tenure.consent.coverage import consent_facts
from tenure.consent.rule import State
from tenure.purposes import Basis, Purpose
from tests.unit.model_cards.sample import ROLES, evidence, narrative

LETTERS = Purpose(name="letters", why="w", basis=Basis.CONSENT, columns=("orders.*",), categories=("orders",))


def field(counts, **other):
    """Field 12 of a card whose training counted so."""
    facts = consent_facts(replace(LETTERS, **other), [counts], asks_again=False)
    whole = evidence()
    said = {key: one for key, one in narrative().statements.items() if key != "consent_coverage"}
    compiled = compile_card(replace(whole, data=replace(whole.data, consent=facts)), replace(narrative(), statements=said), ROLES)
    found = compiled["fields"][11]
    return found["status"], " ".join(plain(line) for line in found["facts"])


def test_what_was_kept_and_why_the_others_were_not_is_told_from_evidence():
    """Counts of rows by reason, the purpose and its rule."""
    status, words = field({State.NONE: 40, State.GIVEN: 900, State.WITHDRAWN: 30, State.OBJECTED: 12})

    assert status == "filled"
    assert "Purpose letters, on the basis of consent" in words
    assert "no record is no consent" in words
    assert "Kept: 900 of 982 rows" in words
    assert "without a record: 40; withdrawn: 30; objected: 12." in words


@pytest.mark.parametrize(
    ("counts", "other", "said"),
    [
        ({State.GIVEN: 900}, {}, "All 900 rows"),
        ({State.GIVEN: 900, State.OBJECTED: 3}, {}, "All but fewer than ten rows"),
        ({State.GIVEN: 900, State.NONE: 50, State.OBJECTED: 3}, {}, "too few to be told apart"),
        ({State.NONE: 900, State.WITHDRAWN: 3, State.OBJECTED: 20}, {"basis": Basis.LEGITIMATE_INTERESTS}, "objected: 20."),
    ],
)
def test_a_reason_of_a_few_is_not_told(counts, other, said):
    """Neither by itself nor by subtraction."""
    words = field(counts, **other)[1]

    assert said in words
    assert ": 3" not in words


def test_where_no_consents_are_declared_the_card_says_what_would_fill_the_field():
    """Evidence of before, and of companies that declare none."""
    said = {key: one for key, one in narrative().statements.items() if key != "consent_coverage"}
    found = compile_card(evidence(), replace(narrative(), statements=said), ROLES)["fields"][11]

    assert found["status"] == "not yet assessed"
    assert "once the company declares" in found["reason"]
