"""Lift: of the customers ranked highest, what share has the outcome; by the model, by the plain baseline, and at random."""

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
    polygon,
    polyline,
    round_up,
    scale,
    square,
    text,
    ticks,
)
from model_cards.paths import number

_LEFT, _RIGHT, _BOTTOM = 46, WIDTH - 20, 190


def lift(points: Sequence[Mapping[str, Any]], *, at_random: float | None, baseline: str) -> str:
    """Share selected across, share with the outcome up; the model with its interval as a band, the baseline beside it."""
    points = sorted((p for p in points if number(p["event_rate"]) is not None), key=lambda p: p["selected_rate"])
    rates, plain = [p["event_rate"] for p in points], [(p["selected_rate"], number(p["baseline"])) for p in points]
    beside = [(rate, value) for rate, value in plain if value is not None]
    top = min(1.0, round_up(max(*(rate["high"] or rate["value"] for rate in rates), *(value for _, value in beside), 0.0)))
    x, y = scale(0, 1, _LEFT, _RIGHT), scale(0, top, _BOTTOM, 12)
    at = [x(p["selected_rate"]) for p in points]
    parts = [*left_axis(ticks(0, top, 4), y, _LEFT, _RIGHT), *bottom_axis([0, 0.2, 0.4, 0.6, 0.8, 1.0], x, _BOTTOM)]
    if all(rate["low"] is not None for rate in rates):
        lows = [(a, y(rate["low"])) for a, rate in zip(at, rates, strict=True)]
        parts.append(polygon([(a, y(rate["high"])) for a, rate in zip(at, rates, strict=True)] + lows[::-1], "band"))
    if at_random is not None:
        parts.append(line(_LEFT, y(at_random), _RIGHT, y(at_random), "ideal"))
    curve = [(a, y(rate["value"])) for a, rate in zip(at, rates, strict=True)]
    parts += [polyline(curve, "curve"), *(dot(a, b, "mark", 3.5) for a, b in curve)]
    if beside:
        parts += [polyline([(x(rate), y(value)) for rate, value in beside], "plain")]
        parts += [square(x(rate), y(value), "plain-mark") for rate, value in beside]
    parts.append(
        text((_LEFT + _RIGHT) / 2, _BOTTOM + 36, "customers selected, highest scores first", anchor="middle", style="label")
    )
    named = [
        ("curve", "this model"),
        *([("plain", baseline)] if beside else []),
        *([("ideal", "at random")] if at_random else []),
    ]
    parts += legend(named, _BOTTOM + 58)
    return frame(
        WIDTH, _BOTTOM + 66, parts, title="Share with the outcome among those selected", says=_says(points, at_random, baseline)
    )


def _says(points: Sequence[Mapping[str, Any]], at_random: float | None, baseline: str) -> str:
    """The chart in words."""
    said = "; ".join(
        f"of the top {percent(p['selected_rate'])}, {percent(round(p['event_rate']['value'], 3))}{_beside(p, baseline)}"
        for p in points
    )
    return f"{said}." + ("" if at_random is None else f" Picking at random: {percent(round(at_random, 3))}.")


def _beside(point: Mapping[str, Any], baseline: str) -> str:
    """The baseline's share, where it has one."""
    value = number(point["baseline"])
    return "" if value is None else f" ({baseline}: {percent(round(value, 3))})"
