"""A source as the Python file that declares it: without what it has by default, columns as a table where one says them all."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from tenure.contracts import Available, Column, Snapshots, Source, columns_of
from tenure.contracts.column_table import TYPES
from tenure.errors import SpecError

WIDE = 110
_WORDS = {dtype: word for word, dtype in TYPES.items()}


def source_file(source: Source, says: str) -> str:
    """The file's text; run, it holds an equal SOURCE.

    Parameters
    ----------
    says: its docstring.
    """
    body = "".join(f"    {name}={text},\n" for name, text in _arguments(source))
    used = {node.id for node in ast.walk(ast.parse(f"Source(\n{body})")) if isinstance(node, ast.Name)}
    days = sorted(used & {"date", "datetime"})
    from_contracts = sorted(used - {"date", "datetime", *(kind.__name__ for kind in (str, int, float, bool))})
    imports = f"from datetime import {', '.join(days)}\n\n" if days else ""
    said = says.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
    return f'"""{said}"""\n\n{imports}from tenure.contracts import {", ".join(from_contracts)}\n\nSOURCE = Source(\n{body})\n'


def _arguments(source: Source) -> Iterator[tuple[str, str]]:
    """Each argument that is not as it would be anyway."""
    plain = Source(name=source.name, grain=source.grain, key=("x",), event_time=None, available=Available.FROM_FIRST_DAY,
                   columns=(Column("x", str, meaning="x"),), reader=source.reader, clocks=source.clocks)  # fmt: skip
    by_default = {f.name: getattr(plain, f.name) for f in fields(Source)}
    by_default |= {"available": Available.END_OF_EVENT_DAY, "key": None, "columns": None, "event_time": _only_time(source)}
    if isinstance(source.reader, Snapshots):
        by_default |= {"available": Available.ON_RECEIPT, "event_time": None}
    for each in fields(Source):
        value = getattr(source, each.name)
        if each.name == "columns":
            yield "columns", _columns(source)
        elif each.name in ("name", "grain", "reader") or value != by_default[each.name]:
            yield each.name, _spelled(value, 1)


def _only_time(source: Source) -> str | None:
    """The event time that a source has where it names none."""
    times = [column.name for column in source.columns if column.dtype in (date, datetime)]
    return times[0] if len(times) == 1 else None


def _columns(source: Source) -> str:
    """The columns as received: as a table of text, or one by one where that cannot say them."""
    received = source.received_columns
    table = "\n".join(_aligned([_row(column) for column in received]))
    try:
        is_said = columns_of(source.name, table) == received
    except SpecError:
        is_said = False
    if is_said and '"""' not in table and "\\" not in table:
        return f'"""\n{table}\n    """'
    return _spelled(received, 1)


def _row(column: Column) -> tuple[str, ...]:
    """One line of the table, as cells."""
    quoted = f'"{column.received_as}"' if column.received_as and not column.received_as.isidentifier() else column.received_as
    bounds = [_bound(bound) for bound in (column.minimum, column.maximum)]
    kind = _WORDS[column.dtype]
    kind += f"[{bounds[0]}..{bounds[1]}]" if any(bounds) else ""
    kind += f"{{{'|'.join(column.allowed)}}}" if column.allowed is not None else ""
    kind += "?" if column.nullable else ""
    return (f"{column.name}={quoted}" if quoted else column.name, kind, column.personal.value, column.meaning)


def _bound(bound: float | None) -> str:
    """A bound as the table writes it."""
    if bound is None:
        return ""
    return str(int(bound)) if float(bound).is_integer() and abs(bound) < 1e15 else repr(float(bound))


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows under one another."""
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        yield "        " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])


def _spelled(value: Any, depth: int) -> str:
    """A value as Python, over several lines where one would be too long."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if is_dataclass(value):
        return _joined(f"{type(value).__name__}(", list(_fields(value, depth)), ")", depth)
    if isinstance(value, Mapping):
        return _joined("{", [f"{_text(k)}: {_spelled(v, depth + 1)}" for k, v in value.items()], "}", depth)
    if isinstance(value, tuple):
        items = [_spelled(item, depth + 1) for item in value]
        return _joined("(", items, ",)" if len(items) == 1 else ")", depth)
    return _text(value) if isinstance(value, str) else repr(value)


def _fields(value: Any, depth: int) -> Iterator[str]:
    """The arguments of a record, without those that it has by default."""
    for each in fields(value):
        own = getattr(value, each.name)
        is_place = isinstance(value, Column) and each.name in ("name", "dtype")
        if is_place:
            yield _spelled(own, depth + 1)
        elif own != each.default:
            yield f"{each.name}={_spelled(own, depth + 1)}"


def _joined(begins: str, items: list[str], ends: str, depth: int) -> str:
    """Items on one line if they fit, otherwise one a line."""
    short = f"{begins}{', '.join(items)}{ends}"
    if len(short) + 4 * depth <= WIDE and "\n" not in short:
        return short
    pad = "    " * (depth + 1)
    if all(re.fullmatch(r'"[^"]*"', item) for item in items):
        items = list(_packed(items, WIDE - len(pad)))
    lines = "".join(f"{pad}{item},\n" for item in items)
    return f"{begins}\n{lines}{'    ' * depth}{ends.lstrip(',')}"


def _packed(words: Sequence[str], room: int) -> Iterator[str]:
    """Words that fill lines; whatever is longer stands one a line."""
    line = words[0]
    for word in words[1:]:
        if len(line) + len(word) + 2 > room:
            yield line
            line = word
        else:
            line = f"{line}, {word}"
    yield line


def _text(text: str) -> str:
    """Text as a literal in double quotes."""
    spelled = repr(text)
    if spelled[0] == '"':
        return spelled
    return '"' + spelled[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'
