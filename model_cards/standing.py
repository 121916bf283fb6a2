"""Where a challenger stands: the only thing a page shows that its card does not hold, for it changes after compilation.

It is read from the promotion log by `governance/rules/standing.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tenure.levels import Level

DRAFT = (
    "Draft, unsigned: made in a notebook. No company declares this model, nobody has described or approved it, and nothing of it "
    "can serve."
)


class Status(StrEnum):
    """What a model version is at present."""

    DRAFT = "draft"  # of a notebook: there is no package of it
    CANDIDATE = "candidate"
    CHAMPION = "champion"
    RETIRED = "retired"
    REFUSED = "refused"
    REVOKED = "revoked"


class Force(StrEnum):
    """Whether a decision of a reviewer counts at present."""

    COUNTS = "counts"
    REPLACED = "replaced by a later decision"
    EXPIRED = "ran out"


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A reviewer's signed decision, as a page shows it; `digests` are what it covers, by name."""

    staff_id: str
    role: str
    verdict: str
    reason: str
    issued: datetime
    expires: datetime
    digests: tuple[tuple[str, str], ...]
    force: Force = Force.COUNTS


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """Who forbade a package to serve, when and why."""

    staff_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A version's place in the registry; `reason` is what was said when it was promoted despite open questions.

    `approved_by` are the staff ids of those who approve it, `decided` every decision, oldest first, and `n_needed` how many
    must approve (None where there is no trust root); `is_demo` says that they are a demonstration's, made of software.
    `version` is None for what never served. `revoked` is set if, and only if, the status says so.
    `level` is the level of governance under which it was approved, or would be now.
    `review_by` is when people must have looked at a serving version again; `is_overdue` that they have not.
    """

    status: Status
    version: int | None = None
    package_digest: str | None = None
    promoted_at: datetime | None = None
    reason: str | None = None
    previous_version: int | None = None
    approved_by: tuple[str, ...] = ()
    is_demo: bool = False
    decided: tuple[Decided, ...] = ()
    n_needed: int | None = None
    level: Level | None = None
    review_by: datetime | None = None
    is_overdue: bool = False
    revoked: Revoked | None = None
