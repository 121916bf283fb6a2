"""The room's own database: accounts, sessions, attempts, known places and one secret, in a file that is its owner's alone.

Nothing in it decides who serves; that is the promotion log. If it is lost, accounts are made anew.
"""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.whole_files import make_folder
from tenure.errors import AccountError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, staff_id TEXT NOT NULL, password TEXT NOT NULL, made_at REAL NOT NULL,
    identity TEXT UNIQUE, used_at REAL
) STRICT;
CREATE TABLE IF NOT EXISTS company_roles (
    name TEXT NOT NULL REFERENCES accounts (name), company TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (name, company)
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES accounts (name), made_at REAL NOT NULL, seen_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS attempts (
    name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL, purpose TEXT NOT NULL DEFAULT 'password'
) STRICT;
CREATE TABLE IF NOT EXISTS known_places (
    purpose TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (purpose, name, address)
) STRICT;
CREATE TABLE IF NOT EXISTS acts (token TEXT PRIMARY KEY, place INTEGER, at REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS secret (only INTEGER PRIMARY KEY CHECK (only = 1), value BLOB NOT NULL) STRICT;
"""
_PATIENCE_SECONDS = 10.0


def prepare(path: Path) -> None:
    """Make the database where there is none.

    Raises
    ------
    AccountError: when the file is not closed to others.
    """
    make_folder(path.parent)
    ClosedFile(path=path, what="the room's accounts", error=AccountError).make()
    with closing(connect(path)) as database, database:
        database.executescript(_SCHEMA)
        _upgrade(database)
        database.execute("INSERT OR IGNORE INTO secret (only, value) VALUES (1, ?)", (secrets.token_bytes(32),))


def _upgrade(database: sqlite3.Connection) -> None:
    """Bring a database of an earlier version to this one."""
    database.execute("BEGIN IMMEDIATE")
    if "part" in _columns(database, "accounts"):
        database.execute("ALTER TABLE accounts RENAME COLUMN part TO role")
    if "purpose" not in _columns(database, "attempts"):
        database.execute("ALTER TABLE attempts ADD COLUMN purpose TEXT NOT NULL DEFAULT 'password'")
    if "identity" not in _columns(database, "accounts"):
        database.execute("ALTER TABLE accounts ADD COLUMN identity TEXT")
        database.execute("CREATE UNIQUE INDEX identities ON accounts (identity)")
    if "used_at" not in _columns(database, "accounts"):
        database.execute("ALTER TABLE accounts ADD COLUMN used_at REAL")
    database.execute("COMMIT")


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns."""
    return {name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")}


def connect(path: Path) -> sqlite3.Connection:
    """A connection of one's own; the caller closes it."""
    database = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    database.execute("PRAGMA foreign_keys = ON")
    return database


def secret_of(path: Path) -> bytes:
    """The secret under which the room's tokens are made."""
    with closing(connect(path)) as database:
        (found,) = database.execute("SELECT value FROM secret").fetchone()
    return bytes(found)
