"""A batch without the rows of some customers: those rows go, and every other byte stays as it was received.

Text loses the lines of a record, JSON the object with its comma, Parquet the row; what was packed is packed again in the same
way. A row whose customer cannot be read goes where a cell of it is such an id, or holds one of four signs or more as a word. A
file that cannot be read goes whole where it holds such a word, and where it cannot even be unpacked: no row was made of it.
"""

import bz2
import gzip
import io
import json
import lzma
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.contracts import Source
from tenure.contracts.readers import ending_of
from tenure.received.batch import TEXT_PARQUET, Received, is_comment, read
from tenure.received.casting import TEXT, WHOLE, kind_of
from tenure.received.cut import cells_of
from tenure.received.encoding import decoded
from tenure.received.header import expected
from tenure.received.layout import layout_of
from tenure.received.opened import Kind, Opened, Unreadable, members, opened

# Given ids, those of them whose rows go.
Gone = Callable[[Collection[str]], Collection[str]]
# Shorter words stand in too many cells to be anybody's id.
SHORTEST_WORD = 4
_WORDS = re.compile(rf"[^\W_][\w@.+-]{{{SHORTEST_WORD - 2},}}[^\W_]|[^\W_]{{{SHORTEST_WORD},}}")


@dataclass(frozen=True)
class Rest:
    """What is left of a batch, how it is written, and how many rows went; None for rows of a file that went whole.

    `n_by_cells` of them went by what their cells hold, for their customer cannot be read: they may be another's.
    """

    content: bytes
    format: str
    n_gone: int | None
    n_by_cells: int = 0


def without(content: bytes, format: str, source: Source, gone: Gone) -> Rest | None:
    """A batch without rows of these customers; None where it holds none of them.

    Parameters
    ----------
    gone: given ids, returns those whose rows go.
    """
    try:
        if parts := members(content) if format != TEXT_PARQUET else {}:
            return _of_archive(content, parts, format, source, gone)
        found = opened(content, format)
    except Unreadable:
        return _whole(content, source, gone)
    try:
        if found.kind is Kind.PARQUET:
            return _of_parquet(found, format, source, gone)
        rest = _of_text(found, format, source, gone)
    except Unreadable:
        return _whole(found.content, source, gone)
    if rest is None:
        return None
    if not rest.content:
        return replace(rest, content=no_rows(source), format="parquet")
    return replace(rest, content=_packed(rest.content, content, found.packed))


def no_rows(source: Source) -> bytes:
    """A Parquet file without rows, in the columns of the contract under the company's names."""
    buffer = io.BytesIO()
    fields = [(column.source_name, column.arrow) for column in source.received_columns]
    pq.write_table(pa.schema(fields).empty_table(), buffer, compression="zstd")
    return buffer.getvalue()


def words_of(text: str) -> set[str]:
    """What in a text may be an id."""
    return set(_WORDS.findall(text))


def rows_that_go(source: Source, received: Received, gone: Gone) -> tuple[npt.NDArray[np.bool_], int]:
    """Which rows are of these customers, and how many of them are so by their cells alone."""
    rows = received.rows
    customers = cells_of(source, received, "customer_id")
    if customers is None:
        customers = pa.nulls(rows.num_rows, pa.string())
    goes = _is_in(customers, gone)
    unknown = customers.is_null().to_numpy(zero_copy_only=False)
    if unknown.any():
        goes[unknown] = _by_cells(rows.filter(pa.array(unknown)), gone)
    return goes, int(goes[unknown].sum())


def _is_in(ids: pa.ChunkedArray | pa.Array, gone: Gone) -> npt.NDArray[np.bool_]:
    known = [one for one in pc.unique(ids).to_pylist() if one is not None]
    found = pa.array(sorted(gone(known)), pa.string())
    return np.array(pc.is_in(ids, found).to_numpy(zero_copy_only=False), dtype=bool)


def _by_cells(rows: pa.Table, gone: Gone) -> npt.NDArray[np.bool_]:
    """Which rows of unknown customers hold such an id, as a cell or as a word of one."""
    goes = np.zeros(rows.num_rows, dtype=bool)
    for i in range(rows.num_columns):
        cells = rows.column(i)
        if kind_of(cells.type) not in (TEXT, WHOLE):
            continue
        texts = cells.cast(pa.string())
        of_cell = {text: {text.strip(), *words_of(text)} for text in pc.unique(texts).to_pylist() if text}
        found = set(gone({word for words in of_cell.values() for word in words}))
        bad = [text for text, words in of_cell.items() if words & found]
        goes |= pc.is_in(texts, pa.array(bad, pa.string())).to_numpy(zero_copy_only=False).astype(bool)
    return goes


def _whole(content: bytes, source: Source, gone: Gone) -> Rest | None:
    """What becomes of a file that cannot be read: of text by its words; nobody can look into anything else."""
    try:
        holds = bool(gone(words_of(content.decode())))
    except UnicodeDecodeError:
        holds = True
    return Rest(no_rows(source), "parquet", None) if holds else None


def _of_archive(content: bytes, parts: dict[str, bytes], format: str, source: Source, gone: Gone) -> Rest | None:
    """Several files in one."""
    rests = {name: without(part, ending_of(name) or format, source, gone) for name, part in parts.items()}
    changed = {name: rest for name, rest in rests.items() if rest is not None}
    if not changed:
        return None
    kept = {name: changed[name].content if name in changed else part for name, part in parts.items()}
    n_gone, n_by_cells = sum(rest.n_gone or 0 for rest in changed.values()), sum(rest.n_by_cells for rest in changed.values())
    return Rest(_archive(content, kept), format, n_gone, n_by_cells)


