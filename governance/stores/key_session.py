"""An open key: a small process that holds one person's key for the life of a terminal, and signs records when it is asked.

It listens on a socket in a folder that is its owner's alone, answers nobody else's processes, and signs nothing but records of
the one signature form. It ends with its terminal, after some hours, or when it is told to. Only `tenure keys open` starts one.
"""

import json
import os
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from governance.records.signing import SIGNATURE_BYTES, public_bytes
from tenure.errors import SigningKeyError

_LOOKS_EVERY_SECONDS = 2.0
_LENGTH = struct.Struct("!I")
_LONGEST = 1 << 21
# What DSSE signs begins so; anything else would be a signature over what no record is.
_FORM = b"DSSEv1 "
_WHO, _CLOSE = b"who", b"close"


class SessionKey(Ed25519PrivateKey):
    """A key that lies open elsewhere: it signs, and gives nothing else away."""

    def __init__(self, path: Path, public: bytes) -> None:
        """Bind to the socket of the process that holds it."""
        self._path, self._public = path, public

    def sign(self, data: bytes | bytearray | memoryview) -> bytes:
        """Have the bytes signed."""
        answer = _ask(self._path, bytes(data))
        if len(answer) != SIGNATURE_BYTES:
            raise SigningKeyError("The open key signs records alone. Use the key's own file for anything else.")
        return answer

    def public_key(self) -> Ed25519PublicKey:
        """The public half."""
        return Ed25519PublicKey.from_public_bytes(self._public)

    def private_bytes(self, *_: object, **__: object) -> bytes:
        """Not to be had."""
        raise SigningKeyError("An open key does not leave the process that holds it.")

    def private_bytes_raw(self) -> bytes:
        """Not to be had."""
        return self.private_bytes()

    def __copy__(self) -> "SessionKey":
        """It cannot change, so it is its own copy."""
        return self

    def __deepcopy__(self, _: object) -> "SessionKey":
        """As a shallow one."""
        return self


@dataclass(frozen=True, kw_only=True)
class Session:
    """An open key, and whose it is."""

    staff_id: str
    key: SessionKey


def find_session(path: Path | None) -> Session | None:
    """The key that is open behind a socket; None where none is named, or it has ended since."""
    if path is None or not path.exists():
        return None
    try:
        told = json.loads(_ask(path, _WHO))
    except (SigningKeyError, ValueError):
        return None
    return Session(staff_id=str(told["staff_id"]), key=SessionKey(path, bytes.fromhex(told["public_key"])))


def close_session(path: Path) -> None:
    """End an open key."""
    _ask(path, _CLOSE)


def serve(path: Path, staff_id: str, key: Ed25519PrivateKey, *, until: float, is_wanted: Callable[[], bool]) -> None:
    """Hold a key and sign with it, until it is told to end, the time comes, or nobody wants it any more.

    Parameters
    ----------
    path: of the socket, in a folder that is its owner's alone. until: by the monotonic clock, in seconds.
    is_wanted: whether the terminal is still there; asked every few seconds.
    """
    who = json.dumps({"staff_id": staff_id, "public_key": public_bytes(key).hex()}).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen()
        listening.settimeout(_LOOKS_EVERY_SECONDS)
        try:
            while time.monotonic() < until and is_wanted():
                try:
                    asking, _ = listening.accept()
                except TimeoutError:
                    continue
                with asking:
                    asking.settimeout(_LOOKS_EVERY_SECONDS)
                    if _answer(asking, who, key) == _CLOSE:
                        return
        finally:
            path.unlink(missing_ok=True)


def _answer(asking: socket.socket, who: bytes, key: Ed25519PrivateKey) -> bytes:
    """Answer one question of a process of the same account; returns what was asked."""
    try:
        asked = _receive(asking) if _is_own(asking) else b""
        said = who if asked == _WHO else key.sign(asked) if asked.startswith(_FORM) else b""
        asking.sendall(_LENGTH.pack(len(said)) + said)
    except OSError:
        return b""  # whoever asked went away
    return asked


def _is_own(asking: socket.socket) -> bool:
    """Whether the other side is this account's; where the system does not tell, the folder's rights say so."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    told = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", told)[1] == os.getuid())


def _ask(path: Path, message: bytes) -> bytes:
    """Ask the process behind a socket."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(10)
            asking.connect(str(path))
            asking.sendall(_LENGTH.pack(len(message)) + message)
            return _receive(asking)
    except OSError:
        raise SigningKeyError(
            f"The key that TENURE_SESSION names ({path}) is not open any more. Open it: tenure keys open."
        ) from None


def _receive(of: socket.socket) -> bytes:
    """One message: its length, then its bytes."""
    (length,) = _LENGTH.unpack(_exactly(of, _LENGTH.size))
    return _exactly(of, min(length, _LONGEST))


def _exactly(of: socket.socket, n_bytes: int) -> bytes:
    """So many bytes, or as many as come."""
    found = b""
    while len(found) < n_bytes:
        more = of.recv(n_bytes - len(found))
        if not more:
            raise OSError("the other side went away")
        found += more
    return found
