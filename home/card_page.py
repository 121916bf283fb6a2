"""The card as it stands now: the page that was signed, with where its package stands, written where a person opens it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.whole_files import write_whole
from governance.records.approval import CARD, EVIDENCE
from governance.rules.policy import WORDS
from governance.stores.package_reading import card_of, decision_of
from home.sight import Sight, look
from home.workplace import Workplace
from model_cards.pages import PAGE, page_now
from model_cards.standing import Standing
from tenure.errors import CardError, PromotionError
from tenure.gates import Decision
from tenure.package import Package


@dataclass(frozen=True, kw_only=True)
class CardNow:
    """A package's card, its decision, and where the package stands."""

    package: Package
    project: str
    model: str
    decision: Decision
    standing: Standing

    @property
    def page(self) -> str:
        """The page, with where the package stands."""
        return page_now(card_of(self.package), self.standing)


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
        decision=decision,
        standing=(sight or look(workplace)).standing(found.model, package.digest, decision.outcome),
    )


def content_now(workplace: Workplace, now: CardNow) -> dict[str, Any]:
    """What a card says, for whoever needs it otherwise than as the page: compiled anew, and only if that gives the page signed.

    Raises
    ------
    RefusedError: when it never was. CardError: when this version would say in other words what people once read and approved.
    """
    from model_cards.card import card_content, card_page

    workplace.promotions.check_card(look(workplace).ledger, now.package, now.model)
    files, against = now.package.files, now.decision.champion_digest
    champion = None if against is None else workplace.packages.load(against).file(EVIDENCE)
    try:
        made_of = (now.package.file(EVIDENCE), files[WORDS], champion)
        is_same = card_page(*made_of) == files[CARD]
    except (KeyError, ValueError, CardError):
        is_same = False
    if not is_same:
        raise CardError(
            f"The card of package {now.package.digest[:12]} was made by another version of Tenure, so only the page that was "
            f"signed is shown: {PAGE}. For other forms, use the version that made it, or train again."
        )
    return card_content(*made_of)


def write_card(workplace: Workplace, now: CardNow) -> Path:
    """Write the page where a person opens it; return it."""
    return write_whole(workplace.card_folder(now.model, now.package.digest) / PAGE, now.page)
