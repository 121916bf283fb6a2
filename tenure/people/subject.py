"""What a company holds of one person, as it is told to them: the right of access (GDPR, articles 15 and 20).

It is gathered in `provenance/subject.py`, and made a page in `model_cards/subject_html.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from tenure.purposes import Purpose


@dataclass(frozen=True, kw_only=True)
class HeldRows:
    """Rows of one table that are of the person, oldest first; `columns` pairs each column with what it means."""

    table: str
    title: str
    meaning: str
    columns: tuple[tuple[str, str], ...]
    rows: pa.Table


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the person said of a purpose, when it happened and when it was known, both in UTC."""

    purpose: str
    said: str
    happened_at: datetime
    known_at: datetime
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the person stands to a purpose, and whether their data may be used for it."""

    purpose: str
    state: str
    may_be_used: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """How the company came to take ids for one person, or for two: which entry of its ledger, of which day, and by what."""

    day: date
    did: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A source that holds the person: who delivers it, for how many days it is kept, and which columns nothing reads."""

    title: str
    from_whom: str
    kept_days: int | None
    unread: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Everything of one person, as of a moment.

    `received`, `scored`, `known`, `refused`: rows as received and kept, scores with their reasons, what was computed for models,
    and rows that broke a rule. `batches` counts, by source, the deliveries whose original bytes hold the person. `unapproved`
    are purposes that nobody approved as they are declared.
    """

    project: str
    company: str
    at: datetime
    ids: tuple[str, ...]
    told: tuple[Told, ...]
    purposes: tuple[Purpose, ...]
    received: tuple[HeldRows, ...]
    scored: tuple[HeldRows, ...]
    known: tuple[HeldRows, ...]
    refused: tuple[HeldRows, ...]
    said: tuple[Said, ...]
    standings: tuple[Standing, ...]
    batches: tuple[tuple[str, int], ...]
    origins: tuple[Origin, ...] = ()
    unapproved: frozenset[str] = frozenset()

    @property
    def tables(self) -> Iterator[HeldRows]:
        """Every table with rows of the person."""
        yield from (*self.received, *self.scored, *self.known, *self.refused)

    def as_json(self) -> dict[str, Any]:
        """All of it, for another program: values as they are kept, days and moments in ISO 8601."""
        return {
            "project": self.project,
            "company": self.company,
            "at": self.at.isoformat(),
            "ids": list(self.ids),
            "identity": [{"day": one.day.isoformat(), "did": one.did, "why": one.why} for one in self.told],
            "purposes": [
                {
                    "name": one.name,
                    "why": one.why,
                    "lawful_basis": str(one.basis) if one.basis else None,
                    "categories": list(one.categories),
                    "kept_days": one.kept_days,
                    "seen_by": list(one.seen_by),
                    "is_approved": one.name not in self.unapproved,
                }
                for one in self.purposes
            ],
            "origins": [vars(one) | {"unread": list(one.unread)} for one in self.origins],
            "consent": {
                "said": [vars(one) | {"happened_at": _iso(one.happened_at), "known_at": _iso(one.known_at)} for one in self.said],
                "stands": [vars(one) for one in self.standings],
            },
            "tables": {
                one.table: {
                    "meaning": one.meaning,
                    "columns": dict(one.columns),
                    "rows": [{name: _plain(value) for name, value in row.items()} for row in one.rows.to_pylist()],
                }
                for one in self.tables
            },
            "deliveries_whose_bytes_hold_the_person": dict(self.batches),
        }


def _iso(at: datetime) -> str:
    """A moment in UTC."""
    return f"{at.isoformat()}Z" if at.tzinfo is None else at.isoformat()


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return [_plain(each) for each in value] if isinstance(value, list) else str(value)
