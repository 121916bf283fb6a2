"""The key of an installation, under which data keys lie wrapped: where it is kept, outside of the home, and how it is read.

A file, a variable or a keyring holds one or more keys of 64 hexadecimal digits, parted by blanks. The first wraps; the others
still open what they wrapped, until everything is wrapped anew. What they are for is `data_keys.py`'s.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from adapters.closed_files import ClosedFile
from tenure.errors import EncryptionError, SpecError

KEYRING_ENTRY = "encryption"
_KEY_BYTES, _NONCE = 32, 12
_WRITTEN = re.compile(f"[0-9a-fA-F]{{{2 * _KEY_BYTES}}}")
_WHERE = "TENURE_ENCRYPTION_KEY_FILE (a file), TENURE_ENCRYPTION_KEY (the key itself) or TENURE_ENCRYPTION_KEYRING (a keyring)"
_IF_LOST = "Without it nothing that is encrypted here can be opened: take it from where you keep its copy."


@dataclass(frozen=True)
class InstallationKey:
    """One key; `name` tells it from others, and nothing of it."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Sixteen letters that stand for it beside what it wraps."""
        return hashlib.sha256(b"key of an installation\n" + self.secret).hexdigest()[:16]

    def wrap(self, secret: bytes, about: str) -> str:
        """A data key as it may lie beside the data, bound to what it is said to be for."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + AESGCM(self.secret).encrypt(nonce, secret, about.encode())).decode()

    def unwrap(self, wrapped: str, about: str) -> bytes:
        """The data key again; raises EncryptionError where it was changed, or is said to be for something else."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            held = base64.b64decode(wrapped, validate=True)
            return AESGCM(self.secret).decrypt(held[:_NONCE], held[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise EncryptionError(f"The wrapped key of {about} was changed. Restore it from a backup.") from None


@dataclass(frozen=True, kw_only=True)
class KeyPlace:
    """Where the installation's keys are, as the environment says; one of the three, or none."""

    file: Path | None = None
    text: str | None = field(default=None, repr=False)
    keyring: str | None = None

    def __post_init__(self) -> None:
        """Refuse more places than one: which key is meant could not be told."""
        if sum(one is not None for one in (self.file, self.text, self.keyring)) > 1:
            raise SpecError(f"Of {_WHERE} one may be set, found several. Unset the others.")

    def keys(self, *, home: Path | None) -> tuple[InstallationKey, ...]:
        """The keys, the one that wraps first.

        Raises
        ------
        EncryptionError: where none is named or found, one is written otherwise, or it lies in the home that it is to close.
        """
        words = self._text(home).split()
        if not words or not all(_WRITTEN.fullmatch(word) for word in words):
            raise EncryptionError(
                f"Expected keys of {2 * _KEY_BYTES} hexadecimal digits, parted by blanks, in {self._in_words}, found something "
                "else. `tenure encryption new-key` makes one."
            )
        return tuple(InstallationKey(bytes.fromhex(word)) for word in words)

    def named(self, name: str, *, home: Path | None) -> InstallationKey:
        """The key of a name; raises EncryptionError as `keys` does, and where another is there."""
        keys = self.keys(home=home)
        found = next((key for key in keys if key.name == name), None)
        if found is None:
            there = ", ".join(key.name for key in keys)
            raise EncryptionError(
                f"This was encrypted under the installation key {name}, and {self._in_words} holds {there}: another key, or an "
                f"earlier one was taken away too soon. Add it behind the first. {_IF_LOST}"
            )
        return found

    def _text(self, home: Path | None) -> str:
        """What the place holds."""
        if self.file is not None:
            if home is not None and self.file.resolve().is_relative_to(home.resolve()):
                raise EncryptionError(
                    f"The installation key {self.file} lies in the home that it is to close, and would be copied with it. "
                    "Keep it elsewhere, best on another disk."
                )
            return ClosedFile(path=self.file, what="the installation key", error=EncryptionError, if_missing=_IF_LOST).read_text()
        if self.text is not None:
            return self.text
        if self.keyring is not None:
            return _from_keyring(self.keyring)
        raise EncryptionError(f"Expected the installation key by {_WHERE}, found none of them set. {_IF_LOST}")

    @property
    def _in_words(self) -> str:
        return str(self.file or ("TENURE_ENCRYPTION_KEY" if self.text is not None else f"the keyring's {self.keyring!r}"))


def new_key() -> str:
    """A new installation key, as it is written down."""
    return secrets.token_hex(_KEY_BYTES)


def _from_keyring(service: str) -> str:
    """What the keyring of this account holds."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise EncryptionError(
            f"TENURE_ENCRYPTION_KEYRING names {service!r}, and keyring is not installed. Install tenure[keyring]."
        ) from None
    try:
        text = keyring.get_password(service, KEYRING_ENTRY)
    except KeyringError as error:
        raise EncryptionError(f"The keyring cannot be opened ({type(error).__name__}). Unlock it, then try again.") from None
    if text is None:
        raise EncryptionError(
            f"Expected the installation key in the keyring under {service!r}, found none. Enter it: keyring set {service} "
            f"{KEYRING_ENTRY}. {_IF_LOST}"
        )
    return str(text)
