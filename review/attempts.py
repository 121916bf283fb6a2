"""Attempts at passwords and passphrases, counted, so that guessing takes years and nobody locks another out.

Each purpose is counted for itself. Of one purpose, at most

- 5 attempts in a quarter of an hour at one name from one address,
- 30 in a quarter of an hour from one address, whatever the names,
- 100 in a day at one name from all addresses together from which that person never got in during the last 90 days.

So five wrong passwords from elsewhere stop nobody, and even a crowd that uses up the hundred stops a person only where they have
not been before. A guesser has at most 100 tries a day, 36,500 a year, against at least 12 letters; from the person's own address
480 a day. An address of IPv6 stands for its network of 64 bits, in which one visitor may choose any; a browser in which the
person was let in before stands for an address of its own (`entrance.py`), for behind a proxy all addresses are one.
"""

import ipaddress
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from review.database import connect

WINDOW, DAY, KNOWN_FOR = timedelta(minutes=15), timedelta(days=1), timedelta(days=90)
MOST_AT_NAME_FROM_ADDRESS = 5
MOST_FROM_ADDRESS = 30
MOST_AT_NAME_FROM_ELSEWHERE = 100


class Purpose(StrEnum):
    """What is tried."""

    PASSWORD = "password"
    PASSPHRASE = "passphrase"


class Attempts:
    """The attempts of the last day. One is counted before it is tried and taken back when it succeeds."""

    def __init__(self, path: Path, clock: Callable[[], datetime], purpose: Purpose) -> None:
        """Name the database."""
        self._path, self._clock, self._purpose = path, clock, purpose.value

    def begin(self, name: str, address: str) -> bool:
        """Count an attempt; False when there were too many, and then it must not be tried."""
        now, place = self._clock().timestamp(), _place(address)
        with closing(connect(self._path)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM attempts WHERE at < ?", (now - DAY.total_seconds(),))
            database.execute("DELETE FROM known_places WHERE at < ?", (now - KNOWN_FOR.total_seconds(),))
            if self._are_too_many(database, name, place, now):
                return False
            row = (self._purpose, name, place, now)
            database.execute("INSERT INTO attempts (purpose, name, address, at) VALUES (?, ?, ?, ?)", row)
        return True

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts of somebody who proved who they are, from the place where they did, and remember the place."""
        row = (self._purpose, name, _place(address))
        with closing(connect(self._path)) as database, database:
            database.execute("DELETE FROM attempts WHERE purpose = ? AND name = ? AND address = ?", row)
            database.execute("INSERT OR REPLACE INTO known_places VALUES (?, ?, ?, ?)", (*row, self._clock().timestamp()))

    def _are_too_many(self, database: sqlite3.Connection, name: str, place: str, now: float) -> bool:
        """Whether one more would be too many."""
        recent = now - WINDOW.total_seconds()
        own = "purpose = :purpose AND name = :name"
        elsewhere = f"{own} AND address NOT IN (SELECT address FROM known_places WHERE {own})"
        named = {"purpose": self._purpose, "name": name, "place": place, "recent": recent}

        def count(table: str, condition: str) -> int:
            (found,) = database.execute(f"SELECT count(*) FROM {table} WHERE {condition}", named).fetchone()
            return int(found)

        if count("attempts", f"{own} AND address = :place AND at >= :recent") >= MOST_AT_NAME_FROM_ADDRESS:
            return True
        if count("attempts", "purpose = :purpose AND address = :place AND at >= :recent") >= MOST_FROM_ADDRESS:
            return True
        is_known = bool(count("known_places", f"{own} AND address = :place"))
        return not is_known and count("attempts", elsewhere) >= MOST_AT_NAME_FROM_ELSEWHERE


def _place(address: str) -> str:
    """What is counted of an address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
