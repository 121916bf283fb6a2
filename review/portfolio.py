"""The portfolio: every model on one page, with its tier, who answers for it, when people must look again, and what is open."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from governance.stores.package_reading import evidence_of
from home.candidates import State, queue
from home.notes import Thread
from home.sight import Sight
from model_cards.standing import Standing
from review.reasons import Point, open_points
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import Vitals, vitals
from tenure.errors import TenureError
from tenure.evidence import Evidence
from tenure.gates import Outcome, Question
from tenure.gathering import EVIDENCE_SCHEMA_VERSION
from tenure.specs import Model
from tenure.statements import NotApplicable


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One model; `verdicts` and `points` are those of the card of what serves, and `why` says why it cannot be read, if so."""

    now: Vitals
    tier: str
    owner: str
    standing: Standing | None
    verdicts: tuple[tuple[str, str], ...]
    points: tuple[Point, ...]
    open_threads: tuple[Thread, ...]
    n_waiting: int
    n_rejected: int
    n_drafts: int
    why: str


def show_portfolio(request: Request, room: InRoom, visit: OfVisit, sight: OfLog) -> Response:
    """Every model, in the order of the project."""
    entries = [_entry(room, sight, spec) for spec in room.workplace.project.models]
    return page(request, "portfolio.html", visit, entries=entries, now=room.lobby.now())


def _entry(room: Room, sight: Sight, spec: Model) -> Entry:
    """One model."""
    now, candidates = vitals(sight, spec), queue(sight, spec.name)
    digest = now.record.package_digest if now.record else ""
    try:
        evidence, why = (evidence_of(room.workplace.packages.load(digest)) if digest else None), ""
    except TenureError as error:
        evidence, why = None, str(error)
    return Entry(
        now=now,
        tier=_said(spec, "risk_tier"),
        owner=spec.owner,
        standing=sight.standing(spec.name, digest, Outcome.ACCEPTED) if digest else None,
        verdicts=_answers(evidence) if evidence else (),
        points=open_points(evidence.decision) if evidence and evidence.decision else (),
        open_threads=tuple(thread for thread in room.lobby.notes.threads().get(digest, ()) if thread.is_open),
        n_waiting=len(candidates.of(State.WAITS, State.OLDER)),
        n_rejected=len(candidates.of(State.REJECTED)),
        n_drafts=len(candidates.of(State.DRAFT)),
        why=why,
    )


def _answers(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """The answers to a reader's questions; none where they were not found with the decision, for then its own card has them."""
    if evidence.decision is None or evidence.schema_version < EVIDENCE_SCHEMA_VERSION:
        return ()
    return tuple((str(question).capitalize(), str(evidence.decision.answer(question))) for question in Question)


def _said(spec: Model, key: str) -> str:
    """The first sentence of what people said of a model in a field of its card."""
    said = spec.narrative.statements.get(key)
    if said is None:
        return "not stated"
    if isinstance(said, NotApplicable):
        return f"not applicable: {said.reason}"
    return said.text.partition(". ")[0].rstrip(".")
