"""How figures are set in a text: one minus, and one space before a percent sign, wherever the text came from.

How many digits a figure has belongs to who writes it.
"""

import re

_HYPHEN = re.compile(r"(?<![\w.\-\u2212/])-(?=\.?\d)")
_PERCENT = re.compile(r"(?<=\d) ?%(?!\w)")


def typeset(text: str) -> str:
    """Set the figures of a text: `-0.02` with a true minus, `45.4%` with a space that does not break; days, ranges stay."""
    return _PERCENT.sub("\u00a0%", _HYPHEN.sub("\u2212", text))
