"""Failed attempts at passwords and passphrases, counted, so that guessing takes years."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from review.database import connect

WINDOW = timedelta(minutes=15)
MOST_PER_NAME = 5
MOST_PER_ADDRESS = 30


class Attempts:
    """The attempts of the last quarter of an hour. One is counted before it is tried and taken back when it succeeds."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Name the database."""
        self._path, self._clock = path, clock

    def begin(self, name: str, address: str) -> bool:
        """Count an attempt; False when there were too many, and then it must not be tried."""
        now = self._clock().timestamp()
        with closing(connect(self._path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM attempts WHERE at < ?", (now - WINDOW.total_seconds(),))
            if _count(database, "name", name) >= MOST_PER_NAME or _count(database, "address", address) >= MOST_PER_ADDRESS:
                return False
            database.execute("INSERT INTO attempts (name, address, at) VALUES (?, ?, ?)", (name, address, now))
        return True

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts of somebody who proved who they are, from the place where they did."""
        with closing(connect(self._path)) as database, database:
            database.execute("DELETE FROM attempts WHERE name = ? AND address = ?", (name, address))


def _count(database: sqlite3.Connection, column: str, value: str) -> int:
    """How many attempts there were under a name or from an address."""
    (found,) = database.execute(f"SELECT count(*) FROM attempts WHERE {column} = ?", (value,)).fetchone()
    return int(found)
