"""A source: one thing that a company delivers, as its contract."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tenure.clocks import UTC, check_zone, on_clocks
from tenure.contracts.column import Column
from tenure.contracts.column_table import columns_of
from tenure.contracts.derived import SetAside, derived_columns, read_columns
from tenure.contracts.readers import Cumulative, Query, Reader, Snapshots, became
from tenure.contracts.text import Text
from tenure.contracts.volume import Volume
from tenure.contracts.weekdays import Weekdays
from tenure.errors import SpecError
from tenure.history.row_sql import shown_on_clocks

# In a key: the place of the row in its day's batch, for sources whose rows have no name of their own.
ROW = "row"
# Beside the columns of snapshots: whether the row is no longer there.
GONE = "is_gone"
_ANY_DAYS = 36_500
_ANY_VOLUME, _EVERY_DAY, _FOUND_IN_EACH_FILE = Volume(), Weekdays(), Text()


class Available(StrEnum):
    """When a row became known; the text is printed on the card."""

    END_OF_EVENT_DAY = "at the end of the event's UTC day"
    AT_EVENT = "at the event's own time"
    ON_RECEIPT = "on the day it was received"
    FROM_FIRST_DAY = "from the first day, for the source carries no date"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row-level rule across columns: `keeps` is a SQL condition that every good row satisfies (unknown counts as broken)."""

    name: str
    keeps: str
    meaning: str
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One thing a company delivers.

    Parameters
    ----------
    grain: one row, in words.
    title: what people call it; the name in words by default.
    key: columns that together name a row. "row" is its place in its day's batch, for rows without a name of their own.
    event_time: column with the time of the event, None for a source without dates; by default the one column of a time.
    columns: the columns as received, or a table of text (`column_table.py`); after them stand those derived.
    derived: columns made by SQL over one row, by name; their types, lineage and sensitivity follow from the SQL.
    set_aside: rows that are expected and are no part of the history.
    delivered: the days with events of which a batch must come.
    text: how its text files are written, where that is not to be found in each file.
    zone: the IANA name of the zone in which its times without an offset are. Of an hour that clocks show twice the second is
        meant, and an hour that they skip is the one after it.
    clocks: the IANA name of the zone whose days are the company's; its project says so.
    late_days: how many days after its event a row may still arrive.
    unread: delivered columns that nothing but the raw files ever holds, by the company's names: who somebody is, say.
    why, from_whom: what it is held for, and who delivers it, in words; people approve these with the contract.
    kept_days: days for which its rows are kept; None for as long as the home.
    max_duplicate_share, max_quarantine_share: shares of a batch (0 to 1) above which the whole day is withheld.
    """

    name: str
    title: str = ""
    grain: str
    key: tuple[str, ...]
    event_time: str | None = ""
    available: Available = Available.END_OF_EVENT_DAY
    columns: tuple[Column, ...]
    reader: Reader
    owner: str = "team:data"
    derived: Mapping[str, str] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()
    rules: tuple[Rule, ...] = ()
    volume: Volume = _ANY_VOLUME
    delivered: Weekdays = _EVERY_DAY
    late_days: int = 0
    max_duplicate_share: float = 0.001
    max_quarantine_share: float = 0.05
    text: Text = _FOUND_IN_EACH_FILE
    zone: str = UTC
    clocks: str = UTC
    limitation: str = ""
    unread: tuple[str, ...] = ()
    why: str = ""
    from_whom: str = ""
    kept_days: int | None = None

    def __post_init__(self) -> None:
        """Complete what follows from what is said, and refuse a contract that contradicts itself."""
        if isinstance(self.reader, Snapshots):
            object.__setattr__(self, "available", Available.ON_RECEIPT)
        object.__setattr__(self, "columns", self._all_columns())
        object.__setattr__(self, "title", self.title or self.name.replace("_", " ").capitalize())
        if self.event_time == "":
            object.__setattr__(self, "event_time", self._only_time())
        check_zone(f"Source {self.name!r}", self.zone)
        self._check_names()
        known = {column.name: column for column in self.columns}
        for each in self.set_aside:
            read_columns(self.name, each.name, each.condition, known)
        shares = (self.max_duplicate_share, self.max_quarantine_share)
        if self.late_days < 0 or not all(0 <= share <= 1 for share in shares):
            raise SpecError(
                f"Source {self.name!r}: expected zero late_days or more and shares from 0 to 1; found "
                f"{self.late_days} and {shares}."
            )
        if self.kept_days is not None and self.kept_days < 1:
            raise SpecError(f"Source {self.name!r} is kept for {self.kept_days} days; expected a day or more.")
        if (self.event_time is None) != (self.available in (Available.FROM_FIRST_DAY, Available.ON_RECEIPT)):
            raise SpecError(
                f"Source {self.name!r}: a source has an event_time exactly when it is available neither FROM_FIRST_DAY nor "
                f"ON_RECEIPT; "
                f"found event_time={self.event_time!r} and available={self.available.name}."
            )

    def _all_columns(self) -> tuple[Column, ...]:
        """The columns as received, then those that are made."""
        declared: tuple[Column, ...] | str = self.columns
        columns = columns_of(self.name, declared) if isinstance(declared, str) else declared
        received = tuple(column for column in columns if not column.derived_by)
        has_place = ROW in self.key and ROW not in {column.name for column in received}
        place = (Column(ROW, int, meaning="place of the row in its day's batch, after the day", derived_by=ROW),) * has_place
        made = (*derived_columns(self.name, self.derived, (*received, *place)), *place)
        if self.is_snapshot:
            made += (Column(GONE, bool, meaning="the snapshot no longer holds the row; its last values stand", derived_by=GONE),)
        return (*received, *made)

    def _only_time(self) -> str | None:
        """The one column that holds a time."""
        if self.available in (Available.FROM_FIRST_DAY, Available.ON_RECEIPT):
            return None
        times = [column.name for column in self.columns if column.dtype in (date, datetime)]
        if len(times) != 1:
            raise SpecError(
                f"Source {self.name!r} does not say which column is its event_time, and {times or 'none'} hold a day or a time. "
                "Name one, or declare event_time=None and available=Available.FROM_FIRST_DAY for a table without dates."
            )
        return times[0]

    def _check_names(self) -> None:
        """Refuse a key or a column of days that is none, and columns that are there twice."""
        names = [column.name for column in self.columns]
        by = self.reader.by if isinstance(self.reader, Snapshots) else ""
        if by and (by not in names or self.column(by).dtype not in (date, datetime)):
            raise SpecError(
                f"Source {self.name!r} tells its snapshots apart by {by!r}; expected a column of the type day, one of {names}."
            )
        read = sorted(set(self.unread) & {column.source_name for column in self.columns})
        if read or isinstance(self.unread, str):
            raise SpecError(
                f"Source {self.name!r} leaves {self.unread!r} unread; expected a tuple of names that the "
                f"contract does not; found {', '.join(read) or 'none'} among its columns."
            )
        gone = became(self.reader.gone) if isinstance(self.reader, Snapshots | Query) else None
        if gone is not None and (gone[0] not in names or gone[0] in self.key):
            raise SpecError(
                f"Source {self.name!r} takes rows that are gone to have {gone[1]!r} as {gone[0]!r}; expected a column beside the "
                f"key, one of {[name for name in names if name not in self.key]}."
            )
        if gone is not None and not _reads(gone[1], self.column(gone[0]).dtype):
            raise SpecError(
                f"Source {self.name!r} takes rows that are gone to have {gone[1]!r} as {gone[0]!r}, which is of type "
                f"{self.column(gone[0]).dtype.__name__}; expected a value of that type."
            )
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

    @property
    def received_columns(self) -> tuple[Column, ...]:
        """The columns that a batch holds; the others are made of them."""
        return tuple(column for column in self.columns if not column.derived_by)

    @property
    def available_in_words(self) -> str:
        """When a row became known, as the card says it."""
        return self.available.value.replace("UTC day", f"day in {self.clocks}" if self.clocks != UTC else "UTC day")

    @property
    def times(self) -> frozenset[str]:
        """The columns that hold moments, in small letters, as SQL compares names."""
        return frozenset(column.name.lower() for column in self.columns if column.dtype is datetime)

    def on_clocks(self, cell: str, name: str) -> str:
        """SQL for a cell of a column, a moment as the company's clocks show it; a day is one already."""
        return on_clocks(cell, self.clocks) if name.lower() in self.times else cell

    def said_of_row(self, text: str) -> str:
        """SQL over one row, in which times are what the company's clocks show."""
        return shown_on_clocks(text, self.times, self.clocks)

    def derived_sql(self, column: Column) -> str:
        """SQL that makes a derived column; a moment is made of moments, anything else of what the clocks show."""
        return column.derived_by if column.dtype is datetime else self.said_of_row(column.derived_by)

    @property
    def is_static(self) -> bool:
        """True when everything arrives with the first day."""
        return self.available is Available.FROM_FIRST_DAY

    @property
    def is_snapshot(self) -> bool:
        """True when each batch holds everything, and only what differs from the one before is kept."""
        return self.available is Available.ON_RECEIPT

    @property
    def most_days_late(self) -> int:
        """How many days after its event a row may still arrive; of a table that grows, any day."""
        grows = isinstance(self.reader, Cumulative) or (isinstance(self.reader, Query) and self.event_time is not None)
        return max(self.late_days, _ANY_DAYS) if grows else self.late_days

    def minimum_on(self, event_day: date) -> int:
        """Return how many rows the events of a day must be at least."""
        return self.volume.minimum if self.delivered.include(event_day) else 0

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SpecError(f"Source {self.name!r} has no column {name!r}; it has {[c.name for c in self.columns]}.")


def _reads(value: str, dtype: type) -> bool:
    """Whether a value, said as text, is of a column's type."""
    reads: Mapping[type, Callable[[str], object]] = {
        int: int, float: float, date: date.fromisoformat, datetime: datetime.fromisoformat
    }  # fmt: skip
    try:
        reads.get(dtype, str)(value)
    except ValueError:
        return False
    return dtype is not bool or value.lower() in ("true", "false")
