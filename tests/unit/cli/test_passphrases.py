"""Who is at the terminal, where nobody said so."""

from pathlib import Path

import pytest

from cli.passphrases import only_one
from tenure.errors import SigningKeyError

KEYS = Path("/home/keys")


def test_the_only_key_that_is_here_says_who_it_is() -> None:
    """One person whose key lies here need not name themselves."""
    assert only_one(["anna"], {"anna", "ben"}, "engineer", KEYS) == "anna"


def test_of_several_keys_a_person_must_say_whose() -> None:
    """Who might be meant is named, with the option that says so."""
    with pytest.raises(SigningKeyError, match=r"in /home/keys, found 2.*--as STAFF_ID.*names anna, ben\."):
        only_one(["anna", "ben"], {"ben", "anna"}, "reviewer", KEYS)


@pytest.mark.parametrize(
    ("what", "adding"),
    [
        ("engineer", "tenure trust add-engineer"),
        ("reviewer", "tenure trust add-reviewer"),
        ("engineer or reviewer", "tenure trust add-engineer"),
    ],
)
def test_a_trust_root_that_names_nobody_is_told_with_what_adds_somebody(what: str, adding: str) -> None:
    """A home whose trust root is older than engineers are: no --as would help, so none is asked for."""
    with pytest.raises(SigningKeyError, match=f"found none.*tenure keys new STAFF_ID.*{adding}") as refused:
        only_one([], set(), what, KEYS)

    assert "--as" not in str(refused.value)
