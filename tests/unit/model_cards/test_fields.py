"""The fields as data: numbering, sections and the list that may wait."""

from model_cards.fields import BY_KEY, FIELDS, IN_PART_NOT_YET_ASSESSED, MAY_BE_NOT_YET_ASSESSED, REQUIRED_STATEMENTS, SOURCES
from model_cards.page import SECTIONS
from tenure.statements import STATEMENTS


def test_the_fields_are_numbered_from_1_to_44_and_named_once():
    """Numbers are those of the merged list, and a key names one field."""
    assert [field.number for field in FIELDS] == list(range(1, 45))
    assert len(BY_KEY) == 44


def test_every_field_has_a_section_of_the_page_and_a_known_source():
    """Nothing is shown nowhere, and nothing is asked for by nobody."""
    sections = {section for section, _ in SECTIONS}

    assert {field.section for field in FIELDS} <= sections
    assert all(source.split()[0] in SOURCES for field in FIELDS for source in field.sources)


def test_the_fields_that_may_wait_are_those_of_later_work_and_each_names_it():
    """Today these and no others may be not yet assessed."""
    assert tuple(MAY_BE_NOT_YET_ASSESSED) == (11, 12, 13, 14, 31, 37)
    assert all(MAY_BE_NOT_YET_ASSESSED.values())


def test_a_field_that_is_open_in_part_says_why_and_what_will_fill_it():
    """Energy and the advisories of packages, today; such a field is none of those that may be open as a whole."""
    assert tuple(IN_PART_NOT_YET_ASSESSED) == (6, 32)
    assert not set(IN_PART_NOT_YET_ASSESSED) & set(MAY_BE_NOT_YET_ASSESSED)
    assert all("filled by" in reason for reason in IN_PART_NOT_YET_ASSESSED.values())


def test_required_statements_are_the_human_fields_that_may_not_wait():
    """A spec owes a statement for each of these keys."""
    assert "intended_use" in REQUIRED_STATEMENTS
    assert "results" not in REQUIRED_STATEMENTS  # the pipeline alone fills it
    assert "retention" not in REQUIRED_STATEMENTS  # may wait
    assert len(REQUIRED_STATEMENTS) == 22


def test_a_spec_may_state_something_on_every_field_and_on_nothing_else():
    """The core refuses a misspelt key without reading the cards."""
    assert set(BY_KEY) == STATEMENTS
