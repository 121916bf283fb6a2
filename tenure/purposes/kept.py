"""For how long data are kept: what an approved declaration says of it, in days, and what of a project does not end by days.

The unit is the whole day of a source: its batch of a key, and what was made of that. Ending is `provenance/retention_act.py`'s.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.features.feature import Feature
from tenure.history import Events, Intervals, States
from tenure.project import Project
from tenure.purposes.declaration import DataKind, Declaration
from tenure.specs import Model

_DAYS = re.compile(r"([1-9][0-9]*) days?")
ALL = "all of it"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """For how many days a source's rows, or what is made for a purpose, are kept."""

    kind: DataKind
    name: str
    days: int

    def ended_before(self, today: date) -> date:
        """The first day that is still kept."""
        return today - timedelta(days=self.days)

    @property
    def in_words(self) -> str:
        """As a sentence says it."""
        return f"the {self.kind} {self.name!r} is kept for {self.days} day{'s' * (self.days != 1)}"


def kept_by(declaration: Declaration) -> Kept | None:
    """What a declaration says of it as people sign it; None where it names no number of days."""
    found = _DAYS.fullmatch(" ".join(declaration.about("kept")))
    return None if found is None else Kept(kind=declaration.kind, name=declaration.name, days=int(found[1]))


def kept_of_model(project: Project, spec: Model, known: Mapping[tuple[DataKind, str], Kept]) -> Kept | None:
    """For how long what is made by a model is kept: as its purpose says, or else as long as any of its sources; None for ever.

    Parameters
    ----------
    known: for how long everything is kept, as approved.
    """
    purpose = project.purpose_of(spec)
    if purpose is None or purpose.is_in_words:
        return None
    if (own := known.get((DataKind.PURPOSE, purpose.name))) is not None:
        return own
    if purpose.kept_days is not None:
        return None  # nobody approved it so
    read = [known.get((DataKind.SOURCE, name)) for name in project.read_sources]
    return None if None in read or not read else _longest(one for one in read if one is not None)


def kept_of_models(project: Project, known: Mapping[tuple[DataKind, str], Kept]) -> Kept | None:
    """For how long what all models read is kept: as long as what the last of them makes; None for ever."""
    times = [kept_of_model(project, spec, known) for spec in project.models]
    return None if None in times or not times else _longest(one for one in times if one is not None)


def _longest(times: Iterable[Kept]) -> Kept:
    return max(times, key=lambda one: one.days)


def names_days(project: Project) -> bool:
    """Whether a project says of anything for how many days it is kept."""
    said = (*(source.kept_days for source in project.sources), *(purpose.kept_days for purpose in project.purposes))
    return any(days is not None for days in said)


def lasting(project: Project) -> Mapping[str, str]:
    """Sources of which no day ends by itself, for a row holds until another is told; by name, each with why."""
    return dict(_lasting(project))


def _lasting(project: Project) -> Iterator[tuple[str, str]]:
    for source in project.sources:
        if source.is_snapshot or source.is_static:
            yield source.name, "later deliveries are held against earlier ones"
    for history in project.histories:
        if isinstance(history, States | Intervals):
            yield history.source, "what it says holds until something else is told"
        elif isinstance(history, Events):
            yield from ((one.source, "other rows are looked up in it") for one in history.look_ups)
    yield from ((one.source, "audits go by what it says last") for one in project.attributes)
    if project.people is not None:
        yield from ((name, "who is one person is told by it") for name in project.people.sources)
    if project.consents is not None:
        consents = {project.consents.source, "recorded_consents"} - {""}
        yield from ((name, "what people said of consent holds until they say otherwise") for name in sorted(consents))


def look_further(project: Project, spec: Model) -> Iterator[tuple[Kept, tuple[str, ...]]]:
    """Sources that are kept for less time than inputs of a model look back, with these inputs, each with how far."""
    for source in project.sources:
        if source.kept_days is None or source.name in lasting(project):
            continue
        reaches = {f.name: _reach(f) for f in spec.inputs if f.rows.history.source == source.name}
        further = tuple(
            f"{name} ({ALL if reach is None else f'{reach} days'})"
            for name, reach in reaches.items()
            if reach is None or reach > source.kept_days
        )
        if further:
            yield Kept(kind=DataKind.SOURCE, name=source.name, days=source.kept_days), further


def kept_for_less(project: Project, spec: Model, n_days: int) -> Iterator[Kept]:
    """Sources that inputs of a model read and that are kept for less than so many days."""
    read, stays = {feature.rows.history.source for feature in spec.inputs}, lasting(project)
    for source in project.sources:
        if source.kept_days is not None and source.kept_days < n_days and source.name in read and source.name not in stays:
            yield Kept(kind=DataKind.SOURCE, name=source.name, days=source.kept_days)


def _reach(feature: Feature) -> int | None:
    """How many days back an input differs by what it reads; None for all of them."""
    is_cut = feature.capped_at is not None and feature.absent == feature.capped_at
    return feature.lookback_days if feature.lookback_days is not None or not is_cut else int(feature.capped_at or 0)
