"""Status: where a project stands, read from its home; what it holds is `status_records.py`."""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from adapters.tables import PERFORMANCE, SCORES, stage_table
from governance.stores.package_reading import evidence_of
from home.approved import waiting_in_words
from home.audited_months import late_in_words as audits_overdue
from home.candidates import State, queue
from home.card_page import CardNow, card_now
from home.day_figures import verdict_at
from home.disk import disk_use
from home.encrypting import encrypted
from home.exceptions import told, urgent
from home.sight import Sight, look
from home.workplace import Workplace
from model_cards.pages import PAGE
from provenance.asked_for import overdue_in_words as requests_overdue
from provenance.consent_heard import unheard_in_words
from provenance.consent_status import consent_status
from provenance.door import read_door
from provenance.erasure_words import standing_in_words
from provenance.history import read_history
from provenance.outdated import outdated_days
from provenance.owed import never_scored as days_never_scored
from provenance.owed import owed_until, scored_days
from provenance.retention import overdue_in_words
from provenance.status_records import (
    SCHEMA_VERSION,
    AuditStatus,
    ChampionStatus,
    Figure,
    GateStatus,
    ModelStatus,
    ProjectStatus,
    RealisedStatus,
    TrustStatus,
)
from tenure.drift_alarm import DriftState
from tenure.evaluation.records import Estimate, NotDefined
from tenure.evidence import Evidence
from tenure.specs import Model

# What waits for people, in sentences: data to approve, models that erasures made due, what is past its time, what people asked,
# months whose access audit is late.
WAITING: tuple[Callable[[Workplace], Iterable[str]], ...] = (
    waiting_in_words,
    standing_in_words,
    overdue_in_words,
    requests_overdue,
    audits_overdue,
    unheard_in_words,
)


def read_status(workplace: Workplace) -> ProjectStatus:
    """Read where a project stands."""
    history, sight, disk = read_history(workplace), look(workplace), disk_use(workplace.settings.home, workplace.clock())
    until = owed_until(workplace.project, history, workplace.clock())
    never = days_never_scored(workplace, history, scored_days(workplace), until)
    return ProjectStatus(
        schema_version=SCHEMA_VERSION,
        project=workplace.project.name,
        last_landed_day=history.latest_landed,
        withheld_days={day.isoformat(): reasons for day, reasons in history.withheld.items()},
        never_landed_days=history.never_landed(until) if history.latest_landed else (),
        door=read_door(workplace).in_words(workplace.project.name),
        models={
            spec.name: model_status(workplace, spec, sight, never_scored=never.get(spec.name, ()), holes=history.holes)
            for spec in workplace.project.models
        },
        disk_mb=disk.total_mb,
        disk=disk,
        trust=trust_status(sight),
        keys_ending=sight.keys_ending,
        level=sight.level,
        timezone=workplace.project.timezone,
        encrypted=encrypted(workplace.settings),
        waiting=tuple(line for words in WAITING for line in words(workplace)),
    )


def trust_status(sight: Sight) -> TrustStatus:
    """Whose signatures count here."""
    if sight.ledger is None:
        return TrustStatus.NONE
    if not sight.is_governed:
        return TrustStatus.OTHERS
    return TrustStatus.DEMO if sight.is_demo else TrustStatus.OWN


