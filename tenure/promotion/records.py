"""What became of each package: pure readings of the history of promotions.

The signed log is the authority on who serves (`serving.py`, `rules.py`); these records are read from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tenure.gates import Outcome


class Action(StrEnum):
    """How a package came to serve."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


@dataclass(frozen=True, kw_only=True)
class PromotionRecord:
    """One promotion: from here on, until the next of the same model, this package serves.

    `sequence` counts promotions from 1 over all models, `place` is the record's place in the log, from 0. `version` counts a
    model's promoted packages from 1; a package keeps its version when it is promoted again. `previous_digest` is the package
    that served until then. `decided_at` is UTC.
    """

    sequence: int
    place: int
    action: Action
    project: str
    model: str
    version: int
    package_digest: str
    model_digest: str
    previous_digest: str | None
    reason: str
    decided_at: datetime
    outcome: Outcome


def history(records: Sequence[PromotionRecord], project: str, model: str) -> tuple[PromotionRecord, ...]:
    """Promotions of one model, oldest first."""
    return tuple(record for record in records if (record.project, record.model) == (project, model))


def current(records: Sequence[PromotionRecord], project: str, model: str) -> PromotionRecord | None:
    """The promotion that stands, or None before the first."""
    own = history(records, project, model)
    return own[-1] if own else None


def version_of(records: Sequence[PromotionRecord], project: str, model: str, digest: str) -> int:
    """The version of a package: the one it was first promoted under, or the next free one."""
    own = history(records, project, model)
    known = {record.package_digest: record.version for record in own}
    return known.get(digest, len(known) + 1)


def rollback_target(records: Sequence[PromotionRecord], project: str, model: str) -> str | None:
    """Digest of the package that served before the present one was last promoted; None if it is the first.

    Rollbacks are stepped over, so that rolling back twice goes back two promotions rather than to and fro.
    """
    own = history(records, project, model)
    if not own:
        return None
    promotions = [r for r in own if r.action is Action.PROMOTE and r.package_digest == own[-1].package_digest]
    return promotions[-1].previous_digest
