"""Counts as people see them: in tens, so that nothing tells of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.consent.small_cells import in_tens, left_out_told, told


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_looks_differ_by_nothing_or_by_ten_at_least(one: int, other: int):
    """What is shown of a count is the same for ten counts in a row."""
    shown = [in_tens(one) or 0, in_tens(other) or 0]

    assert abs(shown[0] - shown[1]) % 10 == 0
    assert (told(one) == told(other)) == (one // 10 == other // 10 and (one == 0) == (other == 0))


@pytest.mark.parametrize(("n", "words"), [(0, "none"), (1, "fewer than 10"), (9, "fewer than 10"), (1234, "1,230 to 1,239")])
def test_a_count_is_told_by_its_tens(n: int, words: str):
    """Nobody is nobody, a few are a few."""
    assert told(n) == words


@pytest.mark.parametrize(
    ("n", "of", "words"),
    [
        (0, 90, "nobody of 90 to 99"),
        (3, 90, "fewer than 10 of 90 to 99"),
        (85, 90, "all but fewer than 10"),
        (30, 90, "30 to 39 of 90 to 99"),
    ],
)
def test_how_many_were_left_out_is_told_in_words(n: int, of: int, words: str):
    """Nothing exact, on either side."""
    assert left_out_told(n, of) == words
