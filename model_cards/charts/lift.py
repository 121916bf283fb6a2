"""Lift: of the customers ranked highest, what share has the outcome, against picking at random."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_cards.charts.svg import (
    bottom_axis,
    dot,
    frame,
    left_axis,
    line,
    percent,
    polygon,
    polyline,
    round_up,
    scale,
    text,
    ticks,
)
from model_cards.paths import number

_NAMED = 0.1  # the point with a label: the best tenth


def lift(points: Sequence[Mapping[str, Any]], *, at_random: float | None) -> str:
    """Share selected across, share with the outcome up, with its interval as a band; the dashed line is picking at random."""
    points = sorted((p for p in points if number(p["event_rate"]) is not None), key=lambda p: p["selected_rate"])
    rates = [p["event_rate"] for p in points]
    top = min(1.0, round_up(max(rate["high"] or rate["value"] for rate in rates)))
    x, y = scale(0, 1, 64, 620), scale(0, top, 250, 14)
    at = [x(p["selected_rate"]) for p in points]
    parts = [*left_axis(ticks(0, top, 4), y, 64, 620), *bottom_axis([0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0], x, 250)]
    if all(rate["low"] is not None for rate in rates):
        lows = [(a, y(rate["low"])) for a, rate in zip(at, rates, strict=True)]
        parts.append(polygon([(a, y(rate["high"])) for a, rate in zip(at, rates, strict=True)] + lows[::-1], "band"))
    if at_random is not None:
        parts += [
            line(64, y(at_random), 620, y(at_random), "ideal"),
            text(74, y(at_random) + 15, "picking at random", style="note"),
        ]
    curve = [(a, y(rate["value"])) for a, rate in zip(at, rates, strict=True)]
    parts += [polyline(curve, "curve"), *(dot(a, b, "mark") for a, b in curve)]
    named = min(points, key=lambda p: abs(p["selected_rate"] - _NAMED))
    note = f"top {percent(named['selected_rate'])}: {percent(round(named['event_rate']['value'], 3))}"
    parts.append(text(x(named["selected_rate"]) + 10, y(named["event_rate"]["value"]) - 8, note, style="label strong"))
    parts.append(text(342, 286, "share of customers selected, highest scores first", anchor="middle", style="label"))
    said = "; ".join(f"of the top {percent(p['selected_rate'])}, {percent(round(p['event_rate']['value'], 3))}" for p in points)
    random = "" if at_random is None else f" Picking at random: {percent(round(at_random, 3))}."
    return frame(640, 294, parts, title="Share with the outcome among those selected", says=f"{said}.{random}")
