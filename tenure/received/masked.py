"""Cells as they look, without what they say: every digit a 9, every letter an a."""

import pyarrow as pa
import pyarrow.compute as pc

_LONGEST = 24


def masked(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each cell's look."""
    # Arrow makes the pattern anew for each piece, which takes longer than to look at a thousand cells.
    cells = pa.chunked_array([cells.combine_chunks()], cells.type)
    return pc.replace_substring_regex(pc.replace_substring_regex(cells, r"\p{L}", "a"), r"\p{N}", "9")


def most_common(cells: pa.ChunkedArray) -> str:
    """The look that most cells have."""
    counts = pc.value_counts(masked(cells)).to_pylist()
    look = max(counts, key=lambda each: (each["counts"], each["values"]))["values"] if counts else ""
    return look if len(look) <= _LONGEST else f"{look[:_LONGEST]}…"
