"""What a check of a project finds: where, what was expected and found, and what it keeps from happening."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """What cannot be done until a finding is mended."""

    STOPS = "cannot be loaded"
    NO_TRAINING = "cannot be trained"
    NO_LANDING = "cannot be landed yet"
    NO_PROMOTION = "cannot be promoted"
    NOTED = "noted"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    Parameters
    ----------
    file: the file that says so, or what the finding is of where it stands in none.
    says: what was expected, what was found and what to do.
    line: where in the file, as far as that can be told.
    """

    file: str
    says: str
    line: int | None = None
    weight: Weight = Weight.STOPS

    @property
    def in_words(self) -> str:
        """The finding with its place; words in lower case go on from there."""
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where} {self.says}" if self.says[:1].islower() else f"{where}: {self.says}"
