"""The files that may hold people: batches as received, tables that were read whole, the inbox, rows that trainings left.

What is asked of each is whether rows of some ids are in it, and what is left of it without them.
"""

import io
import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from home.workplace import Workplace
from provenance.learnt_from import CUSTOMER
from tenure.contracts import Source
from tenure.errors import ErasureError
from tenure.received.opened import Kind, Unreadable, members, opened
from tenure.received.without import Rest, without


def may_hold(source: Source | None, content: bytes, format: str, ids: frozenset[str]) -> bool:
    """Whether bytes can hold rows of the ids at all: cheaper to tell than which rows those are."""
    try:
        if members(content):
            return True
        found = opened(content, format)
    except Unreadable:
        return True
    if found.kind is not Kind.PARQUET:
        if not _is_written_so(source, found.content, ids):
            return True
        return any(one.encode(code) in found.content for code in ("utf-8", "utf-16-le", "utf-16-be") for one in ids)
    try:
        file = pq.ParquetFile(io.BytesIO(found.content))
    except (pa.ArrowException, OSError, ValueError):
        return True
    name = _told_as(source)
    if name is None or file.schema_arrow.names.count(name) != 1:
        return True
    cells = pc.unique(file.read(columns=[name])[name].cast(pa.string()))
    return any(one is None or not one.isascii() or _pattern(ids).search(one) for one in cells.to_pylist())


def _is_written_so(source: Source | None, content: bytes, ids: Collection[str]) -> bool:
    """Whether ids stand in a text as they are: received as text, and of no sign that a format or an encoding writes otherwise."""
    name = _told_as(source)
    if source is None or name is None or source.column(CUSTOMER).dtype is not str or b"\\u" in content:
        return False
    return all(one.isascii() and one.isprintable() and not set(one) & set('"\\/') for one in ids)


def _told_as(source: Source | None) -> str | None:
    """The name under which a source receives the customer's id; None where it is derived from others, or there is none."""
    column = next((c for c in source.columns if c.name == CUSTOMER), None) if source is not None else None
    return None if column is None or column.derived_by else column.source_name


@lru_cache(maxsize=4)
def _pattern(ids: frozenset[str]) -> re.Pattern[str]:
    """What finds any of the ids in a text."""
    return re.compile("|".join(re.escape(one) for one in sorted(ids, key=len, reverse=True)))


def rest_of(workplace: Workplace, source_name: str, content: bytes, format: str, ids: frozenset[str]) -> Rest | None:
    """What is left of bytes of a source without rows of the ids; None where they hold none."""
    source = source_of(workplace, source_name)
    if (source is not None and all(c.name != CUSTOMER for c in source.columns)) or not may_hold(source, content, format, ids):
        return None
    if source is None:
        raise ErasureError(
            f"Batches of {source_name!r} may hold rows of these people, and no source of that name is declared any more, so "
            "nobody can read them. Put its file back among the company's sources, or delete the batches, then erase again."
        )
    wanted = set(ids)
    return without(content, format, source, lambda some: wanted.intersection(some))


def source_of(workplace: Workplace, name: str) -> Source | None:
    """The source of a name as it is declared now; None where it is no more."""
    return next((source for source in workplace.project.sources if source.name == name), None)


def is_among(cells: pa.Array | pa.ChunkedArray, ids: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which cells are one of the ids."""
    if not pa.types.is_string(cells.type):
        cells = cells.cast(pa.string())
    found = pc.is_in(cells, pa.array(sorted(ids), pa.string()))
    return np.array(found.to_numpy(zero_copy_only=False), dtype=bool)


def all_files(workplace: Workplace) -> Iterator[tuple[str, bytes, str]]:
    """Every batch, table that was read whole, and file of the inbox: the source that it is of, its bytes, how it is written."""
    project, at_rest = workplace.project.name, workplace.at_rest
    for _, receipt in workplace.raw.all_receipts(project):
        if (content := workplace.raw.content_of(receipt)) is not None:
            yield receipt.source, content, receipt.format
    for path in _tables_in(workplace.settings.raw / "wholes" / project):
        if (content := at_rest.read_unless_destroyed(path, path.name.partition(".")[0])) is not None:
            yield path.parent.name, content, _written(path)
    for path in _tables_in(workplace.settings.inbox / project):
        yield path.parent.name, path.read_bytes(), _written(path)


def lanes_customers(workplace: Workplace) -> Iterator[list[str]]:
    """The ids in each file of rows that trainings left."""
    for path in sorted((workplace.settings.lanes / workplace.project.name).rglob("*.parquet")):
        rows = pq.ParquetFile(io.BytesIO(workplace.at_rest.read(path)))
        if CUSTOMER in rows.schema_arrow.names:
            yield pc.unique(rows.read(columns=[CUSTOMER])[CUSTOMER].cast(pa.string())).to_pylist()


def _tables_in(folder: Path) -> Iterator[Path]:
    """Files of tables below the folders of sources."""
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".whole":
            yield path


def kept_wholes(workplace: Workplace, ids: frozenset[str]) -> Iterator[Path]:
    """Tables that were read whole, and hold rows of the ids."""
    folder, at_rest = workplace.settings.raw / "wholes" / workplace.project.name, workplace.at_rest
    return _holding(workplace, folder, ids, lambda path: at_rest.read_unless_destroyed(path, path.name.partition(".")[0]))


def placed_files(workplace: Workplace, ids: frozenset[str]) -> Iterator[Path]:
    """Files of the inbox that hold rows of the ids; nobody encrypts what others place there."""
    return _holding(workplace, workplace.settings.inbox / workplace.project.name, ids, Path.read_bytes)


def _holding(workplace: Workplace, folder: Path, ids: frozenset[str], read: Callable[[Path], bytes | None]) -> Iterator[Path]:
    """Files below the folders of sources that hold rows of the ids."""
    for path in _tables_in(folder):
        content = read(path)
        if content is not None and rest_of(workplace, path.parent.name, content, _written(path), ids) is not None:
            yield path


def _written(path: Path) -> str:
    """How a file is written, by what its name ends in."""
    return path.name.partition(".")[2]


def holding_lanes(workplace: Workplace, folder: Path, ids: frozenset[str]) -> Iterator[Path]:
    """Files of rows that trainings left."""
    for path in sorted(folder.rglob("*.parquet")):
        rows = pq.ParquetFile(io.BytesIO(workplace.at_rest.read(path)))
        if CUSTOMER in rows.schema_arrow.names and is_among(rows.read(columns=[CUSTOMER])[CUSTOMER], ids).any():
            yield path
