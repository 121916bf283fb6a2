"""The card as a page: a package's card rendered with where the package stands now, and written where a person opens it."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from adapters.trust_root import DEMO_PREFIX
from adapters.workplace import Workplace
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.standing import Decided, Force, Standing, Status
from tenure.errors import PromotionError
from tenure.gates import Decision, Outcome
from tenure.promotion import serving
from tenure.promotion.approval import Approval, Verdict
from tenure.promotion.package import DECISION_NAME, Package
from tenure.promotion.records import PromotionRecord, current, history

CARD = "card.json"


@dataclass(frozen=True, kw_only=True)
class CardNow:
    """A package's card, its decision, and where the package stands."""

    package: Package
    project: str
    model: str
    card: dict[str, Any]
    decision: Decision
    standing: Standing


def card_now(workplace: Workplace, digest: str) -> CardNow:
    """The card of a package as it stands now; `digest` may be its first eight letters or more."""
    found = workplace.packages.find(digest)
    package = workplace.packages.candidate(found.digest)
    decision = TypeAdapter(Decision).validate_json(package.file(DECISION_NAME))
    if found.project != workplace.project.name:
        raise PromotionError(f"Package {found.digest[:12]} belongs to project {found.project!r}, not {workplace.project.name!r}.")
    records = history(workplace.promotions.records(), found.project, found.model)
    return CardNow(
        package=package,
        project=found.project,
        model=found.model,
        card=json.loads(package.file(CARD)),
        decision=decision,
        standing=governed(workplace, standing(package, decision, records), found.model),
    )


def governed(workplace: Workplace, stands: Standing, model: str) -> Standing:
    """A standing with what the promotion log says of it: decisions, how many are needed, and the review date."""
    promotions, now = workplace.promotions, workplace.clock()
    if not promotions.has_trust_root or stands.package_digest is None:
        return stands
    decisions, is_open = promotions.decisions(stands.package_digest), stands.status is Status.CANDIDATE
    review_by = _review_by(workplace, model, stands.package_digest) if stands.status is Status.CHAMPION else None
    return replace(
        stands,
        # What a promotion rested on stays shown when it can be used for no other.
        approved_by=approved_by(tuple(one for one in decisions if not is_open or one.expires > now)),
        is_demo=any(one.identity.startswith(DEMO_PREFIX) for one in decisions),
        decided=decided(decisions, now if is_open else None),
        n_needed=promotions.quorum(workplace.project.name),
        review_by=review_by,
        is_overdue=review_by is not None and review_by <= now,
    )


def decided(decisions: tuple[Approval, ...], now: datetime | None) -> tuple[Decided, ...]:
    """Decisions as a page shows them; a later one of the same person replaces the earlier, and `now` ends what ran out."""
    last = {one.identity: position for position, one in enumerate(decisions)}
    return tuple(
        Decided(
            staff_id=one.identity,
            role=one.role.value,
            verdict=one.verdict.value,
            reason=one.reason,
            issued=one.issued,
            expires=one.expires,
            digests=tuple(
                (name, getattr(one.subject, f"{name}_digest")) for name in ("package", "model", "card", "audit", "policy")
            ),
            force=_force(one, now, is_last=last[one.identity] == position),
        )
        for position, one in enumerate(decisions)
    )


def _force(one: Approval, now: datetime | None, *, is_last: bool) -> Force:
    """Whether a decision counts."""
    if not is_last:
        return Force.REPLACED
    return Force.EXPIRED if now is not None and one.expires <= now else Force.COUNTS


def _review_by(workplace: Workplace, model: str, digest: str) -> datetime | None:
    """When the promotion that stands says that people look again."""
    found = serving.standing(workplace.promotions.ledger(), workplace.project.name, model)
    return found[1].review_by if found and found[1].subject.package_digest == digest else None


def approved_by(decisions: tuple[Approval, ...]) -> tuple[str, ...]:
    """Staff ids of those whose last decision on a package is to approve it, in the order in which they decided."""
    last = {decision.identity: decision.verdict for decision in decisions}
    return tuple(name for name, verdict in last.items() if verdict is Verdict.APPROVE)


def standing(package: Package, decision: Decision, records: tuple[PromotionRecord, ...]) -> Standing:
    """Where a package stands, by the promotions of its model."""
    own = [record for record in records if record.package_digest == package.digest]
    if not own:
        refused = decision.outcome is Outcome.REFUSED
        return Standing(status=Status.REFUSED if refused else Status.CANDIDATE, package_digest=package.digest)
    latest = own[-1]
    serving = current(records, latest.project, latest.model)
    previous = next((r.version for r in reversed(records) if r.sequence < latest.sequence), None)
    return Standing(
        status=Status.CHAMPION if serving is not None and serving.package_digest == package.digest else Status.RETIRED,
        version=latest.version,
        package_digest=package.digest,
        promoted_at=latest.decided_at,
        reason=latest.reason or None,
        previous_version=previous,
    )


def write_card(workplace: Workplace, now: CardNow) -> Path:
    """Write the card as a page and as Markdown; return the page."""
    folder = workplace.settings.reports / now.project / now.model / now.package.digest[:12]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.html").write_text(render_html(now.card, now.standing))
    (folder / "card.md").write_text(render_markdown(now.card, now.standing))
    return folder / "card.html"
