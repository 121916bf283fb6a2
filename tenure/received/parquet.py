"""Parquet read with its types; every byte of it is checked, text included."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from tenure.received.opened import Unreadable


def read_parquet(content: bytes) -> pa.Table:
    """The rows."""
    try:
        rows = pq.ParquetFile(io.BytesIO(content)).read()
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(_reason(content, error)) from None
    rows = rows.replace_schema_metadata(None)
    for i, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            rows = rows.set_column(i, field.name, rows.column(i).cast(field.type.value_type))
    return rows


def _reason(content: bytes, error: Exception) -> str:
    """Say which part of a Parquet file is broken; Arrow's own text may quote a value."""
    size = f"found {len(content)} bytes"
    if content[:4] != b"PAR1":
        return f"Expected a Parquet file, {size} that do not begin as one. Deliver it again, or name it for what it is."
    if content[-4:] != b"PAR1":
        return f"Expected a whole Parquet file, {size} that break off before its end: it is truncated. Deliver it again."
    if "UTF8" in str(error) or "UTF-8" in str(error):
        return "Expected text in UTF-8, found bytes that are not (Latin-1?). Write the file as UTF-8 and deliver it again."
    return f"Expected a sound Parquet file, {size} that cannot be decoded: it is damaged. Deliver it again."
