"""Each kind of row-level rule, once: the SQL condition that splits rows, and the expectation that judges the same rows.

`rules_of` derives all rules of a source from its contract. What is done with
a rule lives in `split.py` (SQL) and `suite.py` (GX).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tenure.clocks import on_clocks
from tenure.contracts import Available, Column, Rule, Source
from tenure.errors import SpecError
from tenure.received.normal import quoted, quoted_text

UNIQUE_KEY, ROW_SHAPE = "unique_key", "row_shape"

RESERVED = ("day", "available_at", "rules", "row_number")


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """A condition that every good row satisfies.

    Parameters
    ----------
    keeps: SQL over the typed rows, true or false but never null; empty for the unique key, which is not about one row.
    columns: the columns that the expectation reads.
    derive: SQL that makes the one column it reads, when that is not a column of the contract.
    expectation, settings: class name in `great_expectations.expectations`, and its arguments beside the column.
    """

    name: str
    meaning: str
    keeps: str
    columns: tuple[str, ...]
    expectation: str
    settings: tuple[tuple[str, object], ...] = ()
    derive: str = ""


def rules_of(source: Source, *, first_key: date, as_text: Collection[str] | None = None) -> tuple[RowRule, ...]:
    """Every rule that follows from the contract, in the order of its columns, the unique key last.

    Parameters
    ----------
    first_key: the batch that may also hold what began before the history, such as campaigns already running.
    as_text: the columns whose cells are read one by one, and the shape of rows where it may be broken. None is all.

    Raises
    ------
    SpecError: when a column has a name that validated tables need for themselves.
    """
    taken = [column.name for column in source.columns if column.name in RESERVED]
    if taken:
        raise SpecError(f"Source {source.name!r} has columns {taken}; validated tables use these names. Name them otherwise.")
    read = {ROW_SHAPE, *(c.name for c in source.received_columns if c.dtype is not str)} if as_text is None else set(as_text)
    return tuple(_all_rules(source, first_key, read))


def _all_rules(source: Source, first_key: date, read: Collection[str]) -> Iterator[RowRule]:
    """Rules per column, then per row, then of the key."""
    if read:
        yield _truth(ROW_SHAPE, "the row has as many fields as the header", f"{ROW_SHAPE}:holds")
    for column in source.columns:
        if column.name in read:
            yield readable(column)
        yield from _column_rules(column)
    if source.event_time is not None:
        yield in_batch_days(source, source.event_time, first_key)
    for rule in source.rules:
        yield across_columns(source, rule)
    yield unique(source.key)


def _column_rules(column: Column) -> Iterator[RowRule]:
    """The rules that follow from one column."""
    if not column.nullable:
        yield required(column)
    if column.dtype is float or column.minimum is not None or column.maximum is not None:
        yield between(column)
    if column.allowed is not None:
        yield one_of(column, column.allowed)
    if column.pattern is not None:
        yield matches(column, column.pattern)


def readable(column: Column) -> RowRule:
    """The cell converts to the contract's type; a missing cell does."""
    what = f"{column.name} reads as {column.dtype.__name__}"
    return _truth(f"{column.name}.readable", what, f"{column.name}.readable:holds")


def required(column: Column) -> RowRule:
    """The cell holds a value of its type."""
    return RowRule(
        name=f"{column.name}.required",
        meaning=f"{column.name} is given",
        keeps=f"({quoted(column.name)} is not null)",
        columns=(column.name,),
        expectation="ExpectColumnValuesToNotBeNull",
    )


def between(column: Column) -> RowRule:
    """The number lies within its bounds, both included: those given, or what any amount can be."""
    low, high = column.bounds
    cell = quoted(column.name)
    return RowRule(
        name=f"{column.name}.range",
        meaning=f"{column.name} lies between {low:,.15g} and {high:,.15g}",
        keeps=f"coalesce({cell} >= cast('{low!r}' as DOUBLE) and {cell} <= cast('{high!r}' as DOUBLE), true)",
        columns=(column.name,),
        expectation="ExpectColumnValuesToBeBetween",
        settings=(("min_value", low), ("max_value", high)),
    )


