"""Who served as a model, as everybody knows it: promotions and rollbacks in order, who serves now, and what a rollback goes to.

They are read from the promotion log (`governance/rules/history.py`), which alone may say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tenure.errors import PromotionError
from tenure.gates import Outcome


class Action(StrEnum):
    """How a package comes to serve: anew, past its review, or again after another; what a reviewer allows is one of these."""

    PROMOTE = "promote"
    RENEW = "renew"
    ROLLBACK = "rollback"

    @property
    def in_words(self) -> str:
        """What is done with a package, as a sentence says it."""
        return {"promote": "promote", "renew": "renew", "rollback": "roll back to"}[self.value]

    @property
    def as_noun(self) -> str:
        """The act itself, as a sentence names it."""
        return {"promote": "promotion", "renew": "renewal", "rollback": "rollback"}[self.value]


def action_on(package_digest: str, served: Sequence[str]) -> Action:
    """What it would be to let a package serve, after these packages served, oldest first."""
    if served and served[-1] == package_digest:
        return Action.RENEW
    return Action.ROLLBACK if package_digest in served else Action.PROMOTE


@dataclass(frozen=True, kw_only=True)
class PromotionRecord:
    """One promotion: from here on, until the next of the same model, this package serves.

    `sequence` counts promotions from 1 over all models, `place` is the record's place in the log, from 0. `version` counts a
    model's promoted packages from 1; a package keeps its version when it is promoted again. `previous_digest` is the package
    that served until then. `asked_by` is the staff id of who signed for wanting it, None where requests were not signed yet.
    `decided_at` is UTC.
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
    asked_by: str | None = None


def history(records: Sequence[PromotionRecord], project: str, model: str) -> tuple[PromotionRecord, ...]:
    """Promotions of one model, oldest first."""
    return tuple(record for record in records if (record.project, record.model) == (project, model))


def current(records: Sequence[PromotionRecord], project: str, model: str) -> PromotionRecord | None:
    """The promotion that stands, or None before the first."""
    own = history(records, project, model)
    return own[-1] if own else None


def rollback_target(records: Sequence[PromotionRecord], project: str, model: str) -> str | None:
    """Digest of the package that served before the present one was last promoted; None if it is the first.

    Renewals and rollbacks are stepped over, so that rolling back twice goes back two promotions rather than to and fro.
    """
    own = history(records, project, model)
    if not own:
        return None
    serving = own[-1].package_digest
    came = [r for r in own if r.action is Action.PROMOTE and r.package_digest == serving and r.previous_digest != serving]
    return came[-1].previous_digest if came else None


def rollback_digest(records: Sequence[PromotionRecord], project: str, model: str, wanted: str | None) -> str:
    """The full digest of the package to go back to: the one named, by a prefix, or the one that served before.

    Raises
    ------
    PromotionError: when there is none, or the name fits none or several; the message names those there are.
    """
    if wanted is None:
        target = rollback_target(records, project, model)
        if target is None:
            raise PromotionError(
                f"Expected an earlier champion of {project}.{model} to go back to, found none. Promote another candidate."
            )
        return target
    served = {record.package_digest: record.version for record in history(records, project, model)}
    matches = [digest for digest in served if len(wanted) >= 8 and digest.startswith(wanted.lower())]
    if len(matches) != 1:
        names = ", ".join(f"{digest[:12]} (version {version})" for digest, version in served.items()) or "none"
        raise PromotionError(
            f"Expected a package that has served as {project}.{model}, found {wanted!r}. "
            f"Packages that have: {names}. A new candidate goes through tenure promote."
        )
    return matches[0]
