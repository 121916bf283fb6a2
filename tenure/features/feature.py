"""What a feature is: a name with a unit and a meaning, the rows that it is made from, and the expression that makes it of them.

Features over the same rows are computed in one pass. Makers of features lie beside this file, one idea each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from tenure.errors import SpecError
from tenure.features.carried import Carried, Rows
from tenure.history.known import Known

if TYPE_CHECKING:
    import ibis

Of = TypeVar("Of")


# One customer's rows as one value.
Computes = Callable[[Known, "ibis.Table"], "ibis.Value"]
# The same from the rows between two numbers of days ago, both included.
Within = Callable[["ibis.Table", int | None, int | None], "ibis.Value"]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number, or one category, known of a customer as of a day.

    Parameters
    ----------
    unit: "days", "cents", "rate" (0 to 1), "count", "ratio", "category", ...
    meaning: what it says, in words, without digits that are not its window.
    lookback_days: how far back it reads; None for an average, a share or a capped figure over all history.
    reads: `table.column` names it is made from; they become the column lineage.
    phrase: how a reason code names it ("days since the last purchase").
    capped_at: for a figure that grows with calendar time, where it is cut.
    rows, value: what it is made from, and the aggregate that makes it of one customer's.
    carries: what of the days so far is needed for the next one.
    within: the aggregate for any window, where it is one that has windows.
    absent: what it is for a customer of whom there are no such rows; None where that is unknown.
    is_category: kept as text; None where that follows from the type of the column that it reads (`typed`).
    """

    name: str
    unit: str
    meaning: str
    lookback_days: int | None
    reads: tuple[str, ...]
    phrase: str
    capped_at: float | None = None
    rows: Rows = field(repr=False)
    value: Computes = field(repr=False, compare=False)
    carries: Carried = field(repr=False)
    within: Within | None = field(default=None, repr=False, compare=False)
    prior: float = field(default=0.5, repr=False)
    absent: float | None = None
    is_category: bool | None = False

    def __post_init__(self) -> None:
        """Refuse a name that names no column."""
        if not self.name.isidentifier() or not self.name.islower():
            raise SpecError(f"A feature is called {self.name!r}; expected lower-case letters, digits and underscores.")

    def worded(self, words: "Words") -> "Feature":
        """Return the feature with what was said in other words."""
        return replace(
            self,
            name=words.name or self.name,
            meaning=words.meaning or self.meaning,
            phrase=words.phrase or self.phrase,
        )


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a person says of a feature instead of what follows from its declaration."""

    name: str = ""
    meaning: str = ""
    phrase: str = ""

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return bool(self.name or self.meaning or self.phrase)


class PerWindow(Generic[Of]):
    """A maker that takes one window, none or several: `last=28` gives a feature, `last=(7, 28)` one for each."""

    def __init__(self, make: Callable[[Of, int | None], Feature]) -> None:
        """Keep the maker's own words for whoever asks for help."""
        self._make = make
        update_wrapper(self, make)

    @overload
    def __call__(self, of: Of, *, last: int | None = None, name: str = "", meaning: str = "", phrase: str = "") -> Feature: ...
    @overload
    def __call__(self, of: Of, *, last: Sequence[int]) -> tuple[Feature, ...]: ...
    def __call__(
        self, of: Of, *, last: int | Sequence[int] | None = None, name: str = "", meaning: str = "", phrase: str = ""
    ) -> Feature | tuple[Feature, ...]:
        """Make a feature, or one for each window."""
        words = Words(name=name, meaning=meaning, phrase=phrase)
        if last is None or isinstance(last, int):
            return self._make(of, None if last is None else whole_days(last)).worded(words)
        if words:
            raise SpecError(f"{words} is said of one feature, but last={tuple(last)} makes {len(last)}; write them one by one.")
        return tuple(self._make(of, days) for days in windows(last))


def whole_days(days: int, argument: str = "last") -> int:
    """The number of days, once it can be one."""
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise SpecError(f"{argument}={days!r}: expected a whole number of days, 1 or more.")
    return days


def windows(days: Sequence[int], argument: str = "last") -> tuple[int, ...]:
    """Several numbers of days, each once."""
    found = tuple(whole_days(n, argument) for n in days)
    if not found or len(set(found)) < len(found):
        raise SpecError(f"{argument}={tuple(days)}: expected numbers of days, each once.")
    return found


def plain(name: str) -> str:
    """A name as a word in a sentence."""
    return name.replace("_", " ")
