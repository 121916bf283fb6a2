"""Accounts: who may enter the room, in which role, which staff id of the trust root is theirs, and how single sign-on names them.

A role holds in every company of the home, until somebody is given roles by company: then they enter those alone.

Passwords are kept as argon2 hashes. An account opens the room; it signs nothing: a decision is signed with the person's own
key. Sessions are `sessions.py`.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from review.access import RoomRole
from review.attempts import Attempts, Purpose
from review.database import connect, prepare
from tenure.errors import AccountError, TooManyAttemptsError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
_LONGEST_IDENTITY = 200
_BY_COMPANY = "(SELECT group_concat(company || ' ' || o.role, ',') FROM company_roles AS o WHERE o.name = accounts.name)"
COLUMNS = f"accounts.name, accounts.role, staff_id, identity, {_BY_COMPANY}"
_REFUSED = "Name or password is not right. Try again, or ask an administrator for a new password."
# A hash takes 64 MB while it is computed; two at a time keep a crowd at the door from filling the memory.
_HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may enter; `staff_id` is their name in the trust root and on their key.

    `identity` is what single sign-on calls them, if that is not their name here. `by_company` are their roles in the companies
    that they are kept to; where it is empty, `role` holds in all.
    """

    name: str
    role: RoomRole
    staff_id: str
    identity: str | None = None
    by_company: Mapping[str, RoomRole] = field(default_factory=dict)

    def role_in(self, company: str) -> RoomRole | None:
        """Their role in a company; None where they may not enter it."""
        return self.by_company.get(company) if self.by_company else self.role

    @property
    def roles_in_words(self) -> str:
        """Every role, and where it holds."""
        kept = (f"{role.value} in {company}" for company, role in sorted(self.by_company.items()))
        return ", ".join(kept) or self.role.value


