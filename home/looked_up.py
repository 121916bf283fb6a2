"""Who looked one person up, and when: a line for each look, in which the person is a pseudonym.

The key of the pseudonyms lies with the keys (`adapters/keyed_ids.py`). Looks are kept, and counted by `home/access_audit.py`.
"""

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.closed_files import ClosedFile
from adapters.journal import Journal
from adapters.keyed_ids import KeyedIds
from adapters.settings import Settings
from home.workplace import Workplace
from tenure.errors import HomeError

NAME, KEY = "looked_up.jsonl", "looked_up.key"
# What is kept under pseudonyms of this key.
LISTS = (NAME, "requests.jsonl")


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
        "by": by or account_here(),
        "what": what,
        "person": pseudonym(workplace.settings, customer_id),
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


def account_here() -> str:
    """The account of the machine under which a command runs."""
    return f"{getpass.getuser()} (of this machine)"


def _journal(settings: Settings) -> Journal:
    return Journal(settings.home / NAME)


def pseudonym(settings: Settings, customer_id: str) -> str:
    """The person as this list names them, and that of what people asked for."""
    return pseudonyms(settings).of(customer_id)


def pseudonyms(settings: Settings) -> KeyedIds:
    """The same of many people, under a key that is read once."""
    missing = "Restore it with the keys: under another one nobody could tell that two looks were of one person."
    file = ClosedFile(path=settings.keys / KEY, what="the key under which looks are kept", error=HomeError, if_missing=missing)
    ids = KeyedIds(file)
    ids.make_key(next((kept for name in LISTS if (kept := settings.home / name).exists()), settings.home / NAME))
    return ids
