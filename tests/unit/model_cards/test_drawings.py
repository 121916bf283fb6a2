"""A card's drawings as pictures of their own."""

from xml.etree import ElementTree as ET

from model_cards.charts.svg import frame
from model_cards.drawings import drawings


def page(*charts: str) -> str:
    """A page with a style and some charts."""
    return f"<html><style>.chart text {{ fill: var(--ink); }} a > b {{ x: 1 }}</style><body>{''.join(charts)}</body></html>"


def test_the_drawings_of_the_whole_model_are_pictures_that_stand_alone() -> None:
    """Each is well-formed SVG with the page's style, named after its title; others stay on the card."""
    whole = frame(640, 300, ["<text>a &amp; b</text>"], title="Probabilities, said & happened", says="most are")
    group = frame(640, 300, [], title="Figures by age", says="by age")
    small = frame(246, 134, [], title="Effect of spend", says="rises")

    found = drawings(page(whole, group, small))

    assert list(found) == ["probabilities-said-happened.svg"]
    (picture,) = (ET.fromstring(content) for content in found.values())  # noqa: S314 - drawn here
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.attrib["width"] == "640"
    assert "var(--ink)" in (picture.find("{http://www.w3.org/2000/svg}style").text or "")


def test_a_card_without_drawings_has_none() -> None:
    """As one whose page was kept as words alone."""
    assert drawings("<html><body></body></html>") == {}
