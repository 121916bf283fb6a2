"""One column of a source: what it holds, what the company calls it and which values are good."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum

import pyarrow as pa

from tenure.errors import SpecError

# A number with a fraction lies within USUALLY where no bound is given: more is a bar code or an id in the wrong column. A bound
# may allow up to HELD, which sums of whole cents over every line of a customer still hold.
USUALLY, HELD = 1e9, 1e12
WHOLE = 2.0**63

DTypes = type[str] | type[int] | type[float] | type[bool] | type[date] | type[datetime]

_ARROW: Mapping[DTypes, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us"),
}


_SQL: Mapping[DTypes, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    date: "DATE",
    datetime: "TIMESTAMP",
}


class PersonalData(StrEnum):
    """How closely a column is tied to a person."""

    NONE = "none"
    PSEUDONYM = "pseudonym"  # a key that stands for one person or household
    BEHAVIOUR = "behaviour"  # what an identified person did
    PROTECTED = "protected"  # held for audits alone, never an input of a model


@dataclass(frozen=True)
class Column:
    """One column: what it holds, what the company calls it and which values are good.

    `minimum`, `maximum` (inclusive), `allowed`, `pattern` and `nullable` are row-level: a row that breaks one is quarantined
    under a rule named for the column. `because` says why a surprising bound is right. A number with a fraction always has bounds:
    where none is given, a thousand million either way.

    `derived_by` is the SQL over one row that makes the column, where it is not received but declared as `derived` of a source,
    and `reads` the columns of the row that it reads.
    """

    name: str
    dtype: DTypes
    _: KW_ONLY
    meaning: str
    received_as: str | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None
    pattern: str | None = None
    nullable: bool = False
    personal: PersonalData = PersonalData.NONE
    because: str = ""
    derived_by: str = ""
    reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a column that nothing can be read into."""
        if self.dtype not in _ARROW:
            raise SpecError(
                f"Column {self.name!r} is of type {getattr(self.dtype, '__name__', self.dtype)}; expected one of "
                f"{', '.join(kind.__name__ for kind in _ARROW)}."
            )
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.dtype not in (int, float):
            raise SpecError(f"Column {self.name!r} has bounds, but is of type {self.dtype.__name__}: only numbers have.")
        limit = HELD if self.dtype is float else WHOLE
        if any(not abs(bound) <= limit for bound in bounds) or self.bounds[0] > self.bounds[1]:
            raise SpecError(
                f"Column {self.name!r} allows {self.bounds[0]:g} to {self.bounds[1]:g}; expected a minimum at most the maximum, "
                f"and neither beyond {limit:g} either way, which is what sums of it can hold."
            )
        if self.dtype is not str and (self.allowed is not None or self.pattern is not None):
            raise SpecError(f"Column {self.name!r} has a list or a pattern, but is of type {self.dtype.__name__}: only text has.")

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the column may hold, both included."""
        widest = USUALLY if self.dtype is float else WHOLE
        return (
            min(-widest, self.maximum or 0.0) if self.minimum is None else float(self.minimum),
            max(widest, self.minimum or 0.0) if self.maximum is None else float(self.maximum),
        )

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of its values."""
        return _ARROW[self.dtype]

    @property
    def sql(self) -> str:
        """The SQL type of its values."""
        return _SQL[self.dtype]

    @property
    def source_name(self) -> str:
        """The column's name in the batch as received."""
        return self.received_as or self.name
