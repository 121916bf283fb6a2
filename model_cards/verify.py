"""Whether a card says what its evidence says: everything that follows from evidence is compiled anew and compared.

Both renderings and every export ask first, so a card with a figure that was changed by hand is shown nowhere. That the evidence
is the package's own is for `governance/rules/policy.py` to prove.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from model_cards.changes import ABSENT, changes, present
from model_cards.compile import content
from model_cards.paths import is_estimate, is_not_defined, resolve, typed
from model_cards.schema import SCHEMA_VERSION, validate_card
from model_cards.standing import Standing
from model_cards.wording import share, show, template
from tenure.errors import CardError
from tenure.statements import Narrative, NotApplicable, Statement

_FIRST_WITH_FORMS = 3  # cards before it did not keep the form that a figure was asked in; nor did their evidence name a policy
_FORMS = ("", ",", "d", "g", "of100", "short", *(f".{n}{kind}" for n in range(5) for kind in "f%"))


def verified(card: Mapping[str, Any], standing: Standing) -> Mapping[str, Any]:
    """A card that says what its evidence says, ready to be shown; raises what `verify_card` raises.

    Of a card that was approved, every word is held by signatures, and was compiled in the words of its day: its figures are
    held against its evidence. Any other is compiled anew.
    """
    if standing.version is not None and card["schema_version"] in range(1, SCHEMA_VERSION + 1):
        _verify_figures(card)
    else:
        verify_card(card)
    return typed(card) if card["schema_version"] == SCHEMA_VERSION else card


def verify_card(card: Mapping[str, Any], *, champion_card: Mapping[str, Any] | None = None) -> None:
    """Compile every text of a card that rests on evidence anew, and compare.

    Parameters
    ----------
    card: the content of `card.json`.
    champion_card: the card that its changes speak of; without it only what they say of this model can be compared.

    Raises
    ------
    CardError: for a figure, verdict or status that is not what the evidence gives, naming the first place; for a card that does
        not keep the schema, or is of a version that cannot be read.
    """
    _verify(json.dumps(card), None if champion_card is None else json.dumps(champion_card))


@lru_cache(maxsize=16)
def _verify(text: str, champion_text: str | None) -> None:
    """`verify_card`; the same content is compiled once however often it is shown, and a refusal is never remembered."""
    card: dict[str, Any] = json.loads(text)
    if card.get("schema_version") != SCHEMA_VERSION:
        raise CardError(
            f"Expected a card of schema {SCHEMA_VERSION}, found schema {card.get('schema_version')!r}. Only what was approved in "
            "its day is read in the words of that day: train again."
        )
    validate_card(card)
    compare(card, None if champion_text is None else json.loads(champion_text))


def compare(card: Mapping[str, Any], champion_card: Mapping[str, Any] | None = None) -> None:
    """Compare a card that keeps the schema with what its evidence gives; raises what `verify_card` raises."""
    tree = typed(card)["evidence"]
    for part, expected in content(tree, _narrative(card), card["roles"]).items():
        compare_values(expected, card[part], part)
    _verify_changes(card, tree, champion_card)


def _narrative(card: Mapping[str, Any]) -> Narrative:
    """What people said, with references in place of figures again."""
    statements: dict[str, Statement | NotApplicable] = {}
    for field in card["fields"]:
        if said := field["statement"]:
            text, on = template(said["text"]), _day(field["key"], said["on"])
            statements[field["key"]] = (
                NotApplicable(reason=text, author=said["author"], on=on)
                if field["status"] == "not applicable"
                else Statement(text=text, author=said["author"], on=on)
            )
    return Narrative(summary=template(card["summary"]), verb=card["identity"]["verb"], statements=statements)


def _day(key: str, text: str) -> date:
    """The day of a statement."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CardError(f"The statement of field {key!r} must carry a day of the calendar, found {text!r}.") from None


def compare_values(expected: Any, found: Any, place: str) -> None:
    """Refuse the first difference, by its place."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping) and set(expected) == set(found):
        for key, value in expected.items():
            compare_values(value, found[key], f"{place}/{key}")
    elif isinstance(expected, list) and isinstance(found, list):
        for position, (one, other) in enumerate(zip_longest(expected, found)):
            compare_values(one, other, f"{place}/{position}")
    elif expected != found or type(expected) is not type(found):
        raise CardError(
            f"The card says {_short(found)} at {place!r}, but its evidence gives {_short(expected)}. It was changed after it was "
            "compiled, or compiled in the words of another version: do not approve it; restore the package, or train again."
        )


def _short(value: Any) -> str:
    """A value for a message."""
    return "nothing" if value is None else repr(value)[:120]


def _verify_changes(card: Mapping[str, Any], tree: Mapping[str, Any], champion_card: Mapping[str, Any] | None) -> None:
    """Hold the changes against both cards or, without the champion's, against this one's present figures."""
    if champion_card is not None:
        compare_values(changes(tree, champion_card), card["changes"], "changes")
        return
    now = present(tree)
    for position, change in enumerate(card["changes"]):
        place = f"changes/{position}/now"
        if change["what"] in now:
            compare_values(now[change["what"]], change["now"], place)
        elif change["now"] not in ABSENT:
            compare_values(ABSENT[0], change["now"], place)


def _verify_figures(card: Mapping[str, Any]) -> None:
    """Hold every figure of a card against its evidence; older cards did not keep the form in which a figure was asked."""
    keeps_forms = card["schema_version"] >= _FIRST_WITH_FORMS
    for part in _figures({key: value for key, value in card.items() if key != "evidence"}):
        at = part["at"]
        values = [_value(card["evidence"], path) for path in at.split("/")]
        value = values[0] if len(values) == 1 else share(*values)
        path = at if len(values) == 1 else ""
        default = "" if len(values) == 1 else ".1%"
        forms = (part.get("form", default),) if keeps_forms else _FORMS
        if not any(part["shown"] == show(kind, path=path, form=f) for kind in _kinds(value) for f in forms if _takes(kind, f)):
            raise CardError(
                f"The card says {part['shown']!r} where its evidence has {at}: {_short(value)}. It was changed: do not use it."
            )


def _value(tree: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; older cards name 1.0 as `1_0`, which canonical JSON had made 1."""
    try:
        return resolve(tree, path)
    except CardError:
        return resolve(tree, re.sub(r"\.(\d+)_0(?=\.|$)", r".\1", path))


def _kinds(value: Any) -> tuple[Any, ...]:
    """A value as it is and, for canonical JSON writes 1.0 as 1, as it may have been."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, float(value))
    if is_estimate(value) and not is_not_defined(value["value"]):
        return (value, {name: inner if inner is None else float(inner) for name, inner in value.items()})
    return (value,)


def _takes(value: Any, form: str) -> bool:
    """Whether a value can be written in a form; the reason why there is none, in any."""
    if is_not_defined(value):
        return True
    if isinstance(value, Mapping):
        return all(_takes(inner, form) for inner in value.values() if inner is not None)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return form in ("", "short")
    return isinstance(value, int) or form != "d"


def _figures(value: Any) -> Iterator[Mapping[str, str]]:
    """Every figure within a value."""
    if isinstance(value, Mapping):
        if {"shown", "at"} <= set(value) <= {"shown", "at", "form"}:
            yield value
        else:
            for inner in value.values():
                yield from _figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _figures(inner)
