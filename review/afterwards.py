"""What follows a decision once it stands: people are told, cards and catalogue are brought up to date.

Nothing here decides anything: should it fail, the record in the log stands, and the service's log says what failed.
"""

import logging

from adapters.whole_files import write_whole
from governance.stores.package_reading import card_of, decision_of
from home.sight import look
from model_cards.pages import PAGE, page_now
from review.room import Room
from tenure.errors import TenureError
from tenure.promotions import PromotionRecord

_LOG = logging.getLogger(__name__)


def show_everywhere(room: Room, record: PromotionRecord) -> None:
    """Show the champion in the catalogue, and write the cards of both packages as they stand now."""
    try:
        room.workplace.registry.register_champion(record)
    except (OSError, TenureError):
        _LOG.exception("Version %d of %s serves; the catalogue does not show it yet", record.version, record.model)
    for digest in filter(None, dict.fromkeys((record.previous_digest, record.package_digest))):
        write_card(room, record.model, digest)


def write_card(room: Room, model: str, digest: str) -> None:
    """Write a package's card where a person opens it as a file."""
    try:
        package = room.workplace.packages.candidate(digest)
        now = look(room.workplace).standing(model, digest, decision_of(package).outcome)
        write_whole(room.workplace.card_folder(model, digest) / PAGE, page_now(card_of(package), now))
    except (OSError, TenureError):
        _LOG.exception("The card of package %s could not be written anew", digest[:12])
