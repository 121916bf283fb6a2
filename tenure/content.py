"""Content digests: the same rows give the same SHA-256, whatever file, order or chunking they came in."""

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def content_digest(rows: pa.Table, key: Sequence[str]) -> str:
    """Hash a table's content.

    Rows are ordered by `key` (which must name a row), columns by name. Column names, types, nulls and values count; files,
    row groups, chunks and dictionary encoding do not.
    """
    return _digest(_in_order(rows, key))


def digest_by_day(rows: pa.Table, key: Sequence[str]) -> dict[date, str]:
    """Hash the content of each value of the `day` column."""
    ordered = _in_order(rows, ("day", *key))
    days = ordered["day"].to_numpy()
    starts = np.flatnonzero(np.r_[True, days[1:] != days[:-1]]) if len(days) else np.array([], dtype=int)
    ends = np.r_[starts[1:], len(days)]
    return {
        days[start].astype("datetime64[D]").astype(date): _digest(ordered.slice(start, end - start))
        for start, end in zip(starts, ends, strict=False)
    }


def _in_order(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Columns by name, rows by key."""
    rows = rows.select(sorted(rows.column_names))
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in key]).to_numpy()
    # Most tables come in order; another order costs a copy of all rows.
    return rows if bool((order[1:] > order[:-1]).all()) else rows.take(order)


def _digest(rows: pa.Table) -> str:
    """Hash columns one after the other."""
    hasher = hashlib.sha256(str(rows.num_rows).encode())
    for name in rows.column_names:
        column = rows[name]
        array = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks) if column.num_chunks else None
        hasher.update(f"\0{name}\0{_type_name(column.type)}\0".encode())
        if array is not None:
            _update(hasher, array)
    return hasher.hexdigest()


def _update(hasher: "hashlib._Hash", array: pa.Array) -> None:
    """Feed one array: where it is null, then its values with nulls set to a fixed value."""
    hasher.update(np.packbits(array.is_null().to_numpy(zero_copy_only=False)).tobytes())
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        lengths = pc.fill_null(pc.list_value_length(array), 0)
        hasher.update(lengths.to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        _update(hasher, array.flatten())
        return
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        _update_text(hasher, pc.fill_null(array, "").cast(pa.large_string()))
        return
    numbers = pc.fill_null(array.cast(_as_number(kind)), 0).to_numpy(zero_copy_only=False)
    # Adding zero turns -0.0 into 0.0: equal values must hash alike.
    hasher.update((numbers + 0 if numbers.dtype.kind == "f" else numbers).astype(numbers.dtype.newbyteorder("<")).tobytes())


def _update_text(hasher: "hashlib._Hash", text: pa.Array) -> None:
    """Feed strings without nulls: their lengths, then their bytes."""
    _, offsets_buffer, bytes_buffer = text.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype="<i8")[text.offset : text.offset + len(text) + 1]
    hasher.update(np.diff(offsets).tobytes())
    if bytes_buffer is not None and len(offsets):
        hasher.update(memoryview(bytes_buffer)[offsets[0] : offsets[-1]])


def _as_number(kind: pa.DataType) -> pa.DataType:
    """The number that a value is hashed as."""
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_date32(kind):
        return pa.int32()
    if pa.types.is_boolean(kind):
        return pa.int8()
    return pa.int64()


def _type_name(kind: pa.DataType) -> str:
    """Type as it counts: encodings and time-zone spellings of one type are the same."""
    if pa.types.is_dictionary(kind):
        return _type_name(kind.value_type)
    if pa.types.is_large_string(kind):
        return "string"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    return "timestamp" if pa.types.is_timestamp(kind) else str(kind)
