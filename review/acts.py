"""Acts: a form does one thing, however often it is sent. A double click, a second tab and a reload end at the first one's record.

A form carries a token that names the act and what it was shown for; whoever sends it a second time is led to what the first time
made. The log itself would take a second decision of the same person; this is what keeps an impatient one from making it.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from review.database import connect
from review.tokens import act_token, is_token

_WAIT_SECONDS, _POLL_SECONDS = 30.0, 0.05


class Acts:
    """The acts of one room."""

    def __init__(self, path: Path, clock: Callable[[], datetime], secret: bytes) -> None:
        """Name the database."""
        self._path, self._clock, self._secret = path, clock, secret

    def new(self, *about: str) -> str:
        """The token of a form shown now; `about` is who sees it, and all that the act would cover."""
        once = secrets.token_hex(16)
        return f"{once}.{act_token(self._secret, once, *about)}"

    def is_current(self, token: str, *about: str) -> bool:
        """Whether a form was shown to this visitor for exactly this."""
        once, _, made = token.partition(".")
        return is_token(made, act_token(self._secret, once, *about))

    def begin(self, token: str) -> int | None:
        """Begin an act, or wait for the first one; None to go on, otherwise the place of the record that was made before."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            with closing(connect(self._path)) as database, database:
                database.execute("BEGIN IMMEDIATE")
                found = database.execute("SELECT place FROM acts WHERE token = ?", (token,)).fetchone()
                # One that never ended was cut off with its process; whether it reached the log, the log says.
                if found is None or (found[0] is None and time.monotonic() > deadline):
                    self._note(database, token, None)
                    return None
                if found[0] is not None:
                    return int(found[0])
            time.sleep(_POLL_SECONDS)

    def place_of(self, token: str) -> int | None:
        """The place of the record that an act made; None where it made none yet."""
        with closing(connect(self._path)) as database:
            found = database.execute("SELECT place FROM acts WHERE token = ?", (token,)).fetchone()
        return None if found is None or found[0] is None else int(found[0])

    def done(self, token: str, place: int) -> None:
        """Note the record that an act made."""
        with closing(connect(self._path)) as database, database:
            self._note(database, token, place)

    def failed(self, token: str) -> None:
        """Let the same form be sent again, once what was wrong is put right."""
        with closing(connect(self._path)) as database, database:
            database.execute("DELETE FROM acts WHERE token = ? AND place IS NULL", (token,))

    def _note(self, database: sqlite3.Connection, token: str, place: int | None) -> None:
        """Write down how far an act is."""
        database.execute("INSERT OR REPLACE INTO acts VALUES (?, ?, ?)", (token, place, self._clock().timestamp()))
