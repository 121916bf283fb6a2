"""How the numbers, times and ids of a batch of text are written: as declared, or as its cells prove.

Nothing is guessed. What is written in a way that may be read as two values is left unread, and told with a masked example, in
which every digit is a 9 and every letter an a.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Column, PersonalData, Source, Text
from tenure.received.masked import most_common
from tenure.received.numbers_written import PLAIN, NumberForm, number_form
from tenure.received.times_written import time_form


@dataclass(frozen=True)
class Form:
    """How a column's cells are written: numbers by their signs, times by their formats; whole ids with a fraction of zero."""

    number: NumberForm = PLAIN
    times: tuple[str, ...] = ()
    whole_ids: bool = False


def form_of(fields: Mapping[str, Any]) -> Form:
    """A form as it was noted."""
    return Form(NumberForm(**fields["number"]), tuple(fields["times"]), fields["whole_ids"])


@dataclass(frozen=True)
class Forms:
    """The forms of a batch's columns that are not the usual ones, in words too; and what could not be told apart, by column."""

    by_column: Mapping[str, Form] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


def forms_of(source: Source, rows: pa.Table) -> Forms:
    """Find out how each column of a batch of text is written."""
    by_column, said, told = {}, dict[str, None](), {}
    for column in source.received_columns:
        if rows.schema.names.count(column.source_name) != 1:
            continue
        form, how, why_not = _form(column, _filled(rows[column.source_name], source.text), source.text)
        if form != Form():
            by_column[column.name] = form
        if how:
            said[how] = None
        if why_not:
            told[column.name] = f"{column.name}: {why_not}"
    return Forms(by_column, tuple(said), told)


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
    is_id = column.dtype is str and column.personal is PersonalData.PSEUDONYM
    # pandas writes ids as 17850.0, or with a decimal comma, once one of them is missing.
    if is_id and len(cells) and pc.all(pc.match_substring_regex(cells, r"^\d+[.,]0$")).as_py():
        return Form(whole_ids=True), "ids without the fraction of zero that they carry", ""
    return Form(), "", ""


def _filled(cells: pa.ChunkedArray, text: Text) -> pa.ChunkedArray:
    """The cells that hold something, without outer blanks."""
    trimmed = pc.utf8_trim_whitespace(cells.drop_null())
    nothing = pa.array(["", *text.null_words], pa.string())
    return trimmed.filter(pc.invert(pc.is_in(trimmed, nothing)))
