"""A candidate: what changed against the champion, then the whole card, with the decision in sight."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from adapters.registry import CANDIDATE_SUFFIX
from governance.doors.open_questions import needs_reason
from governance.records.approval import Subject
from governance.records.request import ROLES_OF, Asked
from governance.records.trust_root import Role
from governance.stores.package_reading import card_of, decision_of, evidence_of
from home.conditions import open_conditions
from home.exceptions import Told, told
from home.links import catalogue_model, catalogue_run, dagster_asset, dagster_run
from home.notes import Note, Thread
from home.sight import Sight
from model_cards.html import render_standing
from model_cards.pages import body_of, page_now
from model_cards.standing import Standing
from review.comparison import Comparison, compare
from review.reasons import Point, as_points, open_points
from review.rendering import page
from review.room import Room, kept_here
from review.standings import champion_evidence
from review.visit import InRoom, OfLog, OfVisit, Visit
from review.votes import Votes, count_votes
from tenure.errors import PackageError, RefusedError
from tenure.evidence import Evidence
from tenure.gates import Decision, Outcome
from tenure.package import Package
from tenure.promotions import Action, PromotionRecord


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """All that the page shows of a package.

    `why_nobody` says why it cannot be decided on at all, and `card_problem` why its card is not even shown, if so. `barred` are
    those who trained it; `deciders` and `promoters` those whom the trust root lets sign, and whose keys are kept here.
    """

    package: Package
    model: str
    evidence: Evidence
    decision: Decision
    standing: Standing
    subject: Subject | None
    points: tuple[Point, ...]
    votes: Votes
    threads: tuple[Thread, ...]
    barred: frozenset[str]
    deciders: frozenset[str]
    promoters: frozenset[str]
    champion: PromotionRecord | None
    comparison: Comparison | None
    why_nobody: str
    card_problem: str
    needs_reason: bool
    run: str
    exceptions: tuple[Told, ...]

    @property
    def conditions(self) -> tuple[Note, ...]:
        """What reviewers asked for first, and nobody has called met."""
        return open_conditions(self.threads)

    @property
    def may_be_promoted(self) -> bool:
        """Whether it may come to serve, or serve until another review, as far as people are concerned."""
        is_here = self.votes.action is not Action.ROLLBACK
        return self.subject is not None and self.votes.is_ready and is_here and not self.why_nobody


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed into the forms of the page, and what was wrong with it; nothing when the page is first opened."""

    problem: str = ""
    reason: str = ""
    reasons: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    why_now: str = ""


def show_candidate(request: Request, room: InRoom, visit: OfVisit, sight: OfLog, digest: str) -> Response:
    """The page of one package, also of one that serves, was retired or refused."""
    return candidate_page(request, room, visit, find(room, sight, digest))


def candidate_page(
    request: Request, room: Room, visit: Visit, found: Candidate, typed: Typed = Typed(), *, status: int = 200
) -> Response:
    """Render the page; after a refusal with what was wrong, and what was typed."""
    settings, project = room.workplace.settings, room.workplace.project.name
    stands, body = draw(found)
    return page(
        request,
        "candidate.html",
        visit,
        status=status,
        found=found,
        stands=stands,
        body=body,
        once=room.lobby.acts.new(*covered(visit, found)),
        why_not_me=why_not(found, visit),
        typed=typed,
        why_not_promote=why_not_promote(found, visit),
        dagster=dagster_run(settings, found.run) if found.run else dagster_asset(settings, project, found.model),
    )


def hand_out_card(room: InRoom, sight: OfLog, digest: str) -> Response:
    """The card as a page of its own, as it stands now, to keep or to print."""
    found = find(room, sight, digest)
    if found.card_problem:
        raise PackageError(f"The card is not handed out. {found.card_problem}")
    name = f"attachment; filename={found.model}-{found.package.digest[:12]}.html"
    content = page_now(card_of(found.package), found.standing)
    return Response(content, media_type="text/html", headers={"Content-Disposition": name})


def show_run(room: InRoom, sight: OfLog, digest: str) -> Response:
    """The way to the run of a package in MLflow, which alone knows its number."""
    found = find(room, sight, digest)
    settings, project = room.workplace.settings, room.workplace.project.name
    run = room.workplace.registry.run_of(project, found.package.digest)
    name = f"{project}.{found.model}{'' if found.standing.version else CANDIDATE_SUFFIX}"
    return RedirectResponse(catalogue_run(settings, *run) if run else catalogue_model(settings, name), status_code=303)


def covered(visit: Visit, found: Candidate) -> tuple[str, ...]:
    """Who sees a form, and everything that a signature by it would cover: what may be done, and with what."""
    return (
        visit.binding,
        found.votes.action.value,
        found.package.digest,
        *map(str, vars(found.subject).values() if found.subject else ()),
        *(str(condition.number) for condition in found.conditions),
    )


