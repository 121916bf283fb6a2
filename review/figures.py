"""Drawings over days: a spark for a list, and a chart with its axes. Lines and text are drawn by `model_cards/charts/svg.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from model_cards.charts.svg import (
    WIDTH,
    bottom_axis,
    box,
    dot,
    frame,
    left_axis,
    legend,
    line,
    percent,
    polyline,
    round_up,
    scale,
    text,
    ticks,
)

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, WIDTH - 2, 28, 168
_BARS_START, _BARS_END, _BAR_ROW = 112, 262, 25


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a chart: its name, its style, and a value per day; None where a day has none."""

    name: str
    style: str
    points: tuple[tuple[date, float | None], ...]

    @property
    def known(self) -> list[tuple[date, float]]:
        """The days that have a value."""
        return [(day, value) for day, value in self.points if value is not None]


def spark(points: Sequence[tuple[date, float]], *, limit: float, title: str, says: str) -> Any:
    """A line as small as a word, with the limit that it should stay below."""
    if len(points) < 2:
        return ""
    top = max(limit * 1.2, *(value for _, value in points))
    x, y = scale(0, len(points) - 1, 2, 114), scale(0, top, 26, 2)
    drawn = [(x(i), y(value)) for i, (_, value) in enumerate(points)]
    parts = [line(2, y(limit), 114, y(limit), "ideal"), polyline(drawn, "curve"), dot(*drawn[-1], "mark", 2.6)]
    return _markup(frame(116, 28, parts, title=title, says=says))


def over_days(
    series: Sequence[Series],
    *,
    title: str,
    says: str,
    lines: Sequence[tuple[str, float]] = (),
    low: float = 0.0,
    write: Callable[[float], str] = percent,
) -> Any:
    """Lines over days, named above; `lines` are limits to hold them against."""
    days = sorted({day for one in series for day, _ in one.known})
    if not days:
        return ""
    highest = max([value for one in series for _, value in one.known] + [limit for _, limit in lines])
    top = round_up(highest) if low == 0 else max(1.0, highest)
    x = scale(0, max((days[-1] - days[0]).days, 1), _LEFT, _RIGHT)
    y = scale(low, top, _BOTTOM, _TOP)
    parts = legend([(one.style, one.name) for one in series], 12)
    parts += left_axis(ticks(low, top, 4), y, _LEFT, _RIGHT, write)
    parts += bottom_axis(_marks(days), lambda ordinal: x(ordinal - days[0].toordinal()), _BOTTOM, _month_day)
    for name, limit in lines:
        parts += [line(_LEFT, y(limit), _RIGHT, y(limit), "ideal"), text(_RIGHT, y(limit) - 4, name, anchor="end", style="note")]
    for one in series:
        drawn = [(x((day - days[0]).days), y(value)) for day, value in one.known]
        if drawn:
            parts += [polyline(drawn, one.style), dot(*drawn[-1], "mark", 3)]
    return _markup(frame(WIDTH, _BOTTOM + 24, parts, title=title, says=says))


def bars(rows: Sequence[tuple[str, float, float]], *, names: tuple[str, str], title: str) -> Any:
    """Two shares a row, one bar above the other: how it was, and how it is now."""
    x = scale(0, max(max(before, now) for _, before, now in rows), 0, _BARS_END - _BARS_START)
    before_style, now_style = "plain-bar", "bar"
    parts = [
        box(0, 4, 10, 10, before_style),
        text(15, 13, names[0], style="note"),
        box(_BARS_START, 4, 10, 10, now_style),
        text(_BARS_START + 15, 13, names[1], style="note"),
    ]
    for place, (words, before, now) in enumerate(rows):
        top = 26 + place * _BAR_ROW
        parts.append(text(_BARS_START - 8, top + 14, words, anchor="end", style="tick"))
        for offset, share, style in ((0, before, before_style), (10, now, now_style)):
            parts.append(box(_BARS_START, top + offset, x(share), 9, style))
        parts.append(text(WIDTH, top + 14, f"{before:.0%} → {now:.0%}".replace("%", "\u00a0%"), anchor="end", style="tick"))
    says = "; ".join(f"{words}: {before:.0%}, then {now:.0%}" for words, before, now in rows)
    return _markup(frame(WIDTH, 26 + len(rows) * _BAR_ROW, parts, title=title, says=says))


def _marks(days: Sequence[date]) -> list[float]:
    """A few days to name on the axis."""
    first, last = days[0].toordinal(), days[-1].toordinal()
    step = max(1, (last - first) // 4)
    return [float(ordinal) for ordinal in range(first, last + 1, step)]


def _month_day(ordinal: float) -> str:
    """A day as the axis names it."""
    return f"{date.fromordinal(int(ordinal)):%m-%d}"


def _markup(svg: str) -> Any:
    """A drawing as markup: its words were escaped as it was drawn."""
    from markupsafe import Markup

    return Markup(svg)  # noqa: S704 - charts/svg.py escapes every word
