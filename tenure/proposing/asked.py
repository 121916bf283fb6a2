"""Questions that are asked of the rows of a table, called `it`, in SQL."""

from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from tenure.received.normal import quoted


@cache
def _place() -> duckdb.DuckDBPyConnection:
    """Where questions are asked, for to make a place takes longer than most answers."""
    return duckdb.connect(config={"threads": 2})


def ask(rows: pa.Table, question: str) -> list[tuple[Any, ...]]:
    """What a question about the rows is answered."""
    with _place().cursor() as connection:
        connection.register("it", rows)
        return connection.sql(question).fetchall()


def rows_where(rows: pa.Table, condition: str) -> pa.Table:
    """The rows that meet a condition."""
    with _place().cursor() as connection:
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
    with _place().cursor() as connection:
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
    a, b = quoted(one), quoted(other)
    ((found,),) = ask(
        rows,
        f"SELECT corr(a, b) FROM (SELECT rank() OVER (ORDER BY {a}) a, rank() OVER (ORDER BY {b}) b FROM it "
        f"WHERE {a} IS NOT NULL AND {b} IS NOT NULL)",
    )
    return float(found or 0.0)
