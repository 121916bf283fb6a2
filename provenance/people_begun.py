"""A decision about people that is being made: kept in a file from before the log names it until the ledger holds its entries.

The file names ids, as the ledger does; it lies beside the lake's tables, is closed to other accounts, and goes with the writing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from adapters.lake import Lake
from adapters.whole_files import write_whole
from tenure.people.ledger import ROWS, Entry, Ledger, as_rows

NAME = "people.begun"


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Entries that are to be added, and the envelopes that the log is to hold of them."""

    path: Path
    entries: tuple[Entry, ...]
    signed: tuple[bytes, ...]

    def end(self) -> None:
        """The ledger holds them, or the log never will."""
        self.path.unlink(missing_ok=True)


def begin(lake: Lake, entries: Sequence[Entry], signed: Sequence[bytes]) -> None:
    """Keep what is about to be entered in the log."""
    said = {"entries": as_rows(entries).to_pylist(), "signed": [one.decode() for one in signed]}
    write_whole(_path(lake), json.dumps(said, default=str))


def begun_in(lake: Lake) -> Begun | None:
    """What was begun and is not ended; None where nothing was."""
    path = _path(lake)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Begun(path=path, entries=Ledger.of(_rows(said["entries"])).entries, signed=tuple(map(str.encode, said["signed"])))


def _rows(told: Sequence[dict[str, object]]) -> pa.Table:
    """Entries as the lake's table has them."""
    return pa.Table.from_pylist([{**row, "day": date.fromisoformat(str(row["day"]))} for row in told], schema=ROWS.schema)


def _path(lake: Lake) -> Path:
    """Where it lies."""
    return lake.root / lake.project / NAME
