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

    `key` is SQL: columns, or what is made of them.
    """
    named = ", ".join(f"{sql} AS k{i}" for i, sql in enumerate(key))
    names = ", ".join(f"k{i}" for i in range(len(key)))
    among = f"SELECT {named}, day FROM rows WHERE day >= $first AND day <= $last"
    older = f"SELECT {named} FROM rows WHERE day < $first AND day >= $since"
    before = f"SELECT 1 FROM ({older}) SEMI JOIN ({among}) USING ({names}) LIMIT 1"
    between = f"SELECT 1 FROM ({among}) GROUP BY {names} HAVING min(day) < max(day) LIMIT 1"
    first, last = min(days), max(days)
    with views({"rows": table}) as connection:
        return bool(
            connection.execute(before, {"first": first, "last": last, "since": since}).fetchone()
            or (first < last and connection.execute(between, {"first": first, "last": last}).fetchone())
        )
