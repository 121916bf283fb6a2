"""What is due: readings of a project's state on which schedules and sensors act. Nothing here reads a clock or starts a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.tables import SCORES, stage_table
from governance.stores.package_reading import evidence_of
from home.day_figures import verdict_at
from home.sight import look
from home.workplace import Workplace
from provenance.door import read_door
from provenance.history import read_history
from provenance.outdated import outdated_days
from provenance.owed import champion_since
from tenure.drift_alarm import DriftState
from tenure.package import Package
from tenure.promotions import PromotionRecord
from tenure.specs import Model


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a champion stands on a day: what drift says, and its age in days against what the spec allows.

    `trained_as_of` is the day up to which the champion knows; `learnable_until` the latest day up to which a new one could.
    """

    model: str
    day: date
    trained_as_of: date
    learnable_until: date
    max_age_days: int
    drift: DriftState
    drift_in_words: str

    @property
    def age_days(self) -> int:
        """Days between what the champion knows and the day it is judged on."""
        return (self.day - self.trained_as_of).days

    @property
    def is_too_old(self) -> bool:
        """Whether the champion is older than its spec allows."""
        return self.age_days > self.max_age_days

    @property
    def needs_training(self) -> bool:
        """Whether to ask for a challenger: there is cause, and something that the champion does not know yet."""
        return (self.is_too_old or self.drift is DriftState.ALARM) and self.learnable_until > self.trained_as_of

    @property
    def monday(self) -> date:
        """The Monday of the day's week."""
        return self.day - timedelta(days=self.day.weekday())

    @property
    def in_words(self) -> str:
        """Why training is asked for."""
        age = f"the champion knows nothing since {self.trained_as_of}, {self.age_days} days before {self.day}"
        old = f"{age}; at most {self.max_age_days} are allowed" if self.is_too_old else ""
        return "; ".join(filter(None, [self.drift_in_words if self.drift is DriftState.ALARM else "", old]))


def latest_scored_day(workplace: Workplace, specs: Sequence[Model]) -> date | None:
    """The latest day that any of these models scored; None before the first."""
    return max((day for spec in specs for day in workplace.lake.days(stage_table(spec, SCORES))), default=None)


def standing(workplace: Workplace, spec: Model) -> Standing | None:
    """How the champion of a model stands; None while there is no champion, or it is revoked, or no day to judge it on.

    The age counts to the latest scored day. While new days still come it counts to the latest landed one as well, for a model
    that nobody scores with grows old all the same; where the data are history, that day says nothing about use.
    """
    project = workplace.project
    found = workplace.promotions.champion_to_beat(project.name, spec.name)
    if found is None:
        return None
    _, package = found
    history_of_days = read_history(workplace)
    scored, landed, unbroken = latest_scored_day(workplace, [spec]), history_of_days.latest_landed, history_of_days.unbroken_until
    counted = [day for day in (scored, None if project.is_history else landed) if day is not None]
    if not counted or unbroken is None:
        return None
    verdict = verdict_at(workplace.lake, spec.name, package.model_digest, scored) if scored else None
    return Standing(
        model=spec.name,
        day=max(counted),
        trained_as_of=trained_as_of(package),
        learnable_until=unbroken,
        max_age_days=spec.max_age_days,
        drift=verdict.state if verdict else DriftState.UNKNOWN,
        drift_in_words=verdict.in_words if verdict else "nothing was scored yet",
    )


def trained_as_of(package: Package) -> date:
    """The day as of which a package was trained, as its evidence says."""
    return evidence_of(package).model.as_of


def new_promotions(workplace: Workplace, seen: int) -> tuple[PromotionRecord, ...]:
    """The standing promotion of each model whose sequence is above `seen`, oldest first.

    A log shorter than what was seen is another log (a new home, a backup restored), of which nothing was seen yet.
    """
    sight = look(workplace)
    known = seen if seen <= len(sight.records) else 0
    latest = [standing for spec in workplace.project.models if (standing := sight.champion(spec.name))]
    return tuple(sorted((r for r in latest if r.sequence > known), key=lambda r: r.sequence))


def days_to_score_again(workplace: Workplace) -> tuple[date, ...]:
    """Days whose scores are out of date, or of which another file came: for companies that have them made again by themselves."""
    if not workplace.project.scores_again:
        return ()
    found = set(read_door(workplace).late)
    for spec in workplace.project.models:
        since = champion_since(workplace, spec)
        found |= set() if since is None else set(outdated_days(workplace, spec, since))
    return tuple(sorted(found))


def trained_since(workplace: Workplace, spec: Model, day: date) -> bool:
    """Whether a candidate was trained with what was known on a day or later, or with all that could be known."""
    unbroken = read_history(workplace).unbroken_until
    if unbroken is None:
        return True
    candidates = workplace.packages.candidates(workplace.project.name, spec.name)
    newest = max((trained_as_of(workplace.packages.candidate(one.digest)) for one in candidates[-1:]), default=None)
    return newest is not None and newest >= min(unbroken, day)
