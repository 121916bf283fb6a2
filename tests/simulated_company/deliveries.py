"""Delivers the simulated company's tables as its sources expect them: one Parquet file per source and day.

Customer and basket ids are made long and unusual, so that a test can look for them wherever they must not be.
"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenure.contracts import Files, Source
from tenure.loading import load_project
from tenure.project import Project
from tests.simulated_company.project import FIRST_DAY, N_CUSTOMERS, N_DAYS
from tests.simulated_company.simulation import SimulatedCompany, simulate_company

SEED = 11
CUSTOMER_MARK, BASKET_MARK = "91730", "88213"


def company(*, n_customers: int = N_CUSTOMERS, n_days: int = N_DAYS, seed: int = SEED) -> SimulatedCompany:
    """The company that the project describes."""
    return simulate_company(n_customers=n_customers, first_day=FIRST_DAY, n_days=n_days, seed=seed)


def project_at(folder: Path, package: str = "tests.simulated_company") -> Project:
    """The project with its sources read from a folder."""
    project = load_project(package)
    return replace(project, sources=tuple(_moved(source, folder) for source in project.sources))


def _moved(source: Source, folder: Path) -> Source:
    """The source with its reader below a folder."""
    assert isinstance(source.reader, Files)
    return replace(source, reader=Files(pattern=str(folder / source.reader.pattern)))


def deliver(simulated: SimulatedCompany, folder: Path) -> None:
    """Write every source's files."""
    for source in load_project("tests.simulated_company").sources:
        rows = as_received(source, getattr(simulated, source.name))
        (folder / source.name).mkdir(parents=True, exist_ok=True)
        if source.event_time is None:
            write(folder, source.name, FIRST_DAY, rows)
            continue
        days = rows[source.column(source.event_time).source_name].cast(pa.date32()).to_numpy()
        order = np.argsort(days, kind="stable")
        rows, days = rows.take(order), days[order]
        for i in range(simulated.n_days):
            day = FIRST_DAY + timedelta(days=i)
            start, end = (int(np.searchsorted(days, np.datetime64(day), side=side)) for side in ("left", "right"))
            write(folder, source.name, day, rows.slice(start, end - start))


def as_received(source: Source, rows: pa.Table) -> pa.Table:
    """Rows under the company's own names and types."""
    columns = {}
    for column in source.columns:
        values = rows[column.name]
        if column.name == "customer_id":
            values = marked(values, CUSTOMER_MARK, 5)
        if column.name == "basket_id":
            values = marked(values, BASKET_MARK, 7)
        columns[column.source_name] = values.cast(pa.timestamp("us")) if pa.types.is_timestamp(values.type) else values
    return pa.table(columns)


def marked(ids: pa.ChunkedArray, mark: str, width: int) -> pa.ChunkedArray:
    """Ids as the mark and the number, filled with zeros to one width."""
    return pc.binary_join_element_wise(mark, pc.utf8_lpad(ids, width, padding="0"), "")


def file_of(folder: Path, source_name: str, day: date) -> Path:
    """Where a source's file of an event day is."""
    return folder / source_name / f"{day}.parquet"


def write(folder: Path, source_name: str, day: date, rows: pa.Table) -> None:
    """Write a source's file of an event day."""
    pq.write_table(rows, file_of(folder, source_name, day))


def rows_of(folder: Path, source_name: str, day: date) -> pa.Table:
    """Read a source's file of an event day."""
    return pq.ParquetFile(file_of(folder, source_name, day)).read()
