"""The digest of an entry under a salt of its own: whoever has the entry and the salt can hold it against it, nobody else learns
anything of it.
"""

from tenure.canonical import canonical, check_hex, sha256
from tenure.people.ledger import Entry

SALT_LETTERS = 32


def digest_of(entry: Entry, salt: str) -> str:
    """SHA-256 over the salt's bytes and the entry as canonical JSON.

    Columns that say nothing are left out, so that one that comes later changes no digest; `signed` holds the salt, and is too.

    Parameters
    ----------
    salt: 32 letters of random hex.

    Raises
    ------
    ValueError: for another salt, and for what JSON cannot say exactly.
    """
    check_hex("a salt", salt, letters=SALT_LETTERS)
    said = {name: value for name, value in vars(entry).items() if name != "signed" and value is not None and value != ()}
    said |= {"day": entry.day.isoformat(), "did": entry.did.value}
    return sha256(bytes.fromhex(salt) + canonical(said))


def fits(entry: Entry, digest: str) -> bool:
    """Whether an entry with its salt is the one of a digest."""
    try:
        return entry.signed is not None and digest_of(entry, entry.signed) == digest
    except ValueError:
        return False
