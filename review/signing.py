"""Signing in the room: a person's own key, opened by its passphrase for one signature and then forgotten."""

import logging

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from review.room import Room
from review.visit import Visit
from tenure.errors import SigningKeyError

_LOG = logging.getLogger(__name__)


def own_key(room: Room, visit: Visit, passphrase: str) -> Ed25519PrivateKey:
    """Open the visitor's key for one signature.

    Raises
    ------
    SigningKeyError: when there is none here, the passphrase is another's, or there were too many that did not open it.
    """
    me = visit.person
    if not room.lobby.attempts.begin(me.staff_id, visit.address):
        raise SigningKeyError("Too many passphrases that did not open the key. Wait a quarter of an hour, then try again.")
    key = _opened(room, me.staff_id, passphrase)
    room.lobby.attempts.succeeded(me.staff_id, visit.address)
    return key


def _opened(room: Room, staff_id: str, passphrase: str) -> Ed25519PrivateKey:
    """The key of a person. Where its file lies is for whoever runs the room, and in the service's log."""
    try:
        return room.lobby.keys.load(staff_id, passphrase)
    except SigningKeyError as error:
        _LOG.warning("A key did not open: %s", error)
        if staff_id not in room.lobby.keys.names():
            raise SigningKeyError(
                f"No key of {staff_id} is kept here, so nothing was signed. Make one, and have the holders of the root keys add "
                "it: tenure keys new."
            ) from None
        raise SigningKeyError(
            f"This passphrase does not open the key of {staff_id}, so nothing was signed. Type it again; it is the one with "
            "which the key was made, not the password of the room."
        ) from None
