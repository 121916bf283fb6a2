"""How files come: one a day with the day in its name, one that grows, or a table of customers of one day; and on which days."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath

from tenure.contracts.weekdays import NAMES

_DAYS = ((re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)"), "%Y-%m-%d", "{day}"),
         (re.compile(r"(?<!\d)(\d{8})(?!\d)"), "%Y%m%d", "{day:%Y%m%d}"),
         (re.compile(r"(?<!\d)(\d{4}_\d{2}_\d{2})(?!\d)"), "%Y_%m_%d", "{day:%Y_%m_%d}"))  # fmt: skip
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
    days: the days with a file, in order; none where files are not of days.
    """

    pattern: str
    days: tuple[date, ...] = ()

    @property
    def is_daily(self) -> bool:
        """Whether a file holds one day."""
        return bool(self.days)

    @property
    def weekdays(self) -> tuple[str, ...]:
        """The weekdays with files."""
        found = Counter(day.weekday() for day in self.days)
        is_long = self.days and (self.days[-1] - self.days[0]).days >= 7 * _FEWEST_WEEKS
        return tuple(name for i, name in enumerate(NAMES) if found[i] or not is_long)

    @property
    def closed_on(self) -> tuple[date, ...]:
        """Other days without a file, where they are few."""
        if not self.days:
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
            return Delivery(pattern=patterns.pop(), days=tuple(sorted(day for day in days if day)))
    if len(paths) == 1:
        return Delivery(pattern=paths[0])
    kinds = {"".join(PurePath(path).suffixes) for path in paths}
    return Delivery(pattern=f"{PurePath(paths[0]).parent}/*{kinds.pop() if len(kinds) == 1 else ''}")


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
    folder = str(PurePath(path).parent)
    name = PurePath(path).name
    return f"{folder}/{name[: found.start(1)]}{placeholder}{name[found.end(1) :]}"
