"""The card as a page: a package's card rendered with where the package stands now, and written where a person opens it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.stores.package_reading import card_of, decision_of
from home.card_files import write_pages
from home.sight import Sight, look
from home.workplace import Workplace
from model_cards.standing import Standing
from tenure.errors import PromotionError
from tenure.gates import Decision
from tenure.package import Package


@dataclass(frozen=True, kw_only=True)
class CardNow:
    """A package's card, its decision, and where the package stands."""

    package: Package
    project: str
    model: str
    card: dict[str, Any]
    decision: Decision
    standing: Standing


def card_now(workplace: Workplace, digest: str, sight: Sight | None = None) -> CardNow:
    """The card of a package as it stands now.

    Parameters
    ----------
    digest: may be its first eight letters or more. sight: the log as it was looked at already.
    """
    found = workplace.packages.find(digest)
    package = workplace.packages.candidate(found.digest)
    decision = decision_of(package)
    if found.project != workplace.project.name:
        raise PromotionError(f"Package {found.digest[:12]} belongs to project {found.project!r}, not {workplace.project.name!r}.")
    return CardNow(
        package=package,
        project=found.project,
        model=found.model,
        card=card_of(package),
        decision=decision,
        standing=(sight or look(workplace)).standing(found.model, package.digest, decision.outcome),
    )


def write_card(workplace: Workplace, now: CardNow) -> Path:
    """Write the card as a page and as Markdown; return the page."""
    return write_pages(workplace.card_folder(now.model, now.package.digest), now.card, now.standing)
