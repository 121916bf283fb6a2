"""A card's drawings as pictures of their own."""

from xml.etree import ElementTree as ET

from model_cards.charts.svg import frame
from model_cards.pictures import WHOLE, alone, pictures
from tests.unit.model_cards.sample import card

SVG = "{http://www.w3.org/2000/svg}"


def test_a_drawing_stands_alone() -> None:
    """It is well-formed SVG of a size, with the page's style."""
    drawing = frame(344, 300, ["<text>a &amp; b</text>"], title="Probabilities, said & happened", says="most are")

    picture = ET.fromstring(alone(drawing, ".chart text { fill: var(--ink); } a > b { x: 1 }"))  # noqa: S314 - drawn here

    assert picture.tag == f"{SVG}svg"
    assert (picture.attrib["width"], picture.attrib["height"]) == ("688", "600")
    assert "a > b" in (picture.findtext(f"{SVG}style") or "")


def test_the_drawings_of_the_whole_model_are_shown() -> None:
    """Those of groups and single inputs stay on the card."""
    found = pictures(card(), "<style></style>")

    assert set(found) <= {f"{name}.svg" for name in WHOLE}
    assert {"lift.svg", "reliability.svg", "gain.svg"} <= set(found)
