"""What the standard has no place for, as custom properties under one prefix: written, and read back as it was.

Each is written only where it differs from what a source has by default.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from tenure.contracts import Cumulative, Files, PackageTables, Query, Reader, SetAside, Snapshots, Text, Weekdays
from tenure.errors import SpecError
from tenure.open_contracts.document import Node

PREFIX = "tenure"
READERS: Mapping[str, type] = {kind.__name__: kind for kind in (Files, Cumulative, Snapshots, Query, PackageTables)}

T = TypeVar("T", Text, Weekdays, SetAside)


class Kept(StrEnum):
    """What is kept so, by the name of its property after the prefix."""

    KEY = "Key"
    EVENT_TIME = "EventTime"
    AVAILABLE = "Available"
    ZONE = "Zone"
    TEXT = "Text"
    DELIVERED = "Delivered"
    SET_ASIDE = "SetAside"
    MAX_DUPLICATE_SHARE = "MaxDuplicateShare"
    MAX_QUARANTINE_SHARE = "MaxQuarantineShare"
    READER = "Reader"
    UNIT = "Unit"
    PERSONAL = "Personal"
    BECAUSE = "Because"
    IS_DERIVED = "IsDerived"
    KEEPS = "Keeps"
    UNREAD = "Unread"
    WHY = "Why"
    FROM_WHOM = "FromWhom"
    KEPT_DAYS = "KeptDays"


def kept(values: Mapping[Kept, Any]) -> dict[str, Any]:
    """Custom properties of an element; none where there is nothing to keep."""
    there = {name: value for name, value in values.items() if value not in (None, "", ())}
    held = [{"property": f"{PREFIX}{name.value}", "value": value} for name, value in there.items()]
    return {"customProperties": held} if held else {}


def kept_by(node: Node) -> dict[Kept, Any]:
    """What an element keeps of ours; other custom properties stay unread.

    Raises
    ------
    SpecError: for a property under the prefix that there is not.
    """
    names = {f"{PREFIX}{name.value}": name for name in Kept}
    found = {}
    for each in node.each("customProperties"):
        name = each.value.get("property")
        if name in names:
            found[names[name]] = each.value.get("value")
            each.take_all()
        elif isinstance(name, str) and name.startswith(PREFIX):
            raise SpecError(f"{each.at('property')} there is no property {name!r}; expected one of {', '.join(names)}.")
    return found


def as_value(one: Any) -> Any:
    """A record as plain values, what it has by default left out."""
    values = {f.name: getattr(one, f.name) for f in fields(one)}
    plain = {f.name: values[f.name] for f in fields(one) if values[f.name] != f.default}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}


def reader_value(reader: Reader) -> Any:
    """How a source is read, without the path, which a server names."""
    values = {name: value for name, value in as_value(reader).items() if name != "pattern"}
    if isinstance(reader, PackageTables):
        values["tables"] = [list(pair) for pair in reader.tables]
    if isinstance(reader, Snapshots) and reader.of:
        values["of"] = reader.of.isoformat()
    return {"kind": type(reader).__name__} | values


def reader_of(value: Any, pattern: str | None, at: str) -> Reader:
    """A reader of its kept form and the path of its server."""
    if not isinstance(value, dict) or value.get("kind") not in READERS:
        raise SpecError(f"{at} a reader names its kind, one of {', '.join(READERS)}.")
    values = {name: each for name, each in value.items() if name != "kind"}
    kind = READERS[value["kind"]]
    if kind is PackageTables:
        values["tables"] = tuple((str(view), str(path)) for view, path in values.get("tables", ()))
    elif kind is Snapshots and "of" in values:
        values["of"] = date.fromisoformat(str(values["of"]))
    if kind in (Files, Cumulative, Snapshots):
        values["pattern"] = pattern
    return _made(kind, values, at)  # type: ignore[no-any-return]


def record_of(kind: type[T], value: Any, at: str) -> T:
    """A record of its kept form."""
    if not isinstance(value, dict):
        raise SpecError(f"{at} expected a mapping.")
    return _made(kind, {name: tuple(v) if isinstance(v, list) else v for name, v in value.items()}, at)  # type: ignore[no-any-return]


def records_of(kind: type[T], values: Any, at: str) -> Iterator[T]:
    """Several."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise SpecError(f"{at} expected a list.")
    return (record_of(kind, value, at) for value in values)


def share_of(value: Any, at: str) -> float:
    """A share, from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SpecError(f"{at} expected a share from 0 to 1.")
    return float(value)


def _made(kind: type, values: Mapping[str, Any], at: str) -> Any:
    """A record, or where it cannot be made."""
    try:
        return kind(**values)
    except (TypeError, SpecError) as error:
        raise SpecError(f"{at} {error}") from None
