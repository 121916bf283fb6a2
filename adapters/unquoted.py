"""What a database says of a value that it stumbles over, without the value: its own words would carry it into logs."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tenure.errors import TenureError


@contextmanager
def unquoted(what: str) -> Iterator[None]:
    """Say which computation failed, and how, where DuckDB's error would quote the rows that it computed on."""
    try:
        yield
    except duckdb.Error as error:
        raise TenureError(
            f"{what} could not be computed ({type(error).__name__}). The database's own words may quote a value, so they are not "
            "repeated. Give the columns that are computed with bounds in the source's contract, and land the days again."
        ) from None
