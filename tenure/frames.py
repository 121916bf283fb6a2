"""Columns of a data frame, of whatever library, as an Arrow table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from tenure.errors import SpecError
from tenure.names import meant


def rows_of(frame: Any, wanted: Mapping[str, Sequence[str]]) -> pa.Table:
    """The columns that are asked for, by the argument that names them.

    Parameters
    ----------
    frame: a pandas frame, or anything that hands out Arrow columns (`__arrow_c_stream__`): Polars, Arrow, DuckDB.

    Raises
    ------
    SpecError: when a column is not there, is there twice or is named for two purposes, or the frame is no table.
    """
    names = [name for listed in wanted.values() for name in listed]
    there = _names(frame)
    faults = [*_not_there(wanted, there), *_twice(names, there)]
    if faults:
        raise SpecError(*faults)
    if not hasattr(frame, "iloc"):
        try:
            return _plain(pa.table(frame).select(names))
        except (TypeError, pa.ArrowInvalid):
            raise SpecError(_no_table(frame)) from None
    return _plain(pa.table({name: _column(frame[name]) for name in names}))


def _names(frame: Any) -> list[str]:
    """The names of the frame's columns."""
    names = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    if names is None:
        raise SpecError(_no_table(frame))
    return [str(name) for name in names]


def _no_table(frame: Any) -> str:
    """What to say of something else."""
    return f"The frame is a {type(frame).__name__}; expected a pandas, Polars or Arrow table."


def _not_there(wanted: Mapping[str, Sequence[str]], there: Sequence[str]) -> list[str]:
    """Columns that the frame lacks."""
    return [
        f"The frame has no column {name!r}, which {argument}= names; it has {', '.join(there[:20])}.{meant(name, there)}"
        for argument, listed in wanted.items()
        for name in listed
        if name not in there
    ]


def _twice(names: Sequence[str], there: Sequence[str]) -> list[str]:
    """Columns that are there twice, or that are named twice."""
    held, named = Counter(there), Counter(names)
    return [
        *(f"Column {name!r} is there {held[name]} times, expected once. Rename or drop one." for name in named if held[name] > 1),
        *(f"Column {name!r} is named {n} times; each column has one meaning." for name, n in named.items() if n > 1),
    ]


def _column(series: Any) -> pa.Array:
    """A column of pandas. Values of several kinds become text: each says for itself how it is to be read."""
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([None if missing else str(value) for value, missing in zip(series, series.isna(), strict=True)])


def _plain(rows: pa.Table) -> pa.Table:
    """Without dictionaries, and without the types of text that are one to whoever reads it."""
    rows = rows.replace_schema_metadata(None)
    for i, held in enumerate(rows.schema):
        dtype = held.type.value_type if pa.types.is_dictionary(held.type) else held.type
        is_text = pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype)
        wanted = pa.string() if is_text else dtype
        if wanted != held.type:
            rows = rows.set_column(i, held.name, rows.column(i).cast(wanted))
    return rows
