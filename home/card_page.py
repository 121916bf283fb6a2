"""The card as a page: a package's card rendered with where the package stands now, and written where a person opens it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.rules.history import promotion_records
from governance.rules.standing import standing_of
from governance.stores.package_reading import card_of, decision_of
from home.card_files import write_pages
from home.workplace import Workplace
from model_cards.standing import Standing
from tenure.errors import PromotionError
from tenure.gates import Decision
from tenure.package import Package
from tenure.promotions import history


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
    decision = decision_of(package)
    if found.project != workplace.project.name:
        raise PromotionError(f"Package {found.digest[:12]} belongs to project {found.project!r}, not {workplace.project.name!r}.")
    ledger = workplace.promotions.ledger() if workplace.promotions.has_trust_root else None
    records = history(promotion_records(ledger), found.project, found.model) if ledger else ()
    return CardNow(
        package=package,
        project=found.project,
        model=found.model,
        card=card_of(package),
        decision=decision,
        standing=standing_of(package.digest, decision.outcome, records, ledger, project=found.project, now=workplace.clock()),
    )


def write_card(workplace: Workplace, now: CardNow) -> Path:
    """Write the card as a page and as Markdown; return the page."""
    return write_pages(workplace.card_folder(now.model, now.package.digest), now.card, now.standing)
