"""Accounts: who may enter the room, in which role, and which staff id of the trust root is theirs.

Passwords are kept as argon2 hashes. An account opens the room; it signs nothing: a decision is signed with the person's own
key. Sessions are `sessions.py`.
"""

import re
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from review.access import RoomRole
from review.attempts import Attempts
from review.database import connect, prepare
from tenure.errors import AccountError, TooManyAttemptsError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
_REFUSED = "Name or password is not right. Try again, or ask an administrator for a new password."
# A hash takes 64 MB while it is computed; two at a time keep a crowd at the door from filling the memory.
_HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may enter; `staff_id` is their name in the trust root and on their key."""

    name: str
    role: RoomRole
    staff_id: str


class Accounts:
    """The accounts of one installation."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Open the database, or make it."""
        prepare(path)
        self.path, self._clock, self._attempts = path, clock, Attempts(path, clock)

    def new(self, name: str, password: str, *, role: RoomRole, staff_id: str | None = None) -> Account:
        """Make an account.

        Parameters
        ----------
        staff_id: the person's id in the trust root and the name of their key; by default the account's name.

        Raises
        ------
        AccountError: for a name that is taken or no name, or a password of less than 12 letters.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(f"An account is named by lower-case letters, digits, '.', '-' and '_', found {name!r}. Rename it.")
        account = Account(name=name, role=role, staff_id=staff_id or name)
        row = (name, role.value, account.staff_id, _hashed(password), self._clock().timestamp())
        with closing(connect(self.path)) as database, database:
            added = database.execute("INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?, ?)", row)
        if not added.rowcount:
            raise AccountError(f"There is an account {name!r} already. Choose another name.")
        return account

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with closing(connect(self.path)) as database:
            rows = database.execute("SELECT name, role, staff_id FROM accounts ORDER BY name").fetchall()
        return tuple(Account(name=name, role=RoomRole(role), staff_id=staff_id) for name, role, staff_id in rows)

    def find(self, name: str) -> Account | None:
        """The account of that name."""
        return next((account for account in self.all() if account.name == name), None)

    def check(self, name: str, password: str, *, address: str) -> Account:
        """The account whose password this is.

        Raises
        ------
        AccountError: for a wrong name or password, without saying which. TooManyAttemptsError: when there were too many of them.
        """
        if not self._attempts.begin(name, address):
            raise TooManyAttemptsError("Too many attempts. Wait a quarter of an hour, then try again.")
        account = self.find(name)
        # As much work for a name that does not exist: nobody learns names from the time it takes.
        if not _is_password(self._hash_of(name) or _nobody(), password) or account is None:
            raise AccountError(_REFUSED)
        self._attempts.succeeded(name, address)
        return account

    def change_password(self, name: str, old: str, new: str, *, address: str) -> None:
        """Replace a password and end every session of the account.

        Raises
        ------
        AccountError: for a wrong old password, or a new one of less than 12 letters.
        """
        self.check(name, old, address=address)
        self.set_password(name, new)

    def set_password(self, name: str, new: str) -> None:
        """Replace a password without asking for the old one, and end every session of the account."""
        with closing(connect(self.path)) as database, database:
            changed = database.execute("UPDATE accounts SET password = ? WHERE name = ?", (_hashed(new), name))
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))
        if not changed.rowcount:
            raise AccountError(f"There is no account {name!r}. Make it: tenure review account new {name} --role …")

    def _hash_of(self, name: str) -> str | None:
        """The kept hash."""
        with closing(connect(self.path)) as database:
            found = database.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
        return found and str(found[0])


def _hashed(password: str) -> str:
    """The argon2 hash of a password that is long enough."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(
            f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} letters, found {len(password)}. Take a few words."
        )
    with _HASHING:
        return _hasher().hash(password)


def _is_password(kept: str, password: str) -> bool:
    """Whether the hash is of this password."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        with _HASHING:
            return _hasher().verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    """Argon2id with the library's present defaults."""
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password opens, because nobody knows it."""
    import secrets

    return _hashed(secrets.token_urlsafe(24))
