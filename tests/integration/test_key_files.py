"""Key files: opened by their passphrase alone, closed to others, never replaced."""

from pathlib import Path

import pytest

from governance.records.signing import public_bytes, read_envelope, sign, verify
from governance.stores.key_store import KeyStore
from tenure.errors import SigningKeyError
from tests.unit.governance.sample import key

PASSPHRASE = "four plain words here"


def test_a_key_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    """What it signs is verified by the public half that was told when it was made."""
    store = KeyStore(tmp_path / "keys")
    public = store.new("staff-anna", PASSPHRASE)
    opened = store.load("staff-anna", PASSPHRASE)
    envelope = read_envelope(sign(b"x", "t", [opened]), what="a note")
    verify(envelope, "t", {envelope.key_ids[0]: bytes.fromhex(public)}, what="a note")

    assert public_bytes(opened).hex() == public
    assert store.names() == ("staff-anna",)
    path = tmp_path / "keys" / "staff-anna.pem"
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(SigningKeyError, match="does not open"):
        store.load("staff-anna", PASSPHRASE + "!")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o601, 0o666])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    """Reading, writing or running, by the group or by anyone."""
    store = KeyStore(tmp_path)
    store.new("a", PASSPHRASE)
    (tmp_path / "a.pem").chmod(mode)

    with pytest.raises(SigningKeyError, match="may be read by others"):
        store.load("a", PASSPHRASE)


def test_keys_are_not_replaced_linked_to_or_named_out_of_their_folder(tmp_path: Path) -> None:
    """A name is a name, and a key file is a plain file."""
    store = KeyStore(tmp_path)
    store.new("a", PASSPHRASE)
    (tmp_path / "b.pem").symlink_to(tmp_path / "a.pem")

    with pytest.raises(SigningKeyError, match="never replaced"):
        store.new("a", PASSPHRASE)
    with pytest.raises(SigningKeyError, match="none that can be opened"):
        store.load("b", PASSPHRASE)
    with pytest.raises(SigningKeyError, match="none that can be opened"):
        store.load("c", PASSPHRASE)
    with pytest.raises(SigningKeyError, match="at least 12 letters"):
        store.new("d", "too short")
    for name in ("../a", "a/b", "", "A", "..", "a..b"):
        with pytest.raises(SigningKeyError, match="A key is named by"):
            store.load(name, PASSPHRASE)


def test_a_key_of_another_kind_or_without_passphrase_is_refused(tmp_path: Path) -> None:
    """Only encrypted Ed25519 keys sign."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

    other = X25519PrivateKey.generate()
    kinds = {"other": (other, BestAvailableEncryption(PASSPHRASE.encode())), "open": (key("anna"), NoEncryption())}
    for name, (made, protection) in kinds.items():
        (tmp_path / f"{name}.pem").write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
        (tmp_path / f"{name}.pem").chmod(0o600)

    with pytest.raises(SigningKeyError, match="Expected an Ed25519 key"):
        KeyStore(tmp_path).load("other", PASSPHRASE)
    with pytest.raises(SigningKeyError, match="does not open"):
        KeyStore(tmp_path).load("open", PASSPHRASE)