def one_of(column: Column, allowed: tuple[str, ...]) -> RowRule:
    """The value is one of a closed list."""
    listed = ", ".join(quoted_text(value) for value in allowed)
    return RowRule(
        name=f"{column.name}.allowed",
        meaning=f"{column.name} is one of {len(allowed)} values",
        keeps=f"coalesce({quoted(column.name)} in ({listed}), true)",
        columns=(column.name,),
        expectation="ExpectColumnValuesToBeInSet",
        settings=(("value_set", list(allowed)),),
    )


def matches(column: Column, pattern: str) -> RowRule:
    """The whole text matches a pattern."""
    return RowRule(
        name=f"{column.name}.pattern",
        meaning=f"{column.name} matches {pattern}",
        keeps=f"coalesce(regexp_full_match({quoted(column.name)}, {quoted_text(pattern)}), true)",
        columns=(column.name,),
        expectation="ExpectColumnValuesToMatchRegex",
        # Python's $ also matches before a last line break and its \d any script's digits; DuckDB's do neither.
        settings=(("regex", rf"(?a)\A(?:{pattern})\Z"),),
    )


def in_batch_days(source: Source, event_time: str, first_key: date) -> RowRule:
    """The event happened on the day before the key, or as many days earlier as rows may be late.

    What began before the history (AT_EVENT) is accepted with the first key; purchases and the like belong to their own day.
    """
    lag = _lag(source, event_time)
    if source.available is Available.AT_EVENT:
        lag = f"case when day = DATE '{first_key}' and {lag} > 1 then 1 else {lag} end"
    latest = 1 + source.most_days_late
    column = f"{event_time}:days_before_key"
    return RowRule(
        name=f"{event_time}.in_batch_days",
        meaning=f"{event_time} lies on the batch's event day" + (f" or up to {source.most_days_late} days before" * (latest > 1)),
        keeps=f"coalesce({quoted(column)} between 1 and {latest}, true)",
        columns=(column,),
        expectation="ExpectColumnValuesToBeBetween",
        settings=(("min_value", 1), ("max_value", latest)),
        derive=lag,
    )


def _lag(source: Source, event_time: str) -> str:
    """SQL: how many days before the key an event was; a file that was cut at midnight on its own clocks may hold that day."""
    cell = quoted(event_time)
    lag = f"date_diff('day', cast({source.on_clocks(cell, event_time)} as DATE), day)"
    if source.zone == source.clocks or source.column(event_time).dtype is not datetime:
        return lag
    own = f"date_diff('day', cast({on_clocks(cell, source.zone)} as DATE), day)"
    return f"case when {lag} < 1 then {lag} else greatest(1, least({lag}, {own})) end"


def across_columns(source: Source, rule: Rule) -> RowRule:
    """A rule of the source in SQL; unknown counts as broken."""
    return _truth(rule.name, rule.meaning, f"{rule.name}:holds", derive=f"coalesce(({source.said_of_row(rule.keeps)}), false)")


def unique(key: tuple[str, ...]) -> RowRule:
    """Within a day, no two rows have the same key; the first good row stays."""
    return RowRule(
        name=UNIQUE_KEY,
        meaning=f"no earlier row of the day has the same {', '.join(key)}",
        keeps="",
        columns=("day", *key),
        expectation="ExpectCompoundColumnsToBeUnique",
        settings=(("ignore_row_if", "never"),),
    )


def _truth(name: str, meaning: str, column: str, *, derive: str = "") -> RowRule:
    """A rule that SQL alone can judge row by row: the expectation reads its verdict."""
    return RowRule(
        name=name,
        meaning=meaning,
        keeps=quoted(column),
        columns=(column,),
        expectation="ExpectColumnValuesToBeInSet",
        settings=(("value_set", [True]),),
        derive=derive,
    )
