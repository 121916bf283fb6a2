"""A batch as received, read into Arrow without interpreting it: Parquet keeps its types, text is text throughout.

What cannot be read at all is said here, in words without a value of the batch. Whether the columns are right is judged in
`expectations/`.
"""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.contracts import Source, Text
from tenure.contracts.readers import ending_of
from tenure.received.encoding import decoded
from tenure.received.forms import Form, form_of, forms_of
from tenure.received.header import expected, with_contract_names
from tenure.received.json_lines import read_json
from tenure.received.layout import NAMES_OF_SEPARATORS, layout_of
from tenure.received.opened import Kind, Unreadable, members, opened
from tenure.received.parquet import read_parquet

# So many records become columns at once, and so many such pieces one: of more, each cell is fetched from memory again.
_NEAR, _TOGETHER = 1 << 11, 1 << 5
# A line of comment; #1001 is an order.
_COMMENT = r"^#([^0-9]|$)"
# A part of a table of text, as `cut.py` writes it: cells as they were, whether each row fits, and how the whole is written.
TEXT_PARQUET, FITS, NOTED = "text.parquet", "tenure:fits", b"tenure"


@dataclass(frozen=True, kw_only=True)
class Received:
    """Rows as received.

    `is_text`: it came as text, every cell of which is still to be read, as columns of text in Parquet are; `fits`: per row, if
    it has as many fields as the header. `forms`: how cells of text are written, where it is not as this writes them. `said`: how
    the batch was read, in words; `told`: for columns that cannot be read, what was expected and what was found.
    """

    rows: pa.Table
    is_text: bool
    fits: pa.Array
    forms: Mapping[str, Form] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> "Received":
        """The same without these columns, as far as they are there."""
        there = [name for name in self.rows.schema.names if name in names]
        return replace(self, rows=self.rows.drop_columns(there)) if there else self


def read(content: bytes, format: str, source: Source) -> Received:
    """Read a batch under the contract's names.

    Raises
    ------
    Unreadable: for what is no table, or not a whole one.
    """
    if format == TEXT_PARQUET:
        return _read_part(content)
    if parts := members(content):
        return _together([read(part, ending_of(name) or format, source) for name, part in parts.items()], source)
    found = opened(content, format)
    if found.kind is Kind.PARQUET:
        received = Received(rows=read_parquet(found.content), is_text=False, fits=pa.array([], pa.bool_()))
    else:
        text, encoding = decoded(found.content, source.text.encoding)
        said = (*found.packed, *filter(None, [encoding]))
        received = _read_json(text, source) if found.kind is Kind.JSON else _read_text(text, source)
        received = replace(received, said=(*said, *received.said))
    rows, renamed = with_contract_names(received.rows, source)
    fits = received.fits if received.is_text else pa.array(np.ones(rows.num_rows, dtype=bool))
    received = replace(received, rows=rows, fits=fits, said=(*received.said, *renamed))
    forms = forms_of(source, rows)
    return replace(received, forms=forms.by_column, said=(*received.said, *forms.said), told=forms.told)


def n_rows_of(content: bytes, format: str, text: Text) -> int | None:
    """Rows in a batch, or None when it cannot be read; saying why is the validation's part."""
    try:
        if parts := members(content):
            return sum(n_rows_of(part, ending_of(name) or format, text) or 0 for name, part in parts.items())
        found = opened(content, format)
        if found.kind is Kind.PARQUET:
            return int(pq.ParquetFile(io.BytesIO(found.content)).metadata.num_rows)
        lines, _ = decoded(found.content, text.encoding)
        if found.kind is Kind.JSON:
            return int(read_json(lines).num_rows)
        layout = layout_of(lines, text, (), 1)
        records = layout.records(layout.body(lines))
        header = next(records, None)
        if header is None:
            return 0
        return _n_filled(records, len(header)) + (0 if text.header else 1)
    except (Unreadable, csv.Error, ValueError, pa.ArrowException, OSError):
        return None


def _together(parts: Sequence[Received], source: Source) -> Received:
    """Several files of a day as one table."""
    if len({part.is_text for part in parts}) > 1:
        raise Unreadable("Expected files of one kind for a day, found text and Parquet. Deliver them alike.")
    try:
        rows = pa.concat_tables([part.rows for part in parts], promote_options="default")
    except pa.ArrowException:
        raise Unreadable("Expected files with the same columns for a day, found columns of several types.") from None
    fits = pa.chunked_array([chunk for part in parts for chunk in _chunks(part.fits)], pa.bool_())
    said = tuple(dict.fromkeys(each for part in parts for each in part.said))
    forms = forms_of(source, rows)
    return Received(rows=rows, is_text=parts[0].is_text, fits=fits, forms=forms.by_column, said=said, told=forms.told)


