"""Paths over evidence: how a sentence names a figure, such as `evaluation.metrics.roc_auc.estimate`.

A path is dotted. Records are walked by field name; lists by what names their entries (name, role, attribute, group, ...), written
in lower case with every other character than letters and digits as `_`; where entries have no unique name, by position from zero.
How a figure is written out is in `wording.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum
from math import isfinite
from typing import Any

from tenure.errors import CardError
from tenure.evidence import Evidence

# What names an entry of a list, the first that it has.
_NAMES = ("name", "role", "attribute", "measure", "group", "feature", "label", "horizon_days", "selected_rate", "gate")
_ESTIMATE = {"value", "low", "high"}
_NOT_DEFINED = {"because"}


def as_tree(evidence: Evidence) -> dict[str, Any]:
    """Evidence as plain JSON values: dicts, lists, strings, numbers and None."""
    tree: dict[str, Any] = _plain(evidence, "")
    return tree


def _plain(value: Any, path: str) -> Any:
    """One value as JSON; a figure that is not finite is refused, for JSON and readers have no word for it."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name), f"{path}.{f.name}".lstrip(".")) for f in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item, f"{path}.{i}") for i, item in enumerate(value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        raise CardError(f"Evidence at {path!r} must be a finite number, found {value}. Leave it None if it cannot be computed.")
    return value


def slug(name: object) -> str:
    """A name as it is written in a path."""
    return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")


def is_estimate(value: object) -> bool:
    """Whether a value is a figure with its interval."""
    return isinstance(value, Mapping) and set(value) == _ESTIMATE


def is_not_defined(value: object) -> bool:
    """Whether a value is the reason why there is no figure."""
    return isinstance(value, Mapping) and set(value) == _NOT_DEFINED


def number(figure: Mapping[str, Any] | float | None) -> float | None:
    """The value of a figure, with or without interval; None where it is not defined."""
    value = figure["value"] if isinstance(figure, Mapping) and is_estimate(figure) else figure
    return value if isinstance(value, (int, float)) else None


def _name_of(item: object) -> object | None:
    """What names an entry of a list."""
    if isinstance(item, list) and item and isinstance(item[0], str):
        return item[0]
    if isinstance(item, Mapping):
        name = next((item[key] for key in _NAMES if key in item), None)
        # Canonical JSON writes 1.0 as 1; both must be found under one key.
        name = int(name) if isinstance(name, float) and name.is_integer() else name
        return name["name"] if isinstance(name, Mapping) else name
    return None


def keys_of(items: list[Any]) -> list[str]:
    """The path keys of a list's entries: their names where these are unique, else their positions."""
    names = [slug(name) if (name := _name_of(item)) is not None else "" for item in items]
    return [name if name and names.count(name) == 1 else str(i) for i, name in enumerate(names)]


def children(value: Any) -> dict[str, Any]:
    """Everything one step below a value, by path key; a pair stands for its second half."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list):
        return {key: item[1] if _is_pair(item) else item for key, item in zip(keys_of(value), value, strict=True)}
    return {}


def _is_pair(item: object) -> bool:
    """Whether an entry is a name with its value."""
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)


def resolve(tree: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path.

    Raises
    ------
    CardError: where the path leads nowhere; the message names the step that failed and what could have been meant.
    """
    value: Any = tree
    walked: list[str] = []
    for step in path.split("."):
        below = children(value)
        if step not in below:
            raise CardError(
                f"{path!r} does not lead to evidence: {'.'.join(walked) or 'evidence'!r} has no {step!r}. "
                f"{_suggest(tree, path, below)}"
            )
        value = below[step]
        walked.append(step)
    return value


def _suggest(tree: Mapping[str, Any], path: str, below: Mapping[str, Any]) -> str:
    """Near candidates for a path that leads nowhere."""
    near = get_close_matches(path, [p for p, _ in walk(tree)], n=3, cutoff=0.75)
    if near:
        return f"Did you mean {', '.join(near)}?"
    return f"There is: {', '.join(list(below)[:12])}." if below else "Nothing stands below it."


def entries(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Path and value of everything one step below a path."""
    for key, item in children(resolve(tree, path)).items():
        yield f"{path}.{key}", item


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every path with its value, from the top down."""
    if path:
        yield path, value
    for key, item in children(value).items():
        yield from walk(item, f"{path}.{key}".lstrip("."))


def register(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The paths at which evidence is listed at the foot of a card: single values, estimates, and lists of single values."""
    return dict(_rows(tree, ""))


def _rows(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Rows of the register below one value."""
    below = children(value)
    is_series = isinstance(value, list) and not any(isinstance(item, (Mapping, list)) for item in value)
    if not below or is_estimate(value) or is_not_defined(value) or is_series:
        yield path, value
        return
    for key, item in below.items():
        yield from _rows(item, f"{path}.{key}".lstrip("."))
