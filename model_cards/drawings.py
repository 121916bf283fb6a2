"""A card's own drawings as pictures of their own, for catalogues that show pictures."""

import re
from html import escape, unescape

_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_CHART = re.compile(r'<svg class="chart" viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"(?P<rest>.*?)</svg>', re.S)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S)
# The wide drawings of the whole test; those of single groups and inputs are many, and stand on the card.
WIDE, OF_GROUPS = 600.0, "Figures by "


def drawings(page: str) -> dict[str, bytes]:
    """The drawings of a card's page that tell of the whole model, SVG by file name, in the order in which the page has them.

    Each brings the page's style, so that it looks as it does there.
    """
    style = _STYLE.search(page)
    found: dict[str, bytes] = {}
    for chart in _CHART.finditer(page):
        title = _TITLE.search(chart["rest"])
        if title is None or float(chart["width"]) < WIDE or title[1].startswith(OF_GROUPS):
            continue
        name = re.sub(r"[^a-z0-9]+", "-", unescape(title[1]).lower()).strip("-")
        size = f'width="{chart["width"]}" height="{chart["height"]}" viewBox="0 0 {chart["width"]} {chart["height"]}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {size}'
        found[f"{name}.svg"] = _styled(f"{head}{chart['rest']}</svg>", style[1] if style else "").encode()
    return found


def _styled(svg: str, style: str) -> str:
    """A drawing with a style of its own, on paper."""
    opening = svg.index(">") + 1
    own = f'<style>{escape(style, quote=False)}</style><rect width="100%" height="100%" style="fill: var(--paper)"/>'
    return svg[:opening] + own + svg[opening:]
