"""Drawing: text, lines, dots, axes and the frame with its text alternative. What a chart means belongs to the chart's file."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from html import escape
from math import ceil, floor, log10

from tenure.figures import typeset

Scale = Callable[[float], float]

# How wide a drawing is in its own units. Its smallest letters are 12 of them: 11 pixels on a telephone of 360.
WIDTH = 344
_LETTER = 5.9  # about how wide a letter of a legend is


def frame(width: float, height: float, parts: Sequence[str], *, title: str, says: str) -> str:
    """An SVG picture; `title` names it and `says` tells what it shows to a reader who does not see it."""
    mark = sha256(f"{title}{says}".encode()).hexdigest()[:10]
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="t{mark} d{mark}">'
        f'<title id="t{mark}">{escape(title)}</title><desc id="d{mark}">{escape(says)}</desc>{"".join(parts)}</svg>'
    )


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """Map values from `low` to `high` onto `start` to `end`; what lies beyond is drawn at the edge."""
    span = high - low or 1.0
    return lambda value: start + (end - start) * min(1.0, max(0.0, (value - low) / span))


def round_up(value: float) -> float:
    """The next round number: one, two, three, four, five, six or eight times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(power * step for step in (1, 2, 3, 4, 5, 6, 8, 10) if power * step >= value * 0.999999)


def ticks(low: float, high: float, n: int = 4) -> list[float]:
    """About `n` round values from `low` to `high`."""
    if high <= low:
        return [low]
    rough = (high - low) / n
    power = 10.0 ** floor(log10(rough))
    step = min((power * m for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(s - rough))
    first = ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, floor(high / step + 1e-9) + 1)]


def text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "") -> str:
    """Words at a point; `y` is their baseline."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def dot(x: float, y: float, style: str, radius: float = 4) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{style}"/>'


def box(x: float, y: float, width: float, height: float, style: str) -> str:
    """A rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" class="{style}"/>'


def square(x: float, y: float, style: str) -> str:
    """A small square around a point."""
    return box(x - 3, y - 3, 6, 6, style)


def legend(named: Sequence[tuple[str, str]], y: float) -> list[str]:
    """Samples of lines and marks with their names, in one row; `y` is the baseline of the names."""
    parts, at = [], 0.0
    for style, words in named:
        middle = y - 4
        if style.endswith("plain-mark"):
            parts.append(square(at + 8, middle, style))
        elif style.endswith("mark"):
            parts.append(dot(at + 8, middle, style, 3.5))
        else:
            parts.append(line(at, middle, at + 18, middle, style))
        parts.append(text(at + 23, y, words, style="note"))
        at += 23 + _LETTER * len(words) + 14
    return parts


def polyline(points: Sequence[tuple[float, float]], style: str) -> str:
    """A line through points."""
    return f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" class="{style}"/>'


def polygon(points: Sequence[tuple[float, float]], style: str) -> str:
    """A filled area."""
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" class="{style}"/>'


def percent(value: float) -> str:
    """An axis label in percent."""
    return typeset(f"{value * 100:g}%")


def left_axis(values: Sequence[float], y: Scale, x1: float, x2: float, write: Callable[[float], str] = percent) -> list[str]:
    """Horizontal rules with their labels on the left."""
    return [
        part
        for v in values
        for part in (line(x1, y(v), x2, y(v), "rule"), text(x1 - 6, y(v) + 4, write(v), anchor="end", style="tick"))
    ]


def bottom_axis(values: Sequence[float], x: Scale, y: float, write: Callable[[float], str] = percent) -> list[str]:
    """Ticks with their labels below a chart."""
    return [
        part
        for v in values
        for part in (line(x(v), y, x(v), y + 4, "axis"), text(x(v), y + 17, write(v), anchor="middle", style="tick"))
    ]
