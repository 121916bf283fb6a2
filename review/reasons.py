"""Reasons: what a reviewer says of each point that a card leaves open, and the one line that is signed of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.doors.open_questions import is_thin, too_thin
from home.notes import Note
from tenure.gate import GateResult
from tenure.gates import Decision, OpenPoint


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point that a card leaves open: the question that it is about, and what was found."""

    name: str
    text: str


def open_points(decision: Decision) -> tuple[Point, ...]:
    """What a decision leaves open, in the card's order; gates of earlier versions that ask for a reason are points, too."""
    found = [Point(name=str(p.question).capitalize(), text=_text(p)) for p in decision.open_points]
    told = {point.gate for point in decision.open_points}
    asking = [v for v in decision.verdicts if v.result is GateResult.NEEDS_REASON and v.gate.name not in told]
    is_told = {str(point.question) for point in decision.open_points}
    others = [(v.gate.name.replace("_", " "), v) for v in asking if v.gate.name.replace("_", " ") not in is_told]
    return (*found, *(Point(name=name.capitalize(), text=verdict.found) for name, verdict in others))


def as_points(conditions: Sequence[Note]) -> tuple[Point, ...]:
    """Open conditions as points that an approval answers, each with its own tick and reason."""
    return tuple(Point(name=f"Open condition of {one.by}: {one.text}", text="nobody has called it met") for one in conditions)


def _text(point: OpenPoint) -> str:
    """What was found, after the answer that it gives, unless it begins with it."""
    return point.found if point.found.startswith(f"{point.answer}:") else f"{point.answer}: {point.found}"


def missing(points: Sequence[Point], ticks: Sequence[str], reasons: Sequence[str], overall: str) -> str:
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
            return f"Open point {place}, “{point.name}”, is not ticked: consider it, tick it, and say why it may stand."
        if is_thin(reason):
            return too_thin(f"Open point {place}, “{point.name}”,", reason)
    if points and is_thin(overall):
        return too_thin("A card with open points", overall)
    return "" if overall.strip() else "Say why. The reason is signed and kept in the log."


def signed_reason(points: Sequence[Point], reasons: Sequence[str], overall: str) -> str:
    """The one line that is signed: why, then each open point with its own reason."""
    own = [
        f"[{place}] {point.name}: {reason.strip()}" for place, (point, reason) in enumerate(zip(points, reasons, strict=True), 1)
    ]
    return " ".join([overall.strip(), *own])
