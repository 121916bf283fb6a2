"""Reliability: what became of customers who were given like probabilities, by the model and by the plain baseline."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import (
    WIDTH,
    bottom_axis,
    dot,
    frame,
    left_axis,
    legend,
    line,
    percent,
    round_up,
    scale,
    square,
    text,
    ticks,
)
from model_cards.paths import number

Bin = Mapping[str, Any]
_LEFT, _RIGHT, _BOTTOM = 46, WIDTH - 20, 232


def reliability(bins: Sequence[Bin], plain: Sequence[Bin], *, baseline: str, title: str) -> str:
    """One large panel: predicted across, observed with its interval up, and the diagonal on which both agree."""
    top = _top([*bins, *plain])
    x, y = scale(0, top, _LEFT, _RIGHT), scale(0, top, _BOTTOM, 22)
    marks = ticks(0, top, 4)
    parts = [*left_axis(marks, y, _LEFT, _RIGHT), *bottom_axis(marks, x, _BOTTOM), line(x(0), y(0), x(top), y(top), "ideal")]
    parts += [*_squares(plain, x, y), *_dots(bins, x, y)]
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 36, "what is said", anchor="middle", style="label"))
    parts.append(text(0, 12, "what happened", style="label"))
    named = [("mark", "this model"), *([("plain-mark", baseline)] if plain else []), ("ideal", "as promised")]
    parts += legend(named, _BOTTOM + 58)
    return frame(WIDTH, _BOTTOM + 66, parts, title=title, says=_says(bins, plain, baseline))


def small_reliability(bins: Sequence[Bin], plain: Sequence[Bin], *, baseline: str, title: str) -> str:
    """A small panel, for one horizon among several."""
    top = _top([*bins, *plain])
    x, y = scale(0, top, 44, 228), scale(0, top, 168, 26)
    marks = [0, top / 2, top]
    parts = [text(44, 14, title, style="label strong"), *left_axis(marks, y, 44, 228), *bottom_axis([0, top], x, 168)]
    parts += [line(x(0), y(0), x(top), y(top), "ideal"), *_squares(plain, x, y), *_dots(bins, x, y, radius=3)]
    return frame(246, 190, parts, title=f"Calibration {title}", says=_says(bins, plain, baseline))


def _top(bins: Sequence[Bin]) -> float:
    """Where both axes end."""
    ends = [end for b in bins for end in (b["predicted"], b["observed"]["high"], number(b["observed"])) if end is not None]
    return min(1.0, round_up(max(ends)))


def _dots(bins: Sequence[Bin], x: Any, y: Any, radius: float = 4) -> list[str]:
    """A dot per bin with its interval."""
    parts = []
    for b in bins:
        at = b["observed"]
        if number(at) is None:
            continue
        if at["low"] is not None:
            parts.append(line(x(b["predicted"]), y(at["low"]), x(b["predicted"]), y(at["high"]), "interval"))
        parts.append(dot(x(b["predicted"]), y(at["value"]), "mark", radius))
    return parts


def _squares(bins: Sequence[Bin], x: Any, y: Any) -> list[str]:
    """A hollow square per bin of the baseline."""
    return [square(x(b["predicted"]), y(b["observed"]["value"]), "plain-mark") for b in bins if number(b["observed"]) is not None]


def _says(bins: Sequence[Bin], plain: Sequence[Bin], baseline: str) -> str:
    """The chart in words."""
    beside = f" {baseline}: {_points(plain)}." if plain else ""
    return (
        f"{len(bins)} groups of customers with like probabilities. {_points(bins)}.{beside} On the diagonal both would be equal."
    )


def _points(bins: Sequence[Bin]) -> str:
    """Each bin in words."""
    known = [(b["predicted"], number(b["observed"])) for b in bins]
    return "; ".join(f"{percent(round(p, 3))} said, {percent(round(o, 3))} happened" for p, o in known if o is not None)
