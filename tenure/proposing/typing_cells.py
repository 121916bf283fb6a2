"""The types that the cells of a table prove, and what its columns then hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Available, Column, Files, Source, Text
from tenure.contracts.column import DTypes
from tenure.contracts.column_table import TYPES
from tenure.contracts.text import NULL_WORDS
from tenure.proposing.asked import connected
from tenure.proposing.distinct import OFTEN, Distinct, distinct, padded
from tenure.proposing.held import FEW, column_held
from tenure.proposing.meanings import is_id, is_of_kinds, personal, plain_names
from tenure.proposing.seen import Table
from tenure.proposing.times_proposed import proposed_times
from tenure.received.casting import FITTING, kind_of, missing, typed
from tenure.received.forms import Form, forms_of
from tenure.received.normal import quoted, quoted_text
from tenure.received.numbers_written import AMOUNT, NumberForm

# Of the filled cells so many must be of a type: a few that are not are faults, and quarantined as such.
_NEARLY_ALL = 0.995
# So many rows, evenly among them, tell types; what they hold is then asked of all.
_SAMPLE = 8_000
_TRIED: tuple[DTypes, ...] = (int, float, bool, datetime)
_PLAIN = r"^[-+]?\d+(\.\d+)?$"
# A number, a day or a time: what stands in no header.
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|([A-Za-z]{3}, )?\d{1,2}[-/ ][A-Za-z]{3}[-/ ]\d{2,4}"
VALUE = rf"{AMOUNT}|({_DAY}).*"
# Words that people write for nothing into columns of numbers and days. Anywhere else they may be words.
_NOTHING = ("na", "n.a.", "?", "-", "--", ".", "#null!", "nil", "(null)", "missing", "unknown")


def typed_table(
    rows: pa.Table,
    names: Sequence[str],
    said: tuple[str, ...],
    *,
    has_header: bool,
    written: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Table:
    """Rows in the types that their cells prove; `written`: how times are, by column, where a person said it."""
    rows = rows.rename_columns(list(names)).combine_chunks()
    kinds = {name: kind_of(rows.schema.field(name).type) for name in names}
    some = rows.take(np.linspace(0, rows.num_rows - 1, _SAMPLE).astype(np.int64)) if rows.num_rows > 2 * _SAMPLE else rows
    looked_at = {name: distinct(some[name]) for name in names}
    nothing = _nothing({name: looked_at[name].cells for name in names if kinds[name] == "text"})
    words = dict.fromkeys(word for its in nothing.values() for word in its)
    text = Text(null_words=(*NULL_WORDS, *words))
    chosen = _types(looked_at, kinds, text)
    cells = {name: distinct(rows[name]) for name in names}
    of_text = padded((name, _telling(rows[name], cells[name].cells, text)) for name in names if kinds[name] == "text")
    decimal, thousands = _signs(of_text, chosen, text)
    if decimal:  # what one column proves of its numbers is so in the others
        text = replace(text, decimal=decimal, thousands=thousands)
        chosen = _types(looked_at, kinds, text)
    chosen |= {
        name: "number" for name in names if chosen[name] == "whole" and kinds[name] == "text" and _has_fraction(cells[name].cells)
    }
    maybe = {name: proposed_times(name, chosen[name], rows[name]) for name in names if kinds[name] == "text"}
    proposed = {name: written.get(name, times) for name, times in maybe.items() if times}
    chosen = {**chosen, **{name: "time" if ":" in times[0] else "day" for name, times in proposed.items()}}
    plain = plain_names(names)
    source = trial_source(names, {name: TYPES[chosen[name]] for name in names}, text)
    forms = {**forms_of(source, of_text).by_column, **{plain[name]: Form(times=times) for name, times in proposed.items()}}
    seen, typed_columns = [], {}
    with connected() as connection:
        for name, column in zip(names, source.columns, strict=True):
            kind, form = chosen[name], forms.get(column.name, Form())
            values = _typed(connection, cells[name], name, _as(TYPES[kind], column, kinds[name], forms, text))
            one = column_held(connection, column, kind, form.times, values, cells[name])
            zone = _zone(connection, rows, name) if kind == "time" else ""
            doubt = _doubt(proposed[name][0]) if name in proposed and name not in written else ""
            seen.append(replace(one, zone=zone, doubt=doubt))
            typed_columns[column.name] = cells[name].spread(values)
    by_word = {word: tuple(name for name, its in nothing.items() if word in its) for word in words}
    return Table(
        columns=tuple(seen),
        rows=pa.table(typed_columns),
        said=said,
        has_header=has_header,
        nothing=by_word,
        decimal=decimal,
        thousands=thousands,
    )


def _telling(rows: pa.ChunkedArray, cells: pa.Array, text: Text) -> pa.Array:
    """The cells that tell how a column is written: each once, or all of them where a form is that of most rows."""
    filled = pc.utf8_trim_whitespace(cells.drop_null())
    filled = filled.filter(pc.invert(pc.is_in(filled, pa.array(["", *text.null_words], pa.string()))))
    is_plain = pc.all(pc.match_substring_regex(filled, _PLAIN)).as_py() in (True, None)
    return cells if is_plain or not pc.any(pc.match_substring_regex(filled, r"\d")).as_py() else rows.combine_chunks()


def _typed(connection: duckdb.DuckDBPyConnection, cells: Distinct, name: str, sql: str) -> pa.ChunkedArray:
    """Cells in their type, by the SQL that makes one of it."""
    connection.register("received", cells.beside(name))
    return connection.sql(f"SELECT {sql} AS it FROM received").to_arrow_table()["it"]


def _doubt(form: str) -> str:
    """Why a form is no more than likely."""
    if "%y" in form:
        return "years have two digits"
    return "no number says which is the day and which the month" if "%Y" in form and "%d" in form else ""


def _signs(rows: pa.Table, chosen: Mapping[str, str], text: Text) -> tuple[str, str]:
    """The signs of decimals and thousands that all columns of numbers have, where they are not those of programs."""
    names = [name for name in rows.schema.names if chosen[name] in ("whole", "number")]
    if not names:
        return "", ""
    trial = trial_source(names, dict.fromkeys(names, float), text)
    found = forms_of(trial, rows.select(names)).by_column
    forms = [found.get(column.name, Form()).number for column in trial.columns]
    decimals = {form.decimal for form, name in zip(forms, names, strict=True) if _has_sign(form, rows[name])}
    thousands = {form.thousands for form in forms if form.thousands}
    if len(decimals) > 1 or len(thousands) > 1 or not (decimals == {","} or thousands):
        return "", ""
    decimal = next(iter(decimals), "," if thousands == {"."} else ".")
    return decimal, next(iter(thousands), "." if decimal == "," else "")


def _has_sign(form: NumberForm, cells: pa.ChunkedArray) -> bool:
    """Whether cells hold a decimal sign."""
    return pc.any(pc.match_substring(cells, form.decimal)).as_py() is True


def _types(looked_at: Mapping[str, Distinct], kinds: Mapping[str, str], text: Text) -> dict[str, str]:
    """The type of each column, by some of its rows."""
    names = list(looked_at)
    trials = {dtype: trial_source(names, dict.fromkeys(names, dtype), text) for dtype in _TRIED}
    of_text = padded((name, its.cells) for name, its in looked_at.items() if kinds[name] == "text")
    forms = {dtype: forms_of(trial, of_text) for dtype, trial in trials.items()}
    chosen = {}
    with connected() as connection:
        for place, (name, kind) in enumerate(kinds.items()):
            connection.register("received", looked_at[name].beside(name))
            column = trials[int].columns[place]
            cells = looked_at[name].cells
            tried = _tried(cells, forms[datetime].by_column.get(column.name, Form())) if kind == "text" else ()
            options = {dtype: _as(dtype, trials[dtype].columns[place], kind, forms[dtype].by_column, text) for dtype in tried}
            chosen[name] = _chosen(connection, name, kind, options, missing(column, kind, text))
    return chosen


def _tried(cells: pa.Array, times: Form) -> tuple[DTypes, ...]:
    """The types that cells could be of, at a glance: to ask it of all in SQL takes longer than anything else."""
    has_any = {
        int: r"\d",
        float: r"(?i)\d|inf|nan",
        bool: r"(?i)^\s*(true|false)\s*$",
        datetime: r"\d" if times.times else r"\d[-/]|:|\d.*[A-Za-z]{3}|[A-Za-z]{3}.*\d",
    }
    return tuple(dtype for dtype, glance in has_any.items() if pc.any(pc.match_substring_regex(cells, glance)).as_py())


def _has_fraction(cells: pa.Array) -> bool:
    """Whether some cells that are numbers are not whole, which a few rows alone need not show."""
    return pc.any(pc.match_substring_regex(cells, r"^\s*[-+]?\d+[.,]\d*[1-9]\d*\s*$")).as_py() is True


def _nothing(columns: Mapping[str, pa.Array]) -> Mapping[str, tuple[str, ...]]:
    """The words that stand for nothing in a column whose other cells are all numbers or days, by column."""
    found = {}
    for name, its in columns.items():
        cells = pc.utf8_trim_whitespace(its.drop_null())
        cells = cells.filter(pc.invert(pc.is_in(cells, pa.array(["", *NULL_WORDS], pa.string()))))
        odd = pc.unique(cells.filter(pc.invert(pc.match_substring_regex(cells, rf"^({VALUE})$"))))
        if not 0 < len(odd) <= len(_NOTHING):
            continue
        words = sorted(odd.to_pylist())
        are_none = {word.lower() for word in words} <= set(_NOTHING) and len(words) < len(pc.unique(cells))
        if are_none and ("unknown" not in map(str.lower, words) or len(pc.unique(cells)) > FEW):
            found[name] = tuple(words)
    return found


def _as(dtype: DTypes, column: Column, kind: str, forms: Mapping[str, Form], text: Text) -> str:
    """SQL for a cell in a type; null where it cannot be of it."""
    if kind != "text" and kind not in FITTING[dtype]:
        return f"cast(null AS {column.sql})"
    return typed(column, kind, text=text, form=forms.get(column.name, Form()))


def _chosen(connection: duckdb.DuckDBPyConnection, name: str, kind: str, options: Mapping[DTypes, str], is_missing: str) -> str:
    """The narrowest type that nearly all filled cells are of; ids and codes of kinds stay text, whatever they are made of."""
    if kind in ("truth value", "day", "time", "whole number", "number"):
        own = {"truth value": "truth", "day": "day", "time": "time", "whole number": "whole", "number": "number"}[kind]
        is_code = (is_id(name) and own in ("whole", "number")) or (is_of_kinds(name) and own == "whole")
        return "text" if is_code else own
    if kind != "text":
        return "text"
    n = f'coalesce(sum("{OFTEN}") FILTER'
    counts = [f"{n} (NOT {is_missing} AND ({sql}) IS NOT NULL), 0)" for sql in options.values()]
    at = options.get(datetime, "NULL::TIMESTAMP")
    asked = [f"{n} (NOT {is_missing}), 0)", f"bool_and(({at}) = date_trunc('day', {at}))", *counts]
    filled, is_day, *fits = connection.sql(f"SELECT {', '.join(asked)} FROM received").fetchall()[0]
    fit = {**dict.fromkeys(_TRIED, 0), **dict(zip(options, fits, strict=True))}
    if not filled:
        return "text"
    if fit[datetime] >= _NEARLY_ALL * filled and (fit[int] < filled or not is_id(name)):
        return "day" if is_day else "time"
    if is_id(name):
        return "text"
    words = f"SELECT DISTINCT lower({quoted(name)}) FROM received LIMIT 5"
    if fit[bool] and {word for (word,) in connection.sql(words).fetchall()} <= {"true", "false", "", None}:
        return "truth"
    zeros = f"bool_or(regexp_matches(trim({quoted(name)}), '^0[0-9]+$'))"
    if fit[int] >= _NEARLY_ALL * filled and connection.sql(f"SELECT {zeros} FROM received").fetchall()[0][0]:
        return "text"  # no number begins with zero: an id would lose them
    number = fit[float] >= _NEARLY_ALL * filled
    whole = number and fit[int] == fit[float]
    if whole and is_of_kinds(name):
        return "text"
    return "whole" if whole else "number" if number else "text"


def _zone(connection: duckdb.DuckDBPyConnection, rows: pa.Table, name: str) -> str:
    """The zone that times as received say."""
    dtype = rows.schema.field(name).type
    if pa.types.is_timestamp(dtype):
        return str(dtype.tz or "")
    zone = r":[0-9.]+ ?([+-][0-9]{2}(:?[0-9]{2})?|[A-Za-z]+/[A-Za-z/_+-]+)$"
    offset = f"regexp_extract(trim(cast({quoted(name)} AS VARCHAR)), {quoted_text(zone)}, 1)"
    most = connection.sql(f"SELECT {offset} AS zone FROM received WHERE zone <> '' GROUP BY zone ORDER BY count(*) DESC LIMIT 1")
    return next((zone for (zone,) in most.fetchall()), "")


def trial_source(names: Sequence[str], types: Mapping[str, DTypes], text: Text) -> Source:
    """A contract that only names columns, so that a batch is read as any other is."""
    taken = plain_names(names)
    return Source(
        name="looked_at",
        grain="a row",
        key=(next(iter(taken.values())),),
        event_time=None,
        available=Available.FROM_FIRST_DAY,
        columns=tuple(
            Column(taken[n], types[n], received_as=n, meaning="a column", nullable=True, personal=personal(n)) for n in names
        ),
        reader=Files(pattern="{day}.csv"),
        text=text,
    )
