"""How a difference to a baseline is written and read: its decimals, and whether anybody would notice it."""

from collections.abc import Mapping
from enum import StrEnum
from math import ceil, isfinite, log10
from typing import Any

from model_cards.paths import number

Tree = Mapping[str, Any]
# What nobody would notice where no gate says so: a hundredth, of one or of what a model that knows nothing gets.
UNNOTICED = 0.01
_COMPARED = ("better than the baseline", "not worse than the baseline", "not worse than the champion")
_FEWEST, _MOST = 2, 5


class Reading(StrEnum):
    """What a difference comes to."""

    BETTER = "better"
    BETTER_UNNOTICED = "better, by less than anybody would notice"
    UNTOLD = "cannot be told from zero"
    WORSE_UNNOTICED = "worse, by less than anybody would notice"
    WORSE = "worse"
    NONE = ""


def form(metric: Mapping[str, Any]) -> str:
    """Decimals that show two digits of how wide the interval of the difference is, so that what differs is written to differ."""
    difference = metric["difference"] or metric["estimate"]
    if difference["low"] is None or difference["high"] is None:
        return ""
    width = difference["high"] - difference["low"]
    if not isfinite(width) or width <= 0:
        return f".{_FEWEST + 1}f"
    return f".{min(_MOST, max(_FEWEST, ceil(-log10(width)) + 1))}f"


def reading(tree: Tree, metric: Mapping[str, Any]) -> Reading:
    """What the difference to the first baseline comes to, by its interval and by what would be noticed."""
    difference = metric["difference"]
    if not difference or difference["low"] is None or metric["better"] not in ("higher", "lower"):
        return Reading.NONE
    low, high = difference["low"], difference["high"]
    if metric["better"] == "lower":
        low, high = -high, -low
    if low <= 0 <= high:
        return Reading.UNTOLD
    is_noticed = abs(difference["value"]) >= unnoticed(tree, metric)
    if low > 0:
        return Reading.BETTER if is_noticed else Reading.BETTER_UNNOTICED
    return Reading.WORSE if is_noticed else Reading.WORSE_UNNOTICED


def unnoticed(tree: Tree, metric: Mapping[str, Any]) -> float:
    """The largest difference that nobody would notice: the margin of the gates that compare this metric, or a hundredth.

    Of a metric that falls as a model gets better, a hundredth of what the last baseline gets, which knows least.
    """
    margins = [
        verdict["gate"]["limit"]
        for verdict in (tree["decision"] or {"verdicts": ()})["verdicts"]
        if verdict["gate"]["kind"] in _COMPARED and verdict["gate"]["metric"] == metric["name"] and verdict["gate"]["limit"] > 0
    ]
    if margins:
        return float(max(margins))
    if metric["better"] == "lower" and metric["baselines"]:
        return UNNOTICED * abs(number(metric["baselines"][-1][1]) or 1.0)
    return UNNOTICED
