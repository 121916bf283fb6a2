"""What every kind of history shares: the source that it is over, the words for it, and look-ups in tables without dates."""

from dataclasses import dataclass

from tenure.errors import SpecError


@dataclass(frozen=True)
class LookUp:
    """A source without dates whose columns may be read by name, found by a column that both have."""

    source: str
    on: str


@dataclass(frozen=True)
class Noun:
    """What one row is called, in the singular and the plural: they name tables and features, and stand in sentences."""

    one: str
    many: str

    def __post_init__(self) -> None:
        """Refuse a noun that cannot name a table or a feature."""
        for word in (self.one, self.many):
            if not word.isidentifier() or not word.islower():
                raise SpecError(
                    f"A history is called {word!r}; expected a noun of lower-case letters, digits and underscores, such as "
                    "'purchase': it names tables and features."
                )


def plural_of(noun: str) -> str:
    """The usual plural; a history may name its own."""
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy", "uy")):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
