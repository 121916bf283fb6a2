"""Sessions: what a browser shows instead of a password, and when it stops counting.

Only a digest of each token is kept, so that a copy of the database opens nothing.
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from review.accounts import COLUMNS, Account, account_of
from review.database import connect

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED_EVERY_SECONDS = 60.0


class Sessions:
    """The open sessions."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Name the database that `Accounts` made."""
        self._path, self._clock = path, clock

    def open(self, account: Account) -> str:
        """Open a session and return its token, which is told to nobody else."""
        token, now = secrets.token_urlsafe(32), self._clock().timestamp()
        with closing(connect(self._path)) as database, database:
            database.execute("DELETE FROM sessions WHERE made_at < ? OR seen_at < ?", _limits(now))
            database.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_digest(token), account.name, now, now))
            # Sessions end and are forgotten; that the account was used is not.
            database.execute("UPDATE accounts SET used_at = ? WHERE name = ?", (now, account.name))
        return token

    def account(self, token: str) -> Account | None:
        """Whose session this is; None once it has ended, by idleness, age, logout, a new password, role or removal.

        Raises
        ------
        AccountError: when the account has a role that there is not.
        """
        now = self._clock().timestamp()
        query = f"SELECT {COLUMNS}, seen_at FROM sessions JOIN accounts ON accounts.name = sessions.name WHERE token = ?"
        with closing(connect(self._path)) as database, database:
            row = database.execute(
                f"{query} AND sessions.made_at >= ? AND seen_at >= ?", (_digest(token), *_limits(now))
            ).fetchone()
            if row is None:
                return None
            *account, seen_at = row
            if now - seen_at > _NOTED_EVERY_SECONDS:
                database.execute("UPDATE sessions SET seen_at = ? WHERE token = ?", (now, _digest(token)))
                database.execute("UPDATE accounts SET used_at = ? WHERE name = ?", (now, row[0]))
        return account_of(*account)

    def close(self, token: str) -> None:
        """End a session."""
        with closing(connect(self._path)) as database, database:
            database.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))


def _limits(now: float) -> tuple[float, float]:
    """Before which times a session must not have been made, or last seen."""
    return now - LONGEST.total_seconds(), now - IDLE.total_seconds()


def _digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
