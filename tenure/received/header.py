"""The names that a batch gives its columns, found again under the contract's but for case, blanks and what shows nothing."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Source

# What a column is called that only counts the rows, as pandas writes the index of a frame.
_UNSEEN = ("Cc", "Cf")
_UNNAMED, _INDEX = ("", "Unnamed: 0"), "__index_level_0__"


def folded(name: str) -> str:
    """A name without what people do not mean by it."""
    bare = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in _UNSEEN)
    return " ".join(bare.split()).lstrip("# ").casefold()


def expected(source: Source) -> frozenset[str]:
    """Every name that the contract knows, folded."""
    return frozenset(folded(n) for column in source.received_columns for n in (column.source_name, column.name))


def with_contract_names(rows: pa.Table, source: Source) -> tuple[pa.Table, tuple[str, ...]]:
    """Rows under the names that the contract expects, and what had to be done for it, in words."""
    rows, said = _without_index(rows, source)
    wanted = {folded(column.source_name): column.source_name for column in source.received_columns}
    found = Counter(folded(name) for name in rows.schema.names)
    names = [wanted.get(folded(name), name) if found[folded(name)] == 1 else name for name in rows.schema.names]
    if names != rows.schema.names:
        said = (*said, "names of columns but for case and blanks")
        rows = rows.rename_columns(names)
    return rows, said


def _without_index(rows: pa.Table, source: Source) -> tuple[pa.Table, tuple[str, ...]]:
    """Rows without a first column that nobody named and that only counts them, and without a last one that holds nothing."""
    names: Sequence[str] = rows.schema.names
    known = {column.source_name for column in source.received_columns}
    said: tuple[str, ...] = ()
    if _INDEX in names:
        rows, said = rows.drop_columns(_INDEX), ("without the index that pandas wrote",)
    if names and names[0] in _UNNAMED and names[0] not in known and _counts(rows.column(0)):
        rows, said = rows.remove_column(0), ("without the first column, the index that pandas wrote",)
    last = len(rows.schema.names) - 1
    if last > 0 and not rows.schema.names[last].strip() and _is_bare(rows.column(last)):
        rows, said = rows.remove_column(last), (*said, "without the last column, which has no name and holds nothing")
    return rows, said


def _counts(column: pa.ChunkedArray) -> bool:
    """Whether a column holds whole numbers, each once and none missing."""
    texts = column.cast(pa.string()).fill_null("")
    return len(pc.unique(texts)) == len(texts) and pc.all(pc.match_substring_regex(texts, r"^\d+$")).as_py() in (True, None)


def _is_bare(column: pa.ChunkedArray) -> bool:
    """Whether no cell holds anything."""
    return bool(pc.all(pc.equal(pc.utf8_trim_whitespace(column.cast(pa.string()).fill_null("")), "")).as_py() in (True, None))
