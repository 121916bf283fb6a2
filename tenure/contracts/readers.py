"""Where a source's batches are read from, as data. How they are read is `adapters/readers/`'s."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tenure.errors import SpecError

# What the names of files end in, without compression, and the compressions that may follow. Their bytes say what they are.
KINDS = ("parquet", "csv", "tsv", "txt", "jsonl", "ndjson", "json", "asc", "dat", "data", "psv", "tab")
COMPRESSIONS = ("gz", "bz2", "xz", "zst", "zip")
DAY_IN_PATH = re.compile(r"\{day(?::([^}]+))?\}")
KINDS_IN_WORDS = f"one of .{', .'.join(KINDS)}, or one of them with .{', .'.join(COMPRESSIONS)} after it"
ENDINGS = (*KINDS, *(f"{kind}.{how}" for kind in KINDS for how in COMPRESSIONS), "zip", "gz")


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
    """Read one file a day, or several.

    `pattern` is a path or an address (`s3://bucket/orders/{day}.csv`) with `{day}` for the event day, which is written as
    2020-12-31, or as a format says: `{day:%Y%m%d}`. With `*` in it all files that match are the day's.
    """

    pattern: str

    def __post_init__(self) -> None:
        """Refuse a path that is the same for every day, or of a kind that nobody reads."""
        if is_monthly(self.pattern):
            raise SpecError(
                f"Files are read one a day, but {self.pattern!r} names a month. Read what happened in files of months as a table "
                f"that grows: Cumulative(pattern={DAY_IN_PATH.sub('*', self.pattern)!r})."
            )
        if not DAY_IN_PATH.search(self.pattern) or ending_of(self.pattern) is None:
            raise SpecError(
                f"Files are read one a day from a path that holds {{day}} and ends in {KINDS_IN_WORDS}; found {self.pattern!r}."
            )


@dataclass(frozen=True, kw_only=True)
class Cumulative:
    """Read one file that grows, or several, cut by the day of each row's event time.

    A row that is read later than with the batch of its event day is late: it is known from the batch that brought it on.
    """

    pattern: str

    def __post_init__(self) -> None:
        """Refuse a path of another file each day, or of a kind that nobody reads."""
        if DAY_IN_PATH.search(self.pattern) or ending_of(self.pattern) is None:
            raise SpecError(
                f"A file that grows has one path, without a day, and ends in {KINDS_IN_WORDS}; found {self.pattern!r}."
            )


@dataclass(frozen=True, kw_only=True)
class Snapshots:
    """Read tables that are whole each time: what differs from the one before becomes history, known on the day received.

    Parameters
    ----------
    pattern: a path or address with `{day}` for the day at whose end each was taken, or `{day:%Y-%m}` for the month, on whose last
        day it then was; or one path, which is read when it is landed.
    by: of a file in which the tables of many days stand below one another, the column that says of which day, or of which
        month, a row is; its name is the contract's.
    of: the one day of a single snapshot: it stands for what is known at that day's beginning, and that day may be scored.
    gone: what a row means that is no longer there: "ends" keeps its last values once more, with `is_gone`; "status=cancelled"
        does so too, and takes it to have come to that value; "refused" withholds the day.
    """

    pattern: str
    of: date | None = None
    by: str = ""
    gone: str = "ends"

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.by and (self.of is not None or DAY_IN_PATH.search(self.pattern)):
            raise SpecError(
                f"Snapshots are told apart by their column {self.by!r}, and by {self.pattern!r} or of=. Say one of them."
            )
        if ending_of(self.pattern) is None or (self.of is not None and DAY_IN_PATH.search(self.pattern)):
            raise SpecError(
                f"Snapshots are read from a path that ends in {KINDS_IN_WORDS}, with {{day}} in it unless it is a single one "
                f"of a day; found {self.pattern!r} of {self.of or 'each day'}."
            )
        check_gone(self.gone)


@dataclass(frozen=True, kw_only=True)
class Query:
    """Read from a PostgreSQL database whose address is in `TENURE_DATABASE_<NAME>`.

    Parameters
    ----------
    database: the name in that variable.
    table: what is read whole: a table, or a query in brackets. Cut by the event time as a file that grows; without an event time
        each reading is a snapshot.
    cursor: a column that only grows, such as the time of the last change: rows beyond what was read are read.
    gone: as of `Snapshots`.
    """

    database: str
    table: str
    cursor: str = ""
    gone: str = "ends"

    def __post_init__(self) -> None:
        """Refuse a name that no variable has."""
        if not self.database.isidentifier():
            raise SpecError(f"A database is called {self.database!r}; expected a plain name, as in TENURE_DATABASE_SHOP.")
        check_gone(self.gone)


Reader = PackageTables | Files | Cumulative | Snapshots | Query


def check_gone(gone: str) -> None:
    """Refuse a word that says nothing of rows that are gone."""
    if gone not in ("ends", "refused") and became(gone) is None:
        raise SpecError(f"A row that is gone is said to be {gone!r}; expected 'ends', 'refused', or 'COLUMN=VALUE'.")


def became(gone: str) -> tuple[str, str] | None:
    """The column of a row that is gone and the value to which it is taken to have come, where a reader says so."""
    name, _, value = (part.strip() for part in gone.partition("="))
    return (name, value) if name and value else None


def is_of_days(pattern: str) -> bool:
    """Whether a path is another for each day or month."""
    return DAY_IN_PATH.search(pattern) is not None


def is_monthly(pattern: str) -> bool:
    """Whether a path names a month, and no day of it."""
    found = DAY_IN_PATH.search(pattern)
    return found is not None and is_of_months((found[1] or "%Y-%m-%d",))


def is_of_months(formats: Sequence[str]) -> bool:
    """Whether days are written as months alone."""
    return bool(formats) and not any(re.search("%[-]?[djFDcxuU]", each) for each in formats)


def month_end(year: int, month: int, _: int = 1) -> date:
    """The last day of a month, at whose end what is of the month is whole."""
    return date(year, month, calendar.monthrange(year, month)[1])


def of_day(pattern: str, day: date) -> str:
    """The path of a day; of a month's file on its last day, and nothing on the others."""
    if is_monthly(pattern) and day != month_end(day.year, day.month):
        return ""
    return DAY_IN_PATH.sub(lambda found: f"{day:{found[1] or '%Y-%m-%d'}}", pattern)


def day_in(pattern: str, name: str) -> date | None:
    """The day whose file has a name, by the pattern of names; None where it is no day's."""
    found = DAY_IN_PATH.search(pattern)
    if found is None:
        return None
    parts = re.fullmatch("(.+)".join(re.escape(part) for part in DAY_IN_PATH.sub("\0", pattern).split("\0")), name)
    try:
        day = datetime.strptime(parts[1], found[1] or "%Y-%m-%d").date() if parts else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    if day is not None and is_monthly(pattern):
        day = month_end(day.year, day.month)
    return day if day is not None and of_day(pattern, day) == name else None


def ending_of(name: str) -> str | None:
    """What a file's name says of its kind, such as "csv.gz"; None where nobody reads such files."""
    lower = name.lower()
    return next((ending for ending in sorted(ENDINGS, key=len, reverse=True) if lower.endswith(f".{ending}")), None)
