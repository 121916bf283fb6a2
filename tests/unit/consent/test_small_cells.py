"""Counts as people see them: none of a few, and none that follows by subtraction."""

import pytest

from tenure.consent.rule import State
from tenure.consent.small_cells import left_out_in_words, shown

GIVEN, NONE, OUT, OBJECTED = State.GIVEN, State.NONE, State.WITHDRAWN, State.OBJECTED


def test_counts_of_many_are_shown_as_they_are():
    """And nobody is zero, not hidden."""
    counts = {NONE: 0, GIVEN: 500, OUT: 12, OBJECTED: 10}

    assert shown(counts) == counts


def test_a_count_of_a_few_is_hidden_with_the_next_smallest():
    """The total less the others would tell it."""
    assert shown({NONE: 0, GIVEN: 500, OUT: 12, OBJECTED: 3}) == {NONE: 0, GIVEN: 500, OUT: None, OBJECTED: None}


def test_of_several_of_a_few_no_other_is_hidden():
    """Their sum tells neither."""
    assert shown({NONE: 2, GIVEN: 500, OUT: 12, OBJECTED: 3}) == {NONE: None, GIVEN: 500, OUT: 12, OBJECTED: None}


@pytest.mark.parametrize(
    ("n", "of", "words"),
    [(0, 90, "nobody of 90"), (3, 90, "fewer than 10"), (85, 90, "all but fewer than 10"), (30, 90, "30 of 90 (33.3\u00a0%)")],
)
def test_how_many_were_left_out_is_told_in_words(n, of, words):
    """Nothing exact of a few, on either side."""
    assert left_out_in_words(n, of) == words
