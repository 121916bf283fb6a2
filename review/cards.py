"""What a card says beyond its page, for pages that speak of it: its verdicts and the points that it leaves open."""

from collections.abc import Mapping
from typing import Any

from governance.records.approval import EVIDENCE
from governance.rules.policy import WORDS
from governance.stores.package_reading import decision_of
from home.workplace import Workplace
from model_cards.card import card_content
from review.reasons import OpenPoint, open_points
from tenure.errors import CardError, PackageError
from tenure.package import Package


def said_by(workplace: Workplace, package: Package) -> Mapping[str, Any]:
    """What a package's card says, compiled once for equal bytes; nothing where this version cannot compile it.

    That it says what people read is for the promoter to check, who compares the page.
    """
    try:
        against = decision_of(package).champion_digest
        champion = None if against is None else workplace.packages.load(against).file(EVIDENCE)
        return card_content(package.file(EVIDENCE), package.file(WORDS), champion)
    except (CardError, PackageError, ValueError):
        return {}


def open_points_of(workplace: Workplace, package: Package) -> tuple[OpenPoint, ...]:
    """The open points of a package's card, in its order."""
    return open_points(said_by(workplace, package))


def verdicts_of(workplace: Workplace, package: Package) -> tuple[tuple[str, str], ...]:
    """The verdicts of a package's card: what of, and how it came out."""
    return tuple((str(one["title"]), str(one["verdict"])) for one in said_by(workplace, package).get("verdicts", ()))
