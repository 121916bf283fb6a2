"""Campaign: how many customers with the outcome a campaign meets, chosen by the model, by the plain baseline, at random."""

from collections.abc import Mapping
from typing import Any

from model_cards.charts.svg import WIDTH, box, frame, line, scale, text
from model_cards.paths import number

_LEFT, _ROW = 128, 30


def campaign(found: Mapping[str, Any]) -> str:
    """A bar per way of choosing, with its interval, up to the size of the campaign."""
    ways = [("this model", "reached"), (found["baseline"], "reached_by_baseline"), ("at random", "reached_at_random")]
    known = [(words, found[key]) for words, key in ways if number(found[key]) is not None]
    x = scale(0, found["n_selected"], _LEFT, WIDTH - 44)
    parts = []
    for i, (words, figure) in enumerate(known):
        y = 6 + _ROW * i
        parts.append(text(_LEFT - 8, y + 15, words, anchor="end", style="label strong" if i == 0 else "label"))
        parts.append(box(_LEFT, y, x(found["n_selected"]) - _LEFT, 20, "panel"))
        parts.append(box(_LEFT, y, x(figure["value"]) - _LEFT, 20, "bar" if i == 0 else "plain-bar"))
        if figure["low"] is not None:
            parts.append(line(x(figure["low"]), y + 10, x(figure["high"]), y + 10, "interval-on-bar"))
        parts.append(text(WIDTH - 38, y + 15, f"{figure['value']:,.0f}", style="label strong" if i == 0 else "label"))
    said = "; ".join(f"{words}: {figure['value']:,.0f}" for words, figure in known)
    title = f"Customers with the outcome in a campaign of {found['n_selected']:,}"
    return frame(WIDTH, 6 + _ROW * len(known), parts, title=title, says=f"{said}.")
