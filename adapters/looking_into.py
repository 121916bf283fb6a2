"""A company's database for a first look: which tables it has, and the rows of one."""

import io
import re
from datetime import UTC, datetime

import pyarrow.parquet as pq

from adapters.looking import Looked
from adapters.readers.postgres import rows_at
from tenure.errors import SourceError
from tenure.names import meant
from tenure.received.normal import quoted

_TABLES = (
    "SELECT CASE WHEN table_schema = 'public' THEN table_name ELSE table_schema || '.' || table_name END AS name "
    "FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)
# More rows than these are not looked at.
_MOST_ROWS = 1_000_000


def is_database(place: str) -> bool:
    """Whether a place is the address of a database."""
    return re.match(r"[a-z]+ql(\+\w+)?://|(oracle|mssql|sqlite|snowflake|bigquery|redshift|duckdb)(\+\w+)?://", place) is not None


def look_into(address: str, table: str | None) -> Looked:
    """Look at a table of a PostgreSQL database.

    Raises
    ------
    SourceError: for another database, one that does not answer, or without a table's name, which are then listed.
    """
    if not address.startswith(("postgresql://", "postgres://")):
        raise SourceError(
            f"{address.partition(':')[0]} is no database that is read: expected postgresql://account@host/shop. Export the table "
            "as Parquet or CSV, and name that file by --from."
        )
    who = f"The database {_name(address)!r}"
    there = [str(name) for name in rows_at(who, address, _TABLES)["name"].to_pylist()]
    if table is None and len(there) == 1:
        table = there[0]
    if table not in there:
        said = f"has no table {table!r}{meant(table, there)}" if table else "has several tables"
        raise SourceError(f"{who} {said}; there are {', '.join(there) or 'none'}. Name one by --table.")
    parts = ".".join(quoted(part) for part in table.split("."))
    buffer = io.BytesIO()
    pq.write_table(rows_at(who, address, f"SELECT * FROM {parts} LIMIT {_MOST_ROWS}"), buffer, compression="zstd")
    return Looked(
        paths=(_name(address),), some=((buffer.getvalue(), "parquet"),), written_on=datetime.now(UTC).date(), table=table
    )


def _name(address: str) -> str:
    """What a database is called in a source, and in the variable that holds its address."""
    name = address.partition("?")[0].rpartition("/")[2]
    return re.sub(r"\W+", "_", name).strip("_").lower() or "database"
