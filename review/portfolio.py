"""The portfolio: every model on one page, with its tier, who answers for it, when people must look again, and what is open."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from governance.records.approval import CARD
from home.candidates import State, queue
from home.sight import Sight
from model_cards.standing import Standing
from review.notes import Thread
from review.reasons import OpenPoint, open_points
from review.rendering import page
from review.room import Room
from review.standings import Card, parsed
from review.visit import InRoom, OfLog, OfVisit
from review.vitals import Vitals, vitals
from tenure.errors import TenureError
from tenure.gates import Outcome
from tenure.specs import ModelSpec, NotApplicable


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
    card, why = _card(room, digest)
    return Entry(
        now=now,
        tier=_said(spec, "risk_tier"),
        owner=str(card["identity"]["owner"]) if card else spec.owner,
        standing=sight.standing(spec.name, digest, Outcome.ACCEPTED) if digest else None,
        verdicts=_verdicts(card),
        points=open_points(card) if card else (),
        open_threads=tuple(thread for thread in room.notes.threads().get(digest, ()) if thread.is_open),
        n_waiting=len(candidates.of(State.WAITS, State.OLDER)),
        n_rejected=len(candidates.of(State.REJECTED)),
        n_drafts=len(candidates.of(State.DRAFT)),
        why=why,
    )


def _card(room: Room, digest: str) -> tuple[Card | None, str]:
    """The card of what serves, and why it cannot be read, if so."""
    try:
        return (parsed(room.workplace.packages.load(digest).file(CARD)) if digest else None), ""
    except TenureError as error:
        return None, str(error)


def _verdicts(card: Card | None) -> tuple[tuple[str, str], ...]:
    """The five verdicts of a card: what of, and how it came out."""
    found: list[dict[str, Any]] = list(card["verdicts"]) if card else []
    return tuple((str(one["title"]), str(one["verdict"])) for one in found)


def _said(spec: ModelSpec, key: str) -> str:
    """The first sentence of what people said of a model in a field of its card."""
    said = spec.narrative.statements.get(key)
    if said is None:
        return "not stated"
    if isinstance(said, NotApplicable):
        return f"not applicable: {said.reason}"
    return said.text.partition(". ")[0].rstrip(".")
