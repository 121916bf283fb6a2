"""The closed schema of a card's content, and the check against it.

It is made from the record types of evidence and the parts below, so that a figure which no record holds can stand in no card.
After a change of either, raise `SCHEMA_VERSION`. `python -m model_cards.schema` prints it for whoever reads exported cards.
"""

import json
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any

from model_cards.fields import FIELDS, Fill
from tenure.errors import CardError
from tenure.evidence import Evidence
from tenure.gates import Answer

SCHEMA_VERSION = 6

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_SECTIONS = sorted({f.section for f in FIELDS})
_SAID_SECTIONS = ("predicts", "probabilities", "groups", "changes", "campaign", "recommendation")


def validate_card(card: Mapping[str, Any]) -> None:
    """Check a card against the schema.

    Raises
    ------
    CardError: at the first violation, saying where in the card it is and what was expected there.
    """
    import jsonschema

    error = jsonschema.exceptions.best_match(_validator().iter_errors(card))
    if error is not None:
        where = "/".join(str(step) for step in error.absolute_path) or "the card itself"
        raise CardError(f"The card does not keep schema version {SCHEMA_VERSION} at {where!r}: {error.message[:300]}.")


@cache
def _validator() -> Any:
    """The validator, made once."""
    import jsonschema

    return jsonschema.Draft202012Validator(card_schema())


def card_schema() -> Schema:
    """The JSON Schema (2020-12) of a card."""
    records: Schema = {}
    evidence = _type(Evidence, records)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tenure model card",
        "description": "Compiled from evidence and human statements; every figure stands in `evidence` or names its path there.",
        **_closed(
            {
                "schema_version": {"const": SCHEMA_VERSION},
                "identity": _closed(
                    dict.fromkeys(("project", "name", "title", "kind", "owner", "as_of", "model_digest", "verb"), _TEXT)
                ),
                "summary": {"$ref": "#/$defs/rich"},
                "notices": {"type": "array", "items": {"$ref": "#/$defs/rich"}},
                "open_points": {"type": "array", "items": {"$ref": "#/$defs/rich"}},
                "verdicts": {"type": "array", "items": {"$ref": "#/$defs/verdict"}, "minItems": 5, "maxItems": 5},
                "sentences": _closed({section: {"$ref": "#/$defs/rich"} for section in _SAID_SECTIONS}),
                "changes": {"type": "array", "items": _closed({"what": _TEXT, "before": _TEXT, "now": _TEXT})},
                "fields": {"type": "array", "items": {"$ref": "#/$defs/field"}, "minItems": len(FIELDS), "maxItems": len(FIELDS)},
                "roles": {"type": "object", "additionalProperties": {"type": "string"}},
                "evidence": evidence,
            }
        ),
        "$defs": {**_parts(), **dict(sorted(records.items()))},
    }


def _parts() -> Schema:
    """Parts of a card that are no evidence."""
    rich = {"$ref": "#/$defs/rich"}
    figure = _closed({"shown": _TEXT, "at": _TEXT})
    return {
        "rich": {"type": "array", "items": {"anyOf": [_TEXT, figure, _closed({"shown": _TEXT, "at": _TEXT, "form": _TEXT})]}},
        "verdict": _closed(
            {
                "key": _TEXT,
                "title": _TEXT,
                "verdict": {"enum": [answer.value for answer in Answer]},
                "sentence": rich,
                "section": {"enum": _SECTIONS},
            }
        ),
        "statement": _closed({"text": rich, "author": _TEXT, "on": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}}),
        "field": _closed(
            {
                "number": {"type": "integer", "minimum": 1, "maximum": len(FIELDS)},
                "key": {"enum": [f.key for f in FIELDS]},
                "title": _TEXT,
                "section": {"enum": _SECTIONS},
                "fill": {"enum": [f.value for f in Fill]},
                "sources": {"type": "array", "items": _TEXT},
                "status": {"enum": ["filled", "not applicable", "not yet assessed", "missing"]},
                "reason": {"type": "string"},
                "facts": {"type": "array", "items": rich},
                "statement": {"anyOf": [{"$ref": "#/$defs/statement"}, {"type": "null"}]},
            }
        ),
    }


def _closed(properties: Schema) -> Schema:
    """An object with exactly these keys."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T"},
    date: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    type(None): {"type": "null"},
}


def _type(kind: Any, records: Schema) -> Schema:
    """The schema of one annotation; records are gathered by name in `records`."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, records)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    if isinstance(kind, UnionType) or typing.get_origin(kind) is typing.Union:
        return {"anyOf": [_type(option, records) for option in typing.get_args(kind)]}
    if typing.get_origin(kind) is tuple:
        return _tuple(typing.get_args(kind), records)
    raise CardError(
        f"Evidence holds a {kind}, for which the card's schema has no word: use a record, tuple, number, text, day or None."
    )


def _record(kind: type, records: Schema) -> Schema:
    """A record by reference, described once."""
    if kind.__name__ not in records:
        records[kind.__name__] = {}
        hints = typing.get_type_hints(kind)
        records[kind.__name__] = _closed({f.name: _type(hints[f.name], records) for f in fields(kind)})
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _tuple(items: tuple[Any, ...], records: Schema) -> Schema:
    """Many of one kind, or so many of given kinds."""
    if len(items) == 2 and items[1] is Ellipsis:
        return {"type": "array", "items": _type(items[0], records)}
    return {"type": "array", "prefixItems": [_type(item, records) for item in items], "items": False, "minItems": len(items)}


if __name__ == "__main__":
    print(json.dumps(card_schema(), indent=1))  # noqa: T201 - its only output
