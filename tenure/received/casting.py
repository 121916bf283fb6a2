"""From what was received to the contract's types: which Arrow types fit, and the SQL that converts a cell or leaves it null.

A cell that does not convert is a row-level break. Whether a column's type fits at all is judged in `expectations/shape.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa

from tenure.clocks import UTC, from_clocks, on_clocks
from tenure.contracts import Column, DTypes, Text
from tenure.received.forms import EXACT, Form
from tenure.received.normal import SHORTENED, clean, normalised, quoted, quoted_text, words_for_nothing
from tenure.received.numbers_written import NEGATIVES, PERCENT, WITHOUT_CURRENCY, NumberForm
from tenure.received.times_written import OF_UTC

TEXT, WHOLE, NUMBER, TRUTH, DAY, INSTANT, NOTHING, OTHER = (
    "text", "whole number", "number", "truth value", "day", "time", "nothing", "other",
)  # fmt: skip

FITTING: dict[DTypes, tuple[str, ...]] = {
    str: (TEXT, WHOLE, NUMBER, NOTHING),
    int: (WHOLE, NUMBER, TEXT, NOTHING),
    float: (NUMBER, WHOLE, TEXT, NOTHING),
    bool: (TRUTH, TEXT, NOTHING),
    date: (DAY, INSTANT, TEXT, NOTHING),
    datetime: (INSTANT, DAY, TEXT, NOTHING),
}
_USUAL = Form()
# A day with its time, and nothing else; and with what says of which zone it is. An abbreviation is that of several.
_NAIVE = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?)?$"
_ZONED = (
    r":[0-9]{2}([.,][0-9]+)?\s*([zZ]|UTC|GMT|(UTC|GMT)?[+-][0-9]{2}(:?[0-9]{2})?(\[[A-Za-z/_]+\])?|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$"
)
_ABBREVIATED = "[ 0-9][A-Z]{2,5}$"
_NO_ZONE = "(AM|PM|UTC|GMT|Z)$"


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


def typed(
    column: Column,
    kind: str,
    *,
    text: Text,
    zone: str = UTC,
    clocks: str = UTC,
    form: Form = _USUAL,
    has_zone: bool = False,
) -> str:
    """SQL for the cell in the contract's type; null where it is missing or does not convert.

    Parameters
    ----------
    zone: the zone of times without an offset; they become UTC.
    clocks: the zone of days without a time, where a moment is asked for: that of the company.
    form: how the column's text is written.
    has_zone: whether the column's times carry their zone.
    """
    cell = quoted(column.source_name)
    if kind == NOTHING:
        return f"cast(null as {column.sql})"
    if column.dtype is str:
        return _id_or_text(column, cell, text, form) if kind == TEXT else _as_text(cell, kind)
    if column.dtype is int:
        return _whole(cell, kind, form.number)
    if column.dtype is float:
        return f"case when not isnan({_number(cell, kind, form.number)}) then {_number(cell, kind, form.number)} end"
    if column.dtype in (date, datetime):
        # A day has no zone; only what is a moment is brought to UTC.
        from_zone = UTC if column.dtype is date else clocks if kind == DAY or _are_days(form.times) else zone
        instant = _instant(cell, kind, form.times, from_zone, has_zone)
        if column.dtype is date and clocks != UTC:
            instant = _shown(instant, cell, kind, form.times, clocks, has_zone)
        return f"case when isfinite({instant}) then cast({instant} as {column.sql}) end"
    return f"try_cast({clean(cell) if kind == TEXT else cell} as BOOLEAN)"


def missing(column: Column, kind: str, text: Text) -> str:
    """SQL for whether the cell holds no value at all; NaN is none, and neither are the words for nothing."""
    cell = quoted(column.source_name)
    if kind == TEXT:
        words = ", ".join(quoted_text(word.lower()) for word in ("nan", *words_for_nothing(column, text)))
        return f"coalesce(lower({clean(cell)}) in ({words}), true)"
    if kind == NUMBER:
        return f"coalesce(isnan(cast({cell} as DOUBLE)), true)"
    return f"({cell} is null)"


def _id_or_text(column: Column, cell: str, text: Text, form: Form) -> str:
    """Text in its one form; what a spreadsheet left of an id is none."""
    value = normalised(column, cell, text, whole_ids=form.whole_ids)
    return f"case when not regexp_matches({cell}, {quoted_text(SHORTENED)}) then {value} end" if form.lost_digits else value


def _as_text(cell: str, kind: str) -> str:
    """A number that is whole is written without a fraction: pandas turns ids into floats when one of them is missing."""
    if kind != NUMBER:
        return f"cast({cell} as VARCHAR)"
    text = f"coalesce(cast({_whole(cell, kind, NumberForm())} as VARCHAR), cast({cell} as VARCHAR))"
    is_exact = f" and (typeof({cell}) not in ('DOUBLE', 'FLOAT') or abs({cell}) < {EXACT:.0f})"
    return f"case when not isnan(cast({cell} as DOUBLE)){is_exact} then {text} end"


def _plain(cell: str, form: NumberForm) -> str:
    """Text of a number as SQL writes it; null where it is not written in the form."""
    text = clean(cell)
    if form == NumberForm():
        return text
    for pattern, instead in (*(NEGATIVES if form.odd_minus else ()), *(WITHOUT_CURRENCY if form.has_currency else ())):
        text = f"regexp_replace({text}, {quoted_text(pattern)}, '{instead}')"
    bare = text
    if form.thousands:
        bare = f"regexp_replace({bare}, {quoted_text(form.between_thousands)}, '', 'g')"
    if form.decimal != ".":
        bare = f"replace({bare}, {quoted_text(form.decimal)}, '.')"
    if form.percent:  # rounded once, as 0.12 is
        bare = f"regexp_replace({bare}, {quoted_text(PERCENT)}, 'e-2')"
    return f"case when regexp_matches({text}, {quoted_text(form.pattern)}) then {bare} end"


def _number(cell: str, kind: str, form: NumberForm) -> str:
    """A cell as a double."""
    return f"try_cast({_plain(cell, form)} as DOUBLE)" if kind == TEXT else f"try_cast({cell} as DOUBLE)"


def _whole(cell: str, kind: str, form: NumberForm) -> str:
    """A cell as a whole number; a cast alone would round 2.5 to 3."""
    if kind == WHOLE:
        return f"try_cast({cell} as BIGINT)"
    if kind == TEXT:
        digits = f"regexp_extract({_plain(cell, form)}, '^([+-]?[0-9]+)(\\.(0|00|0{{4,}})?)?$', 1)"
        return f"try_cast(nullif({digits}, '') as BIGINT)"
    number = f"try_cast({cell} as DOUBLE)"
    return f"case when isfinite({number}) and {number} = trunc({number}) then try_cast({number} as BIGINT) end"


def _instant(cell: str, kind: str, formats: Sequence[str], zone: str, has_zone: bool) -> str:
    """A moment in UTC. The session's time zone is UTC, so text with an offset becomes UTC by a cast alone."""
    if has_zone:
        return f"try_cast({cell} as TIMESTAMP)"
    if kind in (DAY, INSTANT):
        return from_clocks(f"try_cast({cell} as TIMESTAMP)", zone)
    text = clean(cell)
    if formats:
        return _declared_instant(text, formats, zone)
    # A cast alone would take 13/12/10 for a day in the year 13, and BST for the clocks of Bangladesh.
    naive = from_clocks(f"try_cast(replace({text}, ',', '.') as TIMESTAMP)", zone)
    zoned = f"try_cast(try_cast({_as_duckdb_writes(text)} as TIMESTAMPTZ) as TIMESTAMP)"
    return f"case when {_is(_NAIVE, text)} then {naive} when {_is(_ZONED, text)} then {zoned} end"


