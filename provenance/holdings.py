"""Where people are: the tables, batches, test rows, training rows and models that hold rows of their ids.

One look for whoever is to take them out (`erasing.py`) or to hand them over. A row is of a person by its `customer_id`; a row in
quarantine of which that cannot be read, by a cell that is one of the ids. What else of a home was searched for ids, and holds
none, is told in `docs/erasure.md`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake import read_rows
from adapters.lake_rewriting import files_of, tables_below
from adapters.receipts import Receipt
from home.pseudonyms import cells_naming, ids_received, told_apart
from home.workplace import Workplace
from provenance.held_files import holding_lanes, is_among, kept_wholes, placed_files, rest_of, source_of
from provenance.learnt_from import CUSTOMER, Learnt, learnt_from
from tenure.contracts import Source
from tenure.errors import ErasureError, PeopleError
from tenure.people.ledger import TABLE as LEDGER
from tenure.people.ledger import Ledger
from tenure.people.who_is import ids_of
from tenure.received.batch import Received
from tenure.received.without import Rest, rows_that_go

QUARANTINE = "quarantine/"


@dataclass(frozen=True, kw_only=True)
class InTable:
    """Rows of a lake table, in all versions together: by the name of each file, and on which days.

    `n_by_cells` of them are so by what their cells hold, for their customer cannot be read: they may be another's.
    """

    files: Mapping[str, int]
    days: frozenset[date]
    n_by_cells: int = 0

    @property
    def n_rows(self) -> int:
        """How many rows of files."""
        return sum(self.files.values())


@dataclass(frozen=True, kw_only=True)
class InBatch:
    """Rows of a landed batch, by where its receipt stands; `n_by_cells` as of a table, `n_rows` None where it goes whole."""

    path: Path
    receipt: Receipt
    n_rows: int | None
    n_by_cells: int = 0


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Everywhere that people are. `test_rows` by root, how many customers; `lanes` are files with the rows of trainings.

    `ids` are those of the lake, `received` those of the bytes received: others where the company asks for pseudonyms.
    """

    ids: frozenset[str]
    received: frozenset[str]
    tables: Mapping[str, InTable]
    batches: tuple[InBatch, ...]
    wholes: tuple[Path, ...]
    placed: tuple[Path, ...]
    test_rows: Mapping[str, int]
    lanes: tuple[Path, ...]
    learnt: tuple[Learnt, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held of them."""
        return not any((self.tables, self.batches, self.wholes, self.placed, self.test_rows, self.lanes))


def all_ids(workplace: Workplace, ids: Collection[str], *, may_be_unknown: bool = False) -> frozenset[str]:
    """Every id of the people that some ids are of, as the ledger of people knows them by now; without one these ids.

    Parameters
    ----------
    may_be_unknown: ids that the ledger does not know stand for themselves; else they are refused.
    """
    rows = read_rows(workplace.lake.open(LEDGER)) if workplace.project.people is not None else None
    if rows is None:
        return frozenset(ids)
    ledger, found = Ledger.of(rows), set[str]()
    for each in ids:
        try:
            found |= {*ids_of(ledger, each, date.max)}
        except PeopleError as error:
            if not may_be_unknown:
                raise ErasureError(str(error)) from None
            found.add(each)
    return frozenset(found)


def holdings(workplace: Workplace, ids: Collection[str], *, received: Collection[str] = ()) -> Holdings:
    """Look for people by all their ids, in everything that a company's home keeps of customers.

    Parameters
    ----------
    received: of ids whose pseudonyms were erased, those by which bytes received are searched too.

    Raises
    ------
    ErasureError: where batches that may hold them are of a source that is declared no more.
    """
    whole = frozenset(ids)
    received = ids_received(workplace, whole) | frozenset(received)
    place, project = workplace.settings, workplace.project
    return Holdings(
        ids=whole,
        tables=dict(_tables(workplace, whole)),
        received=received,
        batches=tuple(_batches(workplace, received)),
        wholes=tuple(kept_wholes(workplace, received)),
        placed=tuple(placed_files(workplace, received)),
        test_rows={root: n for root in workplace.test_rows.roots() if (n := workplace.test_rows.n_of(root, whole))},
        lanes=tuple(holding_lanes(workplace, place.lanes / project.name, whole)),
        learnt=tuple(learnt_from(workplace, whole)),
    )


def mask_of(workplace: Workplace, table: str, rows: pa.Table, ids: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which rows of a lake table are of these ids; of the ledger of people those that name one."""
    if table == LEDGER:
        # Reasons of people may have named a raw id.
        return names_in_ledger(rows, {*ids, *told_apart(workplace, ids_received(workplace, ids))})
    if table.startswith(QUARANTINE) and (source := source_of(workplace, table.removeprefix(QUARANTINE))) is not None:
        return _in_quarantine(workplace, source, rows, ids)[0]
    if CUSTOMER not in rows.column_names:
        return np.zeros(rows.num_rows, dtype=bool)
    return is_among(rows[CUSTOMER], ids)


def names_in_ledger(rows: pa.Table, ids: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which entries of the ledger of people name one of the ids, in whichever column of text."""
    goes, named = np.zeros(rows.num_rows, dtype=bool), as_words(frozenset(ids))
    for name in rows.column_names:
        cells = rows[name].combine_chunks()
        if pa.types.is_list(cells.type) and pa.types.is_string(cells.type.value_type):
            hit = is_among(cells.flatten(), ids)
            goes[np.unique(pc.list_parent_indices(cells).to_numpy(zero_copy_only=False)[hit])] = True
        elif pa.types.is_string(cells.type):
            goes |= np.array([bool(text and named.search(text)) for text in cells.to_pylist()], dtype=bool)
    return goes


@lru_cache(maxsize=4)
def as_words(ids: frozenset[str]) -> re.Pattern[str]:
    """What finds any of the ids in a text that people wrote, whatever signs it has, and in no longer word."""
    longest_first = "|".join(re.escape(one) for one in sorted(ids, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")


def _in_quarantine(
    workplace: Workplace, source: Source, rows: pa.Table, ids: Collection[str]
) -> tuple[npt.NDArray[np.bool_], int]:
    """Of rows as text as they were received, under the contract's names, which go, and how many by their cells alone."""
    received = {c.name: c.source_name for c in source.received_columns if c.name in rows.column_names}
    text = pa.table({received[name]: rows[name] for name in received})
    told = Received(rows=text, is_text=True, fits=pa.array(np.ones(rows.num_rows, dtype=bool)))
    wanted = {*ids, *cells_naming(workplace, ids_received(workplace, ids))}
    goes, n_by_cells = rows_that_go(source, told, lambda some: wanted.intersection(some))
    return (goes | is_among(rows[CUSTOMER], ids) if CUSTOMER in rows.column_names else goes), n_by_cells


def _tables(workplace: Workplace, ids: frozenset[str]) -> Iterator[tuple[str, InTable]]:
    """Tables with files that hold rows of the ids, whichever version names them."""
    for name, folder in tables_below(workplace.lake.root / workplace.project.name).items():
        files, days, n_by_cells = {}, set[date](), 0
        refused = source_of(workplace, name.removeprefix(QUARANTINE)) if name.startswith(QUARANTINE) else None
        for file in files_of(folder):
            wanted = None if name == LEDGER or name.startswith(QUARANTINE) else [CUSTOMER, "day"]
            source = pq.ParquetFile(file)
            if wanted is not None and CUSTOMER not in source.schema_arrow.names:
                continue
            for group in range(source.metadata.num_row_groups):
                rows = source.read_row_group(group, columns=wanted)
                if refused is None:
                    goes, n = mask_of(workplace, name, rows, ids), 0
                else:
                    goes, n = _in_quarantine(workplace, refused, rows, ids)
                n_by_cells += n
                if goes.any():
                    files[file.name] = files.get(file.name, 0) + int(goes.sum())
                    days |= set(pc.unique(rows["day"].filter(pa.array(goes))).to_pylist())
        if files:
            yield name, InTable(files=files, days=frozenset(days), n_by_cells=n_by_cells)


def _batches(workplace: Workplace, ids: frozenset[str]) -> Iterator[InBatch]:
    """Landed batches, those that a later delivery replaced among them."""
    known: dict[tuple[str, str, str], Rest | None] = {}
    for path, receipt in workplace.raw.all_receipts(workplace.project.name):
        content = workplace.raw.content_of(receipt)
        if content is None:
            continue
        same = (receipt.source, receipt.sha256, receipt.format)
        if same not in known:
            found = rest_of(workplace, receipt.source, content, receipt.format, ids)
            known[same] = None if found is None else replace(found, content=b"")
        rest = known[same]
        if rest is not None:
            yield InBatch(path=path, receipt=receipt, n_rows=rest.n_gone, n_by_cells=rest.n_by_cells)
