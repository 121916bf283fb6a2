"""Groups: each group's figures side by side, one panel per figure, one dot with its interval per group."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import WIDTH, dot, frame, line, percent, scale, text, ticks
from model_cards.paths import number
from model_cards.wording import show
from tenure.figures import typeset

_ROW, _TOP, _NAMES = 22, 26, 142
_MOST = 3  # panels for one attribute; every figure stands in the field index

# Figures in the order in which they are drawn, as a reader would call them; others follow under their own name.
_TITLES = {
    "selection_rate": "selected",
    "true_positive_rate": "found, of those with the event",
    "calibration_in_the_large": "score minus outcome",
}
_NOT_DRAWN = ("selection_ratio", "event_rate", "mean_score")

Group = Mapping[str, Any]


def groups(attribute: Mapping[str, Any]) -> list[str]:
    """A panel per figure, a row per group that has figures; unknown members are hollow. None where no group is judged."""
    rows = [group for group in attribute["groups"] if group["figures"]]
    if not any(group["assessable"] for group in rows):
        return []
    names = _drawn({name for group in rows for name, figure in group["figures"] if number(figure) is not None})
    return [_panel(attribute["title"], rows, name) for name in names]


def _drawn(names: set[str]) -> list[str]:
    """The figures to draw, most telling first."""
    told = [name for name in _TITLES if name in names]
    return [*told, *sorted(names - set(told) - set(_NOT_DRAWN))][:_MOST]


def _panel(title: str, rows: Sequence[Group], name: str) -> str:
    """One figure for all groups."""
    figures = [dict(group["figures"]).get(name) for group in rows]
    known = [None if number(figure) is None else figure for figure in figures]
    ends = [end for figure in known if figure for end in (figure["value"], figure["low"], figure["high"]) if end is not None]
    right_value = _right_value(name)
    ends += [] if right_value is None else [right_value]
    low, high = min(ends), max(ends)
    x, bottom = scale(low, high, _NAMES + 12, WIDTH - 16), _TOP + _ROW * len(rows)
    words = _TITLES.get(name, name.replace("_", " "))
    parts = [text(0, 13, words, style="label strong"), *(part for i, group in enumerate(rows) for part in _name(group, i))]
    write = percent if name.endswith("_rate") else lambda v: typeset(f"{v:g}")
    for mark in ticks(low, high, 3):
        parts.append(line(x(mark), _TOP, x(mark), bottom, "rule"))
        parts.append(text(x(mark), bottom + 15, write(mark), anchor="middle", style="tick"))
    if right_value is not None and not name.endswith("_rate"):
        parts.append(line(x(right_value), _TOP, x(right_value), bottom, "ideal"))
    for i, (group, figure) in enumerate(zip(rows, known, strict=True)):
        if figure is None:
            continue
        if figure["low"] is not None:
            style = "interval" if group["assessable"] else "interval faint"
            parts.append(line(x(figure["low"]), _y(i), x(figure["high"]), _y(i), style))
        parts.append(dot(x(figure["value"]), _y(i), "mark" if group["assessable"] else "hollow"))
    says = " ".join(_says(group, name) for group in rows)
    return frame(WIDTH, bottom + 22, parts, title=f"{words} by {title}".capitalize(), says=says)


def _y(row: int) -> float:
    """The middle of a row."""
    return _TOP + _ROW * row + _ROW / 2


def _name(group: Group, row: int) -> tuple[str, str]:
    """A group's name with its number of customers."""
    style = "label" if group["assessable"] else "note"
    name = group["group"] if len(group["group"]) <= 15 else f"{group['group'][:14]}…"
    n_customers = text(_NAMES, _y(row) + 4, f"{group['n_customers']:,}", anchor="end", style="tick")
    return text(0, _y(row) + 4, name, style=style), n_customers


def _right_value(name: str) -> float | None:
    """The value at which a figure would be perfect, or from which it is counted; it is always on the axis."""
    if name.endswith("_rate") or "in_the_large" in name or "difference" in name:
        return 0.0
    return 1.0 if "slope" in name or "ratio" in name else None


def _says(group: Group, name: str) -> str:
    """One group in words."""
    figure = dict(group["figures"]).get(name)
    value = "not known" if figure is None else show(figure["value"], form=".3f")
    judged = "" if group["assessable"] else f" (not judged: {group['why_not']})"
    return f"{group['group']}, {group['n_customers']} customers: {value}{judged}."
