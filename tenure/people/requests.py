"""What people ask of a company that holds their data, by when it is to be answered, and whether it was.

The law gives one month from receipt, and two more where a request is complex and the person is told within the first: GDPR,
Article 12(3). A period of months ends on the same date of its last month or, where there is none, on that month's last day
(Regulation 1182/71, Article 3(2)(c)). A withdrawal of consent counts at once (Article 7(3)), and has no such period.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONTHS, LONGEST_MONTHS = 1, 3
LAW = "GDPR, Art. 12(3)"


class Asks(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    ERASURE = "erasure"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal of consent"

    @property
    def article(self) -> str:
        """Where the GDPR gives it."""
        return _ARTICLES[self]


_ARTICLES = {Asks.ACCESS: "Art. 15", Asks.ERASURE: "Art. 17", Asks.OBJECTION: "Art. 21", Asks.WITHDRAWAL: "Art. 7(3)"}


class Stands(StrEnum):
    """Where a request stands."""

    OVERDUE = "overdue"
    OPEN = "open"
    LATE = "done late"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What one person asked for.

    Parameters
    ----------
    person: a pseudonym; empty where nobody noted whose it was.
    received: the day on which it came; None where nobody noted it.
    number: of a request that was noted; None of what is told by its record alone.
    is_extended: whether the person was told in time that it takes up to three months.
    done: the day on which it was done, or closed without; `closed` then says why.
    receipt: what proves it, in words; `record` the place in the log that does.
    """

    asks: Asks
    person: str
    received: date | None
    number: int | None = None
    is_extended: bool = False
    done: date | None = None
    closed: str = ""
    receipt: str = ""
    record: int | None = None

    @property
    def due(self) -> date | None:
        """The last day on which it is answered in time; None where there is none, or nobody knows when it came."""
        if self.received is None or self.asks is Asks.WITHDRAWAL:
            return None
        return months_after(self.received, LONGEST_MONTHS if self.is_extended else MONTHS)

    @property
    def extendable_until(self) -> date | None:
        """The last day on which the person can still be told that it takes longer."""
        return None if self.received is None else months_after(self.received, MONTHS)

    def stands(self, today: date) -> Stands:
        """Where it stands as of a day."""
        if self.done is None:
            return Stands.OVERDUE if self.due is not None and today > self.due else Stands.OPEN
        if self.closed:
            return Stands.CLOSED
        return Stands.LATE if self.due is not None and self.done > self.due else Stands.DONE


def months_after(day: date, months: int) -> date:
    """The same date so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_order(requests: Iterable[Request], today: date) -> list[Request]:
    """What is to be done first, by when it is due; then what was done, the latest first."""
    known = list(requests)
    to_do = [one for one in known if one.stands(today) in (Stands.OVERDUE, Stands.OPEN)]
    done = [one for one in known if one.done is not None]
    return [
        *sorted(to_do, key=lambda one: (one.due or date.max, one.number or 0)),
        *sorted(done, key=lambda one: (one.done or date.min, one.record or 0, one.number or 0), reverse=True),
    ]
