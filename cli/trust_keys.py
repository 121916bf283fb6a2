"""Keys that a trust root names, made where it is: a person's own, and root keys, each under a passphrase of its holder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from cli.passphrases import passphrase
from governance.doors.trust_roots import people_named
from governance.stores.key_store import KeyStore
from tenure.errors import TenureError


def own_key(settings: Settings, staff_id: str) -> str:
    """The public half of a person's key, which is made where there is none."""
    people_named([f"{staff_id}={'ab' * 32}"], ())  # refuses a name that cannot be one
    store = KeyStore(settings.keys)
    if staff_id in store.names():
        return store.public(staff_id, passphrase(settings, staff_id))
    return store.new(staff_id, passphrase(settings, f"the new key of {staff_id}", is_new=True))


def new_root_keys(settings: Settings, folder: Path, n_keys: int) -> dict[str, Ed25519PrivateKey]:
    """Root keys by name, open, each under a passphrase of its own; those that are there are kept."""
    store, found = KeyStore(folder), {}
    for name in (f"root-{number}" for number in range(1, n_keys + 1)):
        is_new = name not in store.names()
        opened = passphrase(settings, f"root key {name}: its holder types it", is_new=is_new)
        if is_new:
            store.new(name, opened)
        found[name] = store.load(name, opened)
    return found


@contextmanager
def all_or_nothing(*folders: Path) -> Iterator[None]:
    """Take back the files that were made, if what they were made for is refused."""
    before = {path for folder in folders for path in folder.glob("*")}
    try:
        yield
    except TenureError:
        for path in {path for folder in folders for path in folder.glob("*") if path.is_file()} - before:
            path.unlink()
        raise
