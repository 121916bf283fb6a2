"""Addresses of the web: two spellings of one are one, and a public address has no path."""

import pytest

from adapters.web_address import read_public, web_address
from tenure.errors import SpecError


@pytest.mark.parametrize(
    "text",
    [
        "https://review.example",
        "HTTPS://Review.Example",
        "https://review.example:443",
        "https://review.example./",
        "https://review.example:",
    ],
)
def test_spellings_of_one_address_are_one(text):
    """Capital letters, a port that goes without saying, a last dot."""
    assert str(web_address(text)) == "https://review.example"


@pytest.mark.parametrize("text", ["https://review.example:8443", "http://[2001:DB8::1]:80", "http://127.0.0.1:3080"])
def test_a_port_that_must_be_said_is_kept(text):
    """And an IPv6 host keeps its brackets."""
    assert str(web_address(text)) == text.lower().removesuffix(":80")


@pytest.mark.parametrize("text", ["null", "", "review.example", "ftp://x", "http://[", "http://x:y", "https://me@review.example"])
def test_what_is_no_address_is_none(text):
    """An origin may be anything that somebody sends."""
    assert web_address(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("review.example", "must be the address that people open"),
        ("http://[", "must be the address that people open"),
        ("https://example.org/tenure/", "found the path '/tenure/': the room answers at the root of a host of its own"),
        ("https://example.org?x", "must end after the host"),
    ],
)
def test_a_public_address_is_a_host_of_its_own(text, message):
    """A path is refused in one sentence, with what to do instead."""
    with pytest.raises(SpecError, match=message):
        read_public("TENURE_REVIEW_PUBLIC", text)


def test_no_public_address_is_none():
    """Then the room answers on this machine alone."""
    assert read_public("TENURE_REVIEW_PUBLIC", "") is None
    assert str(read_public("TENURE_REVIEW_PUBLIC", "https://Review.example/")) == "https://review.example"
