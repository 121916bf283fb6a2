"""Purposes: what a declaration must say, which columns it lists, and how projects that have words alone load."""

from dataclasses import replace

import pytest

from tenure.errors import SpecError
from tenure.loading import load_project
from tenure.purposes import Basis, Purpose
from tests.company import MODELS, PACKAGE

PROJECT = load_project(PACKAGE)
SAID = {
    "name": "retention",
    "why": "deciding whom to write to before they leave",
    "basis": Basis.LEGITIMATE_INTERESTS,
    "columns": ("logins.*", "payments.amount"),
    "categories": ("use of the service", "payments"),
}
RETENTION = Purpose(**SAID)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Win back"}, "lower-case letters"),
        ({"why": "  "}, "does not say what for"),
        ({"basis": "consent"}, "expected one of consent, contract"),
        ({"columns": ()}, "lists no column"),
        ({"columns": ("logins",)}, "source.column"),
        ({"columns": "logins.*"}, "with a comma behind it"),
        ({"categories": ()}, "names no categories"),
        ({"kept_days": 0}, "a day or more"),
    ],
)
def test_a_purpose_that_leaves_something_open_is_refused(said, words):
    """And the error says what to write."""
    with pytest.raises(SpecError, match=words):
        Purpose(**SAID | said)


def test_a_column_is_listed_by_its_name_or_with_all_of_its_source():
    """Names are compared as SQL does; a longer name that begins alike is another one."""
    assert RETENTION.allows("logins", "minutes")
    assert RETENTION.allows("payments", "AMOUNT")
    assert not RETENTION.allows("payments", "amount_due")
    assert not RETENTION.allows("logins_archive", "minutes")


def test_a_project_with_words_alone_loads_and_holds_its_models_to_nothing():
    """As projects were written before."""
    earlier = replace(PROJECT, purposes={"retention": "deciding whom to write to"})

    assert [(purpose.name, purpose.why) for purpose in earlier.purposes] == [("retention", "deciding whom to write to")]
    assert earlier.purpose_of(replace(earlier.model(MODELS[0]), purpose="")) is None


def test_a_model_is_made_for_the_only_purpose_or_says_for_which():
    """Of several it must name one, and one that there is."""
    spec = replace(PROJECT.model(MODELS[0]), purpose="")
    both = replace(PROJECT, purposes=(RETENTION, replace(RETENTION, name="upselling")))

    assert replace(PROJECT, purposes=(RETENTION,)).purpose_of(spec) == RETENTION
    assert both.purpose_of(replace(spec, purpose="upselling")).name == "upselling"
    with pytest.raises(SpecError, match="names no purpose"):
        both.purpose_of(spec)
    with pytest.raises(SpecError, match="no purpose 'upseling'"):
        both.purpose_of(replace(spec, purpose="upseling"))
