"""Rows in one spelling: each as the canonical JSON of its cells, so that it can be hashed by itself, and compared to the bit.

A row is an object of its cells by name of column, in order, without those that are null: a column that came to the table later
changes no row that was there before. A float is a string of the sixteen hex letters of its bits (IEEE 754, the highest first),
so that 0.0 is not -0.0; a date is a string as in 2020-12-31. All else is as RFC 8785 has it.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LETTERS = 16


def canonical_rows(rows: pa.Table) -> list[bytes]:
    """Each row as canonical JSON, in the order of the table; raises TypeError for a column of another kind."""
    if not rows.num_rows or not rows.num_columns:
        return [b"{}"] * rows.num_rows
    cells = [*_cells(rows.select(sorted(rows.column_names)).combine_chunks())]
    joined = pc.binary_join_element_wise(*cells, pa.scalar(",", pa.large_string()), null_handling="skip")
    return list(_joined("{", joined, "}").cast(pa.large_binary()).to_pylist())


def bits(column: pa.ChunkedArray) -> pa.Array:
    """The cells of a column as text; equal exactly where the values are, to the bit."""
    (cells,) = _cells(pa.table({"": column}).combine_chunks())
    return cells


def _cells(rows: pa.Table) -> Iterator[pa.Array]:
    """The cells as `"name":value`, null where there is none; floats without nulls that follow one another are one text."""
    for is_block, names in groupby(rows.column_names, lambda name: _is_full(rows[name])):
        if is_block:
            yield _block([(name, _array(rows[name])) for name in names])
        else:
            yield from (_named(name, _text(_array(rows[name]))) for name in names)


def _is_full(column: pa.ChunkedArray) -> bool:
    """Whether a column holds floats and no null."""
    return pa.types.is_floating(column.type) and not column.null_count


def _block(columns: Sequence[tuple[str, pa.Array]]) -> pa.Array:
    """The cells of columns of floats without nulls, joined. All are of one width, so the letters are put in their places."""
    names = [f'{json.dumps(name, ensure_ascii=False)}:"'.encode() for name, _ in columns]
    template = b",".join(name + b"0" * _LETTERS + b'"' for name in names)
    text = np.tile(np.frombuffer(template, np.uint8), (len(columns[0][1]), 1))
    start = 0
    for name, (_, values) in zip(names, columns, strict=True):
        start += len(name)
        text[:, start : start + _LETTERS] = _letters(values)
        start += _LETTERS + len('",')
    return _of_one_width(text)


def _letters(values: pa.Array) -> np.ndarray:
    """The hex letters of the bits of floats without nulls, (n, 16)."""
    numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(">f8")
    return np.frombuffer(numbers.tobytes().hex().encode(), np.uint8).reshape(-1, _LETTERS)


def _of_one_width(text: np.ndarray) -> pa.Array:
    """Texts of equal length, from their letters (n, length)."""
    n, length = text.shape
    offsets = np.arange(n + 1, dtype="<i8") * length
    return pa.Array.from_buffers(pa.large_string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(text.tobytes())])


def _named(name: str, text: pa.Array) -> pa.Array:
    """Cells behind the name of their column."""
    return _joined(f"{json.dumps(name, ensure_ascii=False)}:", text)


def _text(values: pa.Array) -> pa.Array:
    """Values as JSON, null where they are."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _text(values.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        known = values.dictionary_encode()
        quoted = [json.dumps(word, ensure_ascii=False) for word in known.dictionary.to_pylist()]
        return pa.array(quoted, pa.large_string()).take(known.indices)
    if pa.types.is_floating(kind):
        letters = _of_one_width(_letters(pc.fill_null(values, 0.0)))
        return pc.if_else(values.is_valid(), _quoted(letters), None)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values.cast(pa.large_string())
    if pa.types.is_date(kind):
        return _quoted(values.cast(pa.large_string()))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _lists(values)
    raise TypeError(f"expected text, numbers, dates or lists of them, found {kind}")


def _lists(values: pa.Array) -> pa.Array:
    """Lists without nulls in them as JSON."""
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.r_[0, np.cumsum(lengths)], pa.int64())
    items = pa.LargeListArray.from_arrays(offsets, _text(values.flatten()))
    joined = _joined("[", pc.binary_join(items, pa.scalar(",", pa.large_string())), "]")
    return pc.if_else(values.is_valid(), joined, None)


def _quoted(text: pa.Array) -> pa.Array:
    """Text without signs that JSON escapes, in quotes."""
    return _joined('"', text, '"')


def _joined(*parts: pa.Array | str) -> pa.Array:
    """Texts and words, end to end; null where a text is."""
    words = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in (*parts, "")]
    return pc.binary_join_element_wise(*words)


def _array(column: pa.ChunkedArray) -> pa.Array:
    """The one array of a column."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
