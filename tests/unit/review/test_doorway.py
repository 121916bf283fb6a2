"""The doorway: hosts and origins as browsers and proxies send them, against the public address."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.settings import ReviewProxy
from adapters.web_address import web_address
from review.doorway import Doorway, doorway
from tests.shop import settings_at

HERE = settings_at(Path())
PUBLIC = replace(HERE, review_public=web_address("https://review.example"))


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("review.example", True),
        ("Review.Example.", True),
        ("review.example:443", True),
        ("127.0.0.1:3080", True),
        ("localhost", True),
        ("[::1]:3080", True),
        ("elsewhere.example", False),
        ("review.example.elsewhere.example", False),
        ("", False),
        ("review.example/x", False),
    ],
)
def test_the_room_answers_under_its_public_name_and_on_this_machine(host, is_answered):
    """And under no other, so that a page elsewhere that makes its name point here reads nothing."""
    assert (doorway(PUBLIC).refuses_host(host) == "") is is_answered
    assert doorway(HERE).refuses_host("review.example")


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("https://review.example", "review.example", True),
        ("https://review.example", "127.0.0.1:3080", True),  # what a proxy sends that was told nothing of Host
        ("HTTPS://REVIEW.EXAMPLE:443", "Review.Example.", True),
        ("http://review.example", "review.example", False),  # whoever is on the line could have made that page
        ("https://review.example:8443", "review.example", False),
        ("https://elsewhere.example", "127.0.0.1:3080", False),
        ("http://127.0.0.1:3080", "127.0.0.1:3080", True),
        ("http://127.0.0.1:9999", "127.0.0.1:3080", False),
        ("http://localhost", "localhost:80", True),
        ("null", "review.example", False),
        (None, "review.example", True),
    ],
)
def test_a_form_is_the_rooms_own_if_its_page_is(origin, host, is_own):
    """By the public address, or by the name under which the page was opened on this machine."""
    assert (doorway(PUBLIC).refuses_origin(origin, host) == "") is is_own


def test_a_refusal_names_what_was_found_and_what_to_set():
    """Both the page's address and the name that arrived."""
    sentence = doorway(HERE).refuses_origin("https://review.example", "127.0.0.1:3080")

    assert "a page of https://review.example" in sentence
    assert "asked for as 127.0.0.1:3080" in sentence
    assert "TENURE_REVIEW_PUBLIC" in sentence
    assert "for the host elsewhere.example" in doorway(HERE).refuses_host("elsewhere.example")


@pytest.mark.parametrize(
    "settings",
    [replace(HERE, host="0.0.0.0"), replace(HERE, review_proxy=ReviewProxy(header="X-User", secret_file=Path()))],  # noqa: S104
)
def test_without_a_public_address_others_decide_which_names_lead_here(settings):
    """A room that listens everywhere, or behind a proxy that logs people in, answers under any name."""
    assert doorway(settings) == Doorway(public=None, names=None)
