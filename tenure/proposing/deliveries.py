"""How files come: one a day with the day in its name, one that grows, or a table of customers of one day; and on which days."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from pathlib import PurePath

from tenure.contracts.readers import is_monthly, is_of_months, month_end
from tenure.contracts.weekdays import NAMES

_DAYS = ((re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)"), "%Y-%m-%d", "{day}"),
         (re.compile(r"(?<!\d)(\d{8})(?!\d)"), "%Y%m%d", "{day:%Y%m%d}"),
         (re.compile(r"(?<!\d)(\d{4}_\d{2}_\d{2})(?!\d)"), "%Y_%m_%d", "{day:%Y_%m_%d}"),
         (re.compile(r"(?<!\d)(\d{4}-\d{2})(?![\d-])"), "%Y-%m", "{day:%Y-%m}"),
         (re.compile(r"(?<!\d)(\d{4}_\d{2})(?![\d_])"), "%Y_%m", "{day:%Y_%m}"),
         (re.compile(r"(?<!\d)((?:19|20)\d{2}(?:0[1-9]|1[0-2]))(?!\d)"), "%Y%m", "{day:%Y%m}"))  # fmt: skip
# So many weeks without a file of a weekday, and it is one on which none comes; so many single days are listed, more are not.
_FEWEST_WEEKS, _MOST_CLOSED = 4, 40
# Data whose newest day is so long ago are history: no new day will come.
_HISTORY_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How files come.

    Parameters
    ----------
    pattern: the path of a day's file, with `{day}`; or the one path of all.
    days: the days with a file, in order, of a month its last; none where files are not of days.
    of_all: the path of all files as of a table that grows.
    """

    pattern: str
    days: tuple[date, ...] = ()
    of_all: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether the files' names tell a day or a month."""
        return bool(self.days)

    @property
    def is_monthly(self) -> bool:
        """Whether they tell a month."""
        return is_monthly(self.pattern)

    @property
    def comes_monthly(self) -> bool:
        """Whether one comes about each month, whether their names tell the day or not."""
        months = Counter((day.year, day.month) for day in self.days)
        return self.is_monthly or (len(months) > 1 and len(self.days) <= len(months) + 1)

    @property
    def is_daily(self) -> bool:
        """Whether a file holds one day."""
        return self.is_dated and not self.is_monthly

    @property
    def weekdays(self) -> tuple[str, ...]:
        """The weekdays with files."""
        found = Counter(day.weekday() for day in self.days)
        is_long = self.is_daily and (self.days[-1] - self.days[0]).days >= 7 * _FEWEST_WEEKS
        return tuple(name for i, name in enumerate(NAMES) if found[i] or not is_long)

    @property
    def closed_on(self) -> tuple[date, ...]:
        """Other days without a file, where they are few."""
        if not self.is_daily:
            return ()
        all_days = (self.days[0] + timedelta(days=i) for i in range((self.days[-1] - self.days[0]).days + 1))
        there = set(self.days)
        missing = tuple(day for day in all_days if day not in there and NAMES[day.weekday()] in self.weekdays)
        return missing if len(missing) <= _MOST_CLOSED else ()


def delivery_of(paths: Sequence[str]) -> Delivery:
    """How files come, by their names: all of one folder and one pattern, or one after the other."""
    for written, form, placeholder in _DAYS:
        found = [(path, written.search(PurePath(path).name)) for path in paths]
        days = [_day(match[1], form) for _, match in found if match]
        if len(days) < len(paths) or not all(days):
            continue
        patterns = {_with_day(path, match, placeholder) for path, match in found if match}
        if len(patterns) == 1:
            found_days = tuple(sorted(month_end(d.year, d.month) if is_of_months((form,)) else d for d in days if d))
            if len(paths) > 1 or not is_of_months((form,)):
                return Delivery(pattern=patterns.pop(), days=found_days, of_all=_of_all(paths))
    return Delivery(pattern=_of_all(paths), of_all=_of_all(paths))


def _of_all(paths: Sequence[str]) -> str:
    """One path for all files: what their names share, and a star for the rest."""
    if len(paths) == 1:
        return paths[0]
    start = _shared(paths)
    end = _shared([path[len(start) :][::-1] for path in paths])[::-1]
    return f"{start.rstrip('0123456789')}*{end.lstrip('0123456789')}"


def _shared(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def is_history(last: date, today: date) -> bool:
    """Whether data end so long ago that no new day is to be expected."""
    return (today - last).days > _HISTORY_DAYS


def _day(text: str, form: str) -> date | None:
    """A day in a name."""
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _with_day(path: str, found: re.Match[str], placeholder: str) -> str:
    """A path with the day left open."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name[: found.start(1)]}{placeholder}{name[found.end(1) :]}"