def find(room: Room, sight: Sight, digest: str) -> Candidate:
    """Read a package, every byte checked, with what the log says of it.

    Raises
    ------
    HTTPException: when none or several match the digest. PackageError: when its bytes are not what its digest says.
    """
    packages = sight.workplace.packages
    kept = kept_here(room, digest)
    package = packages.candidate(kept.digest)
    evidence, decision = evidence_of(package), decision_of(package)
    serving = sight.champion(kept.model)
    is_champion = serving is not None and serving.package_digest == package.digest
    before = None if is_champion else champion_evidence(sight.workplace, serving)
    standing, subject = sight.standing(kept.model, package.digest, decision.outcome), sight.subject(package, kept.model)
    threads, keys = room.lobby.notes.threads().get(package.digest, ()), frozenset(room.lobby.keys.names())
    rests_on = {one.digest for one in evidence.exceptions}
    problem = _card_problem(room, sight, package, kept.model)
    return Candidate(
        package=package,
        model=kept.model,
        evidence=evidence,
        decision=decision,
        standing=standing,
        subject=subject,
        points=(*open_points(decision), *as_points(open_conditions(threads))),
        votes=count_votes(sight, standing, subject),
        threads=threads,
        barred=sight.barred(package.digest),
        deciders=sight.entitled([Role.REVIEWER]) & keys,
        promoters=sight.entitled(ROLES_OF[Asked.PROMOTE]) & keys,
        run=sight.training_run(package.digest),
        exceptions=tuple(
            one for one in told(sight, kept.model, evidence if is_champion else None) if one.stands.digest in rests_on
        ),
        champion=serving,
        comparison=compare(evidence, before) if before else None,
        why_nobody=_why_nobody(sight, package, decision, standing) or problem,
        card_problem=problem,
        needs_reason=bool(open_conditions(threads))
        or needs_reason(package, None if is_champion else sight.champion_to_beat(kept.model)),
    )


def why_not(found: Candidate, visit: Visit) -> str:
    """Why this visitor cannot decide here, in words; empty when they can."""
    me = visit.person
    if found.why_nobody:
        return found.why_nobody
    if me.staff_id in found.barred:
        return "You trained this package, so another reviewer decides."
    return "" if visit.may("decide") and me.staff_id in found.deciders else f"Reviewers decide. {_who(found.deciders)}"


def why_not_promote(found: Candidate, visit: Visit) -> str:
    """Why this visitor cannot ask for a promotion here, in words; empty when they can."""
    if visit.may("promote") and visit.person.staff_id in found.promoters:
        return ""
    return f"Engineers and reviewers promote. {_who(found.promoters)}"


def _who(able: frozenset[str]) -> str:
    """Who may do what a visitor may not."""
    if not able:
        return "Nobody's key is kept here whom the trust root names for it; it is signed where one is, by the tenure command."
    return f"Here that is {', '.join(sorted(able))}: whom the trust root names for it, and whose keys are kept here."


def _why_nobody(sight: Sight, package: Package, decision: Decision, standing: Standing) -> str:
    """Why nobody can decide on a package, in words; empty when somebody can."""
    if sight.ledger is None:
        return "There is no trust root yet, so nobody may sign. Make one: tenure trust init."
    if standing.revoked:
        return f"{standing.revoked.staff_id} revoked this package, and a revocation cannot be taken back. Train another."
    if decision.outcome is Outcome.REFUSED:
        return (
            "The gates refused this package, and no reason helps. Train another. What no training mends may be excepted: "
            f"tenure exception propose {package.digest[:12]} GATE."
        )
    if package.digest not in sight.stated:
        how = f"tenure sign {package.digest[:12]}"
        return f"This is a draft: nobody signed for its training, so nobody can approve it. Whoever answers for it signs: {how}."
    return ""


def _card_problem(room: Room, sight: Sight, package: Package, model: str) -> str:
    """What is wrong with the card of a candidate, in words; empty where it is what its evidence gives, or was in its day."""
    if package.digest not in room.card_problems:
        try:
            room.workplace.promotions.check_card(sight.ledger, package, model)
            room.card_problems[package.digest] = ""
        except (RefusedError, PackageError) as error:
            room.card_problems[package.digest] = str(error)
    return room.card_problems[package.digest]


def draw(found: Candidate) -> tuple[Any, Any]:
    """Where a package stands, and the page that is read and signed: never a page of which the promoter says that it is none."""
    from markupsafe import Markup

    shown = "" if found.card_problem else body_of(card_of(found.package))
    return Markup(render_standing(found.standing)), Markup(shown)  # noqa: S704 - rendered by model_cards with autoescape
