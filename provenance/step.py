"""The record of a walk from one score back to the bytes received, and how a step is taken. Which there are is `trace.py`'s."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tenure.errors import TenureError


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a step found.

    `verified` says whether what it names was checked just now and held; `words` say how, or what is wrong. `at` is when it came
    about, `digest` names its content (SHA-256), `link` is a file to open or a command to type; each None where there is none.
    """

    words: str
    verified: bool
    at: datetime | None = None
    digest: str | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step(Found):
    """One step of the walk."""

    title: str


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


def to_take(title: str, look: Callable[[], Found]) -> Callable[[], Step]:
    """A step to take; one that cannot be taken is a step that says why."""

    def take() -> Step:
        try:
            return Step(title=title, **vars(look()))
        except Exception as error:  # the edge: a damaged file raises whatever its reader raises, and the walk goes on
            return Step(title=title, words=why_not(error), verified=False)

    return take


def why_not(error: Exception) -> str:
    """Why something could not be read. What other libraries say may quote a row, so of theirs the kind alone is told."""
    return str(error) if isinstance(error, TenureError) else f"It cannot be read ({type(error).__name__})."
