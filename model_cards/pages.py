"""A card's page among other things: with where its version stands above it, or as a part of a page of another's.

The page itself is never drawn anew: these are the bytes that were read and signed.
"""

from model_cards.html import render_standing
from model_cards.standing import Standing

PAGE = "card.html"
_BEGIN, _END = "<body>\n", "</body>"
# In a page of another's, its title is a second heading and its sections are no landmark of their own.
_WITHIN = (("<h1 ", "<h2 "), ("</h1>", "</h2>"), ("<main>", "<div>"), ("</main>", "</div>"))


def page_now(page: str, standing: Standing) -> str:
    """The page with where its version stands now."""
    head, begin, body = page.partition(_BEGIN)
    return f"{head}{begin}{render_standing(standing)}{body}"


def body_of(page: str) -> str:
    """The card alone, for a page that shows it among other things and links `stylesheet()`."""
    body = page.partition(_BEGIN)[2].partition(_END)[0]
    for alone, within in _WITHIN:
        body = body.replace(alone, within)
    return body
