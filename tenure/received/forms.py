"""How the numbers, times and ids of a batch are written where they are text: as declared, or as its cells prove.

Nothing is guessed. What is written in a way that may be read as two values is left unread, and told with a masked example, in
which every digit is a 9 and every letter an a.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Column, PersonalData, Source, Text
from tenure.received.masked import most_common
from tenure.received.normal import SHORTENED, cleaned
from tenure.received.numbers_written import PLAIN, NumberForm, number_form, thousands_perhaps
from tenure.received.times_written import time_form

# From here on a float holds no odd number: two ids become one.
EXACT = 2.0**53


@dataclass(frozen=True)
class Form:
    """How a column's cells are written.

    Numbers by their signs, times by their formats. `whole_ids`: ids carry a fraction of zero; `lost_digits`: of some ids digits
    were lost before they came, so that they may be several.
    """

    number: NumberForm = PLAIN
    times: tuple[str, ...] = ()
    whole_ids: bool = False
    lost_digits: bool = False


def form_of(fields: Mapping[str, Any]) -> Form:
    """A form as it was noted."""
    return Form(NumberForm(**fields["number"]), tuple(fields["times"]), fields["whole_ids"], fields.get("lost_digits", False))


@dataclass(frozen=True)
class Forms:
    """The forms of a batch's columns that are not the usual ones, in words too; and what could not be told apart, by column."""

    by_column: Mapping[str, Form] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


def forms_of(source: Source, rows: pa.Table) -> Forms:
    """Find out how each column that came as text is written, and which ids lost digits."""
    by_column, said, told = {}, dict[str, None](), {}
    texts = dict(_texts(source, rows))
    found = {name: _form(source.column(name), cells, source.text) for name, cells in texts.items()}
    if any(form.number.decimal == "," for form, _, _ in found.values()):
        found |= {name: again for name, cells in texts.items() if (again := _beside_commas(found[name][0], cells))}
    for column in source.received_columns:
        form, how, why_not = found.get(column.name) or _form_of_floats(column, rows)
        if form != Form():
            by_column[column.name] = form
        if how:
            said[how] = None
        if why_not:
            told[column.name] = f"{column.name}: {why_not}"
    return Forms(by_column, tuple(said), told)


def _texts(source: Source, rows: pa.Table) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """The filled cells of each column that is there once and is text."""
    for column in source.received_columns:
        if rows.schema.names.count(column.source_name) == 1 and is_text(rows.schema.field(column.source_name).type):
            yield column.name, _filled(rows[column.source_name], source.text)


def _form(column: Column, cells: pa.ChunkedArray, text: Text) -> tuple[Form, str, str]:
    """One column's form, how it is said, and why some of it cannot be read."""
    if column.dtype in (int, float):
        number, why_not = number_form(cells, is_whole=column.dtype is int, decimal=text.decimal, thousands=text.thousands)
        return Form(number=number), number.in_words, why_not
    if column.dtype in (date, datetime):
        times, why_not = time_form(cells, text.formats)
        return Form(times=times), f"times as {' or '.join(times)}" if times else "", why_not
    if column.dtype is bool:
        return Form(), "", f"expected true or false; found mostly {most_common(cells)}."
    if column.personal is not PersonalData.PSEUDONYM or not len(cells):
        return Form(), "", ""
    if pc.any(pc.match_substring_regex(cells, SHORTENED)).as_py():
        why_not = "expected ids as they were given; found such as 9.99999a+99, of which a spreadsheet kept a few digits."
        return Form(lost_digits=True), "", f"{why_not} Write the column as text, and deliver it again."
    # pandas writes ids as 17850.0, or with a decimal comma, once one of them is missing; databases with as many zeros as cents.
    if (
        pc.all(pc.match_substring_regex(cells, r"^\d+([.,]00?)?$")).as_py()
        and pc.any(pc.match_substring_regex(cells, "[.,]00?$")).as_py()
    ):
        return Form(whole_ids=True), "ids without the fraction of zero that they carry", ""
    return Form(), "", ""


def _beside_commas(form: Form, cells: pa.ChunkedArray) -> tuple[Form, str, str] | None:
    """Where other numbers of the batch have a decimal comma, a lone point before three digits may mark thousands."""
    doubt = thousands_perhaps(cells) if form == Form() else ""
    return (replace(form, number=NumberForm(decimal=",")), "", doubt) if doubt else None


def _form_of_floats(column: Column, rows: pa.Table) -> tuple[Form, str, str]:
    """Ids that came as numbers with a fraction: those that are too large stand for several."""
    if column.dtype is not str or rows.schema.names.count(column.source_name) != 1:
        return Form(), "", ""
    cells = rows[column.source_name]
    if not pa.types.is_floating(cells.type) or not (pc.max(pc.abs(cells)).as_py() or 0) >= EXACT:
        return Form(), "", ""
    why_not = "expected ids as they were given; found numbers with a fraction that are too large to be told apart."
    return Form(lost_digits=True), "", f"{why_not} Write the column as text or as whole numbers, and deliver it again."


def is_text(dtype: pa.DataType) -> bool:
    """Whether an Arrow type holds text."""
    return bool(pa.types.is_string(dtype) or pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype))


def _filled(cells: pa.ChunkedArray, text: Text) -> pa.ChunkedArray:
    """The cells that hold something, without what is no part of them."""
    kept = cleaned(cells.drop_null().cast(pa.string()))
    nothing = pa.array(["", *text.null_words], pa.string())
    return kept.filter(pc.invert(pc.is_in(kept, nothing)))
