"""Passphrases and keys of the person at the terminal: read from a file or asked for, never shown."""

import sys
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from governance.records.trust_root import DEMO_PREFIX, Role
from governance.stores.key_store import KeyStore
from governance.stores.trust import read_passphrase
from home.workplace import Workplace
from tenure.errors import SigningKeyError


def passphrase(settings: Settings, what: str, *, is_new: bool = False) -> str:
    """The passphrase of a key: asked for at a terminal, twice if it is a new one; without one from TENURE_PASSPHRASE_FILE.

    Raises
    ------
    SigningKeyError: when there is neither a person to ask nor the file.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(f"Passphrase of {what}", hide_input=True, confirmation_prompt=is_new, err=True))
    if settings.passphrase_file_named:
        return read_passphrase(settings.passphrase_file_named)
    raise SigningKeyError(f"Expected the passphrase of {what}: use a terminal, or name its file by TENURE_PASSPHRASE_FILE.")


def reviewer_id(workplace: Workplace, named: str | None) -> str:
    """Who decides: the name given, else the only reviewer of the trust root whose key is here."""
    if named:
        return named
    ledger = workplace.promotions.ledger()
    known = {one.staff_id for one in ledger.root_before(ledger.size).staff if Role.REVIEWER in one.roles}
    own = sorted(known & set(KeyStore(workplace.settings.keys).names()))
    if len(own) != 1:
        raise SigningKeyError(
            f"Expected one reviewer's key in {workplace.settings.keys}, found {len(own)}. Say who decides: --as STAFF_ID; the "
            f"trust root names {', '.join(sorted(known)) or 'no reviewer'}."
        )
    return own[0]


def person_key(settings: Settings, name: str) -> Ed25519PrivateKey:
    """A person's own key. A demonstration's opens with the passphrase that lies beside it."""
    store = KeyStore(settings.keys)
    if name.startswith(DEMO_PREFIX) and not settings.passphrase_file_named and settings.passphrase_file.exists():
        return store.load(name, read_passphrase(settings.passphrase_file))
    if name not in store.names():
        raise SigningKeyError(
            f"Expected the key of {name} in {settings.keys}, found {', '.join(store.names()) or 'none'}. Name its folder by "
            "TENURE_KEYS, or make one: tenure keys new."
        )
    return store.load(name, passphrase(settings, name))


def root_key_holders(settings: Settings, folder: Path) -> tuple[Ed25519PrivateKey, ...]:
    """Every root key in a folder, opened with one passphrase."""
    store = KeyStore(folder)
    if not store.names():
        raise SigningKeyError(f"Expected root keys in {folder}, found none. Name the folder that holds them: --root-keys.")
    opened = passphrase(settings, f"the root keys in {folder}")
    return tuple(store.load(name, opened) for name in store.names())
