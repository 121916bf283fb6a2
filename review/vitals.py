"""A model's vitals: drift and performance of what serves, day by day, and when its review is due. Read, never measured here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from adapters.lake import Lake
from adapters.tables import DRIFT, PERFORMANCE, SCORES, stage_table
from governance.records.serving import newest_promotion
from home.day_figures import drift_by_day, performance_by_day
from home.sight import Sight
from tenure.drift import DriftMeasure
from tenure.drift_alarm import ALARM_RULE, DriftState, DriftVerdict, alarm
from tenure.evaluation.realised import Realised
from tenure.promotions import PromotionRecord
from tenure.specs import Model

REVIEW_SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """One version of a model: how it fares or fared, and, where it serves, until when it may.

    `record` is the promotion that let it serve; `is_serving` says that it still does, as far as the log goes.
    """

    spec: Model
    record: PromotionRecord | None
    last_scored: date | None
    measures: tuple[DriftMeasure, ...]
    drift: DriftVerdict
    performance: tuple[Realised, ...]
    review_by: datetime | None
    revoked: bool
    is_serving: bool
    now: datetime

    @property
    def age_days(self) -> int | None:
        """Days since it came to serve; None where nothing serves."""
        return None if self.record is None or self.revoked or not self.is_serving else (self.now - self.record.decided_at).days

    @property
    def promised(self) -> float:
        """Mean score over all customers of the compared days."""
        return self._mean(lambda day: day.mean_score)

    @property
    def happened(self) -> float:
        """Share of all customers of the compared days that had the outcome."""
        return self._mean(lambda day: day.event_rate)

    def _mean(self, of: Callable[[Realised], float]) -> float:
        """A mean over the customers of the compared days."""
        return sum(of(day) * day.n_rows for day in self.performance) / max(1, sum(day.n_rows for day in self.performance))

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
        return self.drift.state is DriftState.ALARM and self.is_serving

    @property
    def drift_in_words(self) -> str:
        """What drift says, with inputs by their meaning and the day to which it holds."""
        if not self.measures:
            return "no day was measured"
        last, meanings = self.measures[-1].day, {feature.name: feature.meaning for feature in self.spec.inputs}
        if self.drift.concerned:
            line = ALARM_RULE.limit if self.drift.state is DriftState.ALARM else ALARM_RULE.watch
            named = " and ".join(f"“{meanings.get(name, 'the score itself')}”" for name in self.drift.concerned)
            where = (
                f"lay from training by a PSI above {line:g} on at least {ALARM_RULE.windows} of the last {self.drift.n_days} days"
            )
            return f"{named} {where}, to {last}"
        if self.drift.state is DriftState.UNKNOWN:
            return (
                f"this version has scored {len(self.measures)} day{'' if len(self.measures) == 1 else 's'}, of which "
                f"{self.drift.n_days} with enough customers; drift is judged from {ALARM_RULE.windows} such days on"
            )
        return f"{self.drift.in_words}, to {last}"

    @property
    def moved_most(self) -> tuple[str, tuple[tuple[date, float], ...]]:
        """What the verdict on drift is about, in words, and its PSI by day: the input concerned, or whatever moved most."""
        if self.drift.concerned:
            name = self.drift.concerned[0]
            meanings = {feature.name: feature.meaning for feature in self.spec.inputs}
            days = ((m.day, shift.psi) for m in self.measures for shift in m.shifts if shift.name == name)
            return meanings.get(name, "the score itself"), tuple(days)
        return "what moved most each day", tuple((m.day, max(s.psi for s in m.shifts)) for m in self.measures)


def vitals(sight: Sight, spec: Model, record: PromotionRecord | None = None) -> Vitals:
    """Read the vitals of what serves as a model, or of the version that `record` let serve."""
    standing = sight.champion(spec.name)
    record = record or standing
    lake, digest = sight.workplace.lake, record.model_digest if record else ""
    last_scored, measures, performance = _from_lake(lake, spec.name, digest, _stamps(lake, spec))
    is_serving = record is not None and standing is not None and record.package_digest == standing.package_digest
    newest = newest_promotion(sight.ledger, sight.project, spec.name) if sight.ledger and is_serving else None
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
        is_serving=is_serving,
        now=sight.workplace.clock(),
    )


@lru_cache(maxsize=64)
def _from_lake(
    lake: Lake, model: str, digest: str, _stamped: tuple[int, ...]
) -> tuple[date | None, tuple[DriftMeasure, ...], tuple[Realised, ...]]:
    """The last scored day, drift and performance of one model, read once for each state of its tables."""
    scored = lake.days(f"{model}/{SCORES}")
    return scored[-1] if scored else None, drift_by_day(lake, model, digest), performance_by_day(lake, model, digest)


def _stamps(lake: Lake, spec: Model) -> tuple[int, ...]:
    """When each of a model's tables was last committed to: every commit is one more file in its log's folder."""
    folders = [lake.root / lake.project / stage_table(spec, stage) / "_delta_log" for stage in (SCORES, DRIFT, PERFORMANCE)]
    return tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)
