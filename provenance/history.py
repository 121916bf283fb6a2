"""What is known of the days so far: which are complete, and which were never landed, are withheld or wait to be rolled up.

This is the one place that knows. A day counts as landed once every source's batch of it was judged and the roll-up was made
from what validation released: what a killed run left between the two is no history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.tables import validated_table, verdicts_table
from home.workplace import Workplace
from provenance.people import days_behind as people_behind
from provenance.roll_up import days_behind, open_roll_up
from tenure.errors import MissingHistoryError
from tenure.project import Project


@dataclass(frozen=True, kw_only=True)
class History:
    """The days of a project as they stand.

    Parameters
    ----------
    judged: days on which every source's batch was judged, released or not.
    withheld: days of which some source is withheld, with the reasons in words.
    holes: withheld days of which a source that features are made from never had a good batch.
    behind: days that were released, but are not rolled up as they stand.
    """

    project: Project
    judged: frozenset[date]
    withheld: Mapping[date, tuple[str, ...]]
    holes: frozenset[date]
    behind: frozenset[date]

    @property
    def landed(self) -> frozenset[date]:
        """Days that are in the history, withheld ones among them."""
        return self.judged - self.behind

    @property
    def latest_landed(self) -> date | None:
        """The latest landed day; None before the first."""
        return max(self.landed, default=None)

    @property
    def latest_released(self) -> date | None:
        """The latest judged day of which no source is withheld: the newest that a run can score."""
        return max(self.judged - self.withheld.keys(), default=None)

    @property
    def unbroken_until(self) -> date | None:
        """The last day up to which every day is landed and none is a hole; None where the first is not."""
        day = self.project.first_key
        while day in self.landed and day not in self.holes:
            day += timedelta(days=1)
        return day - timedelta(days=1) if day > self.project.first_key else None

    def never_landed(self, until: date) -> tuple[date, ...]:
        """Days up to and including `until` of which some source was never judged."""
        return tuple(day for day in self.project.keys_until(until) if day not in self.judged)

    def behind_until(self, until: date) -> tuple[date, ...]:
        """Days up to and including `until` that wait to be rolled up."""
        return tuple(sorted(day for day in self.behind if day <= until))

    def holes_until(self, until: date) -> tuple[date, ...]:
        """Days up to and including `until` that later features lack."""
        return tuple(sorted(day for day in self.holes if day <= until))

    def lacking(self, until: date) -> str:
        """What is to be said wherever scores up to a day are shown or handed out; nothing where they lack no day."""
        holes = self.holes_until(until)
        return (
            f"These scores lack what {len(holes)} withheld days brought (first: {holes[0]}): customers may look more absent than "
            "they are. Deliver those days again and score again."
            if holes
            else ""
        )

    def require(self, until: date) -> None:
        """Refuse to look at a day whose past is not there: a missing week looks like a pause of every customer."""
        if missing := self.never_landed(until):
            raise MissingHistoryError(
                f"Day {until} needs every day since {self.project.first_key}, but {len(missing)} were never landed and "
                f"validated (first: {missing[0]}, last: {missing[-1]}). Run {self._land(missing)} first."
            )
        if behind := self.behind_until(until):
            raise MissingHistoryError(
                f"Day {until} needs every day since {self.project.first_key}, but {len(behind)} were validated and not rolled up "
                f"as they stand (first: {behind[0]}, last: {behind[-1]}): a run was ended before it did, or rows are rolled up "
                f"otherwise now. Any run that lands a day makes up for it, such as {self._land(behind[-1:])}."
            )

    def require_whole(self, until: date) -> None:
        """Refuse to train over withheld days: on them every customer seems to pause, and every label is wrong."""
        self.require(until)
        if holes := self.holes_until(until):
            raise MissingHistoryError(
                f"Training as of {until} needs what every day before brought, but {len(holes)} days are withheld "
                f"(first: {holes[0]}). `tenure status` says why. Deliver them again through the inbox, land them, train again."
            )

    def _land(self, days: Sequence[date]) -> str:
        """The command that lands days."""
        return f"`tenure land --project {self.project.name} --from {days[0]} --to {days[-1]}`"


def read_history(workplace: Workplace) -> History:
    """Read what is known of a project's days."""
    project = workplace.project
    judged = {source.name: _judged(workplace, source.name, None) for source in project.sources}
    return History(
        project=project,
        judged=frozenset.intersection(*(frozenset(days) for days in judged.values())),
        withheld=_withheld(judged),
        holes=frozenset(_holes(workplace, judged)),
        behind=frozenset(
            day for history in project.events for day in days_behind(workplace, history, open_roll_up(workplace, history))
        )
        | frozenset(people_behind(workplace)),
    )


def withheld_days(workplace: Workplace, days: Sequence[date] | None) -> Mapping[date, tuple[str, ...]]:
    """Days, of these or of all, of which some source is withheld, with the reasons in words."""
    return _withheld({source.name: _judged(workplace, source.name, days) for source in workplace.project.sources})


def _judged(workplace: Workplace, source_name: str, days: Sequence[date] | None) -> Mapping[date, str]:
    """The days of one source that were judged, each with why it is withheld; a released one with nothing."""
    verdicts = workplace.lake.rows(verdicts_table(workplace.project.source(source_name)), days=days, columns=["day", "withheld"])
    rows = [] if verdicts is None else verdicts.to_pylist()
    return {row["day"]: " ".join(row["withheld"] or ()) for row in rows}


def _withheld(judged: Mapping[str, Mapping[date, str]]) -> Mapping[date, tuple[str, ...]]:
    """Days of which some source is withheld, with the reasons in words."""
    reasons: dict[date, list[str]] = {}
    for source_name, days in judged.items():
        for day, why in days.items():
            if why:
                reasons.setdefault(day, []).append(f"{source_name}: {why}")
    return {day: tuple(reasons[day]) for day in sorted(reasons)}


def _holes(workplace: Workplace, judged: Mapping[str, Mapping[date, str]]) -> set[date]:
    """Withheld days of which a source that features are made from never had a good batch."""
    holes: set[date] = set()
    for name in workplace.project.read_sources:
        if withheld := {day for day, why in judged[name].items() if why}:
            holes |= withheld - set(workplace.lake.days(validated_table(workplace.project.source(name))))
    return holes
