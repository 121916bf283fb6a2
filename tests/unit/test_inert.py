"""JSON in which people's words stay words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inert import inert


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_every_reader_of_json_reads_what_was_written(content: object) -> None:
    """Escapes are taken back, and nothing is left of markup."""
    text = inert(json.dumps(content, ensure_ascii=False))

    assert json.loads(text) == content
    assert not set("<>&") & set(text)


@pytest.mark.parametrize("words", ['=HYPERLINK("http://x","y")', "+1+cmd|calc", "-2+3", "@SUM(1)", "<script>alert(1)</script>"])
def test_words_are_neither_a_formula_nor_markup(words: str) -> None:
    """In a value, a key or a list."""
    text = inert(json.dumps({"reason": words, words: [words], "score": -0.5}))

    assert f'"{words[0]}' not in text
    assert "-0.5" in text
