"""Levels of governance: how many people stand behind what serves. A level says who cannot do what alone."""

from enum import StrEnum


class Level(StrEnum):
    """How many people stand behind what serves, from the lowest."""

    ONE = "one"
    TWO = "two"
    FULL = "full"

    @property
    def called(self) -> str:
        """What it is called."""
        return {"one": "one person", "two": "two people", "full": "the full ceremony"}[self.value]

    @property
    def meaning(self) -> str:
        """What it asks, as a sentence goes on."""
        return {
            Level.ONE: "one person may train a model and approve it alone",
            Level.TWO: "whoever trained a model never approves it alone: a second person signs",
            Level.FULL: "engineers and reviewers are different people, two reviewers or more sign each model, and it takes "
            "several holders of root keys to change who may",
        }[self]

    @property
    def in_words(self) -> str:
        """Name and meaning."""
        return f"{self.called} ({self.meaning})"

    def is_above(self, other: "Level") -> bool:
        """Whether this level asks more than another."""
        order = tuple(Level)
        return order.index(self) > order.index(other)
