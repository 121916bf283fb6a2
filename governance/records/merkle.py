"""Merkle trees as RFC 9162 has them (section 2.1): the hash of a list, and short proofs about it.

Proofs are lists of 32-byte hashes in the RFC's order; the verifiers follow its sections 2.1.3.2 and 2.1.4.2 and take index
and sizes from the caller, never from the proof. What the leaves mean is `log.py`.
"""

import hashlib
from collections.abc import Iterator, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash of one entry, set apart from inner nodes by its first byte."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Hash of the whole list, from the leaf hashes."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        _push(stack, leaf)
    return _folded(stack)


def prefix_roots(leaves: Sequence[bytes]) -> Iterator[bytes]:
    """The hashes of the first 0, 1, ... of all leaves, in O(n log n) together."""
    stack: list[tuple[int, bytes]] = []
    yield EMPTY_ROOT
    for leaf in leaves:
        _push(stack, leaf)
        yield _folded(stack)


def _push(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add a leaf to the complete subtrees from left to right, by height: a binary counter over the leaves."""
    height, node = 0, leaf
    while stack and stack[-1][0] == height:
        node = node_hash(stack.pop()[1], node)
        height += 1
    stack.append((height, node))


def _folded(stack: Sequence[tuple[int, bytes]]) -> bytes:
    """The hash of the list whose complete subtrees these are."""
    if not stack:
        return EMPTY_ROOT
    node = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        node = node_hash(left, node)
    return node


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf `index`, counted from 0."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"expected a leaf below {len(leaves)}, found {index}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), root_hash(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), root_hash(leaves[:split]))


def proves_inclusion(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes) -> bool:
    """Whether the proof shows that `leaf` stands at `index` in the list of `size` leaves with that root."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(values: Sequence[bytes]) -> bool:
    """Whether every value could be a hash."""
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
