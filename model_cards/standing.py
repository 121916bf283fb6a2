"""Where a challenger stands: the only thing a page shows that its card does not hold, for it changes after compilation."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """What a model version is at present."""

    CANDIDATE = "candidate"
    CHAMPION = "champion"
    RETIRED = "retired"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A version's place in the registry; `reason` is what was said when it was promoted despite open questions.

    `approved_by` are the staff ids of those who approve it; `is_demo` says that they are a demonstration's, made of software.
    """

    status: Status
    version: int | None = None
    package_digest: str | None = None
    promoted_at: datetime | None = None
    reason: str | None = None
    previous_version: int | None = None
    approved_by: tuple[str, ...] = ()
    is_demo: bool = False
