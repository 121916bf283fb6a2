"""Text, lists and SQL as they are written in the files of a project."""

from collections.abc import Iterator


def quoted(text: str) -> str:
    """Text as a literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wrapped(listed: str) -> Iterator[str]:
    """A list over several lines."""
    items = listed.split(", ")
    yield from (", ".join(items[i : i + 7]) + "," for i in range(0, len(items), 7))


def is_made(amount: str) -> bool:
    """Whether an amount is more than a column."""
    return bool(amount) and not amount.strip('"').isidentifier()
