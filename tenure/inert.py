"""JSON in which people's words stay words, whatever opens the file: a browser finds no markup, a spreadsheet no formula.

Only escapes are added, which every reader of JSON takes back: the strings mean what they meant.
"""

import re

_MARKUP = re.compile("[<>&]")
# What a spreadsheet takes for a formula where a text begins with it. Only strings hold quotes, so all of these are in one.
_FORMULA = re.compile(r'(?<=")[=+\-@]')


def inert(text: str) -> str:
    """A JSON text with the signs of markup, and of formulas where a string begins, as escapes.

    Reference: OWASP, CSV injection; the escapes are those of JSON within HTML.
    """
    return _FORMULA.sub(_escaped, _MARKUP.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    """One sign by its number."""
    return f"\\u{ord(found.group()):04x}"
