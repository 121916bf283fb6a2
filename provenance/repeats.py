"""How many rows of a batch were known already: counted against the batches before it, for its verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from adapters.lake import OpenTable, connect, read_table, views
from adapters.tables import validated_table
from home.workplace import Workplace
from tenure.contracts import Source
from tenure.repeats import CORRECTED, REPEATED, compared, rivals
from tenure.validation import DayVerdict

# About a gigabyte of keys.
KEYS_AT_ONCE = 8_000_000


def with_repeats(workplace: Workplace, source: Source, verdicts: Sequence[DayVerdict]) -> tuple[DayVerdict, ...]:
    """Verdicts of days whose rows are in the lake, with how many were known already; a static source replaces all it has."""
    days = [verdict.key for verdict in verdicts if verdict.n_kept]
    if source.is_static or source.is_snapshot or not days:
        return tuple(verdicts)
    counts = _counts(workplace.lake.open(validated_table(source)), source, days)
    return tuple(
        replace(v, n_repeated=counts.get((v.key, REPEATED), 0), n_corrected=counts.get((v.key, CORRECTED), 0)) for v in verdicts
    )


def _counts(table: OpenTable, source: Source, days: Sequence[date]) -> Mapping[tuple[date, str], int]:
    """Rows of these days that came again, by day and by whether they were equal."""
    if not any_again(table, [f'"{name}"' for name in source.key], days):
        return {}
    rows = read_table(table, connect())
    if rows is None:
        return {}
    columns = [c.name for c in source.columns if c.name in rows.columns and c.name not in source.key]
    told = compared(rivals(rows, key=source.key, days=days), key=source.key, columns=columns)
    again = told.filter(told.comes.notnull() & told.day.isin(list(days)))
    counted = again.group_by("day", "comes").aggregate(n=again.count())
    return {(row["day"], row["comes"]): row["n"] for row in counted.to_pyarrow().to_pylist()}


def any_again(table: OpenTable, key: Sequence[str], days: Sequence[date], *, since: date = date.min) -> bool:
    """Whether several batches from `since` on, one of these days among them, hold a key: as a rule none does, said quickly.

    `key` is SQL: columns, or what is made of them. Of many rows a share of the keys is looked at at a time, drawn by their hash.
    """
    named = ", ".join(f"{sql} AS k{i}" for i, sql in enumerate(key))
    names = ", ".join(f"k{i}" for i in range(len(key)))
    span = {"first": min(days), "last": max(days), "since": since}
    with views({"rows": table}) as connection:
        counted = connection.execute("SELECT count(*) FROM rows WHERE day <= $last AND day >= $since", _of(span, "last", "since"))
        n_parts = 1 + counted.fetchall()[0][0] // KEYS_AT_ONCE
        for part in range(n_parts):
            share = f"hash({', '.join(key)}) % {n_parts} = {part}"
            among = f"SELECT {named}, day FROM rows WHERE day >= $first AND day <= $last AND {share}"
            older = f"SELECT {named} FROM rows WHERE day < $first AND day >= $since AND {share}"
            before = f"SELECT 1 FROM ({older}) SEMI JOIN ({among}) USING ({names}) LIMIT 1"
            between = f"SELECT 1 FROM ({among}) GROUP BY {names} HAVING min(day) < max(day) LIMIT 1"
            if connection.execute(before, span).fetchone():
                return True
            if min(days) < max(days) and connection.execute(between, _of(span, "first", "last")).fetchone():
                return True
    return False


def _of(span: Mapping[str, date], *names: str) -> dict[str, date]:
    """The days that a query asks for; DuckDB refuses others."""
    return {name: span[name] for name in names}
