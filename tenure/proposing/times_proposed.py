"""How days are probably written where their cells prove nothing: proposed, said, and asked where somebody is there.

Years of two digits, days of which none is above the twelfth, months run together.
"""

import re
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tenure.proposing.meanings import is_day, words_of
from tenure.received.masked import masked
from tenure.received.times_written import formats_of

_SHORT = r"99[-/.]99[-/.]99( 99:99(:99)?( ?aa)?)?"
_LONG = ("%d %m %Y", "%m %d %Y")
_ORDERS = ("%d %m %y", "%m %d %y", "%y %m %d")
_NEARLY_ALL = 0.995


def proposed_times(name: str, kind: str, cells: pa.ChunkedArray) -> tuple[str, ...]:
    """The format of a column that was taken for text or whole numbers, where it holds days after all; else none.

    Of the orders in which all days can be read the one is proposed whose days lie closest together: in another order they are
    strewn over decades.
    """
    filled = pc.utf8_trim_whitespace(cells.drop_null())
    filled = filled.filter(pc.not_equal(filled, ""))
    if not len(filled):
        return ()
    if kind == "whole" and is_day(name) and pc.all(pc.match_substring_regex(filled, r"^\d{6}$")).as_py():
        # Days as old banks write them, 930101; one of nearly all that is none would be a number.
        return ("%y%m%d",) if _span(filled, "%y%m%d") is not None else ()
    if kind == "whole" and {"month", "months", "period", "yyyymm", "yearmonth", "monat", "mois", "mes"} & set(words_of(name)):
        is_month = pc.all(pc.match_substring_regex(filled, r"^(19|20)\d\d(0[1-9]|1[0-2])$")).as_py()
        return ("%Y%m",) if is_month else ()
    if kind != "text" or not pc.any(pc.match_substring_regex(filled.unique(), r"\d[-/.]\d")).as_py():
        return ()
    looks = pc.value_counts(pc.replace_substring_regex(masked(filled), r"\b9\b", "99")).to_pylist()
    common = max(looks, key=lambda each: each["counts"])["values"]
    spans = {form: span for form in _possible(common) if (span := _span(filled, form)) is not None}
    return (min(spans, key=lambda form: spans[form]),) if spans else ()


def _possible(look: str) -> tuple[str, ...]:
    """The formats that a look may have, by the order of day, month and year."""
    if re.fullmatch(_SHORT, look):
        _, _, clock = look.partition(" ")
        for sign, form in (("99:99:99", "%H:%M:%S"), ("99:99", "%H:%M"), ("aa", "%p")):
            clock = clock.replace(sign, form, 1)
        clock = f" {clock.replace('%H', '%I') if '%p' in clock else clock}" if clock else ""
        return tuple(look[2].join(order.split()) + clock for order in _ORDERS)
    return tuple(form for order in _LONG for form in formats_of(look, order)) if re.match(r"99([-/.])99\1(?:9999)", look) else ()


def _span(cells: pa.ChunkedArray, form: str) -> int | None:
    """Over how many days the cells lie in a format; None where it does not read them."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("cells", pa.table({"it": cells}))
        query = "SELECT count(t), count(*), min(t)::DATE, max(t)::DATE FROM (SELECT try_strptime(it, $form) AS t FROM cells)"
        n_read, n, first, last = connection.execute(query, {"form": form}).fetchall()[0]
    return (last - first).days if n_read >= _NEARLY_ALL * n and isinstance(first, date) else None
