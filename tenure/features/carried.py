"""What a feature carries from one day to the next, so that the next day follows without reading the days before.

Each maker declares one of a few kinds, which are rows of each customer. `start` makes them of all that is known as of a day,
`next` of those of the day before and of what one batch brought, and a feature's own `value` reads them, so that what is made
of a day is written once. Kinds of one maker's rows stand beside these: `GapLengths`, `LastSeen`, `Standing`, `Begun`, `Open`.

Batches that tell of their own day alone are followed. Customers of whom a batch tells of an earlier day, late or as a
correction, are started again from all that is known of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

from tenure.history.events import Events
from tenure.history.known import Knowable, Known

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from tenure.features.feature import Feature


class Rows(Protocol):
    """Rows that features are made from, with a column `customer_id`; equal ones are computed once."""

    @property
    def history(self) -> Knowable:
        """The history that they are of."""

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""

    def __hash__(self) -> int:
        """Equal rows have one hash."""


class Carried(ABC):
    """What is carried from day to day; what is so many days ago counts from the day that it is as of."""

    # Whether it is some of the rows that are known, of which a feature's rows are made as of all.
    is_known: ClassVar[bool] = False

    @abstractmethod
    def start(self, known: Known) -> "ibis.Table":
        """Make it of all that is known as of a day."""

    @abstractmethod
    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Make it of that of the day before, and of what a batch told of that day, known as of the next."""

    def rows(self, carried: "ibis.Table") -> "ibis.Table":
        """Return rows as a feature's `value` reads them."""
        return carried


@dataclass(frozen=True)
class LastDays(Carried):
    """The days of the last so many, and where asked the last active day before them: at most `days` + 1 rows."""

    is_known = True
    history: Events
    days: int
    and_before: bool = False

    def start(self, known: Known) -> "ibis.Table":
        """Choose them."""
        return self._kept(known.of(self.history))

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add a day, and let go of the first."""
        return self._kept(aged(carried).union(batch.of(self.history)))

    def _kept(self, days: "ibis.Table") -> "ibis.Table":
        """The days that matter."""
        import ibis

        recent = days.ago_days <= self.days
        if not self.and_before:
            return days.filter(recent)
        before = days.ago_days.min(where=~recent & (days.n_rows > 0)).over(ibis.window(group_by="customer_id"))
        marked = days.mutate(is_kept=recent | (days.ago_days == before))
        return marked.filter(marked.is_kept).drop("is_kept")


class Joined(StrEnum):
    """How the number of the days so far and that of a new day become one."""

    ADDED = "sum"
    LEAST = "min"
    MOST = "max"


@dataclass(frozen=True)
class Part:
    """One number of all of a customer's days that follows from that of the day before. Call it to read it.

    Parameters
    ----------
    of: the aggregate over days.
    ages: whether it is a number of days ago.
    half_life: in how many days half of it is gone; None where nothing fades.
    """

    name: str
    of: Callable[["ibis.Table"], "ir.NumericValue"] = field(repr=False, compare=False)
    joined: Joined = Joined.ADDED
    ages: bool = False
    half_life: int | None = None

    def __call__(self, rows: "ibis.Table") -> "ir.NumericValue":
        """Read what is carried, or make it of the days."""
        return rows[self.name].max() if self.name in rows.columns else self.of(rows)

    def aged(self, value: "ir.NumericValue") -> "ir.NumericValue":
        """The number a day later, if nothing happens."""
        if self.half_life is not None:
            return value * 0.5 ** (1 / self.half_life)
        return value + 1 if self.ages else value


@dataclass(frozen=True)
class Sums(Carried):
    """Numbers of all days, one row."""

    history: Events
    parts: tuple[Part, ...]

    def start(self, known: Known) -> "ibis.Table":
        """Make them of all days."""
        days = known.of(self.history)
        return days.group_by("customer_id").aggregate(**{part.name: part.of(days) for part in self.parts})

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add those of a day."""
        older = carried.select("customer_id", **{part.name: part.aged(carried[part.name]) for part in self.parts})
        both = older.union(self.start(batch).cast(dict(older.schema().items())))
        joined = {part.name: getattr(both[part.name], part.joined.value)() for part in self.parts}
        return both.group_by("customer_id").aggregate(**joined)


def aged(rows: "ibis.Table") -> "ibis.Table":
    """Rows a day later: whatever is a number of days ago is one longer ago."""
    return rows.mutate(**{name: rows[name] + 1 for name in rows.columns if name.endswith("ago_days")})


def repeated(rows: "ibis.Table") -> "ibis.Table":
    """Each row as often as its column `n` says, without it."""
    import ibis

    return rows.mutate(n=ibis.range(0, rows.n).unnest()).drop("n")


def values_of(features: Sequence["Feature"], carried: "ibis.Table", known: Known) -> "ibis.Table":
    """One row for each customer with features that carry the same, made of it.

    Parameters
    ----------
    known: the days alone are read: which it is, and how long the history.
    """
    first = features[0]
    if first.carries.is_known:
        rows = first.rows.of(replace(known, tables={first.rows.history.noun: carried}, daily={}))
    else:
        rows = first.carries.rows(carried)
    return rows.group_by("customer_id").aggregate(**{each.name: each.value(known, rows) for each in features})
