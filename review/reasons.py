"""Reasons: what a reviewer says of each open point of a card, and the one line that is signed of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model_cards.wording import plain

FEWEST_WORDS = 4
_NAMED = re.compile("“[^”]+”")
_MOST_LETTERS = 60


@dataclass(frozen=True, kw_only=True)
class OpenPoint:
    """A point that the card leaves open; `name` is short enough to be signed beside its reason."""

    text: str
    name: str


def open_points(card: Mapping[str, Any]) -> tuple[OpenPoint, ...]:
    """The open points of a card, in its order."""
    texts = [plain(point) for point in card.get("open_points", [])]
    return tuple(OpenPoint(text=text, name=_name(text)) for text in texts)


def thin(reason: str) -> bool:
    """Whether a reason says too little to be one: fewer than four different words, where words are set apart."""
    words = set(re.findall(r"\w+", reason.casefold()))
    return len(words) < FEWEST_WORDS and (reason.isascii() or len(reason.strip()) < 3 * FEWEST_WORDS)


def missing(points: Sequence[OpenPoint], ticks: Sequence[str], reasons: Sequence[str], overall: str) -> str:
    """What an approval lacks, in a sentence; empty where nothing is.

    Parameters
    ----------
    ticks: the places of the points that were considered, from 1, and `card` for the card itself. reasons: in the points' order.
    """
    if "card" not in ticks:
        return "Nobody approves what they have not read: tick that you have read the card. You may reject at any time."
    for place, point in enumerate(points, start=1):
        reason = reasons[place - 1] if place <= len(reasons) else ""
        if str(place) not in ticks:
            return (
                f"Open point {place}, {point.name}, is not ticked: tick it once you have considered it, and say why it may stand."
            )
        if thin(reason):
            return _too_thin(f"Open point {place}, {point.name},", reason)
    if points and thin(overall):
        return _too_thin("A card with open points", overall)
    return "" if overall.strip() else "Say why. The reason is signed and kept in the log."


def signed_reason(points: Sequence[OpenPoint], reasons: Sequence[str], overall: str) -> str:
    """The one line that is signed: why, then each open point with its own reason."""
    own = [
        f"[{place}] {point.name}: {reason.strip()}" for place, (point, reason) in enumerate(zip(points, reasons, strict=True), 1)
    ]
    return " ".join([overall.strip(), *own])


def _too_thin(what: str, reason: str) -> str:
    """A reason that says too little."""
    found = reason.strip()
    shown = f"found “{found[:_MOST_LETTERS]}”" if found else "found none"
    return f"{what} needs a reason that a colleague can follow, of at least {FEWEST_WORDS} different words; {shown}."


def _name(text: str) -> str:
    """How a point is named beside its reason: by what the card quotes at its beginning, or by its first words."""
    quoted = _NAMED.match(text)
    return quoted[0] if quoted else (text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS].rsplit(' ', 1)[0]} …")
