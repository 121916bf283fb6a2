"""Tokens of forms and of cards that were read."""

import pytest

from review.tokens import act_token, form_token, is_token

SECRET = b"s" * 32
TOKEN = act_token(SECRET, "once", "session a", "package", "model", "card")


@pytest.mark.parametrize(
    "other",
    [
        act_token(b"t" * 32, "once", "session a", "package", "model", "card"),
        act_token(SECRET, "twice", "session a", "package", "model", "card"),
        act_token(SECRET, "once", "session b", "package", "model", "card"),
        act_token(SECRET, "once", "session a", "package", "model", "another card"),
        act_token(SECRET, "once", "session a", "packagemodel", "card"),
        act_token(SECRET, "once", "session a", "package", "mode", "lcard"),
        form_token(SECRET, "session a"),
        TOKEN.upper(),
        TOKEN[:-1],
        "",
        "ü",
    ],
)
def test_a_token_vouches_for_one_visitor_and_one_card(other):
    """Another secret, session, card or purpose gives another token, and no other spelling passes."""
    assert not is_token(other, TOKEN)


def test_a_token_is_made_again_from_the_same_parts():
    """Nothing is kept."""
    assert is_token(act_token(SECRET, "once", "session a", "package", "model", "card"), TOKEN)
