"""The portfolio: every model on one page, with its tier, who answers for it, when people must look again, and what is open."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from home.candidates import State, queue
from home.sight import Sight
from model_cards.standing import Standing
from review.cards import open_points_of, verdicts_of
from review.notes import Thread
from review.reasons import OpenPoint
from review.rendering import page
from review.room import Room
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import Vitals, vitals
from tenure.errors import TenureError
from tenure.gates import Outcome
from tenure.specs import ModelSpec
from tenure.statements import NotApplicable


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One model; `verdicts` and `points` are those of the card of what serves, and `why` says why it cannot be read, if so."""

    now: Vitals
    tier: str
    owner: str
    standing: Standing | None
    verdicts: tuple[tuple[str, str], ...]
    points: tuple[OpenPoint, ...]
    open_threads: tuple[Thread, ...]
    n_waiting: int
    n_rejected: int
    n_drafts: int
    why: str


def show_portfolio(request: Request, room: InRoom, visit: OfVisit, sight: OfLog) -> Response:
    """Every model, in the order of the project."""
    entries = [_entry(room, sight, spec) for spec in room.workplace.project.models]
    return page(request, "portfolio.html", visit, entries=entries, now=room.now())


def _entry(room: Room, sight: Sight, spec: ModelSpec) -> Entry:
    """One model."""
    now, candidates = vitals(sight, spec), queue(sight, spec.name)
    digest = now.record.package_digest if now.record else ""
    try:
        package, why = (room.workplace.packages.load(digest) if digest else None), ""
    except TenureError as error:
        package, why = None, str(error)
    return Entry(
        now=now,
        tier=_said(spec, "risk_tier"),
        owner=spec.owner,
        standing=sight.standing(spec.name, digest, Outcome.ACCEPTED) if digest else None,
        verdicts=verdicts_of(room.workplace, package) if package else (),
        points=open_points_of(room.workplace, package) if package else (),
        open_threads=tuple(thread for thread in room.notes.threads().get(digest, ()) if thread.is_open),
        n_waiting=len(candidates.of(State.WAITS, State.OLDER)),
        n_rejected=len(candidates.of(State.REJECTED)),
        n_drafts=len(candidates.of(State.DRAFT)),
        why=why,
    )


def _said(spec: ModelSpec, key: str) -> str:
    """The first sentence of what people said of a model in a field of its card."""
    said = spec.narrative.statements.get(key)
    if said is None:
        return "not stated"
    if isinstance(said, NotApplicable):
        return f"not applicable: {said.reason}"
    return said.text.partition(". ")[0].rstrip(".")
