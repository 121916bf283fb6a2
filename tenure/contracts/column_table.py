"""Columns as a table of text: one line a column, with its name, its type, how personal it is, and what it means.

    customer_id=CustomerID  text?            pseudonym  customer; empty for guests
    Quantity                whole[-100..]    behaviour  units, negative when cancelled
    channel="Sold by"       text{shop|web}   none       where it was sold

`name=received` gives the company's own name, `?` allows nothing, brackets hold the bounds and braces the values allowed.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime

from tenure.contracts.column import Column, DTypes, PersonalData
from tenure.errors import SpecError

TYPES: Mapping[str, DTypes] = {"text": str, "whole": int, "number": float, "truth": bool, "day": date, "time": datetime}

_LINE = re.compile(
    r'(?P<name>\w+)(?:=(?P<received>"[^"]+"|\S+))?\s+(?P<type>\S+(?:\{[^}]*\}\S*)?)\s+(?P<personal>\S+)\s+(?P<meaning>\S.*)'
)
_TYPE = re.compile(
    r"(?P<word>\w+)(?:\[(?P<low>[^\].]*(?:\.\d+)?)\.\.(?P<high>[^\]]*)\])?(?:\{(?P<allowed>[^}]*)\})?(?P<nullable>\??)"
)


def columns_of(owner: str, table: str) -> tuple[Column, ...]:
    """Read a table of columns.

    Raises
    ------
    SpecError: naming the line, and every line that is wrong.
    """
    columns, wrong = [], []
    for number, line in enumerate(table.splitlines(), start=1):
        if line.strip():
            try:
                columns.append(_column(line.strip()))
            except SpecError as error:
                wrong.append(f"line {number} ({line.split()[0]}): {error}")
    if wrong:
        raise SpecError(f"The columns of source {owner!r} cannot be read. {' '.join(wrong)}")
    return tuple(columns)


def _column(line: str) -> Column:
    """One line as a column."""
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise SpecError(
            "Expected a name, a type, how personal it is and its meaning, such as 'spend number behaviour what was paid'; "
            f"found {len(line.split())} words."
        )
    kind = _TYPE.fullmatch(parts["type"])
    if kind is None or kind["word"] not in TYPES:
        raise SpecError(f"There is no type {parts['type']!r}{_meant(parts['type'], TYPES)}; expected {', '.join(TYPES)}.")
    levels = {level.value: level for level in PersonalData}
    if parts["personal"] not in levels:
        raise SpecError(
            f"Nothing is personal as {parts['personal']!r}{_meant(parts['personal'], levels)}; expected {', '.join(levels)}."
        )
    received = parts["received"]
    return Column(
        parts["name"],
        TYPES[kind["word"]],
        received_as=received.strip('"') if received else None,
        meaning=parts["meaning"],
        minimum=_bound(kind["low"]),
        maximum=_bound(kind["high"]),
        allowed=tuple(kind["allowed"].split("|")) if kind["allowed"] is not None else None,
        nullable=bool(kind["nullable"]),
        personal=levels[parts["personal"]],
    )


def _bound(text: str | None) -> float | None:
    """A bound as a number; nothing is none."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise SpecError(f"A bound is {text!r}; expected a number, as in number[0..500].") from None


def _meant(found: str, words: Mapping[str, object]) -> str:
    """The nearest word that there is."""
    close = difflib.get_close_matches(re.split(r"[\[{?]", found)[0].lower(), words, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
