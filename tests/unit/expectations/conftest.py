"""A small source of visits, and a way to validate rows of it as if they had been delivered."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from expectations.validate import validate
from tenure.contracts import Available, Column, Files, Rule, Source, Volume
from tenure.validation import Validation

FIRST_DAY = date(2020, 1, 1)
FIRST_KEY = date(2020, 1, 2)
KEY = date(2020, 3, 5)


def visits_source(**changes: object) -> Source:
    """Visits of customers: a key of two columns, a time, an amount, a channel and a count that may be unknown."""
    fields: dict[str, object] = {
        "name": "visits",
        "title": "Visits",
        "grain": "one visit",
        "key": ("customer_id", "visit_id"),
        "event_time": "visited_at",
        "available": Available.END_OF_EVENT_DAY,
        "owner": "team:data",
        "reader": Files(pattern="visits/{day}.csv"),
        "columns": (
            Column("customer_id", str, received_as="member", pattern="[0-9]+", meaning="member"),
            Column("visit_id", str, meaning="visit"),
            Column("spend", float, minimum=0, maximum=500, meaning="what was paid"),
            Column("items", int, minimum=0, nullable=True, meaning="items bought"),
            Column("channel", str, allowed=("shop", "web"), meaning="where"),
            Column("visited_at", datetime, meaning="when"),
        ),
        "rules": (Rule(name="web_pays", keeps="channel <> 'web' OR spend > 0", meaning="visits on the web are purchases"),),
        "volume": Volume(minimum=1, maximum=1000, because="The shop is small."),
        "max_duplicate_share": 0.1,
        "max_quarantine_share": 0.5,
    }
    return Source(**{**fields, **changes})  # type: ignore[arg-type]


def good_rows(n: int = 20, day: date = date(2020, 3, 4)) -> dict[str, list[object]]:
    """Rows that keep the contract."""
    return {
        "member": [str(100 + i) for i in range(n)],
        "visit_id": [f"v{i}" for i in range(n)],
        "spend": [float(i + 1) for i in range(n)],
        "items": [i % 4 for i in range(n)],
        "channel": ["shop" if i % 2 else "web" for i in range(n)],
        "visited_at": [datetime(day.year, day.month, day.day, i % 24, 30) for i in range(n)],  # noqa: DTZ001 - UTC without zone
    }


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Path]:
    """Write rows or bytes as a batch file."""

    def write(content: object, *, key: date = KEY, format: str = "parquet") -> Path:
        path = tmp_path / f"{key}.{format}"
        if isinstance(content, bytes):
            path.write_bytes(content)
            return path
        table = content if isinstance(content, pa.Table) else pa.table(content)
        if format == "csv":
            pyarrow.csv.write_csv(table, path)
        else:
            pq.write_table(table, path)
        return path

    return write


@pytest.fixture
def validated(deliver: Callable[..., Path]) -> Callable[..., Validation]:
    """Validate one day's rows or bytes."""

    def run(content: object, *, source: Source | None = None, key: date = KEY, format: str = "parquet") -> Validation:
        path = deliver(content, key=key, format=format)
        return validate(source or visits_source(), {key: path}, first_key=FIRST_KEY, first_day=FIRST_DAY)

    return run


@pytest.fixture
def visits() -> Callable[..., Source]:
    """Make the source, with changes."""
    return visits_source


@pytest.fixture
def rows() -> Callable[..., dict[str, list[object]]]:
    """Make good rows."""
    return good_rows
