"""A candidate: what changed against the champion, then the whole card, with the decision in sight."""

from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response

from governance.doors.open_questions import needs_reason
from governance.records.approval import Approval, Subject, Verdict
from governance.stores.package_reading import card_of, decision_of, evidence_of
from model_cards.html import render_standing
from model_cards.pages import body_of
from model_cards.standing import Standing
from review.comparison import Comparison, compare
from review.rendering import page
from review.room import Room
from review.sight import Sight
from review.standings import champion_evidence
from review.tokens import is_token, read_token
from review.visit import OfLog, OfVisit, Visit, current_room
from review.votes import Votes, count_votes
from tenure.errors import PackageError, PromotionError, RefusedError
from tenure.evidence import Evidence
from tenure.gates import Decision, Outcome
from tenure.package import Package
from tenure.promotions import Action, PromotionRecord


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """All that the page shows of a package.

    `why_nobody` says why it cannot be decided on at all, and `card_problem` why its card is not even shown, if so.
    """

    package: Package
    model: str
    evidence: Evidence
    decision: Decision
    standing: Standing
    subject: Subject | None
    decisions: tuple[Approval, ...]
    votes: Votes
    trainers: frozenset[str]
    champion: PromotionRecord | None
    comparison: Comparison | None
    why_nobody: str
    card_problem: str
    needs_reason: bool

    @property
    def may_be_promoted(self) -> bool:
        """Whether it may come to serve, or serve until another review, as far as people are concerned."""
        is_here = self.votes.action is not Action.ROLLBACK
        return self.subject is not None and self.votes.is_ready and is_here and not self.why_nobody


def show_candidate(request: Request, visit: OfVisit, sight: OfLog, digest: str, read: str = "") -> Response:
    """The page of one package, also of one that serves, was retired or refused."""
    return candidate_page(request, visit, find(sight, digest), token=read)


def candidate_page(
    request: Request,
    visit: Visit,
    found: Candidate,
    *,
    token: str = "",
    problem: str = "",
    reason: str = "",
    why_now: str = "",
    status: int = 200,
) -> Response:
    """Render the page; after a refusal with what was wrong, and what was typed."""
    room = current_room(request)
    stands, body = draw(found)
    return page(
        request,
        "candidate.html",
        visit,
        status=status,
        found=found,
        stands=stands,
        body=body,
        token=token if is_read(room, visit, found, token) else "",
        why_not_me=why_not(found, visit),
        problem=problem,
        reason=reason,
        why_now=why_now,
        Verdict=Verdict,
    )


def find(sight: Sight, digest: str) -> Candidate:
    """Read a package, every byte checked, with what the log says of it.

    Raises
    ------
    HTTPException: when none or several match the digest. PackageError: when its bytes are not what its digest says.
    """
    room, packages = sight.room, sight.room.workplace.packages
    try:
        kept = packages.find(digest)
    except PromotionError:
        raise HTTPException(404, f"No package is kept here under {digest[:64]!r}. Start from the models.") from None
    if kept.project != room.project:
        raise HTTPException(404, "This package belongs to another project.")
    package = packages.candidate(kept.digest)
    evidence, decision = evidence_of(package), decision_of(package)
    serving, decisions = sight.champion(kept.model), sight.decisions(package.digest)
    is_champion = serving is not None and serving.package_digest == package.digest
    before = None if is_champion else champion_evidence(room, serving)
    standing, subject = sight.standing(kept.model, package.digest, decision.outcome), sight.subject(package, kept.model)
    problem = _card_problem(sight, package, kept.model)
    return Candidate(
        package=package,
        model=kept.model,
        evidence=evidence,
        decision=decision,
        standing=standing,
        subject=subject,
        decisions=decisions,
        votes=count_votes(sight, standing, subject),
        trainers=sight.trainers(package.digest),
        champion=serving,
        comparison=compare(evidence, before) if before else None,
        why_nobody=_why_nobody(sight, decision, standing) or problem,
        card_problem=problem,
        needs_reason=needs_reason(package, None if is_champion else sight.champion_to_beat(kept.model)),
    )


def is_read(room: Room, visit: Visit, found: Candidate, token: str) -> bool:
    """Whether this visitor was given the token at the end of exactly this card."""
    return found.subject is not None and is_token(token, end_token(room, visit, found))


def end_token(room: Room, visit: Visit, found: Candidate) -> str:
    """The token of one visitor and of everything that the signature would cover: what may be done, and with what."""
    return read_token(room.secret, visit.binding, found.votes.action.value, *map(str, vars(found.subject).values()))


def why_not(found: Candidate, visit: Visit) -> str:
    """Why this visitor cannot decide here, in words; empty when they can."""
    me = visit.person
    if found.why_nobody:
        return found.why_nobody
    if not visit.may("decide"):
        return f"You are here as {me.role.value}; reviewers decide."
    if me.staff_id in found.trainers:
        return "You trained this package, so another reviewer decides."
    return ""


def _why_nobody(sight: Sight, decision: Decision, standing: Standing) -> str:
    """Why nobody can decide on a package, in words; empty when somebody can."""
    if sight.ledger is None:
        return "There is no trust root yet, so nobody may sign. Make one: tenure trust init."
    if standing.revoked:
        return f"{standing.revoked.staff_id} revoked this package, and a revocation cannot be taken back. Train another."
    if decision.outcome is Outcome.REFUSED:
        return "The gates refused this package, and no reason helps. Train another."
    return ""


def _card_problem(sight: Sight, package: Package, model: str) -> str:
    """What is wrong with the card of a candidate, in words; empty where it is what its evidence gives, or was in its day."""
    room = sight.room
    if package.digest not in room.card_problems:
        try:
            room.workplace.promotions.check_card(package, model)
            room.card_problems[package.digest] = ""
        except (RefusedError, PackageError) as error:
            room.card_problems[package.digest] = str(error)
    return room.card_problems[package.digest]


def draw(found: Candidate) -> tuple[Any, Any]:
    """Where a package stands, and the page that is read and signed: never a page of which the promoter says that it is none."""
    from markupsafe import Markup

    shown = "" if found.card_problem else body_of(card_of(found.package))
    return Markup(render_standing(found.standing)), Markup(shown)  # noqa: S704 - rendered by model_cards with autoescape
