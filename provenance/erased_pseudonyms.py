"""What the map of pseudonyms lets go of: what an act takes out, and the lake names no more.

Never what this lake lacks for another reason: it may be an older one, beside the keys of today.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake_rewriting import Rewriting, beside, files_of, tables_below
from home.pseudonyms import pseudonyms_of
from home.workplace import Workplace
from tenure.people.normal import NOBODY


def leaving(workplace: Workplace, tables: Mapping[str, Rewriting]) -> tuple[str, ...]:
    """The pseudonyms that stand in files of the lake as they are, and no more in what was written beside them."""
    if workplace.project.pseudonyms is None:
        return ()
    given, gone, root = pseudonyms_of(workplace).entries().keys(), set[str](), workplace.lake.root / workplace.project.name
    for name, rewriting in tables.items():
        for file in (root / name / one for one in rewriting.files):
            gone |= (_all_words(file) - _all_words(beside(file))) & given
    return tuple(sorted(gone))


def forget(workplace: Workplace, taken_out: Collection[str]) -> None:
    """Let go of the entries of some pseudonyms that no file of the lake names any more, in whichever version.

    Of what somebody else has too, such as a phone of two, the entry stays.
    """
    if workplace.project.pseudonyms is not None and taken_out:
        pseudonyms_of(workplace).let_go(taken_out, stays=lambda given: _in_lake(workplace, given))


def _in_lake(workplace: Workplace, given: Collection[str]) -> set[str]:
    """Those of some pseudonyms that stand in a cell of the lake."""
    known, found = pa.array(given, pa.string()), set[str]()
    for folder in tables_below(workplace.lake.root / workplace.project.name).values():
        for file in files_of(folder):
            for words in _words(file):
                found |= set(words.filter(pc.is_in(words, known)).to_pylist())
    return found


def _all_words(file: Path) -> set[str]:
    """The cells of text of a file, as pseudonyms stand in them."""
    return {one for words in _words(file) for one in words.to_pylist()}


def _words(file: Path) -> Iterator[pa.Array]:
    """The same, some rows at a time."""
    for cells in _texts(pq.ParquetFile(file)):
        yield pc.unique(pc.replace_substring_regex(cells, f"^{NOBODY}", ""))


def _texts(file: pq.ParquetFile) -> Iterator[pa.Array]:
    """The cells of text, and of lists of text, some rows at a time."""
    names = [field.name for field in file.schema_arrow if pa.types.is_string(field.type) or pa.types.is_list(field.type)]
    for rows in file.iter_batches(columns=names) if names else ():
        for column in rows.columns:
            cells = column.flatten() if pa.types.is_list(column.type) else column
            if pa.types.is_string(cells.type):
                yield pc.unique(cells)
