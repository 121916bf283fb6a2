"""Evidence: everything a card may say of a challenger, gathered from the stages that measured it.

No figure here is typed by hand; each comes from a stage of the challenger lane. The card is compiled from this record alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from tenure.audit import AuditReport
from tenure.consent.coverage import ConsentFacts
from tenure.evaluation.records import Evaluation
from tenure.excepted import Excepted
from tenure.gates import Decision
from tenure.levels import Level
from tenure.privacy.records import PrivacyReport


@dataclass(frozen=True, kw_only=True)
class FeatureFacts:
    """One input, as the spec declares it and as the training data shows it."""

    name: str
    unit: str
    meaning: str
    reads: tuple[str, ...]
    lookback_days: int | None
    capped_at: float | None
    direction: str  # "raises the score", "lowers the score", "either way": the imposed monotone constraint or none
    missing_rate: float


@dataclass(frozen=True, kw_only=True)
class PeriodFacts:
    """One role of the training set: its snapshots, rows and outcomes."""

    role: str  # "fit", "calibration", "test"
    first_as_of: date
    last_as_of: date
    known_until: date
    n_snapshots: int
    n_rows: int
    n_customers: int
    n_events: int
    censored_rate: float


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """One source as it went into training; `lake_version` is its validated table when the training set was made."""

    name: str
    title: str
    grain: str
    available: str
    limitation: str
    n_days: int
    n_received: int
    n_quarantined: int
    n_days_withheld: int
    quarantine_by_rule: tuple[tuple[str, int], ...]
    lake_version: int
    content_digest: str


@dataclass(frozen=True, kw_only=True)
class AttributeFacts:
    """One protected attribute: where it comes from and for how many customers it is known."""

    name: str
    title: str
    source: str
    n_known: int
    n_customers: int


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What the model learnt from; the versions are those of the lake's tables that the training set was read from."""

    first_day: date
    known_until: date
    periods: tuple[PeriodFacts, ...]
    sources: tuple[SourceFacts, ...]
    attributes: tuple[AttributeFacts, ...]
    training_set_digest: str
    features_version: int
    outcome_rule: str
    split_rule: str
    activity_version: int | None = None  # of evidence before schema 7, which knew one roll-up; None in schema 1
    test_rows_digest: str | None = None  # the root over the test rows of each customer; None in evidence before schema 6
    history_versions: tuple[tuple[str, int], ...] = ()  # of each roll-up of events, by its table
    consent: ConsentFacts | None = None  # None where the company declares no consents

    @property
    def roll_ups(self) -> tuple[tuple[str, int], ...]:
        """The roll-ups that were read, by table and version; none where nobody recorded it."""
        before = () if self.activity_version is None else (("activity", self.activity_version),)
        return self.history_versions or before


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What was fitted."""

    project: str
    name: str
    title: str
    kind: str  # "propensity" or "survival"
    owner: str
    algorithm: str
    parameters: tuple[tuple[str, str], ...]
    calibration_method: str
    calibration_scores: tuple[tuple[str, float], ...]  # proper score of each method tried on the calibration rows
    seed: int
    as_of: date
    population: str
    score_means: str
    outcome_days: int
    horizons_days: tuple[int, ...]
    longest_follow_up_days: int | None
    model_digest: str
    trained_at: datetime
    training_seconds: float
    n_threads: int
    peak_memory_mb: float
    files: tuple[str, ...] = ()  # the native files that scoring reads; none are listed before evidence of schema 3


@dataclass(frozen=True, kw_only=True)
class BillFacts:
    """The bill of materials beside the model: every installed package, counted by the licence that it declares."""

    digest: str
    n_packages: int
    licences: tuple[tuple[str, int], ...]
    licence_unknown: tuple[str, ...]  # names of packages that declare none


@dataclass(frozen=True, kw_only=True)
class EnvironmentFacts:
    """What it was fitted with; `bill` is None in evidence before schema 3."""

    code_commit: str
    lock_digest: str
    python: str
    platform: str
    packages: tuple[tuple[str, str, str], ...]  # name, version, licence
    bill: BillFacts | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyFacts:
    """The policy that the gates were judged under: its digest, and what it asks of people.

    `one_person_may` says that the trust root lets somebody approve what they trained; `level` is None in evidence from before
    levels of governance had names.
    """

    digest: str
    reviewers: int
    approval_lasts_days: int
    review_within_days: int
    one_person_may: bool = False
    level: Level | None = None


@dataclass(frozen=True, kw_only=True)
class MonitoringFacts:
    """What watches the model once it serves.

    `false_alarm_rate` is the share of `false_alarm_quarters` simulated quarters of unchanged customers in which an alarm was
    raised, `false_alarm_high_rate` the upper end of its one-sided 95 % interval; all None where a usual day is too small for
    the rule to speak, and the latter two in evidence of schema 1.
    """

    psi_limit: float
    alarm_windows: int
    alarm_of_windows: int
    false_alarm_rate: float | None
    max_age_days: int
    false_alarm_high_rate: float | None = None
    false_alarm_quarters: int | None = None


@dataclass(frozen=True, kw_only=True)
class StabilityFacts:
    """How far scores and inputs moved from the fit rows to the test rows (population stability index)."""

    score_psi: float
    feature_psi: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is known of one challenger, before a person decides.

    `policy` is None where no trust root existed when the gates judged, and in evidence before schema 3; `exceptions` are those
    that the decision rests on, or that did not cover what failed. `privacy` is None before schema 8.
    """

    schema_version: int
    model: ModelFacts
    data: DataFacts
    features: tuple[FeatureFacts, ...]
    never_used: tuple[str, ...]
    environment: EnvironmentFacts
    evaluation: Evaluation
    audit: AuditReport
    monitoring: MonitoringFacts
    stability: StabilityFacts | None = None
    policy: PolicyFacts | None = None
    decision: Decision | None = None
    exceptions: tuple[Excepted, ...] = ()
    privacy: PrivacyReport | None = None

    @property
    def never_filled(self) -> tuple[str, ...]:
        """Inputs that no row to fit on has: no model takes anything from them, whatever they say later."""
        return tuple(feature.name for feature in self.features if feature.missing_rate == 1)
