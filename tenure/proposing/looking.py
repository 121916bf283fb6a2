"""Looking at files of one kind without a contract: the names of their columns, and rows in the types that cells prove."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from tenure.contracts import Text
from tenure.errors import SourceError
from tenure.proposing.seen import FILE, Table
from tenure.proposing.typing_cells import VALUE, trial_source, typed_table
from tenure.received.batch import Received, read
from tenure.received.encoding import decoded
from tenure.received.json_lines import read_json
from tenure.received.layout import layout_of
from tenure.received.opened import Kind, Unreadable, members, opened
from tenure.received.parquet import read_parquet


def see(contents: Sequence[tuple[bytes, str]], written: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> Table:
    """Look at files of one kind: bytes, and what their names end in; `written`: how times are, by column, as a person says.

    Raises
    ------
    SourceError: for what is no table, or for files whose columns differ.
    """
    batches: list[Received] = []
    try:
        names, text = _names_of(*contents[0])
        _refuse_names(names)
        trial = trial_source(names, dict.fromkeys(names, str), text)
        for content, ending in contents:
            batches.append(read(content, ending, trial))
    except Unreadable as error:
        raise SourceError(str(error)) from None
    odd = next((i for i, batch in enumerate(batches) if set(batch.rows.schema.names) != set(names)), None)
    if odd is not None:
        raise SourceError(
            f"Expected files of one kind; number {odd + 1} of those read has other columns than the first: "
            f"{sorted(set(batches[odd].rows.schema.names) ^ set(names))}. Name files of one kind."
        )
    rows = pa.concat_tables([batch.rows.select(names) for batch in batches], promote_options="permissive")
    said = tuple(dict.fromkeys(each for batch in batches for each in batch.said))
    said = said if text.header else (*said, "no header")
    table = typed_table(rows, names, said, has_header=text.header, written=written)
    if len(batches) < 2:
        return table
    of = np.repeat(np.arange(len(batches)), [batch.rows.num_rows for batch in batches])
    return replace(table, rows=table.rows.append_column(FILE, pa.array(of)))


def _refuse_names(names: Sequence[str]) -> None:
    """Refuse a table whose columns cannot be told apart, or that has none."""
    if not names:
        raise Unreadable("Expected a table with a header, found none that names a column.")
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        told = "no name" if not twice[0] else f"the name {twice[0]!r}"
        raise Unreadable(f"Expected columns with a name each; found several with {told}. Name them apart.")


def names_of(content: bytes, format: str) -> list[str]:
    """The names of a table's columns.

    Raises
    ------
    SourceError: for what is no table.
    """
    try:
        return _names_of(content, format)[0]
    except Unreadable as error:
        raise SourceError(str(error)) from None


def _names_of(content: bytes, format: str) -> tuple[list[str], Text]:
    """The names of a table's columns, and how it is written as far as that is to be declared."""
    found = opened(next(iter(members(content).values()), content), format)
    if found.kind is Kind.PARQUET:
        return list(read_parquet(found.content).schema.names), Text()
    text, _ = decoded(found.content, None)
    if found.kind is Kind.JSON:
        return list(read_json(text).schema.names), Text()
    layout = layout_of(text, Text(), (), 1)
    try:
        first = [name.strip().lstrip("\ufeff") for name in next(layout.records(layout.body(text)), [])]
    except csv.Error:
        raise Unreadable("Expected a table with a header, found a first line that cannot be split into fields.") from None
    if any(re.fullmatch(VALUE, cell) for cell in first):
        return [f"column_{i}" for i in range(1, len(first) + 1)], Text(header=False)
    return first, Text()
