"""A company's clocks: the only place that turns a moment into a day, and a time on clocks into a moment.

Moments are kept in UTC. A company's day begins when the date on its clocks changes, and ends when it changes again: where clocks
are moved it has 23 or 25 hours. A day is asked of a moment and compared with days, so that no moment has two and none has none,
also where midnight is skipped or shown twice.
"""

from datetime import UTC as IN_UTC
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tenure.errors import SpecError
from tenure.names import meant

UTC = "UTC"


def check_zone(owner: str, zone: str) -> None:
    """Refuse a time zone that nobody knows by that name, or whose name is an abbreviation, which stands for several."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found, near = "which does not exist", meant(zone, (name for name in available_timezones() if "/" in name))
    else:
        if "/" in zone or zone == UTC:
            return
        found, near = "an abbreviation, which says neither the place nor its summer time", ""
    raise SpecError(
        f"{owner} names the time zone {zone!r}, {found}. Name it as the IANA does, such as 'Europe/Paris', or 'UTC'.{near}"
    )


def on_clocks(moment: str, zone: str) -> str:
    """SQL for what the clocks of a zone show at a moment, which is SQL for a TIMESTAMP in UTC."""
    return moment if zone == UTC else f"timezone('{zone}', timezone('UTC', {moment}))"


def from_clocks(shown: str, zone: str) -> str:
    """SQL for the moment of a time on clocks: of an hour shown twice the second, of one that is skipped the hour after."""
    return shown if zone == UTC else f"timezone('UTC', timezone('{zone}', {shown}))"


def day_of(moment: datetime, zone: str) -> date:
    """The day of a moment, which has its own zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The first moment of a day, in UTC: midnight on the clocks, the first of two, or the moment that skips it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return midnight.astimezone(IN_UTC)


def days_over(now: datetime, zone: str, since: timedelta) -> date:
    """The last day whose clocks have shown, by now, the time that is so long after midnight."""
    shown = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (shown - since).date()
