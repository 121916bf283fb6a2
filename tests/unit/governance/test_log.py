"""Entries, checkpoints and proofs of a log."""

from dataclasses import replace

import pytest

from governance.records.log import (
    Kind,
    leaf_of,
    new_entry,
    peek_checkpoint,
    read_checkpoint,
    read_entry,
    sign_checkpoint,
)
from governance.records.trust_root import Role
from tenure.errors import RefusedError
from tests.unit.governance.book import served
from tests.unit.governance.sample import ORIGIN, START, key, trust_root

BOOK = served()
HEAD = peek_checkpoint(BOOK.checkpoint)


def test_leaf_is_salted_and_set_apart() -> None:
    """RFC 9162's leaf over H(salt || record): without the salt nobody can guess a record from its place in the tree."""
    entry = BOOK.entries[1]

    assert entry.leaf == leaf_of(entry.salt, entry.record)
    assert leaf_of(b"y" * 32, entry.record) != entry.leaf
    with pytest.raises(ValueError, match="salt of 32 bytes"):
        new_entry(0, Kind.ROOT, b"{}", at=START, salt=b"short")


def test_a_record_without_its_salt_or_content_is_refused() -> None:
    """The leaf was made of both; a log forgets nothing."""
    for changes in ({"salt": b""}, {"record": b""}):
        with pytest.raises(RefusedError, match="not what its leaf hash was made of"):
            read_entry(replace(BOOK.entries[2], **changes), sequence=2)


def test_record_written_for_another_place_is_refused() -> None:
    """Also when its row was numbered anew and the tree built over it."""
    with pytest.raises(RefusedError, match=r"Expected record 1 .* found record 2"):
        read_entry(BOOK.entries[2], sequence=1)
    with pytest.raises(RefusedError, match=r"Record 1 .* was written as record 2"):
        read_entry(replace(BOOK.entries[2], sequence=1), sequence=1)


def test_checkpoint_is_the_log_s_or_a_witness_s_copy() -> None:
    """Who else signs, signs nothing."""
    by_witness = sign_checkpoint(HEAD, key("witness"))

    assert read_checkpoint(BOOK.checkpoint, trust_root(), origin=ORIGIN) == HEAD
    assert read_checkpoint(by_witness, trust_root(), origin=ORIGIN, roles=(Role.LOG, Role.WITNESS)) == HEAD
    with pytest.raises(RefusedError, match="service-witness signed the checkpoint"):
        read_checkpoint(by_witness, trust_root(), origin=ORIGIN)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"size": -1}, "size of at least 0"), ({"root_hash": "AB" * 32}, "lower-case hex"), ({"origin": ""}, "expected an origin")],
)
def test_a_checkpoint_that_cannot_be_is_refused(changes, words: str) -> None:
    """Negative, upper case, nobody's."""
    with pytest.raises(ValueError, match=words):
        replace(HEAD, **changes)
