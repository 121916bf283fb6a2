"""Intervals: what begins and ends for a customer, such as a mailing that runs; and contacts, which no model may read."""

from dataclasses import dataclass, field

from tenure.history.row_sql import RowSQL
from tenure.history.sources import Noun, plural_of


@dataclass(frozen=True)
class Intervals:
    """A history of what runs: `Intervals("campaigns", noun="mailing", starts="starts_at", ends="ends_at")`.

    Parameters
    ----------
    source: the source with one row for each; a row that comes again is the same interval, told anew.
    starts, ends: columns with its first and last moment; an empty end is still open.
    where: SQL condition; rows that do not meet it are no part of this history.
    """

    source: str
    noun: str
    starts: str = field(kw_only=True)
    ends: str = field(kw_only=True)
    where: str = field(default="", kw_only=True)
    plural: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a noun that names nothing, and SQL that looks beyond its row."""
        Noun(self.noun, self.many)
        if self.where:
            RowSQL(self.where)

    @property
    def many(self) -> str:
        """What they are called, in the plural."""
        return self.plural or plural_of(self.noun)


@dataclass(frozen=True)
class Contacts:
    """Who was treated, who was held out, and when; for measuring what contacting was worth, never an input of a model.

    Parameters
    ----------
    group: column that says which treatment, or none, a customer was given.
    held_out: its value for those who were left alone on purpose.
    """

    source: str
    noun: str
    group: str = field(kw_only=True)
    held_out: str = field(kw_only=True)
    plural: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a noun that names nothing."""
        Noun(self.noun, self.many)

    @property
    def many(self) -> str:
        """What they are called, in the plural."""
        return self.plural or plural_of(self.noun)
