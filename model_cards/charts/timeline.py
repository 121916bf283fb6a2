"""Time: which days the model was fitted, calibrated and tested on, and until when each outcome was followed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from model_cards.charts.svg import WIDTH, box, frame, line, scale, text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEFT, _ROW, _APART = 74, 28, 30


def timeline(data: Mapping[str, Any]) -> str:
    """A row per period: full bar where customers are looked at, pale bar where their outcome is awaited."""
    periods: Sequence[Mapping[str, Any]] = data["periods"]
    first, last = date.fromisoformat(data["first_day"]), max(date.fromisoformat(p["known_until"]) for p in periods)
    x = scale(0, (last - first).days, _LEFT, WIDTH - 4)
    bottom = 8 + _ROW * len(periods)
    parts = [line(_LEFT, bottom, WIDTH - 4, bottom, "axis")]
    named = -1e9
    for month in _months(first, last):
        at = x((month - first).days)
        parts.append(line(at, 4, at, bottom, "rule"))
        if at - named >= _APART and at + 22 <= WIDTH:  # names that would touch are left out
            parts.append(text(at + 2, bottom + 15, _MONTHS[month.month - 1], style="tick"))
            named = at
    for i, period in enumerate(periods):
        start, end, until = (
            x((date.fromisoformat(period[key]) - first).days) for key in ("first_as_of", "last_as_of", "known_until")
        )
        y = 10 + _ROW * i
        parts += [text(0, y + 13, period["role"], style="label"), box(start, y, max(end - start, 3), 16, "bar")]
        parts.append(box(max(end, start + 3), y, until - max(end, start + 3), 16, "await"))
    said = "; ".join(
        f"{p['role']}: customers as of {p['first_as_of']} to {p['last_as_of']}, outcomes followed until {p['known_until']}"
        for p in periods
    )
    return frame(WIDTH, bottom + 22, parts, title="Days used to fit, calibrate and test", says=f"History from {first}. {said}.")


def _months(first: date, last: date) -> list[date]:
    """First days of the months between two days; of long histories every third."""
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    months = [day for day in days if day.day == 1]
    return months if len(months) <= 14 else [day for day in months if day.month % 3 == 1]