def _chunks(flags: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    """An array in its pieces."""
    return list(flags.chunks) if isinstance(flags, pa.ChunkedArray) else [flags]


def _read_part(content: bytes) -> Received:
    """A part of a table of text, with what the whole said of itself."""
    rows = read_parquet(content)
    notes = json.loads(pq.read_schema(io.BytesIO(content)).metadata[NOTED])
    forms = {name: form_of(fields) for name, fields in notes["forms"].items()}
    return Received(
        rows=rows.drop_columns(FITS),
        is_text=True,
        fits=rows[FITS],
        forms=forms,
        said=tuple(notes["said"]),
        told=notes["told"],
    )


def _read_json(text: str, source: Source) -> Received:
    """JSON, every value as text; a list of no rows has the contract's columns."""
    rows = read_json(text)
    if not rows.num_columns:
        rows = pa.table({column.source_name: pa.array([], pa.string()) for column in source.received_columns})
    return Received(rows=rows, is_text=True, fits=pa.array(np.ones(rows.num_rows, dtype=bool)), said=("JSON",))


def _read_text(text: str, source: Source) -> Received:
    """Fields between separators; those that are missing become null, those too many are dropped, and the row is marked."""
    names = [column.source_name for column in source.received_columns]
    layout = layout_of(text, source.text, expected(source), len(names))
    try:
        records = layout.records(layout.body(text))
        header = next(records, None) if source.text.header else names
        if header is None:
            raise Unreadable("Expected a table with a header, found no line that holds anything. Deliver it again.")
        rows, fits = _columns(records, header)
    except (csv.Error, ValueError):
        raise Unreadable(
            "Expected CSV with a header row, found text that cannot be split into fields. Deliver it again."
        ) from None
    rows, fits, n_comments = _without_comments(rows, fits)
    said = () if layout.separator == "," else (NAMES_OF_SEPARATORS.get(layout.separator, repr(layout.separator)),)
    if layout.n_skipped:
        said = (*said, f"without {layout.n_skipped} line{'s' * (layout.n_skipped > 1)} before the header")
    if n_comments:
        said = (*said, f"without {n_comments} line{'s' * (n_comments > 1)} that begin with '#'")
    return Received(rows=rows, is_text=True, fits=fits, said=said)


def _without_comments(rows: pa.Table, fits: pa.ChunkedArray) -> tuple[pa.Table, pa.ChunkedArray, int]:
    """Rows without lines of comment, which begin with # and have other fields than the header; where a row begins so, none is."""
    marked = pc.match_substring_regex(rows.column(0), _COMMENT)
    if not pc.any(marked).as_py() or pc.any(pc.and_(marked, fits)).as_py():
        return rows, fits, 0
    kept = pc.invert(marked)
    return rows.filter(kept), fits.filter(kept), pc.sum(marked).as_py()


def is_comment(cell: str) -> bool:
    """Whether the first cell of a record begins as a line of comment does."""
    return re.match(_COMMENT, cell) is not None


def _n_filled(records: Iterable[list[str]], width: int) -> int:
    """How many records are rows, as `_without_comments` tells them from comments."""
    n = {True: 0, False: 0}
    n_rows = 0
    for record in records:
        n_rows += 1
        if is_comment(record[0]):
            n[len(record) == width] += 1
    return n_rows if n[True] else n_rows - n[False]


def _columns(records: Iterator[list[str]], header: list[str]) -> tuple[pa.Table, pa.Array]:
    """Records as columns, some at a time: as lists they take ten times what they take as columns."""
    width = len(header)
    parts: list[list[pa.Array]] = [[] for _ in header]
    fits: list[pa.Array] = []
    while near := list(islice(_near(records, width), _TOGETHER)):
        fits.extend(fit for fit, _ in near)
        for part, pieces in zip(parts, zip(*(columns for _, columns in near), strict=True), strict=True):
            part.append(pa.concat_arrays(pieces))
    columns = [pa.chunked_array(part, pa.string()) for part in parts]
    return pa.Table.from_arrays(columns, names=header), pa.chunked_array(fits, pa.bool_())


def _near(records: Iterator[list[str]], width: int) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
    """Whether records have the width, and their columns: so few at once that their cells are still at hand."""
    while some := list(islice(records, _NEAR)):
        cells = [record if len(record) == width else (record + [""] * width)[:width] for record in some]
        fit = pa.array([len(record) == width for record in some], pa.bool_())
        yield fit, [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
