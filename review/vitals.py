"""A model's vitals: drift and performance of what serves, day by day, and when its review is due. Read, never measured here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from adapters.lake import Lake
from adapters.tables import SCORES, stage_table
from governance.records.serving import newest_promotion
from home.day_figures import DRIFT, PERFORMANCE, drift_by_day, performance_by_day
from review.sight import Sight
from tenure.drift import DriftMeasure, DriftState, DriftVerdict, alarm
from tenure.evaluation.realised import Realised
from tenure.promotions import PromotionRecord
from tenure.specs import ModelSpec

REVIEW_SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """One model: what serves, how it fares, and until when it may."""

    spec: ModelSpec
    record: PromotionRecord | None
    last_scored: date | None
    measures: tuple[DriftMeasure, ...]
    drift: DriftVerdict
    performance: tuple[Realised, ...]
    review_by: datetime | None
    revoked: bool
    now: datetime

    @property
    def age_days(self) -> int | None:
        """Days since it came to serve; None where nothing serves."""
        return None if self.record is None or self.revoked else (self.now - self.record.decided_at).days

    @property
    def is_overdue(self) -> bool:
        """Whether its review is past, so that the scorer refuses it."""
        return self.review_by is not None and self.review_by <= self.now

    @property
    def is_due_soon(self) -> bool:
        """Whether its review is near."""
        return self.review_by is not None and self.now < self.review_by <= self.now + REVIEW_SOON

    @property
    def is_alarmed(self) -> bool:
        """Whether its inputs or scores stay far from training."""
        return self.drift.state is DriftState.ALARM


def vitals(sight: Sight, spec: ModelSpec) -> Vitals:
    """Read one model's vitals."""
    room, record = sight.room, sight.champion(spec.name)
    lake, digest = room.workplace.lake, record.model_digest if record else ""
    last_scored, measures, performance = _from_lake(lake, spec.name, digest, _stamps(lake, spec))
    newest = newest_promotion(sight.ledger, room.project, spec.name) if sight.ledger else None
    revoked = record is not None and sight.revocation(record.package_digest) is not None
    return Vitals(
        spec=spec,
        record=record,
        last_scored=last_scored,
        measures=measures,
        drift=alarm(measures),
        performance=performance,
        review_by=newest[1].review_by if newest and not revoked else None,
        revoked=revoked,
        now=room.now(),
    )


@lru_cache(maxsize=64)
def _from_lake(
    lake: Lake, model: str, digest: str, _stamped: tuple[int, ...]
) -> tuple[date | None, tuple[DriftMeasure, ...], tuple[Realised, ...]]:
    """The last scored day, drift and performance of one model, read once for each state of its tables."""
    scored = lake.days(f"{model}/{SCORES}")
    return scored[-1] if scored else None, drift_by_day(lake, model, digest), performance_by_day(lake, model, digest)


def _stamps(lake: Lake, spec: ModelSpec) -> tuple[int, ...]:
    """When each of a model's tables was last committed to: every commit is one more file in its log's folder."""
    folders = [lake.root / lake.project / stage_table(spec, stage) / "_delta_log" for stage in (SCORES, DRIFT, PERFORMANCE)]
    return tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)
