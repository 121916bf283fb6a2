"""Who looked one person up, and when: a line for each look, in which the person is a pseudonym.

The pseudonym is an HMAC-SHA256 of the id under a key that lies with the keys, outside the home: whoever has the list alone learns
nobody's id, and can still tell whether many looks were of one person. Looks are kept, and counted by `home/access_audit.py`.
"""

import getpass
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.journal import Journal
from adapters.settings import Settings
from adapters.whole_files import make_folder
from home.workplace import Workplace
from tenure.errors import HomeError

NAME, KEY = "looked_up.jsonl", "looked_up.key"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look: by whom (an account of the room, or of the machine), by which page or command, at which person."""

    at: datetime
    project: str
    by: str
    what: str
    person: str


def note_look(workplace: Workplace, what: str, customer_id: str, *, by: str | None = None) -> None:
    """Keep that somebody looked a person up, before they are shown anything.

    Parameters
    ----------
    what: the page or the command.
    by: the account of the room; without it, that of the machine under which a command runs.
    """
    journal, now = _journal(workplace.settings), workplace.clock().astimezone(UTC)
    line = {
        "at": now.isoformat(timespec="seconds"),
        "project": workplace.project.name,
        "by": by or f"{getpass.getuser()} (of this machine)",
        "what": what,
        "person": _pseudonym(workplace.settings, customer_id),
    }
    with journal.locked():
        journal.append(line)


def looks(settings: Settings) -> tuple[Look, ...]:
    """Every look that was kept, oldest first."""
    return tuple(
        Look(
            at=datetime.fromisoformat(str(line["at"])),
            project=str(line["project"]),
            by=str(line["by"]),
            what=str(line["what"]),
            person=str(line["person"]),
        )
        for line in _journal(settings).read()
    )


def _journal(settings: Settings) -> Journal:
    return Journal(settings.home / NAME)


def _pseudonym(settings: Settings, customer_id: str) -> str:
    """The person as the list names them."""
    file = _key_file(settings.keys / KEY)
    if not file.path.exists():
        make_folder(file.path.parent)
        file.write_new(f"{secrets.token_hex(32)}\n".encode())
    return hmac.new(bytes.fromhex(file.read_text().strip()), customer_id.encode(), hashlib.sha256).hexdigest()[:24]


def _key_file(path: Path) -> ClosedFile:
    return ClosedFile(
        path=path,
        what="the key under which looks are kept",
        error=HomeError,
        if_missing="Restore it with the keys: under another one nobody could tell that two looks were of one person.",
    )
