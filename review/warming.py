"""Warming up: what the first visitor would wait for is read and drawn once, before anybody comes."""

import logging
import threading

from fastapi import HTTPException

from home.sight import look
from review.candidate import draw, find
from review.room import Lobby, Room
from review.standings import overview
from review.vitals import vitals
from tenure.errors import TenureError

_LOG = logging.getLogger(__name__)


def warm_up(lobby: Lobby) -> threading.Thread:
    """Read every model and draw the cards that serve or wait, beside whatever else the process does."""
    thread = threading.Thread(target=_read_all, args=(lobby,), name="warming up", daemon=True)
    thread.start()
    return thread


def _read_all(lobby: Lobby) -> None:
    """One company after the other."""
    for room in lobby.rooms.values():
        _read_everything(room)


def _read_everything(room: Room) -> None:
    """The readings of the first page, and the cards that it links."""
    try:
        sight = look(room.workplace)
        room.lobby.proofs.of(sight)
        digests = [one.digest for one in overview(sight).waiting]
        for spec in room.workplace.project.models:
            found = vitals(sight, spec)
            digests += [found.record.package_digest] if found.record else []
        for digest in digests:
            draw(find(room, sight, digest))
    except (HTTPException, TenureError, OSError):
        # The page that shows it says what is wrong, to whom it concerns.
        _LOG.warning("Not everything could be read ahead", exc_info=True)
