"""One model over time: drift and performance day by day, and every promotion of it."""

from collections.abc import Sequence
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from review.figures import Series, over_days
from review.rendering import page
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import Vitals, vitals
from tenure.drift import ALARM_RULE, DriftMeasure
from tenure.evaluation.realised import Realised

_MOST_INPUTS = 8


def show_model(request: Request, room: InRoom, visit: OfVisit, sight: OfLog, model: str) -> Response:
    """Drift and performance of one model."""
    spec = next((spec for spec in room.workplace.project.models if spec.name == model), None)
    if spec is None:
        raise HTTPException(404, f"There is no model {model!r}. Start from the models.")
    found = vitals(sight, spec)
    return page(
        request,
        "model.html",
        visit,
        model=found,
        history=tuple(reversed(sight.history(model))),
        drift_chart=drift_chart(found.measures),
        rate_chart=rate_chart(found.performance),
        ranking_chart=ranking_chart(found.performance),
        inputs=_moved_most(found),
        rule=ALARM_RULE,
    )


def drift_chart(measures: Sequence[DriftMeasure]) -> Any:
    """PSI of the score and of the input that moved most, by day."""
    score = Series(name="scores", style="curve", points=tuple((m.day, m.score_psi) for m in measures))
    worst = Series(
        name="input moved most",
        style="observed",
        points=tuple((m.day, max((s.psi for s in m.shifts[:-1]), default=None)) for m in measures),
    )
    last = measures[-1] if measures else None
    says = f"{len(measures)} days; on {last.day} the scores had a PSI of {last.score_psi:.2f}." if last else ""
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
    says = "; ".join(f"{d.day} promised {d.mean_score:.1%}, happened {d.event_rate:.1%}" for d in days[-3:])
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
