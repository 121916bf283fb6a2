"""Who looked one person up, and when: a line for each look, in which the person is a pseudonym.

The key of the pseudonyms lies with the keys (`adapters/keyed_ids.py`). Looks are kept, and counted by `home/access_audit.py`.
"""

import getpass
from collections.abc import Mapping
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
    """One look: by whom (an account of the room, or of the machine), by which page or command, at which person.

    `n_people` were handed out at once, of whom the list names none; one where it names the person. `is_resolved`: under ids as
    they were received, in a company that has pseudonyms.
    """

    at: datetime
    project: str
    by: str
    what: str
    person: str
    n_people: int = 1
    is_resolved: bool = False


def note_look(workplace: Workplace, what: str, customer_id: str, *, by: str | None = None, is_resolved: bool = False) -> None:
    """Keep that somebody looked a person up, before they are shown anything.

    Parameters
    ----------
    what: the page or the command.
    by: the account of the room; without it, that of the machine under which a command runs.
    is_resolved: whether they are told under ids as received, in a company that has pseudonyms.
    """
    resolved = {"resolved": True} if is_resolved else {}
    _note(workplace, what, by, {"person": pseudonym(workplace.settings, customer_id), **resolved})


def note_handing_out(workplace: Workplace, what: str, n_people: int, *, resolved_by: str | None = None) -> None:
    """Keep that so many people were handed out in a list, before they are.

    Parameters
    ----------
    resolved_by: whose key let it be under ids as received; None where it is under those of the lake.
    """
    # Made before the list is there: once it is, a key that is not counts as lost.
    pseudonyms(workplace.settings)
    by = f"{resolved_by}, as {account_here()}" if resolved_by else account_here()
    _note(workplace, what, by, {"people": n_people, "resolved": resolved_by is not None})


def _note(workplace: Workplace, what: str, by: str | None, of: Mapping[str, str | int | bool]) -> None:
    """Add a line."""
    journal, now = _journal(workplace.settings), workplace.clock().astimezone(UTC)
    line = {
        "at": now.isoformat(timespec="seconds"),
        "project": workplace.project.name,
        "by": by or account_here(),
        "what": what,
        **of,
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
            person=str(line.get("person", "")),
            n_people=int(str(line.get("people", 1))),
            is_resolved=bool(line.get("resolved", False)),
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
