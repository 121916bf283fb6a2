"""Data: what the company delivers, what each source promises, and what its last day brought. Counts and rules, never values."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from adapters.settings import Settings
from home.day_figures import verdicts_by_day
from home.links import dagster_asset, dagster_day
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfVisit
from tenure.contracts import Column, Source
from tenure.validation import DayVerdict, rows_by_rule

_RECENT_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class SourceNow:
    """A source, its last day, and the days before it."""

    source: Source
    last: DayVerdict | None
    recent: tuple[DayVerdict, ...]
    settings: Settings
    project: str

    def in_dagster(self, day: DayVerdict) -> str:
        """Where Dagster shows what validation made of a day."""
        return dagster_day(self.settings, day.key, self.project, "validated", self.source.name)

    @property
    def n_withheld(self) -> int:
        """Days withheld of the recent ones."""
        return sum(bool(day.withheld) for day in self.recent)

    @property
    def recent_by_rule(self) -> tuple[tuple[str, int], ...]:
        """Rows in quarantine by rule over the recent days, most first."""
        return tuple(rows_by_rule(self.recent).most_common())


def show_data(request: Request, room: InRoom, visit: OfVisit) -> Response:
    """Sources with their contracts, and the quarantine of the last day by rule."""
    found = [_now(room, source) for source in room.workplace.project.sources]
    withheld = sorted(((day, one) for one in found for day in one.recent if day.withheld), key=lambda w: w[0].key)
    return page(
        request,
        "data.html",
        visit,
        sources=found,
        withheld=withheld[::-1],
        promises=promises,
        n_recent=_RECENT_DAYS,
        purposes=_purposes(room),
        dagster=dagster_asset(room.workplace.settings, room.workplace.project.name),
    )


def promises(column: Column) -> str:
    """What a column's contract asks of its values, in words."""
    asked = [] if column.nullable else ["always there"]
    if column.minimum is not None and column.maximum is not None:
        asked.append(f"from {column.minimum:g} to {column.maximum:g}")
    elif column.minimum is not None:
        asked.append(f"at least {column.minimum:g}")
    elif column.maximum is not None:
        asked.append(f"at most {column.maximum:g}")
    if column.allowed is not None:
        asked.append(f"one of {len(column.allowed)} values")
    if column.pattern is not None:
        asked.append("of a fixed form")
    return ", ".join(asked) or "may be missing"


def _now(room: Room, source: Source) -> SourceNow:
    """One source with its recent days."""
    recent = verdicts_by_day(room.workplace.lake, source)[-_RECENT_DAYS:]
    settings, project = room.workplace.settings, room.workplace.project.name
    return SourceNow(source=source, last=recent[-1] if recent else None, recent=recent, settings=settings, project=project)


def _purposes(room: Room) -> dict[str, str]:
    """What the data may be used for."""
    return {purpose.name: purpose.why for purpose in room.workplace.project.purposes}
