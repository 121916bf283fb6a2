"""A day of rows as the leaves of a Merkle tree, one salted leaf for each row.

Leaf = H(0x00 || H(salt || canonical row)), as the log's records have it. Whoever has a row and its salt can be shown that it
stands in a tree whose root was signed, and learns nothing of the others. A leaf can be emptied: row and salt go, its hash stays,
and the root is what it was. How a row is spelled is `tenure/rows.py`; where salts and emptied leaves are kept is the lake's.
"""

import hashlib
from collections.abc import Mapping, Sequence

from governance.records.merkle import root_hash

ROW_SALT_BYTES = 16


def leaves_of(rows: Sequence[bytes], salts: Sequence[bytes]) -> list[bytes]:
    """The leaf hash of each row."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + sha256(salt + row).digest()).digest() for salt, row in zip(salts, rows, strict=True)]


def root_of(leaves: Sequence[bytes], emptied: Mapping[int, bytes]) -> str:
    """The root hash (hex) over the leaves that still have their rows, in order, and the emptied ones at their places from 0."""
    kept = iter(leaves)
    size = len(leaves) + len(emptied)
    whole = [emptied[place] if place in emptied else next(kept, b"") for place in range(size)]
    return root_hash(whole).hex()
