"""The contract of a source: what one row is, when it was known, and what its values may be.

A source is data. What follows from it (raw asset, suite, tables, data dictionary, checks) is derived elsewhere: rules become
expectations in `expectations/`, readers are carried out in `adapters/readers.py`.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from enum import StrEnum

import pyarrow as pa

from tenure.errors import SpecError

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
    under a rule named for the column. `because` says why a surprising bound is right.
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


@dataclass(frozen=True, kw_only=True)
class Volume:
    """How many rows one day's batch may hold; outside it the day is withheld.

    `closed_on` names days of the year (`"12-25"`) on which a batch may hold fewer than the minimum, or none.
    """

    minimum: int = 0
    maximum: int | None = None
    because: str = ""
    closed_on: tuple[str, ...] = ()

    def minimum_on(self, event_day: date) -> int:
        """Return how many rows the events of a day must be at least."""
        return 0 if f"{event_day:%m-%d}" in self.closed_on else self.minimum


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
        if (self.event_time is None) != (self.available is Available.FROM_FIRST_DAY):
            raise SpecError(
                f"Source {self.name!r}: a source has an event_time exactly when it is not available FROM_FIRST_DAY; "
                f"found event_time={self.event_time!r} and available={self.available.name}."
            )

    @property
    def is_static(self) -> bool:
        """True when everything arrives with the first day."""
        return self.event_time is None

    @property
    def may_be_empty(self) -> bool:
        """True when a day without rows is normal."""
        return self.volume.minimum == 0

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SpecError(f"Source {self.name!r} has no column {name!r}; it has {[c.name for c in self.columns]}.")
