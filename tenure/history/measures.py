"""Measures and sets of events: what a row adds to its day, as whole numbers or as members of a set.

Amounts are whole numbers of a small unit, so that a sum does not depend on the order of its rows.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history.row_sql import RowSQL

if TYPE_CHECKING:
    from tenure.history.events import Events


class Adds(StrEnum):
    """How rows of a day become one number."""

    SUM = "sum"
    ROWS = "rows"
    DISTINCT = "distinct"


@dataclass(frozen=True, kw_only=True)
class Value:
    """What the rows of a day add up to.

    Parameters
    ----------
    of: SQL over one row; empty for a count of rows.
    unit: "cents", "count", or what a whole number is of; it ends the names of features.
    decimals: the whole number kept is the value times ten to this power.
    where: SQL condition; only rows that meet it count.
    """

    adds: Adds
    of: str = ""
    unit: str = "count"
    decimals: int = 0
    where: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns of the row that it is made from."""
        return tuple(name for text in (self.of, self.where) if text for name in RowSQL(text).reads)


def cents(of: str, *, where: str = "") -> Value:
    """Money: SQL in units of the currency, kept as whole hundredths."""
    return _checked(Value(adds=Adds.SUM, of=of, unit="cents", decimals=2, where=where))


def whole(of: str, *, unit: str = "count", where: str = "") -> Value:
    """A whole number, such as minutes or units sold."""
    return _checked(Value(adds=Adds.SUM, of=of, unit=unit, where=where))


def number(of: str, *, decimals: int, unit: str = "count", where: str = "") -> Value:
    """A number with a stated count of decimals; further ones are rounded away."""
    if not 0 <= decimals <= 6:
        raise SpecError(f"The number {of!r} is kept with {decimals} decimals; expected 0 to 6.")
    return _checked(Value(adds=Adds.SUM, of=of, unit=unit, decimals=decimals, where=where))


def rows(*, where: str = "") -> Value:
    """How many rows there are."""
    return _checked(Value(adds=Adds.ROWS, where=where))


def distinct_of(of: str, *, where: str = "") -> Value:
    """How many different values there are on a day; two batches that tell of one day are counted together."""
    return _checked(Value(adds=Adds.DISTINCT, of=of, where=where))


@dataclass(frozen=True)
class Measure:
    """A value of one history, by name: `PURCHASES.spend`."""

    history: "Events"
    name: str
    value: Value

    @property
    def column(self) -> str:
        """Its column in the roll-up of a day."""
        unit = self.value.unit
        return self.name if unit == "count" or f"_{self.name}".endswith(f"_{unit}") else f"{self.name}_{unit}"


@dataclass(frozen=True)
class SetOf:
    """What of a kind a customer's events touched, by name: `PURCHASES.department`."""

    history: "Events"
    name: str
    member: RowSQL

    @property
    def column(self) -> str:
        """Its column in the roll-up of a day: a sorted list of text."""
        return f"{self.name}_set"


def _checked(value: Value) -> Value:
    """The value, once its SQL was parsed."""
    _ = value.reads
    return value
