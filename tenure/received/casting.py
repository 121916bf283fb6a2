"""From what was received to the contract's types: which Arrow types fit, and the SQL that converts a cell or leaves it null.

A cell that does not convert is a row-level break. Whether a column's type fits at all is judged in `expectations/shape.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa

from tenure.clocks import UTC, from_clocks, on_clocks
from tenure.contracts import Column, DTypes, Text
from tenure.received.forms import Form
from tenure.received.normal import normalised, quoted, quoted_text
from tenure.received.numbers_written import CURRENCIES, NumberForm

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
_USUAL = Form()
# A time of day with what it is ahead of UTC: text that says so itself needs no zone.
_WITH_OFFSET = r":[0-9]{2}([.,][0-9]+)?\s*([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?|[A-Z][A-Za-z]+/[A-Za-z_/]+)$"


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
        return normalised(column, cell, text, form) if kind == TEXT else _as_text(cell, kind)
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
    return f"try_cast({cell} as BOOLEAN)"


def missing(column: Column, kind: str, text: Text) -> str:
    """SQL for whether the cell holds no value at all; NaN is none, and neither are the words for nothing."""
    cell = quoted(column.source_name)
    if kind == TEXT:
        words = ", ".join(quoted_text(word.lower()) for word in ("", "nan", *text.null_words))
        return f"coalesce(lower(trim({cell})) in ({words}), true)"
    if kind == NUMBER:
        return f"coalesce(isnan(cast({cell} as DOUBLE)), true)"
    return f"({cell} is null)"


def _as_text(cell: str, kind: str) -> str:
    """A number that is whole is written without a fraction: pandas turns ids into floats when one of them is missing."""
    if kind != NUMBER:
        return f"cast({cell} as VARCHAR)"
    text = f"coalesce(cast({_whole(cell, kind, NumberForm())} as VARCHAR), cast({cell} as VARCHAR))"
    return f"case when not isnan(cast({cell} as DOUBLE)) then {text} end"


def _plain(cell: str, form: NumberForm) -> str:
    """Text of a number as SQL writes it; null where it is not written in the form."""
    text = f"trim({cell})"
    if form == NumberForm():
        return text
    if form.has_currency:
        text = f"regexp_replace({text}, '^([+-]?)\\s*[{CURRENCIES}]\\s*', '\\1')"
        text = f"regexp_replace({text}, '\\s*[{CURRENCIES}]$', '')"
    bare = text
    if form.thousands:
        signs = r"[ \x{00A0}\x{2009}\x{202F}]" if form.thousands == " " else f"[{form.thousands}]"
        bare = f"regexp_replace({bare}, {quoted_text(signs)}, '', 'g')"
    if form.decimal != ".":
        bare = f"replace({bare}, {quoted_text(form.decimal)}, '.')"
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
    text = f"trim({cell})"
    if formats:
        parsed = f"try_strptime({text}, [{', '.join(map(quoted_text, formats))}])"
        if any("%z" in each or "%Z" in each for each in formats):
            return f"cast({parsed} as TIMESTAMP)"
        return from_clocks(parsed, zone)
    # A cast alone would take 13/12/10 for a day in the year 13.
    years = f"case when substr({text}, 5, 1) in ('-', '/') then {text} end"
    instant = (
        f"try_cast(coalesce(try_cast({years} as TIMESTAMPTZ), try_cast({_as_duckdb_writes(years)} as TIMESTAMPTZ)) as TIMESTAMP)"
    )
    if zone == UTC:
        return instant
    says_so = f"regexp_matches({text}, {quoted_text(_WITH_OFFSET)})"
    return f"case when {says_so} then {instant} else {from_clocks(instant, zone)} end"


def _as_duckdb_writes(text: str) -> str:
    """ISO 8601 in forms that DuckDB does not read: a comma before fractions, a blank before an offset, no seconds before it."""
    text = f"regexp_replace(replace({text}, ',', '.'), '\\s+([+-])', '\\1')"
    return f"regexp_replace({text}, '^(.{{10}}[T ][0-9]{{1,2}}:[0-9]{{2}})([Zz+-])', '\\1:00\\2')"


def _shown(instant: str, cell: str, kind: str, formats: Sequence[str], clocks: str, has_zone: bool) -> str:
    """What the company's clocks show at a moment that says its zone; a time without one is what they show."""
    shown = on_clocks(instant, clocks)
    if kind == TEXT and not formats:
        return f"case when regexp_matches(trim({cell}), {quoted_text(_WITH_OFFSET)}) then {shown} else {instant} end"
    return shown if has_zone or any("%z" in each or "%Z" in each for each in formats) else instant


def _are_days(formats: Sequence[str]) -> bool:
    """Whether text is written as days, without any time of them."""
    return bool(formats) and not any(sign in each for each in formats for sign in ("%H", "%I", "%X", "%c", "%s"))