class Accounts:
    """The accounts of one installation."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Open the database, or make it."""
        prepare(path)
        self.path, self._clock, self._attempts = path, clock, Attempts(path, clock, Purpose.PASSWORD)

    def new(
        self, name: str, password: str | None, *, role: RoomRole, staff_id: str | None = None, company: str | None = None
    ) -> Account:
        """Make an account.

        Parameters
        ----------
        password: None for one that no password opens, because a proxy logs its people in.
        staff_id: the person's id in the trust root and the name of their key; by default the account's name.
        company: the one company that they may enter; by default every one.

        Raises
        ------
        AccountError: for a name that is taken, also as somebody's identity, or no name, or a password of less than 12 letters.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(f"An account is named by lower-case letters, digits, '.', '-' and '_', found {name!r}. Rename it.")
        kept = {company: role} if company else {}
        account = Account(name=name, role=role, staff_id=staff_id or name, by_company=kept)
        hashed = _nobody() if password is None else _hashed(password)
        row = (name, role.value, account.staff_id, hashed, self._clock().timestamp())
        columns = "name, role, staff_id, password, made_at"
        with closing(connect(self.path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            taken = "SELECT 1 FROM accounts WHERE name = ?1 OR identity = ?1"
            values = f"SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS ({taken})"
            added = database.execute(f"INSERT INTO accounts ({columns}) {values}", row)
            if added.rowcount and company:
                database.execute("INSERT INTO company_roles VALUES (?, ?, ?)", (name, company, role.value))
        if not added.rowcount:
            raise AccountError(f"There is an account {name!r} already. Choose another name.")
        return account

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with closing(connect(self.path)) as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM accounts ORDER BY name").fetchall()
        return tuple(account_of(*row) for row in rows)

    def find(self, name: str) -> Account | None:
        """The account of that name."""
        return self._where("name = ?", name)

    def identified(self, identity: str) -> Account | None:
        """The account of an external identity; one that has none answers to its name. Capital letters make no difference."""
        known = _folded(identity)
        return self._where("identity = ?", known) or self._where("identity IS NULL AND name = ?", known)

    def identify(self, name: str, identity: str) -> Account:
        """Say what single sign-on calls the person of an account, from now on; empty for the account's name.

        Raises
        ------
        AccountError: when there is no such account, another one has this identity or name, or it is not one line to be read.
        """
        known = _folded(identity)
        if not known.isprintable() or len(known) > _LONGEST_IDENTITY:
            raise AccountError(f"An identity is one line of at most {_LONGEST_IDENTITY} letters, found {len(known)}. Correct it.")
        with closing(connect(self.path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            taken = "SELECT name FROM accounts WHERE name != ?1 AND (identity = ?2 OR name = ?2)"
            if known and (other := database.execute(taken, (name, known)).fetchone()):
                raise AccountError(f"Account {other[0]!r} is {identity!r} already. Take it from that one first, or name another.")
            changed = database.execute("UPDATE accounts SET identity = ? WHERE name = ?", (known or None, name))
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))
        if not changed.rowcount or (found := self.find(name)) is None:
            raise _no_account(name)
        return found

    def check(self, name: str, password: str, *, address: str) -> Account:
        """The account whose password this is.

        Raises
        ------
        AccountError: for a wrong name or password, without saying which. TooManyAttemptsError: when there were too many of them.
        """
        if not self._attempts.begin(name, address):
            raise TooManyAttemptsError("Too many attempts. Wait a quarter of an hour, then try again.")
        # As much work for a name that does not exist: nobody learns names from the time it takes.
        if not _is_password(self._hash_of(name) or _nobody(), password) or (account := self.find(name)) is None:
            raise AccountError(_REFUSED)
        self._attempts.succeeded(name, address)
        return account

    def remember(self, name: str, place: str) -> None:
        """Remember a place where somebody was let in, whose attempts from there count for themselves."""
        self._attempts.succeeded(name, place)

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
            raise _no_account(name)

    def change_role(self, name: str, role: RoomRole, *, company: str | None = None) -> Account:
        """Give an account another role from now on, and end every session of it.

        Parameters
        ----------
        company: where the role holds; whoever has one by company enters those alone. By default it holds in every company,
            and roles by company end.

        Raises
        ------
        AccountError: when there is no such account.
        """
        with closing(connect(self.path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            if database.execute("SELECT 1 FROM accounts WHERE name = ?", (name,)).fetchone() is None:
                raise _no_account(name)
            if company:
                database.execute("INSERT OR REPLACE INTO company_roles VALUES (?, ?, ?)", (name, company, role.value))
            else:
                database.execute("DELETE FROM company_roles WHERE name = ?", (name,))
                database.execute("UPDATE accounts SET role = ? WHERE name = ?", (role.value, name))
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))
        if (found := self.find(name)) is None:
            raise _no_account(name)
        return found

    def remove(self, name: str) -> None:
        """Remove an account with its sessions; what the person signed stays in the log, and their key in the trust root.

        Raises
        ------
        AccountError: when there is no such account.
        """
        with closing(connect(self.path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))
            database.execute("DELETE FROM known_places WHERE name = ?", (name,))
            database.execute("DELETE FROM company_roles WHERE name = ?", (name,))
            removed = database.execute("DELETE FROM accounts WHERE name = ?", (name,))
        if not removed.rowcount:
            raise _no_account(name)

    def _where(self, condition: str, value: str) -> Account | None:
        """The account of which a condition holds, of those that this file writes."""
        with closing(connect(self.path)) as database:
            row = database.execute(f"SELECT {COLUMNS} FROM accounts WHERE {condition}", (value,)).fetchone()
        return account_of(*row) if row else None

    def _hash_of(self, name: str) -> str | None:
        """The kept hash."""
        with closing(connect(self.path)) as database:
            found = database.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
        return found and str(found[0])


def account_of(name: str, role: str, staff_id: str, identity: str | None, by_company: str | None) -> Account:
    """An account as the database has it.

    Raises
    ------
    AccountError: when it has a role that there is not.
    """
    kept = dict(one.split(" ") for one in by_company.split(",")) if by_company else {}
    odd = [found for found in (role, *kept.values()) if found not in list(RoomRole)]
    if odd:
        raise AccountError(
            f"Account {name!r} has the role {odd[0]!r}, expected one of {', '.join(RoomRole)}. An administrator gives it one: "
            f"tenure review account role {name} ROLE."
        )
    roles = {company: RoomRole(found) for company, found in kept.items()}
    return Account(name=name, role=RoomRole(role), staff_id=staff_id, identity=identity, by_company=roles)


def _folded(identity: str) -> str:
    """An identity, spelled one way."""
    return unicodedata.normalize("NFC", identity.strip()).casefold()


def _no_account(name: str) -> AccountError:
    """There is none of that name."""
    return AccountError(f"There is no account {name!r}. Make it: tenure review account new {name} --role …")


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
