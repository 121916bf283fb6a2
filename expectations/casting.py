"""From what was received to the contract's types: which Arrow types fit, and the SQL that converts a cell or leaves it null.

A cell that does not convert is a row-level break. Whether a column's type fits at all is judged in `shape.py`.
"""

from datetime import date, datetime

import pyarrow as pa

from tenure.contracts import Column, DTypes

TEXT, WHOLE, NUMBER, TRUTH, DAY, INSTANT, NOTHING, OTHER = (
    "text", "whole number", "number", "truth value", "day", "time", "nothing", "other",
)  # fmt: skip

FITTING: dict[DTypes, tuple[str, ...]] = {
    str: (TEXT, WHOLE, NUMBER, NOTHING),
    int: (WHOLE, NUMBER, NOTHING),
    float: (NUMBER, WHOLE, NOTHING),
    bool: (TRUTH, NOTHING),
    date: (DAY, INSTANT, NOTHING),
    datetime: (INSTANT, DAY, NOTHING),
}

SQL: dict[DTypes, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    date: "DATE",
    datetime: "TIMESTAMP",
}


def kind_of(dtype: pa.DataType) -> str:
    """Name what an Arrow type holds, in words that a reader of a message knows."""
    is_ = pa.types
    if is_.is_dictionary(dtype):
        return kind_of(dtype.value_type)
    kinds = {
        TEXT: is_.is_string(dtype) or is_.is_large_string(dtype) or is_.is_string_view(dtype),
        WHOLE: is_.is_integer(dtype),
        NUMBER: is_.is_floating(dtype) or is_.is_decimal(dtype),
        TRUTH: is_.is_boolean(dtype),
        DAY: is_.is_date(dtype),
        INSTANT: is_.is_timestamp(dtype),
        NOTHING: is_.is_null(dtype),
    }
    return next((kind for kind, holds in kinds.items() if holds), OTHER)


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def typed(column: Column, kind: str) -> str:
    """SQL for the cell in the contract's type; null where it is missing or does not convert."""
    cell = quoted(column.source_name)
    if kind == NOTHING:
        return f"cast(null as {SQL[column.dtype]})"
    if column.dtype is str:
        return f"nullif({_as_text(cell, kind)}, '')" if kind == TEXT else _as_text(cell, kind)
    if column.dtype is int:
        return _whole(cell, kind)
    if column.dtype is float:
        return f"case when not isnan({_number(cell, kind)}) then {_number(cell, kind)} end"
    if column.dtype in (date, datetime):
        instant = f"try_cast({_instant(cell, kind)} as TIMESTAMP)"
        return f"case when isfinite({instant}) then cast({instant} as {SQL[column.dtype]}) end"
    return f"try_cast({cell} as BOOLEAN)"


def missing(column: Column, kind: str) -> str:
    """SQL for whether the cell holds no value at all; NaN is none."""
    cell = quoted(column.source_name)
    if kind == TEXT:
        return f"coalesce(trim({cell}) = '' or lower(trim({cell})) = 'nan', true)"
    if kind == NUMBER:
        return f"coalesce(isnan(cast({cell} as DOUBLE)), true)"
    return f"({cell} is null)"


def _as_text(cell: str, kind: str) -> str:
    """A number that is whole is written without a fraction: pandas turns ids into floats when one of them is missing."""
    if kind != NUMBER:
        return f"cast({cell} as VARCHAR)"
    text = f"coalesce(cast({_whole(cell, kind)} as VARCHAR), cast({cell} as VARCHAR))"
    return f"case when not isnan(cast({cell} as DOUBLE)) then {text} end"


def _number(cell: str, kind: str) -> str:
    """A cell as a double."""
    return f"try_cast(trim({cell}) as DOUBLE)" if kind == TEXT else f"try_cast({cell} as DOUBLE)"


def _whole(cell: str, kind: str) -> str:
    """A cell as a whole number; a cast alone would round 2.5 to 3."""
    if kind == WHOLE:
        return f"try_cast({cell} as BIGINT)"
    if kind == TEXT:
        digits = f"regexp_extract(trim({cell}), '^([+-]?[0-9]+)(\\.0*)?$', 1)"
        return f"try_cast(nullif({digits}, '') as BIGINT)"
    number = f"try_cast({cell} as DOUBLE)"
    return f"case when isfinite({number}) and {number} = trunc({number}) then try_cast({number} as BIGINT) end"


def _instant(cell: str, kind: str) -> str:
    """Text with an offset becomes UTC; the session's time zone is UTC, so text without one is taken as UTC."""
    return f"try_cast(trim({cell}) as TIMESTAMPTZ)" if kind == TEXT else cell
