"""How many rows a day's batch may hold, and on which days none need come."""

import re
from dataclasses import dataclass
from datetime import date

from tenure.errors import SpecError

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
