"""The types that the cells of a table prove, and what its columns then hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Available, Column, Files, Source, Text
from tenure.contracts.column import DTypes
from tenure.contracts.column_table import TYPES
from tenure.contracts.text import NULL_WORDS
from tenure.proposing.meanings import is_id, is_of_kinds, personal, plain_names
from tenure.proposing.seen import Seen, Table
from tenure.proposing.times_proposed import proposed_times
from tenure.received.casting import FITTING, kind_of, missing, typed
from tenure.received.forms import Form, forms_of
from tenure.received.normal import quoted, quoted_text
from tenure.received.numbers_written import AMOUNT, NumberForm

# Of the filled cells so many must be of a type: a few that are not are faults, and quarantined as such.
_NEARLY_ALL = 0.995
_FEW = 60
# So many rows, evenly among them, tell types; what they hold is then asked of all.
_SAMPLE = 8_000
# A number, a day or a time: what stands in no header.
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|([A-Za-z]{3}, )?\d{1,2}[-/ ][A-Za-z]{3}[-/ ]\d{2,4}"
VALUE = rf"{AMOUNT}|({_DAY}).*"
# Words that people write for nothing into columns of numbers and days. Anywhere else they may be words.
_NOTHING = ("na", "n.a.", "?", "-", "--", ".", "#null!", "nil", "(null)", "missing", "unknown")
# Ids as programs make them: digits of one length, letters before digits, or hexadecimal of some length.
_CODE = r"[A-Za-z]{0,5}[-_ /]?\d{4,}[A-Za-z0-9-]{0,12}|[0-9a-fA-F-]{12,}"


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
    nothing = _nothing(some.select([name for name in names if kinds[name] == "text"]))
    text = Text(null_words=(*NULL_WORDS, *dict.fromkeys(nothing.values())))
    chosen = _types(some, kinds, text)
    decimal, thousands = _signs(rows.select([name for name in names if kinds[name] == "text"]), chosen, text)
    if decimal:  # what one column proves of its numbers is so in the others
        text = replace(text, decimal=decimal, thousands=thousands)
        chosen = _types(some, kinds, text)
    chosen |= {
        name: "number" for name in names if chosen[name] == "whole" and kinds[name] == "text" and _has_fraction(rows[name])
    }
    maybe = {name: proposed_times(name, chosen[name], rows[name]) for name in names if kinds[name] == "text"}
    proposed = {name: written.get(name, times) for name, times in maybe.items() if times}
    chosen = {**chosen, **{name: "time" if ":" in times[0] else "day" for name, times in proposed.items()}}
    plain = plain_names(names)
    source = trial_source(names, {name: TYPES[chosen[name]] for name in names}, text)
    of_text = rows.select([name for name in names if kinds[name] == "text"])
    forms = {**forms_of(source, of_text).by_column, **{plain[name]: Form(times=times) for name, times in proposed.items()}}
    selected = [
        f'{_as(TYPES[chosen[name]], column, kinds[name], forms, text)} AS "{column.name}"'
        for name, column in zip(names, source.columns, strict=True)
    ]
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("received", rows)
        table = connection.sql(f"SELECT {', '.join(selected)} FROM received").to_arrow_table()
        connection.register("typed", table)
        times = {column.name: forms[column.name].times if column.name in forms else () for column in source.columns}
        seen = [_seen(connection, c, chosen[name], times[c.name]) for name, c in zip(names, source.columns, strict=True)]
        zones = [_zone(connection, rows, name) if chosen[name] == "time" else "" for name in names]
        seen = [
            replace(one, zone=zone, doubt=_doubt(proposed[name][0]) if name in proposed and name not in written else "")
            for name, one, zone in zip(names, seen, zones, strict=True)
        ]
    by_word = {word: tuple(name for name, its in nothing.items() if its == word) for word in dict.fromkeys(nothing.values())}
    return Table(
        columns=tuple(seen), rows=table, said=said, has_header=has_header, nothing=by_word, decimal=decimal, thousands=thousands
    )


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


def _types(rows: pa.Table, kinds: Mapping[str, str], text: Text) -> dict[str, str]:
    """The type of each column, by some of its rows."""
    names = rows.schema.names
    trials = {dtype: trial_source(names, dict.fromkeys(names, dtype), text) for dtype in TYPES.values()}
    of_text = rows.select([name for name in names if kinds[name] == "text"])
    forms = {dtype: forms_of(trial, of_text) for dtype, trial in trials.items()}
    chosen = {}
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("received", rows)
        for place, (name, kind) in enumerate(kinds.items()):
            options = {
                dtype: _as(dtype, trial.columns[place], kind, forms[dtype].by_column, text) for dtype, trial in trials.items()
            }
            chosen[name] = _chosen(connection, name, kind, options, missing(trials[str].columns[place], kind, text))
    return chosen


def _has_fraction(cells: pa.ChunkedArray) -> bool:
    """Whether some cells that are numbers are not whole, which a few rows alone need not show."""
    return pc.any(pc.match_substring_regex(cells, r"^\s*[-+]?\d+[.,]\d*[1-9]\d*\s*$")).as_py() is True


def _nothing(rows: pa.Table) -> Mapping[str, str]:
    """The one word that stands for nothing in a column whose other cells are all numbers or days, by column."""
    found = {}
    for name in rows.schema.names:
        cells = pc.utf8_trim_whitespace(rows[name].drop_null())
        cells = cells.filter(pc.invert(pc.is_in(cells, pa.array(["", *NULL_WORDS], pa.string()))))
        odd = pc.unique(cells.filter(pc.invert(pc.match_substring_regex(cells, rf"^({VALUE})$"))))
        n_values = len(pc.unique(cells)) if len(odd) == 1 else 0
        if len(odd) == 1 and (word := odd[0].as_py()).lower() in _NOTHING and (word.lower() != "unknown" or n_values > _FEW):
            found[name] = word
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
    counts = ", ".join(f"count({sql}) FILTER (NOT {is_missing})" for sql in options.values())
    midnight = f"bool_and(({options[datetime]}) = date_trunc('day', {options[datetime]}))"
    filled, is_day, *fits = connection.sql(
        f"SELECT count(*) FILTER (NOT {is_missing}), {midnight}, {counts} FROM received"
    ).fetchall()[0]
    fit = dict(zip(options, fits, strict=True))
    if not filled:
        return "text"
    if fit[datetime] >= _NEARLY_ALL * filled and (fit[int] < filled or not is_id(name)):
        return "day" if is_day else "time"
    if is_id(name):
        return "text"
    words = {w for (w,) in connection.sql(f"SELECT DISTINCT lower({quoted(name)}) FROM received LIMIT 5").fetchall()}
    if words <= {"true", "false", "", None} and fit[bool]:
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


def _seen(connection: duckdb.DuckDBPyConnection, column: Column, kind: str, times: tuple[str, ...]) -> Seen:
    """What a column holds, in its type."""
    it = f'SELECT "{column.name}" AS it FROM typed'
    n_rows, filled, n_values = connection.sql(f"SELECT count(*), count(it), count(DISTINCT it) FROM ({it})").fetchall()[0]
    seen = Seen(
        name=column.name,
        received_as=column.source_name,
        kind=kind,
        empty=1 - filled / n_rows if n_rows else 1.0,
        n_values=n_values,
        n_rows=n_rows,
        times=times,
        is_code=kind in ("text", "whole") and filled > 0 and _is_code(connection, it),
    )
    if kind in ("whole", "number", "day", "time") and filled:
        least, most = connection.sql(f"SELECT min(it), max(it) FROM ({it})").fetchall()[0]
        if seen.is_number:
            return replace(seen, lowest=float(least), highest=float(most), words=_words(connection, it, n_values))
        return replace(seen, first=_moment(least), last=_moment(most))
    return replace(seen, words=_words(connection, it, n_values))


def _words(connection: duckdb.DuckDBPyConnection, it: str, n_values: int) -> tuple[str, ...]:
    """The values of a column that has few, most frequent first."""
    if n_values > _FEW:
        return ()
    found = connection.sql(f"SELECT it FROM ({it}) WHERE it IS NOT NULL GROUP BY it ORDER BY count(*) DESC, it").fetchall()
    return tuple(str(value) for (value,) in found)


def _is_code(connection: duckdb.DuckDBPyConnection, it: str) -> bool:
    """Whether all cells of a column are made as ids are, and nearly alike in length."""
    text = f"SELECT cast(it AS VARCHAR) AS it FROM ({it}) WHERE it IS NOT NULL"
    ((is_made, shortest, longest),) = connection.sql(
        f"SELECT bool_and(regexp_full_match(it, '{_CODE}')), min(length(it)), max(length(it)) FROM ({text})"
    ).fetchall()
    return bool(is_made) and longest - shortest <= 1


def _moment(value: date) -> datetime:
    """A day as its beginning."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC as all are


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
