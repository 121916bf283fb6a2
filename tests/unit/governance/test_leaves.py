"""Salted leaves: a day's root, and leaves whose rows are gone."""

import hashlib

import pyarrow as pa
import pytest

from governance.records.delivery import SignedDay
from governance.records.leaves import leaves_of, root_of
from governance.records.merkle import leaf_hash, root_hash
from governance.rules.delivered import check_leaves
from tenure.errors import RefusedError
from tenure.rows import canonical_rows
from tests.unit.governance.sample import START

ROWS = [b'{"customer_id":"%d"}' % i for i in range(5)]
SALTS = [bytes([i]) * 16 for i in range(5)]


def test_a_leaf_is_that_of_the_log_s_records():
    """H(0x00 || H(salt || row)), so that one verifier reads both."""
    assert leaves_of(ROWS, SALTS)[2] == leaf_hash(hashlib.sha256(SALTS[2] + ROWS[2]).digest())
    assert root_of(leaves_of(ROWS, SALTS), {}) == root_hash(leaves_of(ROWS, SALTS)).hex()


def test_an_emptied_leaf_leaves_the_root_as_it_was():
    """Its hash alone stays, at its place; at another place, or with another hash, the root is another."""
    leaves = leaves_of(ROWS, SALTS)
    kept = [leaf for place, leaf in enumerate(leaves) if place not in (1, 4)]
    root = root_of(leaves, {})

    assert root_of(kept, {1: leaves[1], 4: leaves[4]}) == root
    assert root_of(kept, {2: leaves[1], 4: leaves[4]}) != root
    assert root_of(kept, {1: leaves[0], 4: leaves[4]}) != root
    assert root_of(leaves, {1: leaves[1]}) != root


def test_another_row_or_salt_is_another_root():
    """Equal rows with other salts cannot be told from others by their leaves."""
    assert leaves_of(ROWS[:1] * 2, SALTS[:2])[0] != leaves_of(ROWS[:1] * 2, SALTS[:2])[1]
    assert root_of(leaves_of(ROWS[::-1], SALTS), {}) != root_of(leaves_of(ROWS, SALTS), {})


def test_the_root_of_a_day_is_computed_from_what_the_reference_says():
    """By hand, as somebody without this code would: three rows, their salts, and the tree over them."""
    rows = pa.table({"customer_id": ["1", "2", "3"], "score": [0.25, 0.5, 1.0], "reasons": [["a: 1"], [], None]})
    spelled = [
        '{"customer_id":"1","reasons":["a: 1"],"score":"3fd0000000000000"}',
        '{"customer_id":"2","reasons":[],"score":"3fe0000000000000"}',
        '{"customer_id":"3","score":"3ff0000000000000"}',
    ]
    a, b, c = (sha256(b"\x00" + sha256(salt + row.encode())) for salt, row in zip(SALTS, spelled, strict=False))
    root = sha256(b"\x01" + sha256(b"\x01" + a + b) + c)

    assert root_of(leaves_of(canonical_rows(rows), SALTS[:3]), {}) == root.hex()


def sha256(content: bytes) -> bytes:
    """The digest."""
    return hashlib.sha256(content).digest()


def signed(root: str, n_leaves: int) -> SignedDay:
    """A day of the log with that root."""
    return SignedDay(
        signed_by="service-scorer",
        at=START,
        model_digest="2b" * 32,
        features_digest="3c" * 32,
        features_version=7,
        root=root,
        n_leaves=n_leaves,
    )


def test_one_erasure_covers_one_row():
    """The hash of a branch in the place of a leaf gives the same root, and would take four rows for the one that was erased."""
    leaves = leaves_of(ROWS, SALTS)
    day = signed(root_of(leaves, {}), len(leaves))

    assert root_of(leaves[4:], {0: root_hash(leaves[:4])}) == day.root
    check_leaves(day, n_rows=4, emptied={0}, erased={0})
    with pytest.raises(RefusedError, match="1 rows and 1 erased ones, but 5 were signed"):
        check_leaves(day, n_rows=1, emptied={0}, erased={0})


def test_what_was_erased_stays_erased():
    """A row that is put back from an older copy has its old hash, so the root says nothing; the log does."""
    day = signed(root_of(leaves_of(ROWS, SALTS), {}), len(ROWS))

    with pytest.raises(RefusedError, match="hold 2 rows again that were erased"):
        check_leaves(day, n_rows=5, emptied=(), erased={1, 3})
    with pytest.raises(RefusedError, match="lack 1 rows, and no erasure in the log names them"):
        check_leaves(day, n_rows=4, emptied={2}, erased=())
