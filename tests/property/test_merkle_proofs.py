"""Merkle proofs: every true one is accepted, every forged one refused, and another library computes the same tree."""

import hashlib

import pymerkle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from governance.records.merkle import (
    HASH_BYTES,
    inclusion_proof,
    leaf_hash,
    node_hash,
    prefix_roots,
    proves_inclusion,
    root_hash,
)
from tests.long_runs import IS_LONG

LARGEST = 40
# Two kinds of proof, 10,000 forgeries together.
MANY = settings(max_examples=5_000 if IS_LONG else 300, deadline=None)
FEW = settings(max_examples=300, deadline=None)
LEAVES = tuple(leaf_hash(b"record %d" % i) for i in range(LARGEST))
HASHES = st.binary(min_size=HASH_BYTES, max_size=HASH_BYTES)
# Hashes that a forger has at hand: leaves, nodes, roots of other sizes, and anything else.
AT_HAND = st.one_of(st.sampled_from(LEAVES), st.integers(0, LARGEST).map(lambda n: root_hash(LEAVES[:n])), HASHES)
SIZES = st.integers(1, LARGEST)


def merkle_tree_hash(leaves: tuple[bytes, ...]) -> bytes:
    """RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << i for i in range(len(leaves).bit_length()) if 1 << i < len(leaves))
    return node_hash(merkle_tree_hash(leaves[:split]), merkle_tree_hash(leaves[split:]))


def forged(draw, proof: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A proof with one thing changed: a hash, a bit, the order, the length."""
    made = list(proof)
    match draw(st.sampled_from(("replace", "flip", "insert", "drop", "swap", "invent"))):
        case "replace" if made:
            made[draw(st.integers(0, len(made) - 1))] = draw(AT_HAND)
        case "flip" if made:
            place = draw(st.integers(0, len(made) - 1))
            changed = bytearray(made[place])
            changed[draw(st.integers(0, HASH_BYTES - 1))] ^= 1 << draw(st.integers(0, 7))
            made[place] = bytes(changed)
        case "insert":
            made.insert(draw(st.integers(0, len(made))), draw(AT_HAND))
        case "drop" if made:
            made.pop(draw(st.integers(0, len(made) - 1)))
        case "swap" if len(made) > 1:
            made[0], made[-1] = made[-1], made[0]
        case _:
            made = draw(st.lists(AT_HAND, max_size=8))
    return tuple(made)


def test_another_library_computes_the_same_root() -> None:
    """A second opinion, on every size: pymerkle over the same entries."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for size in range(1, LARGEST + 1):
        tree.append(b"record %d" % (size - 1))
        assert root_hash(LEAVES[:size]) == tree.get_state()


def test_every_true_proof_is_accepted() -> None:
    """Of every leaf, in a tree of every size."""
    for size in range(1, LARGEST + 1):
        leaves, root = LEAVES[:size], root_hash(LEAVES[:size])
        for index, leaf in enumerate(leaves):
            assert proves_inclusion(leaf, inclusion_proof(leaves, index), index=index, size=size, root=root)


@pytest.mark.slow
@MANY
@given(st.data(), SIZES)
def test_forged_inclusion_proof_is_refused(data: st.DataObject, size: int) -> None:
    """No change of path, leaf, place or size shows a leaf where it is not."""
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    true = (leaves[index], inclusion_proof(leaves, index), index, size)
    leaf = data.draw(st.one_of(st.just(leaves[index]), AT_HAND))
    proof = forged(data.draw, true[1]) if data.draw(st.booleans()) else true[1]
    place = data.draw(st.one_of(st.just(index), st.integers(-2, LARGEST + 2)))
    claimed = data.draw(st.one_of(st.just(size), st.integers(-2, LARGEST)))
    assume((leaf, proof, place, claimed) != true)
    # The size is part of what a checkpoint signs: another size with the true root is another checkpoint, which nobody
    # signed, so only its own root is put beside it.
    root = root_hash(LEAVES[:claimed]) if claimed >= 0 else root_hash(leaves)
    is_true = 0 <= place < claimed and leaf == LEAVES[place] and proof == inclusion_proof(LEAVES[:claimed], place)
    assume(not is_true)

    assert not proves_inclusion(leaf, proof, index=place, size=claimed, root=root)


@FEW
@given(st.data(), SIZES)
def test_values_that_are_no_hashes_are_refused(data: st.DataObject, size: int) -> None:
    """Shorter, longer and empty values prove nothing, wherever they stand."""
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof = (*inclusion_proof(leaves, index), data.draw(st.binary(max_size=64).filter(lambda b: len(b) != HASH_BYTES)))

    assert not proves_inclusion(leaves[index], proof, index=index, size=size, root=root_hash(leaves))


def test_an_inner_node_is_no_leaf() -> None:
    """The leaf of a shorter tree cannot be the node of a longer one: their first bytes differ."""
    two = root_hash(LEAVES[:2])

    assert not proves_inclusion(two, (), index=0, size=2, root=two)
    assert not proves_inclusion(two, (root_hash(LEAVES[2:4]),), index=0, size=3, root=root_hash(LEAVES[:4]))


def test_asking_for_what_is_not_there_is_an_error() -> None:
    """Proofs are of leaves that the tree has."""
    for wrong in (-1, 3):
        with pytest.raises(IndexError, match="expected a leaf below 3"):
            inclusion_proof(LEAVES[:3], wrong)


def test_the_roots_of_all_prefixes_are_those_of_each() -> None:
    """Computed together or one by one, a log of any size has one root."""
    each = [root_hash(LEAVES[:size]) for size in range(LARGEST + 1)]

    assert each == [merkle_tree_hash(LEAVES[:size]) for size in range(LARGEST + 1)] == list(prefix_roots(LEAVES))
