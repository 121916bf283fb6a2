"""The contract of a source: what one row is, when it was known, and what its values may be.

A source is data. What follows from it (raw asset, suite, tables, data dictionary, checks) is derived elsewhere: rules become
expectations in `expectations/`, readers are carried out in `adapters/readers.py`.
"""

import re
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


class PersonalData(StrEnum):
    """How closely a column is tied to a person."""

    NONE = "none"
    PSEUDONYM = "pseudonym"  # a key that stands for one person or household
    BEHAVIOUR = "behaviour"  # what an identified person did
    PROTECTED = "protected"  # held for audits alone, never an input of a model


class Available(StrEnum):
    """When a row became known; the text is printed on the card."""

    END_OF_EVENT_DAY = "at the end of the event's UTC day"
    AT_EVENT = "at the event's own time"
    FROM_FIRST_DAY = "from the first day, for the source carries no date"


@dataclass(frozen=True)
class Column:
    """One column: what it holds, what the company calls it and which values are good.

    `minimum`, `maximum` (inclusive), `allowed`, `pattern` and `nullable` are row-level: a row that breaks one is quarantined
    under a rule named for the column. `because` says why a surprising bound is right. A number with a fraction always has bounds:
    where none is given, a thousand million either way.
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
    def source_name(self) -> str:
        """The column's name in the batch as received."""
        return self.received_as or self.name


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row-level rule across columns: `keeps` is a SQL condition that every good row satisfies (unknown counts as broken)."""

    name: str
    keeps: str
    meaning: str
    because: str = ""


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True)
class Volume:
    """How many rows one day's batch may hold; outside it the day is withheld.

    `closed_on` names days on which a batch may hold fewer than the minimum, or none: days of the year (`"12-25"`), days of the
    week (`"Sunday"`) or dates (`"2017-11-23"`).
    """

    minimum: int = 0
    maximum: int | None = None
    because: str = ""
    closed_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a band that no batch fits into, and a day that is none."""
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            raise SpecError(f"A volume of {self.minimum} to {self.maximum} rows fits no batch; expected zero or more, in order.")
        for day in self.closed_on:
            if day not in _WEEKDAYS and not re.fullmatch(r"([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", day):
                raise SpecError(f"A closed day is written as 12-25, Sunday or 2017-11-23, found {day!r} in closed_on.")

    def minimum_on(self, event_day: date) -> int:
        """Return how many rows the events of a day must be at least."""
        names = {f"{event_day:%m-%d}", f"{event_day}", _WEEKDAYS[event_day.weekday()]}
        return 0 if names & set(self.closed_on) else self.minimum


@dataclass(frozen=True, kw_only=True)
class PackageTables:
    """Read from Parquet tables shipped inside an installed Python package.

    `query` is SQL over `tables` (view name -> path inside the package) and returns the columns as the company names them.
    """

    package: str
    extra: str
    tables: tuple[tuple[str, str], ...]
    query: str


@dataclass(frozen=True, kw_only=True)
class Files:
    """Read one file a day; `pattern` is a path with `{day}` for the event day (ISO), `.parquet` or `.csv`."""

    pattern: str

    def __post_init__(self) -> None:
        """Refuse a path that is the same for every day, or of a kind that nobody reads."""
        if "{day}" not in self.pattern or not self.pattern.endswith((".parquet", ".csv")):
            raise SpecError(
                f"Files are read one a day from a path that holds {{day}} and ends in .parquet or .csv; found {self.pattern!r}."
            )


@dataclass(frozen=True, kw_only=True)
class Source:
    """One thing a company delivers.

    Parameters
    ----------
    grain: one row, in words.
    key: columns that together name a row.
    event_time: column with the time of the event, or None for a source without dates.
    late_days: how many days after its event a row may still arrive.
    max_duplicate_share, max_quarantine_share: shares of a batch (0 to 1) above which the whole day is withheld.
    """

    name: str
    title: str
    grain: str
    key: tuple[str, ...]
    event_time: str | None
    available: Available
    columns: tuple[Column, ...]
    reader: PackageTables | Files
    owner: str
    rules: tuple[Rule, ...] = ()
    volume: Volume = Volume()
    late_days: int = 0
    max_duplicate_share: float = 0.001
    max_quarantine_share: float = 0.05
    limitation: str = ""

    def __post_init__(self) -> None:
        """Refuse a contract that contradicts itself."""
        names = [column.name for column in self.columns]
        missing = [name for name in (*self.key, *filter(None, [self.event_time])) if name not in names]
        if missing:
            raise SpecError(
                f"Source {self.name!r} names {missing} as key or event time, but its columns are {names}. "
                "Add the column, or correct the name."
            )
        if not self.key or len(set(names)) < len(names):
            raise SpecError(f"Source {self.name!r} needs a key, and each column once; found the key {self.key} and {names}.")
        if self.event_time is not None and (found := self.column(self.event_time).dtype) not in (date, datetime):
            raise SpecError(
                f"Source {self.name!r}: the event time {self.event_time!r} is of type {found.__name__}; expected date or "
                "datetime, for it says on which day a row belongs."
            )
        shares = (self.max_duplicate_share, self.max_quarantine_share)
        if self.late_days < 0 or not all(0 <= share <= 1 for share in shares):
            raise SpecError(
                f"Source {self.name!r}: expected zero late_days or more and shares from 0 to 1; found "
                f"{self.late_days} and {shares}."
            )
        if (self.event_time is None) != (self.available is Available.FROM_FIRST_DAY):
            raise SpecError(
                f"Source {self.name!r}: a source has an event_time exactly when it is not available FROM_FIRST_DAY; "
                f"found event_time={self.event_time!r} and available={self.available.name}."
            )

    @property
    def is_static(self) -> bool:
        """True when everything arrives with the first day."""
        return self.event_time is None

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SpecError(f"Source {self.name!r} has no column {name!r}; it has {[c.name for c in self.columns]}.")
