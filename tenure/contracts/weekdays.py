"""On which days a source delivers: weekdays, less the holidays of a place and single days."""

import re
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import cache

from tenure.errors import SpecError

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The days whose holidays are looked up when a place is named: that it is known is told at once.
_ANY_YEAR = 2020


@dataclass(frozen=True)
class Weekdays:
    """The days with events of which a batch must come; of any other one may, with as few rows as there are.

    Parameters
    ----------
    days: weekdays, such as "mon tue wed thu fri".
    holidays: a country, or a part of one, whose public holidays are left out: "GB", "GB-ENG", "US-CA". It takes the library
        `holidays` (`pip install 'tenure[holidays]'`).
    closed_on: further days that are left out, each year ("12-25") or once ("2020-12-24").
    otherwise: why no batch is normal on other days, in words.
    """

    days: str = " ".join(NAMES)
    _: KW_ONLY
    holidays: str = ""
    closed_on: tuple[str, ...] = ()
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Refuse a weekday, a place or a day that there is not."""
        wrong = [day for day in self.days.split() if day not in NAMES]
        if wrong or not self.days.split():
            raise SpecError(f"A source delivers on {self.days!r}; expected weekdays among {' '.join(NAMES)!r}.")
        for day in self.closed_on:
            if not re.fullmatch(r"([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", day):
                raise SpecError(f"A day is written as 12-25, or as 2020-12-25, found {day!r} in closed_on.")
        if self.holidays:
            holidays_of(self.holidays, _ANY_YEAR)

    @property
    def in_words(self) -> str:
        """The days in words; nothing where they are all."""
        if self == Weekdays():
            return ""
        less = " and ".join(filter(None, [self.holidays and f"the holidays of {self.holidays}", ", ".join(self.closed_on)]))
        days = "" if self.days.split() == list(NAMES) else f" on {self.days}"
        otherwise = f"; otherwise {self.otherwise}" if self.otherwise else ""
        return f"Delivered{days or ' daily'}{f' but on {less}' if less else ''}{otherwise}."

    def include(self, day: date) -> bool:
        """Whether a batch with the events of a day must come."""
        return (
            NAMES[day.weekday()] in self.days.split()
            and not {f"{day:%m-%d}", day.isoformat()} & set(self.closed_on)
            and not (self.holidays and day in holidays_of(self.holidays, day.year))
        )


@cache
def holidays_of(place: str, year: int) -> frozenset[date]:
    """The public holidays of a place in a year.

    Raises
    ------
    SpecError: for a place that the library does not know, or without the library.
    """
    try:
        import holidays
    except ModuleNotFoundError:
        raise SpecError(
            f"A source is closed on the holidays of {place!r}, which takes a library that is not installed: "
            "pip install 'tenure[holidays]'. Or name the days in closed_on."
        ) from None
    country, _, part = place.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        raise SpecError(
            f"There is no place {place!r} whose holidays are known; expected a country (ISO 3166) such as 'GB', or a part of one "
            "such as 'GB-ENG'. Or name the days in closed_on."
        ) from None
