"""Groups: each group's figures side by side, one dot with its interval per group and figure."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from model_cards.charts.svg import dot, frame, line, percent, scale, text, ticks
from model_cards.paths import number
from model_cards.wording import show

_ROW, _TOP, _NAMES, _WIDTH = 24, 36, 190, 640
_MOST = 4  # columns that fit; every figure stands in the field index

# Figures in the order in which they are drawn, as a reader would call them; others follow under their own name.
_TITLES = {
    "selection_rate": "selected",
    "true_positive_rate": "found, of those with the event",
    "calibration_in_the_large": "score minus outcome",
}
_NOT_DRAWN = ("selection_ratio", "event_rate", "mean_score")


def groups(attribute: Mapping[str, Any]) -> str:
    """One row per group, one column per figure; unknown and too small groups are hollow or said in words."""
    rows = attribute["groups"]
    figures = _drawn({name for group in rows for name, _ in group["figures"]})
    height = _TOP + _ROW * len(rows) + 22
    parts = [_group_name(group, i) for i, group in enumerate(rows)]
    width = (_WIDTH - _NAMES) / max(len(figures), 1)
    for column, name in enumerate(figures):
        parts += _column(rows, name, _NAMES + column * width + 12, _NAMES + (column + 1) * width - 12)
    parts += [
        text(_NAMES + 12, _y(i) + 4, "too few to say", style="note") for i, group in enumerate(rows) if not group["figures"]
    ]
    return frame(_WIDTH, height, parts, title=f"Figures by {attribute['title']}", says=_says(rows))


def _drawn(names: set[str]) -> list[str]:
    """The figures to draw, most telling first."""
    told = [name for name in _TITLES if name in names]
    return [*told, *sorted(names - set(told) - set(_NOT_DRAWN))][:_MOST]


def _title(name: str, left: float, room: float) -> list[str]:
    """A column's heading, on two lines where it is long."""
    words = _TITLES.get(name, name.replace("_", " "))
    lines = wrap(words, max(8, int(room / 7)))[:2]
    return [
        text(left, _TOP - 22 + 14 * i + (14 if len(lines) == 1 else 0), line, style="label strong")
        for i, line in enumerate(lines)
    ]


def _y(row: int) -> float:
    """The middle of a row."""
    return _TOP + _ROW * row + _ROW / 2


def _group_name(group: Mapping[str, Any], row: int) -> str:
    """A group's name with its number of customers."""
    style = "label" if group["assessable"] else "note"
    name = group["group"] if len(group["group"]) <= 22 else f"{group['group'][:21]}…"
    return text(0, _y(row) + 4, name, style=style) + text(
        _NAMES - 8, _y(row) + 4, f"{group['n_customers']:,}", anchor="end", style="tick"
    )


def _column(rows: Sequence[Mapping[str, Any]], name: str, left: float, right: float) -> list[str]:
    """One figure for all groups."""
    figures = [dict(group["figures"]).get(name) for group in rows]
    known = [None if number(figure) is None else figure for figure in figures]
    ends = [end for figure in known if figure for end in (figure["value"], figure["low"], figure["high"]) if end is not None]
    right_value = _right_value(name)
    ends += [] if right_value is None else [right_value]
    low, high = min(ends), max(ends)
    x, bottom = scale(low, high, left, right), _TOP + _ROW * len(rows)
    parts = _title(name, left, right - left + 18)
    write = percent if name.endswith("_rate") else lambda v: f"{v:g}".replace("-", "\u2212")
    for mark in ticks(low, high, 2):
        parts += [
            line(x(mark), _TOP, x(mark), bottom, "rule"),
            text(x(mark), bottom + 15, write(mark), anchor="middle", style="tick"),
        ]
    if right_value is not None and not name.endswith("_rate"):
        parts.append(line(x(right_value), _TOP, x(right_value), bottom, "ideal"))
    for i, (group, figure) in enumerate(zip(rows, known, strict=True)):
        if figure is None:
            continue
        if figure["low"] is not None:
            parts.append(
                line(x(figure["low"]), _y(i), x(figure["high"]), _y(i), "interval" if group["assessable"] else "interval faint")
            )
        parts.append(dot(x(figure["value"]), _y(i), "mark" if group["assessable"] else "hollow"))
    return parts


def _right_value(name: str) -> float | None:
    """The value at which a figure would be perfect, or from which it is counted; it is always on the axis."""
    if name.endswith("_rate") or "in_the_large" in name or "difference" in name:
        return 0.0
    return 1.0 if "slope" in name or "ratio" in name else None


def _says(rows: Sequence[Mapping[str, Any]]) -> str:
    """The chart in words."""
    return " ".join(f"{group['group']}, {group['n_customers']} customers: {_figures_of(group)}" for group in rows)


def _figures_of(group: Mapping[str, Any]) -> str:
    """A group's figures in words, and whether they are judged."""
    if not group["figures"]:
        return f"{group['why_not']}."
    figures = ", ".join(f"{name.replace('_', ' ')} {show(figure['value'], form='.3f')}" for name, figure in group["figures"])
    return f"{figures}." if group["assessable"] else f"{figures} (not judged: {group['why_not']})."