def _of_parquet(found: Opened, format: str, source: Source, gone: Gone) -> Rest | None:
    """Rows of Parquet, of a part of a table of text too."""
    received = read(found.content, format, source)
    goes, n_by_cells = rows_that_go(source, received, gone)
    if not goes.any():
        return None
    file = pq.ParquetFile(io.BytesIO(found.content))
    how = file.metadata.row_group(0).column(0).compression if file.metadata.num_row_groups else "ZSTD"
    kept, buffer = file.read().filter(pa.array(~goes)), io.BytesIO()
    pq.write_table(kept, buffer, compression="NONE" if how == "UNCOMPRESSED" else how)
    return Rest(_packed(buffer.getvalue(), found.content, found.packed), format, int(goes.sum()), n_by_cells)


def _of_text(found: Opened, format: str, source: Source, gone: Gone) -> Rest | None:
    """Text or JSON, unpacked."""
    text, _ = decoded(found.content, source.text.encoding)
    received = read(found.content, format, source)
    goes, n_by_cells = rows_that_go(source, received, gone)
    if not goes.any():
        return None
    start, spans = _of_json(text) if found.kind is Kind.JSON else _of_records(text, source)
    if len(spans) != received.rows.num_rows:
        raise Unreadable("Expected as many records as rows.")
    kept, at, is_list = [], start, found.kind is Kind.JSON and text.lstrip().startswith("[")
    if is_list:
        rows = [text[a:b] for (a, b), is_gone in zip(spans, goes, strict=True) if not is_gone]
        kept, at = [text[:start], _between(text, spans).join(rows)], spans[-1][1]
    else:
        kept = [text[:start]]
        for (a, b), is_gone in zip(spans, goes, strict=True):
            kept.append(text[at:a] if is_gone else text[at:b])
            at = b
    kept.append(text[at:])
    left = "".join(kept)
    if (goes.all() and not source.text.header and found.kind is Kind.TEXT) or not left.strip():
        left = ""
    return Rest(_encoded(left, text, found.content), format, int(goes.sum()), n_by_cells)


def _between(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What stands between two elements of a list."""
    return text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ","


def _of_records(text: str, source: Source) -> tuple[int, list[tuple[int, int]]]:
    """Where the first row begins, and from where to where each row stands, its line's end included."""
    names = [column.source_name for column in source.received_columns]
    layout = layout_of(text, source.text, expected(source), len(names))
    body = layout.body(text)
    first = len(text) - len(body)
    spans, fields = [], []
    for record, begins, ends in layout.spans(body):
        spans.append((first + begins, first + ends))
        fields.append((record[0], len(record)))
    width = fields[0][1] if source.text.header and fields else len(names)
    if source.text.header:
        first, spans, fields = (spans[0][1], spans[1:], fields[1:]) if spans else (first, [], [])
    comments = [is_comment(cell) for cell, _ in fields]
    if any(marked and n == width for marked, (_, n) in zip(comments, fields, strict=True)):
        comments = [False] * len(fields)
    return first, [span for span, marked in zip(spans, comments, strict=True) if not marked]


def _of_json(text: str) -> tuple[int, list[tuple[int, int]]]:
    """Where the first object begins, and from where to where each stands; of a line with its end."""
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "[":
        spans = list(_elements(text, start + 1))
        return (spans[0][0] if spans else start + 1), spans
    if text[start:].partition("\n")[0].strip() == "{":
        return start, [(start, len(text.rstrip()))]
    at, lines = 0, []
    for line in text.split("\n"):
        end = min(at + len(line) + 1, len(text))
        if line.strip():
            lines.append((at, end))
        at = end
    return 0, lines


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The elements of a list."""
    decoder, skip = json.JSONDecoder(), re.compile(r"[\s,]*")
    while True:
        at = skip.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] in ("]", ""):
            return
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = end


def _encoded(left: str, text: str, content: bytes) -> bytes:
    """The text that is left, in the bytes that the whole was written in.

    Raises
    ------
    Unreadable: where the whole is not written as it is read.
    """
    for mark, code in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark) and mark + text.encode(code, "surrogatepass") == content:
            return mark + left.encode(code) if left else b""
    for code in ("utf-8", "utf-16-le", "utf-16-be", "windows-1252", "latin-1"):
        try:
            if text.encode(code) == content:
                return left.encode(code)
        except UnicodeEncodeError:
            continue
    return left.encode()


def _packed(content: bytes, before: bytes, packed: Sequence[str]) -> bytes:
    """Bytes packed as those before were, the innermost first; equal bytes give equal ones."""
    for depth, how in reversed([*enumerate(packed)]):
        match how:
            case "gzip":
                content = gzip.compress(content, mtime=0)
            case "bzip2":
                content = bz2.compress(content)
            case "xz":
                content = lzma.compress(content)
            case "zstd":
                sink = pa.BufferOutputStream()
                with pa.CompressedOutputStream(sink, "zstd") as stream:
                    stream.write(content)
                content = sink.getvalue().to_pybytes()
            case _:
                outer = before if depth == 0 else b""
                content = _archive(outer, {_only_name(outer): content})
    return content


def _only_name(archive: bytes) -> str:
    """The name of the one file in a ZIP."""
    if not archive:
        return "rows"
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return next(i.filename for i in found.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/"))


def _archive(before: bytes, parts: dict[str, bytes]) -> bytes:
    """A ZIP of these files, each as of the time that it had in the one before."""
    buffer = io.BytesIO()
    known = {}
    if before:
        with zipfile.ZipFile(io.BytesIO(before)) as found:
            known = {info.filename: info.date_time for info in found.infolist()}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, known.get(name, (1980, 1, 1, 0, 0, 0)))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()
