"""Survival: how many have not yet had the event, day by day, by risk band: as predicted, by the baseline, as observed."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import WIDTH, bottom_axis, frame, left_axis, legend, percent, polyline, scale, text, ticks

_LEFT, _RIGHT, _BOTTOM = 46, WIDTH - 96, 232


def survival(curves: Sequence[Mapping[str, Any]], *, baseline: str) -> str:
    """Days across, share without the event up; predicted is solid, the baseline dashed, observed (Kaplan-Meier) dotted."""
    last = max(curve["days"][-1] for curve in curves)
    x, y = scale(0, last, _LEFT, _RIGHT), scale(0, 1, _BOTTOM, 12)
    parts = [
        *left_axis([0, 0.25, 0.5, 0.75, 1], y, _LEFT, _RIGHT),
        *bottom_axis(ticks(0, last, 5), x, _BOTTOM, lambda v: f"{v:g}"),
    ]
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 36, "days followed", anchor="middle", style="label"))
    ends = _spread([y(curve["predicted"][-1]) for curve in curves], 34)
    has_baseline = any(curve["baseline"] for curve in curves)
    for curve, end in zip(curves, ends, strict=True):
        for kind, style in (("observed", "observed"), ("baseline", "plain"), ("predicted", "curve")):
            if curve[kind]:
                parts.append(polyline([(x(d), y(v)) for d, v in zip(curve["days"], curve[kind], strict=True)], style))
        parts.append(text(_RIGHT + 8, end, curve["label"], style="label strong"))
        parts.append(text(_RIGHT + 8, end + 15, f"{percent(round(curve['observed'][-1], 3))} without", style="note"))
    named = [("curve", "this model"), *([("plain", baseline)] if has_baseline else []), ("observed", "observed")]
    parts += legend(named, _BOTTOM + 58)
    says = f"{'; '.join(_says(curve, baseline) for curve in curves)}."
    return frame(WIDTH, _BOTTOM + 66, parts, title="Share without the event by risk band, predicted and observed", says=says)


def _says(curve: Mapping[str, Any], baseline: str) -> str:
    """One band in words."""
    kinds = [("predicted", "predicted"), *([("baseline", f"predicted by {baseline}")] if curve["baseline"] else [])]
    said = ", ".join(f"{words} {percent(round(curve[kind][-1], 3))}" for kind, words in (*kinds, ("observed", "observed")))
    return f"{curve['label']}, {curve['n_rows']} rows: without the event after {curve['days'][-1]} days {said}"


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move labels apart so that none covers another, keeping their order."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed: dict[int, float] = {}
    below = 16.0
    for i in order:
        placed[i] = below = max(heights[i], below)
        below += apart
    overflow = max(0.0, max(placed.values()) - _BOTTOM + 14)
    return [placed[i] - overflow for i in range(len(heights))]
