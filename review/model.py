"""One model over time: drift and performance of each version day by day, every promotion of it, and its candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from governance.records.erasure import erasures
from home.candidates import Kept, queue
from home.exceptions import told
from home.links import catalogue_model, dagster_asset, dagster_day
from home.sight import Sight
from model_cards.standing import Decided, Force
from provenance.erasure_words import since_training
from review.drift import drawn_days, drift_chart, drilled, moved_most
from review.figures import Series, over_days
from review.rendering import page
from review.room import Room
from review.standings import champion_evidence
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import vitals
from tenure.drift_alarm import ALARM_RULE
from tenure.errors import PackageError
from tenure.evaluation.realised import Realised
from tenure.evidence import Evidence
from tenure.figures import typeset
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord

MOST_CANDIDATES = 25


def show_model(
    request: Request,
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    model: str,
    version: int | None = None,
    older: int = 0,
    column: str = "",
) -> Response:
    """One model: its versions with how each fared, the one that is asked for in full, and its candidates."""
    spec = next((spec for spec in room.workplace.project.models if spec.name == model), None)
    if spec is None:
        raise HTTPException(404, f"There is no model {model!r}. Start from the models.")
    promotions = sight.history(model)
    versions = {record.version: vitals(sight, spec, record) for record in promotions}
    if version is not None and version not in versions:
        raise HTTPException(404, f"No version {version} of {model} has served. Open the model without it.")
    found = vitals(sight, spec) if version is None else versions[version]
    kept = queue(sight, model).kept
    settings, project = room.workplace.settings, room.workplace.project.name
    serving = _serving(room, sight, model)
    return page(
        request,
        "model.html",
        visit,
        model=found,
        versions=tuple(reversed(versions.values())),
        history=tuple(reversed(promotions)),
        exceptions=told(sight, model, serving),
        erased=_erased(room, sight, found.record),
        drift_chart=drift_chart(found),
        rate_chart=rate_chart(found.performance),
        ranking_chart=ranking_chart(found.performance),
        inputs=moved_most(found),
        drilled=drilled(room.workplace, found, column),
        drawn=drawn_days(room.workplace, model, found.record.version) if found.record else (),
        rule=ALARM_RULE,
        candidates=tuple(_line(sight, one) for one in kept[max(0, older) : max(0, older) + MOST_CANDIDATES]),
        n_candidates=len(kept),
        older=max(0, older),
        next_older=max(0, older) + MOST_CANDIDATES,
        mlflow=catalogue_model(settings, f"{project}.{model}"),
        dagster=dagster_asset(settings, project, model),
        dagster_drift=dagster_day(settings, found.measures[-1].day, project, model, "drift_page") if found.measures else "",
    )


def _erased(room: Room, sight: Sight, record: PromotionRecord | None) -> str:
    """How many were erased since of those whom the version learnt from, and whether it is due for training."""
    if record is None or sight.ledger is None:
        return ""
    project = room.workplace.project
    return since_training(project.retrain, erasures(sight.ledger, project.name), record.package_digest)


def _serving(room: Room, sight: Sight, model: str) -> Evidence | None:
    """The evidence of what serves; where its package cannot be read, its own page says why."""
    try:
        return champion_evidence(room.workplace, sight.champion(model))
    except PackageError:
        return None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A candidate as a line: when it was kept, and who decided what."""

    kept: Kept
    at: datetime
    decided: tuple[Decided, ...]


def _line(sight: Sight, kept: Kept) -> Line:
    """One candidate with the decisions that count."""
    standing = sight.standing(kept.candidate.model, kept.digest, kept.outcome or Outcome.REFUSED)
    at = datetime.fromtimestamp(kept.candidate.kept_at_seconds, UTC)
    return Line(kept=kept, at=at, decided=tuple(one for one in standing.decided if one.force is Force.COUNTS))


def rate_chart(days: Sequence[Realised]) -> Any:
    """What the scores promised and what came, by scored day."""
    promised = Series(name="promised", style="curve", points=tuple((d.day, d.mean_score) for d in days))
    came = Series(name="happened", style="observed", points=tuple((d.day, d.event_rate) for d in days))
    says = typeset("; ".join(f"{d.day} promised {d.mean_score:.1%}, happened {d.event_rate:.1%}" for d in days[-3:]))
    return over_days([promised, came], title="Mean score, and share that had the outcome", says=f"The last days: {says}.")


def ranking_chart(days: Sequence[Realised]) -> Any:
    """How well each day's scores ranked what then happened."""
    ranked = Series(name="ROC-AUC", style="curve", points=tuple((d.day, d.roc_auc) for d in days))
    says = "; ".join(f"{day} {value:.2f}" for day, value in ranked.known[-3:])
    return over_days(
        [ranked],
        title="Ranking of each day's scores (ROC-AUC)",
        says=f"The last days: {says}.",
        lines=[("at random", 0.5)],
        low=0.4,
        write=lambda value: f"{value:g}",
    )
