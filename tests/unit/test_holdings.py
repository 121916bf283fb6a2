"""Where an id may stand: no batch is passed over in which it is written otherwise, and no longer word is taken for it."""

import json
from datetime import datetime

import pytest

from provenance.held_files import may_hold
from provenance.holdings import as_words
from tenure.contracts import Available, Column, Files, Source


def source(**derived: str) -> Source:
    """A source of customers, whose id may be derived."""
    received = () if derived else (Column("customer_id", str, meaning="made up"),)
    return Source(
        name="orders",
        grain="one",
        key=("email",),
        available=Available.END_OF_EVENT_DAY,
        columns=(*received, Column("email", str, meaning="made up"), Column("at", datetime, meaning="when")),
        derived=derived,
        reader=Files(pattern="{day}.csv"),
    )


@pytest.mark.parametrize(
    ("content", "format", "one"),
    [
        ("customer_id,email\nMüller-17,a\n".encode("cp1252"), "csv", "Müller-17"),
        (json.dumps({"customer_id": "Müller-17", "email": "a"}).encode(), "jsonl", "Müller-17"),
        (b'{"customer_id": "acc\\/4711", "email": "a"}', "jsonl", "acc/4711"),
        (b'customer_id,email\n"a ""b"" c",a\n', "csv", 'a "b" c'),
        (b'{"customer_id": "\\u0061nn", "email": "a"}', "jsonl", "ann"),
        (b"customer_id,email\nann,a\n", "csv", "ann"),
    ],
)
def test_a_batch_is_looked_into_wherever_an_id_may_be_written_otherwise(content: bytes, format: str, one: str):
    """In another encoding, with signs that a format escapes, or as it is."""
    assert may_hold(source(), content, format, frozenset({one}))


def test_where_the_id_is_derived_every_batch_is_looked_into():
    """No byte of it need be the id."""
    assert may_hold(source(customer_id="lower(email)"), b"email\nANN@POOL.ORG\n", "csv", frozenset({"ann@pool.org"}))


def test_a_batch_without_the_id_is_not_opened():
    """What is cheap to tell is told so."""
    assert not may_hold(source(), b"customer_id,email\nbob,a\n", "csv", frozenset({"ann"}))


@pytest.mark.parametrize(
    ("text", "found"), [("see +49170 ok", True), ("of mueller ann.", True), ("ann-12", False), ("planner", False)]
)
def test_words_of_people_name_an_id_and_no_longer_one(text: str, found: bool):
    """Whatever signs an id has."""
    assert bool(as_words(frozenset({"+49170", "mueller ann", "ann-1", "lan"})).search(text)) is found
