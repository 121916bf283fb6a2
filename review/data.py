"""Data: what the company delivers, what each source promises, and what its last day brought. Counts and rules, never values."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request
from starlette.responses import Response

from adapters.tables import verdicts_table
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfVisit
from tenure.contracts import Column, Source

_RECENT_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class DayVerdict:
    """What validation said of one day's batch."""

    day: date
    n_received: int
    n_kept: int
    n_quarantined: int
    by_rule: tuple[tuple[str, int], ...]
    withheld: tuple[str, ...]

    @property
    def quarantined_rate(self) -> float:
        """Share of the batch in quarantine."""
        return self.n_quarantined / self.n_received if self.n_received else 0.0


@dataclass(frozen=True, kw_only=True)
class SourceNow:
    """A source, its last day, and the days before it."""

    source: Source
    last: DayVerdict | None
    recent: tuple[DayVerdict, ...]

    @property
    def n_withheld(self) -> int:
        """Days withheld of the recent ones."""
        return sum(bool(day.withheld) for day in self.recent)

    @property
    def recent_by_rule(self) -> tuple[tuple[str, int], ...]:
        """Rows in quarantine by rule over the recent days, most first."""
        total: dict[str, int] = {}
        for day in self.recent:
            for rule, n in day.by_rule:
                total[rule] = total.get(rule, 0) + n
        return tuple(sorted(total.items(), key=lambda item: -item[1]))


def show_data(request: Request, room: InRoom, visit: OfVisit) -> Response:
    """Sources with their contracts, and the quarantine of the last day by rule."""
    found = [_now(room, source) for source in room.workplace.project.sources]
    return page(request, "data.html", visit, sources=found, promises=promises, n_recent=_RECENT_DAYS, purposes=_purposes(room))


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
    rows = room.workplace.lake.rows(verdicts_table(source))
    days = [] if rows is None else [_verdict(row) for row in rows.sort_by("day").to_pylist()[-_RECENT_DAYS:]]
    return SourceNow(source=source, last=days[-1] if days else None, recent=tuple(days))


def _verdict(row: dict[str, Any]) -> DayVerdict:
    """One row of the verdicts table."""
    by_rule = tuple(zip(row["rules"], row["n_by_rule"], strict=True))
    return DayVerdict(
        day=row["day"],
        n_received=row["n_received"],
        n_kept=row["n_kept"],
        n_quarantined=row["n_quarantined"],
        by_rule=tuple(sorted(by_rule, key=lambda item: -item[1])),
        withheld=tuple(row["withheld"]),
    )


def _purposes(room: Room) -> dict[str, str]:
    """What the data may be used for."""
    return dict(room.workplace.project.purposes)
