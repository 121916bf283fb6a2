"""What follows a decision once it stands: people are told, cards and catalogue are brought up to date.

Nothing here decides anything: should it fail, the record in the log stands, and the service's log says what failed.
"""

import logging

from adapters.alerts import AlertKind
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from review.room import Room
from review.sight import look
from review.standings import parsed
from tenure.errors import TenureError
from tenure.gates import Decision
from tenure.promotion.approval import CARD
from tenure.promotion.package import DECISION_NAME
from tenure.promotion.records import PromotionRecord

_LOG = logging.getLogger(__name__)


def tell(room: Room, kind: AlertKind, model: str, message: str) -> None:
    """Tell the alert sink."""
    try:
        room.workplace.alert(kind, model, message)
    except (OSError, TenureError):
        _LOG.exception("An alert was not told: %s: %s: %s", kind, model, message)


def show_everywhere(room: Room, record: PromotionRecord) -> None:
    """Write the cards of both packages as they stand now, then show the champion in the catalogue."""
    try:
        for digest in filter(None, (record.previous_digest, record.package_digest)):
            write_card(room, record.model, digest)
        room.workplace.registry.register_champion(record)
    except (OSError, TenureError):
        _LOG.exception("Version %d of %s serves; cards or catalogue do not show it yet", record.version, record.model)


def write_card(room: Room, model: str, digest: str) -> None:
    """Write a package's card where a person opens it as a file."""
    from pydantic import TypeAdapter

    package = room.workplace.packages.candidate(digest)
    outcome = TypeAdapter(Decision).validate_json(package.file(DECISION_NAME)).outcome
    card, now = parsed(package.file(CARD)), look(room).standing(model, digest, outcome)
    folder = room.workplace.settings.reports / room.project / model / digest[:12]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.html").write_text(render_html(card, now))
    (folder / "card.md").write_text(render_markdown(card, now))
