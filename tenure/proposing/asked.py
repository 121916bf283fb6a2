"""Questions that are asked of the rows of a table, called `it`, in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.received.normal import quoted


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One empty database for all questions: to open one takes longer than most of them."""
    return duckdb.connect(config={"threads": 2})


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one's own, in UTC; what is registered there ends with it."""
    with _database().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def ask(rows: pa.Table, question: str) -> list[tuple[Any, ...]]:
    """What a question about the rows is answered."""
    with connected() as connection:
        connection.register("it", rows)
        return connection.sql(question).fetchall()


def rows_where(rows: pa.Table, condition: str) -> pa.Table:
    """The rows that meet a condition."""
    with connected() as connection:
        connection.register("it", rows)
        return connection.sql(f"SELECT * FROM it WHERE {condition}").to_arrow_table()


def count(rows: pa.Table, condition: str) -> int:
    """The rows that meet a condition."""
    ((n,),) = ask(rows, f"SELECT count(*) FILTER ({condition}) FROM it")
    return int(n)


def spelled(name: str) -> str:
    """A column's name as SQL takes it: in quotes where it is a word of SQL."""
    words = _words()
    return quoted(name) if name.lower() in words else name


@cache
def _words() -> frozenset[str]:
    """The words that SQL keeps for itself."""
    with connected() as connection:
        found = connection.sql("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'").fetchall()
    return frozenset(word for (word,) in found)


def share(rows: pa.Table, condition: str) -> float:
    """The share of rows that meet a condition."""
    return count(rows, condition) / rows.num_rows if rows.num_rows else 0.0


def n_different(rows: pa.Table, *columns: str) -> int:
    """How many different combinations columns hold, where the first holds anything."""
    listed = ", ".join(quoted(name) for name in columns)
    ((n,),) = ask(rows, f"SELECT count(DISTINCT row({listed})) FILTER ({quoted(columns[0])} IS NOT NULL) FROM it")
    return int(n)


def correlation(rows: pa.Table, one: str, other: str) -> float:
    """How closely two numbers go together, by their ranks."""
    filled = pc.and_(pc.is_valid(rows[one]), pc.is_valid(rows[other]))
    a, b = (_ranks(rows[name].filter(filled).to_numpy()) for name in (one, other))
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 1 and np.ptp(a) and np.ptp(b) else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    """Of each value, how many are smaller."""
    _, place, n = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(n) - n)[place]
