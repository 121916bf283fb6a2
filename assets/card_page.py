"""The card as a page: a package's card rendered with where the package stands now, and written where a person opens it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from adapters.trust_root import DEMO_PREFIX
from adapters.workplace import Workplace
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.standing import Standing, Status
from tenure.errors import PromotionError
from tenure.gates import Decision, Outcome
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
    approvers = approved_by(workplace.promotions.decisions(found.digest))
    return CardNow(
        package=package,
        project=found.project,
        model=found.model,
        card=json.loads(package.file(CARD)),
        decision=decision,
        standing=replace(
            standing(package, decision, records),
            approved_by=approvers,
            is_demo=any(name.startswith(DEMO_PREFIX) for name in approvers),
        ),
    )


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
