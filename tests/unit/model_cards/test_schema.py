"""The closed schema."""

import copy

import pytest

from model_cards.schema import card_schema, validate_card
from tenure.errors import CardError
from tests.unit.model_cards.sample import card


def test_every_object_of_the_schema_is_closed():
    """No key may be added that nobody described; only the roles are named by the project."""
    objects = [part for part in _parts(card_schema()) if part.get("type") == "object"]

    open_objects = [part for part in objects if part["additionalProperties"] is not False]
    assert open_objects == [{"type": "object", "additionalProperties": {"type": "string"}}]


def _parts(schema):
    """Every object within a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _parts(value)


@pytest.mark.parametrize(
    ("steps", "value", "where"),
    [
        (("extra",), 1, "the card itself"),
        (("evidence", "model", "extra"), 1, "evidence/model"),
        (("evidence", "evaluation", "n_rows"), "many", "evidence/evaluation/n_rows"),
        (("fields", 3, "status"), "perhaps", "fields/3/status"),
        (("verdicts", 0, "verdict"), "superb", "verdicts/0/verdict"),
        (("schema_version",), 99, "schema_version"),
    ],
)
def test_a_violation_is_refused_with_its_place(steps, value, where):
    """The reader learns where in the card it is."""
    broken = copy.deepcopy(card())
    inside = broken
    for step in steps[:-1]:
        inside = inside[step]
    inside[steps[-1]] = value

    with pytest.raises(CardError, match=f"at '{where}'"):
        validate_card(broken)


def test_a_missing_key_is_refused():
    """Every field is required."""
    with pytest.raises(CardError, match="'summary' is a required property"):
        validate_card({key: value for key, value in card().items() if key != "summary"})
