"""Every drawing of a card for which there is evidence. What each means belongs to its file in `charts/`."""

from collections.abc import Mapping
from typing import Any

from model_cards import page
from model_cards.charts.campaign import campaign
from model_cards.charts.effects import dependence, direction, gain
from model_cards.charts.groups import groups
from model_cards.charts.lift import lift
from model_cards.charts.reliability import reliability, small_reliability
from model_cards.charts.survival import survival
from model_cards.charts.timeline import timeline

_N_BARS, _N_PANELS = 10, 6


def charts(card: Mapping[str, Any]) -> dict[str, Any]:
    """Drawings by name; absent ones are None or empty."""
    evaluation, data = card["evidence"]["evaluation"], card["evidence"]["data"]
    names, baseline = page.feature_meanings(card), page.baseline(card)
    effects = page.top_effects(card, _N_BARS)
    points, curves, bins = evaluation["lift"], evaluation["curves"], evaluation["calibration"]
    plain_bins, found = evaluation["baseline_calibration"], evaluation["campaign"]
    said = "Probabilities, said and happened"
    return {
        "campaign": _drawn(campaign(found)) if found else None,
        "lift": _drawn(lift(points, at_random=page.at_random(card), baseline=baseline)) if points else None,
        "survival": _drawn(survival(curves, baseline=baseline)) if curves else None,
        "reliability": _drawn(reliability(bins, plain_bins, baseline=baseline, title=said)) if bins else None,
        "horizons": [_horizon(h, baseline) for h in evaluation["horizons"] if h["bins"]],
        "groups": lambda attribute: [_drawn(panel) for panel in groups(attribute)],
        "gain": _drawn(gain(effects, names)) if effects else None,
        "effects": _panels(card, [effect for effect in effects if effect["values"]][:_N_PANELS], names),
        "timeline": _drawn(timeline(data)) if data["periods"] else None,
    }


def _horizon(horizon: Mapping[str, Any], baseline: str) -> Any:
    """Calibration at one horizon among several."""
    title = f"at {horizon['horizon_days']} days"
    return _drawn(small_reliability(horizon["bins"], horizon["baseline_bins"], baseline=baseline, title=title))


def _panels(card: Mapping[str, Any], effects: list[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Small panels of the inputs used most, on one scale, each with its direction in words."""
    units = {feature["name"]: feature["unit"] for feature in card["evidence"]["features"]}
    moved = [prediction for effect in effects for prediction in effect["mean_prediction"]]
    return [
        {
            "chart": _drawn(dependence(e, names[e["feature"]], units[e["feature"]], low=min(moved), high=max(moved))),
            "direction": direction(e),
        }
        for e in effects
    ]


def _drawn(svg: str) -> Any:
    """A drawing as markup: its words were escaped as it was drawn."""
    from markupsafe import Markup

    return Markup(svg)  # noqa: S704 - charts/svg.py escapes every word
