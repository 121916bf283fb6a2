"""A simulated company as files: what it would export, and what is so of it in a folder of its own.

Rows go to the files as they are made, so that memory holds one part alone. The folder is filled beside its place and named once
it is whole: who is interrupted leaves nothing.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from adapters.whole_files import make_folder, write_new
from tenure.errors import SpecError
from tenure.simulation import Company, Part, parts
from tenure.simulation.people import group_ratios

if TYPE_CHECKING:
    import pyarrow as pa

TRUTH = "truth"


class Format(StrEnum):
    """What files are written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a company delivers.

    Parameters
    ----------
    is_daily: one file a day of every table with times, instead of one file of all.
    has_snapshots: the table of customers whole at the end of each month, instead of once at the end.
    """

    format: Format = Format.CSV
    is_daily: bool = False
    has_snapshots: bool = False

    def place_of(self, company: Company, table: str) -> str:
        """Where a table's file is, or a pattern of its files, from the folder on."""
        is_cut = (self.is_daily and table in company.times) or (self.has_snapshots and table == company.snapshots)
        return f"{table}/*.{self.format}" if is_cut else f"{table}.{self.format}"


class Sink(Protocol):
    """A file that takes rows."""

    def write(self, rows: "pa.Table") -> None:
        """Take some."""

    def close(self) -> None:
        """Be whole."""


def write_company(company: Company, folder: Path, shape: Shape, tell: Callable[[str], None]) -> dict[str, int]:
    """Write a company's tables into `folder` and its truth into `truth/` there; returns how many rows each table has.

    Raises
    ------
    SpecError: when there is anything at the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpecError(
            f"There are files at {folder} already, and a simulation writes over none. Name another folder, or empty it."
        )
    beside = folder.with_name(f".{folder.name[:200]}.{secrets.token_hex(4)}.new")
    make_folder(beside)
    try:
        rows = _fill(company, beside, shape, tell)
        # An empty folder gives way to the whole one.
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return rows


def stated(company: Company, shape: Shape) -> dict[str, object]:
    """Every parameter of a simulation, as JSON can hold it."""
    told = {name: str(value) if isinstance(value, date) else value for name, value in asdict(company).items()}
    days = {
        "campaign_on": str(company.calendar.day(company.campaign_day)),
        "last_day": str(company.calendar.day(company.days - 1)),
    }
    written = {"format": shape.format.value, "daily": shape.is_daily, "snapshots": shape.has_snapshots}
    return {"kind": company.kind, **told, **days, "groups": group_ratios(company), "written": written, "numpy": np.__version__}


def _fill(company: Company, folder: Path, shape: Shape, tell: Callable[[str], None]) -> dict[str, int]:
    """Fill a folder, part by part."""
    files, month = _Files(folder, shape.format), 0
    for part in parts(company):
        if part.month.number != month:
            files.close(of_days=True)
            month = part.month.number
        for name, place, rows in _placed(part, shape):
            files.write(name, place, rows)
        tell(f"{part.done:.0%}, {sum(files.n_rows.values()):,} rows")
    for name, rows in company.references().items():
        files.write(name, name, rows)
    files.close()
    stated_as = json.dumps(stated(company, shape), indent=1)
    write_new(folder / TRUTH / "company.json", f"{stated_as}\n")
    return files.n_rows


def _placed(part: Part, shape: Shape) -> Iterator[tuple[str, str, "pa.Table"]]:
    """Tables of a part, and where their rows go: a path without its ending."""
    company, calendar = part.company, part.company.calendar
    for name, rows in part.events.items():
        if not shape.is_daily:
            yield name, name, rows
            continue
        days = [calendar.day(number) for number in range(part.month.start, part.month.end)]
        edges = np.array([*days, days[-1] + timedelta(days=1)], dtype="datetime64[s]")
        at = np.searchsorted(rows[company.times[name]].to_numpy(), edges)
        for place, day in enumerate(days):
            yield name, f"{name}/{name}-{day}", rows.slice(at[place], at[place + 1] - at[place])
    if shape.has_snapshots:
        yield company.snapshots, f"{company.snapshots}/{company.snapshots}-{calendar.day(part.month.end - 1)}", part.snapshot
    elif part.is_of_last_month:
        yield company.snapshots, company.snapshots, part.snapshot
    yield f"{TRUTH}/months", f"{TRUTH}/months", part.truth_of_month
    if part.is_of_last_month:
        yield f"{TRUTH}/customers", f"{TRUTH}/customers", part.truth


class _Files:
    """The files that are being written; of those of days no more are open than a month has."""

    def __init__(self, folder: Path, format: Format) -> None:
        self.folder, self.format = folder, format
        self.n_rows: dict[str, int] = {}
        self._open: dict[str, Sink] = {}

    def write(self, table: str, place: str, rows: "pa.Table") -> None:
        """Add rows of a table to the file of a place."""
        if place not in self._open:
            path = self.folder / f"{place}.{self.format}"
            make_folder(path.parent)
            self._open[place] = _ParquetSink(path, rows) if self.format is Format.PARQUET else _CsvSink(path, rows)
        self._open[place].write(rows)
        self.n_rows[table] = self.n_rows.get(table, 0) + rows.num_rows

    def close(self, *, of_days: bool = False) -> None:
        """Finish files: all, or those of days alone."""
        for place in [each for each in self._open if not of_days or each.rpartition("/")[0] not in ("", TRUTH)]:
            self._open.pop(place).close()


class _CsvSink:
    """Text with a header. No word holds a comma or a quote, so that none is quoted."""

    def __init__(self, path: Path, rows: "pa.Table") -> None:
        import pyarrow as pa

        self._file = pa.OSFile(str(path), "wb")
        self._file.write((",".join(rows.column_names) + "\n").encode())

    def write(self, rows: "pa.Table") -> None:
        """Add rows."""
        from pyarrow import csv

        csv.write_csv(rows, self._file, csv.WriteOptions(include_header=False, quoting_style="none"))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class _ParquetSink:
    """A Parquet file, a row group for each part."""

    def __init__(self, path: Path, rows: "pa.Table") -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetWriter(str(path), rows.schema)

    def write(self, rows: "pa.Table") -> None:
        """Add rows."""
        if rows.num_rows:
            self._file.write_table(rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
