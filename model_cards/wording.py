"""How figures are written, and how sentences that refer to evidence are filled.

A reference is `{path}`, `{path:form}` or `{path/path:form}` (a share). Forms: `.2f` (decimals), `.1%` (percent), `,` (thousands),
`d` (digits alone), `g` (without trailing zeros), `of100` (so many in each hundred; `.1p` with decimals), `short` (the first
characters of a digest).
Without a form the figure is written as its kind asks: an estimate with its interval, rates in percent with one decimal,
probabilities with two, counts with thousands.
"""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

from model_cards.paths import is_estimate, is_not_defined, resolve
from tenure.errors import CardError
from tenure.figures import typeset

# Text and figures: each figure as shown, the path that it was copied from and, if the text asked for one, its form.
Rich = list[str | dict[str, str]]

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_INSIDE = re.compile(r"([A-Za-z0-9_.]+)(?:/([A-Za-z0-9_.]+))?(?::([^:]+))?")
_FORM = re.compile(r"\.\d[f%p]|,|d|g|of100|short")
_QUOTED = re.compile(r"[\"“][^\W\d_][^\"”%]*[\"”]")
_UNNAMED = {"estimate", "value", "low", "high", "difference", "challenger", "champion"}
NOT_DEFINED = "not defined, because "
_SPACE, _SHORT = "\u00a0", 12


def show(value: Any, *, path: str = "", form: str = "") -> str:
    """Write one value as a reader meets it; `path` tells rates from other fractions."""
    if value is None:
        return "not known"
    if is_not_defined(value) or (is_estimate(value) and is_not_defined(value["value"])):
        return f"{NOT_DEFINED}{value.get('value', value)['because']}"
    if is_estimate(value):
        return _interval(value, _form_for(value["value"], path, form))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, _form_for(value, path, form))
    if isinstance(value, list):
        return ", ".join(show(item, path=path, form=form) for item in value)
    if not isinstance(value, str):
        raise CardError(f"{path!r} is a record, not a figure: refer to one of {', '.join(list(value)[:8])}.")
    return value[:_SHORT] if form == "short" else typeset(value)


def _form_for(value: float, path: str, form: str) -> str:
    """The form a figure is written in, where none was asked for."""
    if form:
        return form
    name = next((step for step in reversed(path.split(".")) if step not in _UNNAMED), "")
    if name.endswith("_rate"):
        return ".1%"
    if isinstance(value, int):
        return ","
    return ".2f" if abs(value) >= 0.1 or value == 0 else ".3f"


def _interval(estimate: Mapping[str, Any], form: str) -> str:
    """An estimate as `0.86 (0.84 to 0.88)`; in percent the unit stands once."""
    value = _number(estimate["value"], form)
    if estimate["low"] is None or estimate["high"] is None:
        return f"{value} (no interval)"
    low, high = (_number(estimate[end], form).removesuffix(f"{_SPACE}%") for end in ("low", "high"))
    return f"{value} ({low} to {high})"


def _number(value: float, form: str) -> str:
    """One number in one form."""
    if form == "of100":
        return f"{round(value * 100)}"
    if form.endswith("p"):
        value, form = value * 100, f"{form[:-1]}f"
    if form == "short":
        return str(value)
    text = format(value, form)
    return typeset(text if re.search(r"[1-9]", text) else text.removeprefix("-"))


def fill(text: str, tree: Mapping[str, Any]) -> Rich:
    """Replace each reference in a text by its figure, and keep the path beside it.

    Raises
    ------
    CardError: for a reference that does not resolve, or a brace that belongs to none.
    """
    filled: Rich = []
    end = 0
    for match in _REFERENCE.finditer(text):
        filled += [_plain(text[end : match.start()])]
        filled.append(_figure(match[1], tree))
        end = match.end()
    filled.append(_plain(text[end:]))
    return [part for part in filled if part]


def _plain(text: str) -> str:
    """The text between references, which holds no brace."""
    if "{" in text or "}" in text:
        raise CardError(f"A brace without its partner in {text!r}: write a reference as {{path}} or {{path:form}}.")
    return text


def _figure(inside: str, tree: Mapping[str, Any]) -> dict[str, str]:
    """The figure that a reference asks for."""
    match = _INSIDE.fullmatch(inside)
    if match is None or (match[3] and not _FORM.fullmatch(match[3])):
        raise CardError(
            f"{{{inside}}} is not a reference: expected {{path}}, {{path/path}} or {{path:form}} with a form such as .1%."
        )
    path, over, form = match[1], match[2], match[3] or ""
    value = resolve(tree, path)
    asked = {"form": form} if form else {}
    if over is None:
        return {"shown": show(value, path=path, form=form), "at": path, **asked}
    return {"shown": show(share(value, resolve(tree, over)), form=form or ".1%"), "at": f"{path}/{over}", **asked}


def share(value: Any, below: Any) -> Any:
    """One figure over another; of nothing there is no share, and why is said in its place.

    Raises
    ------
    CardError: for what is no figure.
    """
    undefined = next((v for v in (value, below) if is_not_defined(v)), None)
    if undefined is not None:
        return undefined
    if not all(isinstance(v, (int, float)) for v in (value, below)):
        raise CardError(f"A share divides two numbers, found {value!r} and {below!r}.")
    return value / below if below else {"because": "there are none of which it could be a share"}


def refuse_typed_digits(text: str) -> None:
    """Refuse a digit typed by hand: outside references and quoted clauses ("Article 22"). A day is a figure too.

    Raises
    ------
    CardError: with the words around the digit.
    """
    rest = _QUOTED.sub(" ", _REFERENCE.sub(" ", text))
    found = next((i for i, char in enumerate(rest) if category(char).startswith("N")), None)
    if found is not None:
        raise CardError(
            f"a digit typed by hand near {rest[max(0, found - 25) : found + 15].strip()!r}. Refer to evidence as {{path}}, "
            'quote a clause as "Article ..." or say it in words: a figure that nobody measured grows old unseen.'
        )


def plain(rich: Rich) -> str:
    """A filled text without its paths."""
    return "".join(part if isinstance(part, str) else part["shown"] for part in rich)