def model_status(
    workplace: Workplace,
    spec: Model,
    sight: Sight | None = None,
    *,
    never_scored: tuple[date, ...] = (),
    holes: Collection[date] = (),
) -> ModelStatus:
    """Read where one model stands."""
    sight = sight or look(workplace)
    candidates, record = queue(sight, spec.name), sight.champion(spec.name)
    newest = next((one.digest for one in candidates.kept if one.outcome is not None), None)
    digest = record.package_digest if record else newest
    now = card_now(workplace, digest, sight) if digest else None
    evidence = evidence_of(now.package) if now else None
    scored = workplace.lake.days(stage_table(spec, SCORES))
    excepted = told(sight, spec.name, evidence if record else None)
    drift = verdict_at(workplace.lake, spec.name, record.model_digest, scored[-1]) if scored and record else None
    return ModelStatus(
        champion=ChampionStatus(
            version=record.version,
            digest=record.package_digest,
            model_digest=record.model_digest,
            promoted_at=record.decided_at,
            reason=record.reason or None,
            approved_by=now.standing.approved_by if now else (),
            is_demo=bool(now and now.standing.is_demo),
            review_by=now.standing.review_by if now else None,
            is_overdue=bool(now and now.standing.is_overdue),
            level=now.standing.level if now else None,
        )
        if record and not (now and now.standing.revoked)
        else None,
        of=now.standing.status if now else None,
        revoked=f"{now.standing.revoked.staff_id}: {now.standing.revoked.reason}" if now and now.standing.revoked else None,
        digest=digest,
        as_of=evidence.model.as_of if evidence else None,
        metrics=_metrics(evidence) if evidence else {},
        gates=_gates(now) if now else (),
        audit=tuple(AuditStatus(attribute=a.attribute, title=a.title, verdict=a.verdict) for a in evidence.audit.attributes)
        if evidence
        else (),
        card=str(workplace.card_folder(spec.name, now.package.digest) / PAGE) if now else None,
        n_waiting=len(candidates.of(State.WAITS, State.OLDER)),
        unreadable=tuple(f"unreadable candidate {one.digest[:12]}: {one.why}" for one in candidates.of(State.UNREADABLE)),
        last_scored_day=scored[-1] if scored else None,
        never_scored_days=never_scored,
        days_scored_over_holes=tuple(day for day in scored if holes and day >= min(holes)),
        outdated_days=outdated_days(workplace, spec, evidence.model.as_of) if evidence and record else (),
        drift=drift.state if drift else DriftState.UNKNOWN,
        drift_in_words=drift.in_words if drift else "nothing was scored yet",
        performance=_performance(workplace, spec, record.model_digest) if record else (),
        exceptions=tuple(one.in_words for one in excepted),
        exceptions_urgent=tuple(urgent(excepted)),
        consent=consent_status(workplace, spec, scored[-1]) if scored else None,
    )


def _metrics(evidence: Evidence) -> dict[str, Figure]:
    """Test figures by name."""
    figures = {}
    for metric in evidence.evaluation.metrics:
        title, baseline = metric.baselines[0] if metric.baselines else (None, None)
        estimate = metric.estimate
        figures[metric.name] = Figure(
            value=_number(estimate),
            low=estimate.low,
            high=estimate.high,
            baseline=title,
            baseline_value=_number(baseline) if baseline else None,
            not_defined=estimate.value.because if isinstance(estimate.value, NotDefined) else None,
        )
    return figures


def _number(estimate: Estimate) -> float | None:
    """The value, where it is defined."""
    return None if isinstance(estimate.value, NotDefined) else estimate.value


def _gates(now: CardNow) -> tuple[GateStatus, ...]:
    """The gates as they were judged."""
    return tuple(
        GateStatus(
            name=verdict.gate.name,
            result=verdict.result,
            found=verdict.found,
            reviewers_line=verdict.gate.reviewers_line,
            meets_reviewers_line=verdict.meets_reviewers_line,
        )
        for verdict in now.decision.verdicts
    )


def _performance(workplace: Workplace, spec: Model, model_digest: str) -> tuple[RealisedStatus, ...]:
    """Realised performance of the champion's own scores, day by day."""
    names = list(RealisedStatus.__dataclass_fields__)
    rows = workplace.lake.rows(stage_table(spec, PERFORMANCE), columns=sorted({*names, "day", "model_digest"}))
    if rows is None:
        return ()
    own = [row for row in rows.sort_by("day").to_pylist() if row["model_digest"] == model_digest]
    return tuple(RealisedStatus(**{name: row[name] for name in names}) for row in own)