def _declared_instant(text: str, formats: Sequence[str], zone: str) -> str:
    """A moment in UTC, written in one of several formats."""
    zoned = [each for each in formats if _say_their_zone([each])]
    naive = [each for each in formats if each not in zoned]
    shown = [from_clocks(_parsed(text, naive), zone)] if naive else []
    if not zoned:
        return shown[0]
    moment = f"cast({_parsed(text, zoned)} as TIMESTAMP)"
    if any("%Z" in each for each in zoned):
        moment = f"case when not {_is(_ABBREVIATED, text)} or {_is(_NO_ZONE, text)} then {moment} end"
    return f"coalesce({', '.join([moment, *shown])})"


def _parsed(text: str, formats: Sequence[str]) -> str:
    """SQL for a time in the first of several formats that it is written in."""
    return f"try_strptime({text}, [{', '.join(map(quoted_text, formats))}])"


def _is(pattern: str, text: str) -> str:
    """SQL for whether a pattern is found in a text."""
    return f"regexp_matches({text}, {quoted_text(pattern)})"


def _as_duckdb_writes(text: str) -> str:
    """ISO 8601 in forms that DuckDB reads: a point before fractions, seconds and no blank before what says the zone, T and Z."""
    for pattern, instead in (
        (r"^(.{8,10})t", r"\1T"),
        (r"\s*(z|UTC|GMT)$", "Z"),
        (r"(:\d\d),(\d)", r"\1.\2"),
        (r"\s*(UTC|GMT)?([+-]\d\d(:?\d\d)?)(\[.*\])?$", r"\2"),
        (r"^(.{8,10}[T ]\d{1,2}:\d\d)( ?[A-Za-z]+/|[Z+-])", r"\1:00\2"),
    ):
        text = f"regexp_replace({text}, {quoted_text(pattern)}, '{instead}')"
    return text


def _shown(instant: str, cell: str, kind: str, formats: Sequence[str], clocks: str, has_zone: bool) -> str:
    """What the company's clocks show at a moment that says its zone; a time without one is what they show."""
    shown = on_clocks(instant, clocks)
    if kind == TEXT and not formats:
        return f"case when {_is(_ZONED, clean(cell))} then {shown} else {instant} end"
    if has_zone or not _say_their_zone(formats):
        return shown if has_zone else instant
    zoned = [each for each in formats if _say_their_zone([each])]
    if len(zoned) == len(formats) or kind != TEXT:
        return shown
    return f"case when {_parsed(clean(cell), zoned)} is not null then {shown} else {instant} end"


def _say_their_zone(formats: Sequence[str]) -> bool:
    """Whether times are written with what they are ahead of UTC."""
    return any("%z" in each or each.endswith(("%Z", OF_UTC)) for each in formats)


def _are_days(formats: Sequence[str]) -> bool:
    """Whether text is written as days, without any time of them."""
    return bool(formats) and not any(sign in each for each in formats for sign in ("%H", "%I", "%X", "%c", "%s"))
