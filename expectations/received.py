"""A batch as received, read into Arrow without interpreting it: Parquet keeps its types, CSV is text throughout.

What cannot be read at all is said here, in words without a value of the batch. Whether the columns are right is `shape.py`'s.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROW_SHAPE = "row_shape"


class Unreadable(Exception):  # noqa: N818 - a verdict on a batch, not an error of ours
    """A batch that cannot be read; the message is the reason. It never leaves this package: it becomes a verdict."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """Rows as received.

    `is_text`: every cell is text that is still to be read; `fits`: per row, whether it has as many fields as the header.
    """

    rows: pa.Table
    is_text: bool
    fits: pa.Array


def read(path: Path) -> Received:
    """Read a batch; `.csv` is text, everything else Parquet."""
    content = path.read_bytes()
    if not content:
        raise Unreadable("The file is empty: it has 0 bytes, not even a header. Deliver it again.")
    return _read_csv(content) if path.suffix == ".csv" else _read_parquet(content)


def _read_parquet(content: bytes) -> Received:
    """Read Parquet and check every byte of it, text included."""
    try:
        rows = pq.ParquetFile(io.BytesIO(content)).read()
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(_parquet_reason(content, error)) from None
    rows = rows.replace_schema_metadata(None)
    for i, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            rows = rows.set_column(i, field.name, rows.column(i).cast(field.type.value_type))
    return Received(rows=rows, is_text=False, fits=pa.array(np.ones(rows.num_rows, dtype=bool)))


def _parquet_reason(content: bytes, error: Exception) -> str:
    """Say which part of a Parquet file is broken; Arrow's own text may quote a value."""
    size = f"found {len(content)} bytes"
    if content[:4] != b"PAR1":
        return f"Expected a Parquet file, {size} that do not begin as one. Deliver it again, or name it for what it is."
    if content[-4:] != b"PAR1":
        return f"Expected a whole Parquet file, {size} that break off before its end: it is truncated. Deliver it again."
    if "UTF8" in str(error) or "UTF-8" in str(error):
        return "Expected text in UTF-8, found bytes that are not (Latin-1?). Write the file as UTF-8 and deliver it again."
    return f"Expected a sound Parquet file, {size} that cannot be decoded: it is damaged. Deliver it again."


def _read_csv(content: bytes) -> Received:
    """Read CSV: a header, then rows; fields that are missing become null, fields too many are dropped, and the row is marked."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Expected text in UTF-8, found bytes that are not, from line {line} on (Latin-1?). "
            "Write the file as UTF-8 and deliver it again."
        ) from None
    try:
        header, *records = [record for record in csv.reader(io.StringIO(text, newline=""), strict=True) if record]
    except (csv.Error, ValueError):
        raise Unreadable(
            "Expected CSV with a header row, found text that cannot be split into fields. Deliver it again."
        ) from None
    width = len(header)
    fits = [len(record) == width for record in records]
    cells = [(record + [""] * width)[:width] for record in records]
    columns = list(zip(*cells, strict=True)) if cells else [()] * width
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Received(rows=pa.Table.from_arrays(arrays, names=header), is_text=True, fits=pa.array(fits, pa.bool_()))
