"""Survival: how many have not yet had the event, day by day, by risk band, as predicted and as observed."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import bottom_axis, frame, left_axis, percent, polyline, scale, text, ticks


def survival(curves: Sequence[Mapping[str, Any]]) -> str:
    """Days across, share without the event up; predicted is solid, observed (Kaplan-Meier) dotted."""
    last = max(curve["days"][-1] for curve in curves)
    x, y = scale(0, last, 56, 470), scale(0, 1, 270, 14)
    parts = [*left_axis([0, 0.25, 0.5, 0.75, 1], y, 56, 470), *bottom_axis(ticks(0, last, 6), x, 270, lambda v: f"{v:g}")]
    parts.append(text(263, 306, "days after the scoring day", anchor="middle", style="label"))
    ends = _spread([y(curve["predicted"][-1]) for curve in curves], 34)
    for curve, end in zip(curves, ends, strict=True):
        days = curve["days"]
        parts.append(polyline([(x(d), y(v)) for d, v in zip(days, curve["observed"], strict=True)], "observed"))
        parts.append(polyline([(x(d), y(v)) for d, v in zip(days, curve["predicted"], strict=True)], "curve"))
        parts.append(text(480, end, curve["label"], style="label strong"))
        parts.append(text(480, end + 15, f"{percent(round(curve['observed'][-1], 3))} still active", style="note"))
    said = "; ".join(_says(curve) for curve in curves)
    return frame(640, 312, parts, title="Share without the event by risk band, predicted and observed", says=f"{said}.")


def _says(curve: Mapping[str, Any]) -> str:
    """One band in words."""
    predicted, observed = (percent(round(curve[kind][-1], 3)) for kind in ("predicted", "observed"))
    return (
        f"{curve['label']}, {curve['n_rows']} rows: without the event after {curve['days'][-1]} days "
        f"predicted {predicted}, observed {observed}"
    )


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move labels apart so that none covers another, keeping their order."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed: dict[int, float] = {}
    below = 12.0
    for i in order:
        placed[i] = below = max(heights[i], below)
        below += apart
    overflow = max(0.0, max(placed.values()) - 262)
    return [placed[i] - overflow for i in range(len(heights))]
