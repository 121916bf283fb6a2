"""What a status holds, as one versioned record that people and programs read.

`SCHEMA_VERSION` rises when a field changes its meaning or goes; new fields may come at any time. `docs/reference.md` explains it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from home.disk import DiskUse
from home.encrypting import Encrypted
from model_cards.standing import Status
from provenance.consent_status import ConsentStatus
from tenure.audit import Verdict
from tenure.drift_alarm import DriftState
from tenure.gate import GateResult
from tenure.levels import Level

SCHEMA_VERSION = 1


class TrustStatus(StrEnum):
    """Whose approvals let a model serve."""

    NONE = "no trust root: nothing can be promoted"
    OTHERS = "a trust root that says nothing of this company: tenure trust move one, two or full adds it"
    DEMO = "a demonstration's: its reviewers are software"
    OWN = "the reviewers that the trust root names"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A metric on the test rows with its interval, and the first baseline there; `not_defined` says why there is no value."""

    value: float | None
    low: float | None
    high: float | None
    baseline: str | None
    baseline_value: float | None
    not_defined: str | None = None

    @property
    def in_words(self) -> str:
        """The figure with its interval, or why there is none."""
        if self.value is None:
            return f"not defined, because {self.not_defined}"
        return f"{self.value:.3f}" if self.low is None else f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, kw_only=True)
class GateStatus:
    """One gate: what it asked and found, and the stricter line that reviewers hold the figure against, where there is one."""

    name: str
    result: GateResult
    found: str
    reviewers_line: float | None
    meets_reviewers_line: bool | None


@dataclass(frozen=True, kw_only=True)
class AuditStatus:
    """One audited attribute, or pair of attributes."""

    attribute: str
    title: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class ChampionStatus:
    """Who serves."""

    version: int
    digest: str
    model_digest: str
    promoted_at: datetime
    reason: str | None
    approved_by: tuple[str, ...] = ()
    is_demo: bool = False
    review_by: datetime | None = None
    is_overdue: bool = False
    level: Level | None = None


@dataclass(frozen=True, kw_only=True)
class RealisedStatus:
    """Scores of a day against what happened: share of customers, mean score, and ranking."""

    day: date
    n_rows: int
    event_rate: float
    mean_score: float
    high_band_event_rate: float | None
    roc_auc: float | None
    average_precision: float | None


@dataclass(frozen=True, kw_only=True)
class ModelStatus:
    """One model. `of` says whose figures these are: the champion's, or the newest candidate's before any promotion.

    Where the package that served was revoked, there is no champion, `of` says so, and `revoked` who revoked it and why.
    `exceptions` says of each exception to a gate where it stands, newest first; `exceptions_urgent` those that what serves rests
    on and that end soon or are not in force any more.
    `unreadable` says of each candidate that cannot be read which it is and why; it is neither shown nor counted as waiting.
    `outdated_days` have scores whose inputs have changed since; those from before the champion was trained stay as delivered.
    `consent` counts the last scored day, None where no consents are declared.
    `never_scored_days` are days since the first scored one that the champion could score and nobody did; `days_scored_over_holes`
    were scored without what a withheld day before them brought.
    """

    champion: ChampionStatus | None
    of: Status | None
    revoked: str | None
    digest: str | None
    as_of: date | None
    metrics: dict[str, Figure]
    gates: tuple[GateStatus, ...]
    audit: tuple[AuditStatus, ...]
    card: str | None
    n_waiting: int
    unreadable: tuple[str, ...]
    last_scored_day: date | None
    outdated_days: tuple[date, ...]
    never_scored_days: tuple[date, ...]
    days_scored_over_holes: tuple[date, ...]
    drift: DriftState
    drift_in_words: str
    performance: tuple[RealisedStatus, ...]
    exceptions: tuple[str, ...] = ()
    exceptions_urgent: tuple[str, ...] = ()
    consent: ConsentStatus | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectStatus:
    """One project: its days, its models, the disk they use, which keys end soon or have ended, and what waits for people."""

    schema_version: int
    project: str
    last_landed_day: date | None
    withheld_days: dict[str, tuple[str, ...]]
    never_landed_days: tuple[date, ...]
    door: tuple[str, ...]
    models: dict[str, ModelStatus]
    disk_mb: float
    disk: DiskUse
    trust: TrustStatus
    keys_ending: tuple[str, ...] = ()
    level: Level | None = None
    timezone: str = "UTC"
    waiting: tuple[str, ...] = ()
    encrypted: Encrypted | None = None
