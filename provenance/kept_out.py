"""Erased people, kept out of what comes again: rows of later deliveries before they land, and all of an older backup."""

from adapters.lake_rewriting import files_of, tables_below
from governance.stores.tombstones import Tombstones
from home.pseudonyms import ids_again
from home.workplace import Workplace
from provenance.holdings import CUSTOMER
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
    """Ids, as the lake has them, of erased people who stand there or in a batch, as after an older backup was restored."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    stones = workplace.tombstones
    if not stones.n_stones:
        return set()
    found = set[str]()
    for folder in tables_below(workplace.lake.root / workplace.project.name).values():
        for file in files_of(folder):
            names = {CUSTOMER, "with_id"} & set(pq.read_schema(file).names)
            for name in names:
                found |= stones.gone([one for one in pc.unique(pq.read_table(file, columns=[name])[name]).to_pylist() if one])
    sources = {source.name: source for source in workplace.project.sources}
    for _, receipt in workplace.raw.all_receipts(workplace.project.name):
        content, source = workplace.raw.content_of(receipt), sources.get(receipt.source)
        if content is not None and source is not None:
            try:
                cells = cells_of(source, read(content, receipt.format, source), CUSTOMER)
            except Unreadable:
                continue
            gone = stones.gone([one for one in cells.unique().to_pylist() if one] if cells is not None else [])
            found |= set(ids_again(workplace, sorted(gone)))
    return found
