"""Inputs: how much each was used, and how the mean prediction moves along its values."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from model_cards.charts.svg import WIDTH, box, frame, percent, polyline, scale, text
from tenure.figures import typeset

_PURE = ("count", "ratio", "rate")  # units that say nothing beside a number

Effect = Mapping[str, Any]


def gain(effects: Sequence[Effect], names: Mapping[str, str]) -> str:
    """A bar per input below its name: its share of what the trees gained from all inputs."""
    most = max(effect["gain_rate"] for effect in effects) or 1.0
    x = scale(0, most, 0, WIDTH - 56)
    parts = []
    for i, effect in enumerate(effects):
        y = 32 * i
        parts.append(text(0, y + 12, _short(names[effect["feature"]], 50), style="label"))
        parts.append(box(0, y + 16, x(effect["gain_rate"]), 9, "bar"))
        parts.append(text(6 + x(effect["gain_rate"]), y + 25, percent(round(effect["gain_rate"], 3)), style="tick"))
    said = "; ".join(f"{names[e['feature']]} {percent(round(e['gain_rate'], 3))}" for e in effects)
    return frame(WIDTH, 32 * len(effects), parts, title="Share of use by input", says=f"{said}.")


def dependence(effect: Effect, name: str, unit: str, *, low: float, high: float) -> str:
    """A small panel: the input's values across, the mean prediction up; all panels share `low` to `high`."""
    values, predictions = effect["values"], effect["mean_prediction"]
    x, y = scale(values[0], values[-1], 40, 240), scale(low, high, 112, 44)
    unit = "" if unit in _PURE else f" {unit}"
    parts = [text(0, 14 + 15 * i, line, style="label strong") for i, line in enumerate(wrap(name, 36)[:2])]
    parts += [box(40, y(high), 200, y(low) - y(high), "panel")]
    parts += [text(34, y(value) + 4, f"{value:.2f}", anchor="end", style="tick") for value in (low, high)]
    parts.append(polyline([(x(v), y(p)) for v, p in zip(values, predictions, strict=True)], "curve"))
    parts += [
        text(40, 128, _number(values[0]), style="tick"),
        text(240, 128, f"{_number(values[-1])}{unit}", anchor="end", style="tick"),
    ]
    said = (
        f"From {_number(values[0])} to {_number(values[-1])}{unit} the mean prediction goes "
        f"from {predictions[0]:.2f} to {predictions[-1]:.2f}: "
        f"{direction(effect)}."
    )
    return frame(246, 134, parts, title=f"Effect of {name}", says=said)


def direction(effect: Effect) -> str:
    """Which way the prediction moves as the input grows, where nearly all of the movement goes one way."""
    steps = [after - before for before, after in zip(effect["mean_prediction"], effect["mean_prediction"][1:], strict=False)]
    up, down = sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0)
    if up + down == 0:
        return "no effect"
    if up >= 0.9 * (up + down):
        return "more raises the score"
    return "more lowers the score" if down >= 0.9 * (up + down) else "both ways"


def _number(value: float) -> str:
    """An end of an axis: whole where it is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else typeset(f"{value:.3g}")


def _short(words: str, length: int) -> str:
    """Words cut to a length."""
    return words if len(words) <= length else f"{words[: length - 1]}…"
