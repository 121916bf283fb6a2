"""Events: what customers do, on days, as rows of a source tell it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tenure.errors import SpecError, UnknownNameError
from tenure.history.measures import Adds, Measure, SetOf, Value
from tenure.history.row_sql import RowSQL
from tenure.history.sources import LookUp, Noun, plural_of

# Columns that every roll-up has; a value or a set of such a name would hide one.
KEPT_NAMES = frozenset(
    {"day", "customer_id", "happened_at", "active_on", "available_at", "told_before", "n_rows", "ago_days", "counts", "is_return"}
)


@dataclass(frozen=True, eq=False)
class Events:
    """A history of what happens: `Events("transactions", noun="purchase", values={"spend": cents("spend")})`.

    A value is read as `PURCHASES.spend`, a set as `PURCHASES.department`.

    Parameters
    ----------
    source: the source whose rows tell of events; its event time says when, its customer column of whom.
    noun: what an event is called, in the singular; it names tables, features and sentences.
    values: what the rows of a day add up to, by name.
    sets: SQL over one row that names a member, by the set's name; rows where it is null name none.
    look_ups: sources without dates whose columns may be read too.
    where: SQL condition; rows that do not meet it are no part of this history.
    returns: SQL condition; rows that meet it lower (or raise) values on their day and are no event.
    plural: where the usual one is wrong.
    """

    source: str
    noun: str
    values: Mapping[str, Value] = field(default_factory=dict, kw_only=True)
    sets: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    look_ups: tuple[LookUp, ...] = field(default=(), kw_only=True)
    where: str = field(default="", kw_only=True)
    returns: str = field(default="", kw_only=True)
    plural: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse names that are taken, and SQL that looks beyond its row."""
        Noun(self.noun, self.many)
        names = [*self.values, *self.sets]
        fields = set(type(self).__dataclass_fields__)
        if taken := sorted({n for n in names if names.count(n) > 1 or n in KEPT_NAMES or n in fields or not n.isidentifier()}):
            raise SpecError(f"The values and sets of {self.noun!r} are called {taken}; expected names of their own, each once.")
        columns = [c.lower() for c in (*(m.column for m in self.measures), *(s.column for s in self.set_members))]
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise SpecError(f"Two values or sets of {self.noun!r} would both be the column {twice[0]!r}; give one another name.")
        for text in (self.where, self.returns, *self.sets.values()):
            if text:
                RowSQL(text)

    def __getattr__(self, name: str) -> "Measure | SetOf":
        """A value or a set, by name."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self.values:
            return Measure(self, name, self.values[name])
        if name in self.sets:
            return SetOf(self, name, RowSQL(self.sets[name]))
        there = sorted({*self.values, *self.sets})
        close = difflib.get_close_matches(name, there, n=1)
        meant = f"Did you mean {close[0]!r}?" if close else f"It has {there}."
        raise UnknownNameError(f"The history of {self.many} has no value or set {name!r}. {meant}")

    @property
    def many(self) -> str:
        """What events are called, in the plural."""
        return self.plural or plural_of(self.noun)

    @property
    def table(self) -> str:
        """The lake's table with its days."""
        return f"daily/{self.noun}"

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Every value."""
        return tuple(Measure(self, name, value) for name, value in self.values.items())

    @cached_property
    def set_members(self) -> tuple[SetOf, ...]:
        """Every set."""
        return tuple(SetOf(self, name, RowSQL(text)) for name, text in self.sets.items())

    @property
    def counted(self) -> Measure:
        """How many events there are: rows that are no returns."""
        return Measure(self, "n_rows", Value(adds=Adds.ROWS))

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns of the source, or of its look-ups, that any part reads."""
        texts = [*self.sets.values(), *filter(None, (self.where, self.returns))]
        of_parts = [name for text in texts for name in RowSQL(text).reads]
        return tuple(dict.fromkeys([*(n for value in self.values.values() for n in value.reads), *of_parts]))
