"""What days owe: never landed, never scored, or withheld for a file that has come since. Nothing here starts a run.

Schedules, sensors and commands act on it; `tenure status` shows it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from adapters.doorstep import look
from adapters.tables import SCORES, stage_table
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.history import History, read_history
from tenure.clocks import days_over
from tenure.project import Project
from tenure.specs import Model

# The run of a day starts at this hour of the company's clocks; once it had half an hour, what is not done is owed.
DAILY_HOUR = 5
MORNING = timedelta(hours=DAILY_HOUR, minutes=30)
Stretch = tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class Owed:
    """Days that somebody has to run, oldest first, as unbroken stretches.

    Parameters
    ----------
    to_land: days from before anything was scored: they are landed, and their scores would be hindsight.
    to_run: days since: landed, scored and watched.
    """

    to_land: tuple[Stretch, ...] = ()
    to_run: tuple[Stretch, ...] = ()


def owed_until(project: Project, history: History, now: datetime) -> date:
    """The last day that may owe something: the last whose morning has passed, or that was judged where the data are history."""
    if project.is_history:
        return max(history.judged, default=project.first_key)
    return days_over(now, project.timezone, MORNING)


def read_owed(workplace: Workplace, until: date, *, again: Iterable[date] = ()) -> Owed:
    """Read what the days up to and including one owe.

    Where the data are history no morning was missed: days are landed, and whoever wants their scores asks for them.

    Parameters
    ----------
    again: days that are to be run again though they were scored.
    """
    history = read_history(workplace)
    if workplace.project.is_history:
        return Owed(to_land=stretches(history.never_landed(until)))
    scored = scored_days(workplace)
    began = min((min(days) for days in scored.values() if days), default=None)
    never = {day for days in never_scored(workplace, history, scored, until).values() for day in days}
    open_days = {*history.never_landed(until), *(day for day in waiting_for_file(workplace, history) if day <= until)}
    return Owed(
        to_land=stretches(day for day in open_days if began is None or day <= began),
        to_run=stretches({*never, *again, *(day for day in open_days if began is not None and day > began)}),
    )


def scored_days(workplace: Workplace) -> Mapping[str, frozenset[date]]:
    """The days that each model scored."""
    return {spec.name: frozenset(workplace.lake.days(stage_table(spec, SCORES))) for spec in workplace.project.models}


def never_scored(
    workplace: Workplace, history: History, scored: Mapping[str, Collection[date]], until: date
) -> Mapping[str, tuple[date, ...]]:
    """For each model the days since its first scored one that it could score and did not."""
    found = {}
    for spec in workplace.project.models:
        if own := scored[spec.name]:
            last = min(until, max(own)) if workplace.project.is_history else until
            released = history.judged - history.withheld.keys()
            days = [day for day in sorted(released) if min(own) < day <= last and day not in own]
            since = champion_since(workplace, spec) if days else None
            found[spec.name] = tuple(day for day in days if since is not None and day >= since)
    return {name: days for name, days in found.items() if days}


def champion_since(workplace: Workplace, spec: Model) -> date | None:
    """The first day that the champion may score: that as of which it was trained; None where nothing serves."""
    found = workplace.promotions.champion_to_beat(workplace.project.name, spec.name)
    return None if found is None else evidence_of(found[1]).model.as_of


def waiting_for_file(workplace: Workplace, history: History) -> tuple[date, ...]:
    """Withheld days of which a file lies at the door that was not there, or was another, when they were run."""
    withheld = sorted(history.withheld)
    late = look(workplace.project, workplace.raw, workplace.settings.inbox, withheld).late if withheld else {}
    return tuple(late)


def stretches(days: Iterable[date]) -> tuple[Stretch, ...]:
    """Days in order, cut where one is missing."""
    runs = groupby(enumerate(sorted(set(days))), key=lambda place: place[1] - timedelta(days=place[0]))
    return tuple(tuple(day for _, day in run) for _, run in runs)
