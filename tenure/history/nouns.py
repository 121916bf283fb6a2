"""How nouns and attributes of a declaration stand in a sentence."""


def spoken(name: str) -> str:
    """A noun or an attribute as a reader would say it."""
    return name.replace("_", " ")


def in_quotes(value: str | float) -> str:
    """A value of an attribute in a sentence: a word in quotes, a number without."""
    return f"“{value}”" if isinstance(value, str) else f"{value:g}"


def a(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {spoken(noun)}"


def ordinal(number: int) -> str:
    """A whole number as a place in a row: 1st, 22nd, 113th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def counted(number: int, one: str, many: str) -> str:
    """So many of something: "1 purchase", "3 purchases"."""
    return f"{number} {spoken(one if number == 1 else many)}"
