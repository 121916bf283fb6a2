"""A card's own drawings as pictures of their own, for catalogues that show pictures."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from model_cards.drawings import charts

_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# Those of the whole model; of single groups and inputs there are many, and they stand on the card.
WHOLE = ("campaign", "lift", "reliability", "survival", "gain", "timeline")


def pictures(card: Mapping[str, Any], page: str) -> dict[str, bytes]:
    """The drawings of a card that tell of the whole model, SVG by file name; they look as they do on its page."""
    drawn, style = charts(card), _STYLE.search(page)
    return {f"{name}.svg": alone(str(drawn[name]), style[1] if style else "").encode() for name in WHOLE if drawn[name]}


def alone(svg: str, style: str) -> str:
    """A drawing with a size and a style of its own, on paper."""
    size = _SIZE.search(svg)
    measures = f'width="{2 * float(size[1]):g}" height="{2 * float(size[2]):g}" ' if size else ""
    opening = svg.index(">") + 1
    head = svg[:opening].replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" {measures}', 1)
    paper = '<rect width="100%" height="100%" style="fill: var(--paper)"/>'
    return f"{head}<style>{escape(style, quote=False)}</style>{paper}{svg[opening:]}"
