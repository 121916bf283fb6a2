"""Delivers what the company is drawn to have, as its sources expect it: one Parquet file per source and day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tenure.contracts import Files, Source
from tenure.loading import load_project
from tenure.project import Project
from tests import company
from tests.subscribers.simulated import CUSTOMER_MARK, Drawn, drawn

__all__ = ["CUSTOMER_MARK", "deliver", "drawn", "file_of", "project_at", "rows_of", "write"]


def project_at(folder: Path) -> Project:
    """The project with its sources read from a folder."""
    project = load_project(company.PACKAGE)
    return replace(project, sources=tuple(_moved(source, folder) for source in project.sources))


def _moved(source: Source, folder: Path) -> Source:
    """The source with its reader below a folder."""
    assert isinstance(source.reader, Files)
    return replace(source, reader=Files(pattern=str(folder / source.reader.pattern)))


def deliver(what: Drawn, folder: Path) -> None:
    """Write every source's files."""
    for source in load_project(company.PACKAGE).sources:
        (folder / source.name).mkdir(parents=True, exist_ok=True)
        if source.is_static:
            write(folder, source.name, company.FIRST_DAY, as_received(source, what.tables[source.name]))
        else:
            for day in what.days:
                write(folder, source.name, day, as_received(source, what.of_day(source, day)))


def as_received(source: Source, rows: pa.Table) -> pa.Table:
    """Rows under the company's own names and types."""
    return pa.table({column.source_name: rows[column.name].cast(column.arrow) for column in source.received_columns})


def file_of(folder: Path, source_name: str, day: date) -> Path:
    """Where a source's file of an event day is."""
    return folder / source_name / f"{day}.parquet"


def write(folder: Path, source_name: str, day: date, rows: pa.Table) -> None:
    """Put a source's file of an event day in the place of the one that is there, which other folders may hold too."""
    path = file_of(folder, source_name, day)
    path.unlink(missing_ok=True)
    pq.write_table(rows, path)


def rows_of(folder: Path, source_name: str, day: date) -> pa.Table:
    """Read a source's file of an event day."""
    return pq.ParquetFile(file_of(folder, source_name, day)).read()
