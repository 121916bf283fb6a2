"""Erased people, kept out of what comes again: rows of later deliveries before they land, and all of an older backup."""

from collections.abc import Iterator
from itertools import chain

from adapters.lake_rewriting import files_of, tables_below
from governance.stores.tombstones import Tombstones
from home.pseudonyms import erased_in_lake, ids_again
from home.workplace import Workplace
from provenance.held_files import all_files, lanes_customers
from provenance.learnt_from import CUSTOMER
from tenure.contracts import Source
from tenure.received.batch import read
from tenure.received.cut import cells_of
from tenure.received.opened import Unreadable
from tenure.received.without import without


class Left:
    """What is left of bytes of a source without rows of people who were erased; `n_gone` counts the rows."""

    def __init__(self, workplace: Workplace, source: Source) -> None:
        """Know the tombstones; without any, bytes are not looked at."""
        self._stones: Tombstones = workplace.tombstones
        self._source, self.n_gone = source, 0
        self._is_asked = self._stones.n_stones > 0 and any(column.name == CUSTOMER for column in source.columns)

    def __call__(self, content: bytes, format: str) -> tuple[bytes, str]:
        """Take them out."""
        rest = without(content, format, self._source, self._stones.gone) if self._is_asked else None
        if rest is None or (rest.n_gone is None and not _is_text(content)):
            return content, format  # nobody can look into it; validation says why
        self.n_gone += rest.n_gone or 0
        return rest.content, rest.format


def _is_text(content: bytes) -> bool:
    """Whether bytes are text, if not a table."""
    try:
        return bool(content.decode())
    except UnicodeDecodeError:
        return False


def back_again(workplace: Workplace) -> set[str]:
    """Ids, as the lake has them, of erased people who stand in anything that is kept of customers, as after an older backup."""
    stones, in_lake = workplace.tombstones, erased_in_lake(workplace)
    if not stones.n_stones:
        return set()

    def gone(stones: Tombstones, *places: Iterator[list[str | None]]) -> set[str]:
        return {one for ids in chain(*places) for one in stones.gone([each for each in ids if each])}

    received = gone(stones, _in_files(workplace))
    return gone(in_lake, _in_tables(workplace), _in_rows(workplace)) | {*ids_again(workplace, sorted(received))}


def _in_tables(workplace: Workplace) -> Iterator[list[str | None]]:
    """The ids in each file of the lake, whichever version names it."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for folder in tables_below(workplace.lake.root / workplace.project.name).values():
        for file in files_of(folder):
            for name in {CUSTOMER, "with_id"} & set(pq.read_schema(file).names):
                yield pc.unique(pq.read_table(file, columns=[name])[name]).to_pylist()


def _in_files(workplace: Workplace) -> Iterator[list[str | None]]:
    """The ids in each batch, table that was read whole, and file of the inbox, of a source that is declared."""
    sources = {source.name: source for source in workplace.project.sources}
    for source_name, content, written in all_files(workplace):
        if (source := sources.get(source_name)) is not None:
            try:
                cells = cells_of(source, read(content, written, source), CUSTOMER)
            except Unreadable:
                continue
            yield cells.unique().to_pylist() if cells is not None else []


def _in_rows(workplace: Workplace) -> Iterator[list[str | None]]:
    """The ids in test rows, and in the rows that trainings left."""
    yield from (workplace.test_rows.customers(root) for root in workplace.test_rows.roots())
    yield from lanes_customers(workplace)
