"""Breadth: how many different members of a set a customer's events touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from tenure.errors import SpecError
from tenure.features.carried import Carried, aged
from tenure.features.feature import Feature, Words, plain, windows
from tenure.features.windows import in_words, lineage
from tenure.history.events import Events
from tenure.history.known import Known
from tenure.history.measures import SetOf
from tenure.history.sources import plural_of

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Members:
    """One row for each customer and member of a set within the window, with `ago_days` of the latest day that touched it."""

    history: Events
    column: str
    last: int

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        touched = known.touched(self.history, self.column, last=self.last)
        return touched.group_by("customer_id", "member").aggregate(ago_days=touched.ago_days.min())


@dataclass(frozen=True)
class LastSeen(Carried):
    """Of each member when it was last touched, as long as that is within the window: at most as many as were touched there."""

    members: Members

    def start(self, known: Known) -> "ibis.Table":
        """Find them."""
        return self.members.of(known)

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add those of a day, and let go of what is longer ago than the window."""
        both = aged(carried).union(self.members.of(batch))
        latest = both.group_by("customer_id", "member").aggregate(ago_days=both.ago_days.min())
        return latest.filter(latest.ago_days <= self.members.last)


@overload
def distinct(of: SetOf, *, last: int, name: str = "", meaning: str = "", phrase: str = "") -> Feature: ...
@overload
def distinct(of: SetOf, *, last: Sequence[int]) -> tuple[Feature, ...]: ...
def distinct(
    of: SetOf, *, last: int | Sequence[int], name: str = "", meaning: str = "", phrase: str = ""
) -> Feature | tuple[Feature, ...]:
    """How many different members there are in the last so many days: `distinct(PURCHASES.department, last=(28, 91))`."""
    if not isinstance(of, SetOf):
        raise SpecError(f"distinct() takes a set of a history, such as PURCHASES.department; found {type(of).__name__}.")
    days = windows((last,) if isinstance(last, int) else last)
    words = Words(name=name, meaning=meaning, phrase=phrase)
    if words and len(days) > 1:
        raise SpecError(f"{words} is said of one feature, but last={days} makes {len(days)}; write them one by one.")
    made = tuple(_feature(of, each, max(days)).worded(words) for each in days)
    return made[0] if isinstance(last, int) else made


def _feature(of: SetOf, last: int, longest: int) -> Feature:
    """How many members within one of several windows."""
    many, members = plural_of(of.name), Members(of.history, of.column, longest)
    return Feature(
        name=f"{many}_{last}d",
        unit="count",
        meaning=f"distinct {plain(many)} of {plain(of.history.many)} {in_words(last)}",
        lookback_days=last,
        reads=lineage(of.history, of.column),
        phrase=f"{plain(many)} of {plain(of.history.many)} {in_words(last)}",
        rows=members,
        value=lambda _, rows: rows.count(where=rows.ago_days <= last),
        carries=LastSeen(members),
        absent=0.0,
    )
