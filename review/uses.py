"""When accounts were made and last used: what the access audit holds against ninety days."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from review.database import connect

_NOTED_SECONDS = 3_600.0


def times(path: Path) -> Mapping[str, tuple[float, float]]:
    """When each account was made and last used, in seconds; of one of before uses were noted, what else tells of it."""
    seen = "SELECT max(seen_at) FROM sessions WHERE sessions.name = accounts.name"
    known = "SELECT max(at) FROM known_places WHERE known_places.name = accounts.name AND purpose = 'password'"
    used = f"max(made_at, coalesce(used_at, 0), coalesce(({seen}), 0), coalesce(({known}), 0))"
    with closing(connect(path)) as database:
        rows = database.execute(f"SELECT name, made_at, {used} FROM accounts").fetchall()
    return {name: (made_at, used_at) for name, made_at, used_at in rows}


def note_use(path: Path, name: str, now: float) -> None:
    """Keep that an account was used, to the hour: sessions end and are forgotten, and a proxy opens none."""
    change = "UPDATE accounts SET used_at = ?1 WHERE name = ?2 AND coalesce(used_at, 0) < ?3"
    with closing(connect(path)) as database, database:
        database.execute(change, (now, name, now - _NOTED_SECONDS))
