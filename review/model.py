"""One model over time: drift and performance of each version day by day, every promotion of it, and its candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from home.candidates import Kept, queue
from home.links import catalogue_model, dagster_asset
from home.sight import Sight
from model_cards.standing import Decided, Force
from review.figures import Series, over_days
from review.rendering import page
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import Vitals, vitals
from tenure.drift_alarm import ALARM_RULE
from tenure.evaluation.realised import Realised
from tenure.figures import typeset
from tenure.gates import Outcome

_MOST_INPUTS = 8
MOST_CANDIDATES = 25


def show_model(
    request: Request, room: InRoom, visit: OfVisit, sight: OfLog, model: str, version: int | None = None, older: int = 0
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
    return page(
        request,
        "model.html",
        visit,
        model=found,
        versions=tuple(reversed(versions.values())),
        history=tuple(reversed(promotions)),
        drift_chart=drift_chart(found),
        rate_chart=rate_chart(found.performance),
        ranking_chart=ranking_chart(found.performance),
        inputs=_moved_most(found),
        rule=ALARM_RULE,
        candidates=tuple(_line(sight, one) for one in kept[max(0, older) : max(0, older) + MOST_CANDIDATES]),
        n_candidates=len(kept),
        older=max(0, older),
        next_older=max(0, older) + MOST_CANDIDATES,
        mlflow=catalogue_model(settings, f"{project}.{model}"),
        dagster=dagster_asset(settings, project, model),
    )


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


def drift_chart(found: Vitals) -> Any:
    """PSI of the score and of what the verdict on drift is about, by day."""
    measures, (what, moved) = found.measures, found.moved_most
    score = Series(name="scores", style="curve", points=tuple((m.day, m.score_psi) for m in measures))
    worst = Series(name="input moved most", style="observed", points=moved)
    last = measures[-1] if measures else None
    says = (
        f"{len(measures)} days; on {last.day} the scores had a PSI of {last.score_psi:.2f}, {what} {moved[-1][1]:.2f}."
        if last
        else ""
    )
    return over_days(
        [score, worst],
        title="How far inputs and scores lie from training (PSI)",
        says=says,
        lines=[("alarm", ALARM_RULE.limit), ("watch", ALARM_RULE.watch)],
        write=lambda value: f"{value:g}",
    )


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


def _moved_most(found: Vitals) -> list[tuple[str, str, float, float]]:
    """Inputs and the score on the last day, those that moved most first: name, meaning, PSI, PSI of sampling alone."""
    if not found.measures:
        return []
    meanings = {feature.name: feature.meaning for feature in found.spec.features}
    shifts = sorted(found.measures[-1].shifts, key=lambda s: -s.psi)[:_MOST_INPUTS]
    return [(s.name, meanings.get(s.name, "the score itself"), s.psi, s.expected_psi) for s in shifts]
