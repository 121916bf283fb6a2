"""A key that stays open for a terminal's life: it signs records for its owner, and nothing else."""

import time
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.signing import public_bytes, read_envelope, sign, verify
from governance.stores.key_session import close_session, find_session, serve
from tenure.errors import SigningKeyError


def opened(folder: Path, *, lasts: float = 30, is_wanted: bool = True) -> tuple[Path, Ed25519PrivateKey, Thread]:
    """A key that is held open in a thread; waits until it answers, or ends."""
    path, key = folder / "key", Ed25519PrivateKey.generate()
    until = time.monotonic() + lasts
    holding = Thread(target=serve, args=(path, "staff-1", key), kwargs={"until": until, "is_wanted": lambda: is_wanted})
    holding.start()
    while holding.is_alive() and find_session(path) is None:
        time.sleep(0.01)
    return path, key, holding


def test_an_open_key_signs_as_the_file_would(tmp_path: Path) -> None:
    """The signature fits, whose it is can be asked, and told to end it ends."""
    path, key, holding = opened(tmp_path)
    session = find_session(path)
    assert session is not None
    envelope = read_envelope(sign(b"x", "t", [session.key]), what="a note")
    verify(envelope, "t", {envelope.key_ids[0]: public_bytes(key)}, what="a note")

    assert (session.staff_id, path.stat().st_mode & 0o777) == ("staff-1", 0o600)
    close_session(path)
    holding.join(5)
    assert find_session(path) is None
    with pytest.raises(SigningKeyError, match="is not open any more"):
        session.key.sign(b"DSSEv1 x")


def test_an_open_key_signs_no_other_bytes_and_is_not_given_away(tmp_path: Path) -> None:
    """What is no record's form stays unsigned, and the private half stays where it is."""
    path, _, holding = opened(tmp_path)
    session = find_session(path)
    assert session is not None

    with pytest.raises(SigningKeyError, match="signs records alone"):
        session.key.sign(b"a cheque")
    with pytest.raises(SigningKeyError, match="does not leave"):
        session.key.private_bytes_raw()
    close_session(path)
    holding.join(5)


@pytest.mark.parametrize("ends", [{"lasts": 0.0}, {"is_wanted": False}])
def test_an_open_key_ends_with_its_hours_or_its_terminal(tmp_path: Path, ends: dict[str, object]) -> None:
    """Nobody has to remember to close it."""
    path, _, holding = opened(tmp_path, **ends)
    holding.join(5)

    assert not path.exists()
    assert find_session(path) is None
