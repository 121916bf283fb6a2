"""What the map of pseudonyms holds of people who were erased, or of rows past their time: what the lake names no more."""

from collections.abc import Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake_rewriting import files_of, tables_below
from home.pseudonyms import pseudonyms_of
from home.workplace import Workplace
from tenure.people.normal import NOBODY


def forget(workplace: Workplace) -> None:
    """Let go of every entry that no file of the lake names, in whichever version: of ids, and of all that was told of them.

    Of what somebody else has too, such as a phone of two, the entry stays.
    """
    if workplace.project.pseudonyms is not None:
        pseudonyms_of(workplace).keep_only(lambda given: _in_lake(workplace, given))


def _in_lake(workplace: Workplace, given: Collection[str]) -> set[str]:
    """Those of some pseudonyms that stand in a cell of the lake."""
    known, found = pa.array(given, pa.string()), set[str]()
    for folder in tables_below(workplace.lake.root / workplace.project.name).values():
        for file in files_of(folder):
            for cells in _texts(pq.ParquetFile(file)):
                words = pc.unique(pc.replace_substring_regex(cells, f"^{NOBODY}", ""))
                found |= set(words.filter(pc.is_in(words, known)).to_pylist())
    return found


def _texts(file: pq.ParquetFile) -> Iterator[pa.Array]:
    """The cells of text, and of lists of text, some rows at a time."""
    names = [field.name for field in file.schema_arrow if pa.types.is_string(field.type) or pa.types.is_list(field.type)]
    for rows in file.iter_batches(columns=names) if names else ():
        for column in rows.columns:
            cells = column.flatten() if pa.types.is_list(column.type) else column
            if pa.types.is_string(cells.type):
                yield pc.unique(cells)
