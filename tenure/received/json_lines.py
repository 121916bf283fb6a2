"""JSON: an object a line, or a list of objects. Every value is kept as the text that stands there, and read as a cell of text."""

import json
from collections.abc import Iterator

import pyarrow as pa

from tenure.received.opened import Unreadable

_ROWS_AT_ONCE = 1 << 16


def read_json(text: str) -> pa.Table:
    """The rows as text; a field that an object lacks is null."""
    objects = _objects(text)
    names = dict.fromkeys(name for each in objects for name in each)
    if not names and objects:
        raise Unreadable("Expected JSON with an object for each row, found none that names a field. Deliver it again.")
    if not objects:
        return pa.table({})
    parts = [
        pa.table({name: pa.array([each.get(name) for each in objects[i : i + _ROWS_AT_ONCE]], pa.string()) for name in names})
        for i in range(0, len(objects), _ROWS_AT_ONCE)
    ]
    return pa.concat_tables(parts)


def _objects(text: str) -> list[dict[str, str | None]]:
    """Each row as its fields."""
    start = text.lstrip()
    # A list of rows, or one object over several lines.
    if start.startswith("[") or start.partition("\n")[0].strip() == "{":
        return [_row(each, i) for i, each in enumerate(_list(text), start=1)]
    return list(_lines(text))


def _lines(text: str) -> Iterator[dict[str, str | None]]:
    """The rows of JSON lines."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _row(_parsed(line, number), number)


def _parsed(text: str, number: int) -> object:
    """JSON as it stands; numbers keep the text that was written."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except ValueError:
        raise Unreadable(
            f"Expected an object of JSON on each line, found something else on line {number}. Deliver it again as JSON lines."
        ) from None


def _row(found: object, number: int) -> dict[str, str | None]:
    """One row; values within values are no cells."""
    if not isinstance(found, dict) or any(isinstance(value, dict | list) for value in found.values()):
        what = "values within values" if isinstance(found, dict) else "no object"
        raise Unreadable(
            f"Expected JSON with one object of plain values for each row, found {what} in row {number}. Deliver a list of rows, "
            "or an object a line, and nothing around them."
        )
    return {name: _as_text(value) for name, value in found.items()}


def _as_text(value: object) -> str | None:
    """A value as text."""
    if value is None or isinstance(value, str):
        return value
    return "true" if value is True else "false" if value is False else str(value)


def _list(text: str) -> list[object]:
    """The elements of a list."""
    found = _parsed(text, 1)
    return found if isinstance(found, list) else [found]
