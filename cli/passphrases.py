"""Passphrases and keys of the person at the terminal: read from a file or asked for, never shown."""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from governance.doors.demonstration import ENGINEER
from governance.records.trust_root import DEMO_PREFIX, Role
from governance.rules.resolving import RESOLVING
from governance.stores.key_session import find_session
from governance.stores.key_store import KeyStore
from governance.stores.trust import read_passphrase
from home.workplace import Workplace
from tenure.errors import SigningKeyError

RootKeysOpen = Mapping[str, Ed25519PrivateKey]


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
    return _person(workplace, named, (Role.REVIEWER,), "reviewer")


def asker_id(workplace: Workplace, named: str | None, *, trains: bool = False) -> str:
    """Who asks for a training or a promotion: the name given, else the only one who may, whose key is here."""
    roles = (Role.ENGINEER,) if trains else (Role.ENGINEER, Role.REVIEWER)
    return _person(workplace, named, roles, "engineer" if trains else "engineer or reviewer")


def resolver_id(workplace: Workplace, named: str | None) -> str:
    """Who wants to be told ids: the name given, else the only one who may, whose key is here."""
    return _person(workplace, named, tuple(sorted(RESOLVING)), "reviewer")


def auditor_id(workplace: Workplace, named: str | None) -> str:
    """Who signs an access audit: the name given, else the only auditor of the trust root whose key is here."""
    return _person(workplace, named, (Role.AUDITOR,), "auditor")


def _person(workplace: Workplace, named: str | None, roles: Sequence[Role], what: str) -> str:
    """The name given, else the only person of the trust root with one of the roles whose key is here."""
    if named:
        return named
    session = find_session(workplace.settings.session)
    if session is not None:
        return session.staff_id
    known = {one.staff_id for one in workplace.promotions.ledger().root.staff if set(roles) & set(one.roles)}
    own = sorted(known & set(KeyStore(workplace.settings.keys).names()))
    # A demonstration's engineer asks for everything that nobody else asked for.
    if workplace.promotions.is_demo and roles[0] is Role.ENGINEER:
        own = [one for one in own if one == ENGINEER] or own
    return only_one(own, known, what, workplace.settings.keys)


def only_one(own: Sequence[str], known: Collection[str], what: str, folder: Path) -> str:
    """The one of those whose key is here; `known` are all whom the trust root lets do it.

    Raises
    ------
    SigningKeyError: when it is nobody, or cannot be told who; it says what to do about that.
    """
    if not known:
        adding = f"tenure trust add-{what if what in ('reviewer', 'auditor') else 'engineer'}"
        raise SigningKeyError(
            f"Expected one {what} in the trust root, found none. The person makes a key (tenure keys new STAFF_ID), and the "
            f"holders of the root keys add it: {adding}. In a demonstration of an earlier Tenure, tenure demo does both."
        )
    if len(own) != 1:
        raise SigningKeyError(
            f"Expected the key of one {what} in {folder}, found {len(own)}. Say who you are: --as STAFF_ID; the trust root names "
            f"{', '.join(sorted(known))}."
        )
    return own[0]


def person_key(settings: Settings, name: str) -> Ed25519PrivateKey:
    """A person's own key: the one that is open for this terminal, if it is theirs, or their file.

    A demonstration's opens with the passphrase that lies beside it.
    """
    session = find_session(settings.session)
    if session is not None and session.staff_id == name:
        return session.key
    store = KeyStore(settings.keys)
    if name.startswith(DEMO_PREFIX) and not settings.passphrase_file_named and settings.passphrase_file.exists():
        return store.load(name, read_passphrase(settings.passphrase_file))
    if name not in store.names():
        raise SigningKeyError(
            f"Expected the key of {name} in {settings.keys}, found {', '.join(store.names()) or 'none'}. Name its folder by "
            "TENURE_KEYS, or make one: tenure keys new."
        )
    return store.load(name, passphrase(settings, name))


def root_keys_in(settings: Settings, folder: Path, opened: RootKeysOpen) -> Iterator[tuple[str, Ed25519PrivateKey]]:
    """The root keys in a folder with their names, each opened with its own passphrase; at a terminal one may be left out.

    Those that were `opened` a moment ago are not asked for again.
    """
    store = KeyStore(folder)
    for name in store.names():
        if name in opened:
            yield name, opened[name]
            continue
        if sys.stdin.isatty():
            question = f"Passphrase of root key {name} (empty leaves it to its holder)"
            typed = str(typer.prompt(question, default="", show_default=False, hide_input=True, err=True))
            if not typed:
                continue
        else:
            typed = passphrase(settings, f"root key {name}")
        yield name, store.load(name, typed)
