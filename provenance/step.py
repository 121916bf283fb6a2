"""The record of a walk from one score back to the bytes received. Who walks is `provenance/trace.py`."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the walk.

    `verified` says whether what it names was checked just now and held; `words` say how, or what is wrong. `at` is when it came
    about, `digest` names its content (SHA-256), `link` is a file to open or a command to type; each None where there is none.
    """

    title: str
    at: datetime | None
    digest: str | None
    verified: bool
    words: str
    link: str | None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """The walk behind one score, from the score to the bytes received. It does not name the customer."""

    model: str
    day: date
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Whether every step was verified."""
        return all(step.verified for step in self.steps)
