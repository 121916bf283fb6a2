"""Reliability: what became of customers who were given like probabilities."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import bottom_axis, dot, frame, left_axis, line, percent, round_up, scale, text, ticks

Bin = Mapping[str, Any]


def reliability(bins: Sequence[Bin], *, title: str) -> str:
    """One large panel: predicted across, observed with its interval up, and the diagonal on which both agree."""
    top = _top(bins)
    x, y = scale(0, top, 64, 620), scale(0, top, 290, 14)
    marks = ticks(0, top, 5)
    parts = [*left_axis(marks, y, 64, 620), *bottom_axis(marks, x, 290), line(x(0), y(0), x(top), y(top), "ideal")]
    parts += _dots(bins, x, y)
    parts += [text(342, 326, "what the model says", anchor="middle", style="label"), text(64, 10, "what happened", style="label")]
    parts.append(text(x(top * 0.86), y(top * 0.93), "as promised", anchor="end", style="note"))
    return frame(640, 334, parts, title=title, says=_says(bins))


def small_reliability(bins: Sequence[Bin], *, title: str) -> str:
    """A small panel, for one horizon among several."""
    top = _top(bins)
    x, y = scale(0, top, 44, 228), scale(0, top, 168, 26)
    marks = [0, top / 2, top]
    parts = [text(44, 14, title, style="label strong"), *left_axis(marks, y, 44, 228), *bottom_axis([0, top], x, 168)]
    parts += [line(x(0), y(0), x(top), y(top), "ideal"), *_dots(bins, x, y, radius=3)]
    return frame(246, 190, parts, title=f"Calibration {title}", says=_says(bins))


def _top(bins: Sequence[Bin]) -> float:
    """Where both axes end."""
    return min(1.0, round_up(max(max(b["predicted"], b["observed"]["high"] or b["observed"]["value"]) for b in bins)))


def _dots(bins: Sequence[Bin], x: Any, y: Any, radius: float = 4.5) -> list[str]:
    """A dot per bin with its interval."""
    parts = []
    for b in bins:
        at = b["observed"]
        if at["low"] is not None:
            parts.append(line(x(b["predicted"]), y(at["low"]), x(b["predicted"]), y(at["high"]), "interval"))
        parts.append(dot(x(b["predicted"]), y(at["value"]), "mark", radius))
    return parts


def _says(bins: Sequence[Bin]) -> str:
    """The chart in words."""
    points = "; ".join(
        f"{percent(round(b['predicted'], 3))} said, {percent(round(b['observed']['value'], 3))} happened" for b in bins
    )
    return f"{len(bins)} groups of customers with like probabilities. {points}. On the diagonal both would be equal."
