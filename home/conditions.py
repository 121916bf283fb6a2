"""Open conditions: what reviewers asked for first and nobody has called met, so that whoever lets a package serve answers for it.

They are notes, unsigned (`notes.py`). What is signed, at every door, is the reason that names them.
"""

from collections.abc import Sequence

from home.notes import Note, NoteKind, Notes, Thread
from home.workplace import Workplace
from tenure.canonical import check_reason
from tenure.errors import PromotionError


def open_conditions(threads: Sequence[Thread]) -> tuple[Note, ...]:
    """The conditions among what was said of a package that are neither met nor withdrawn."""
    return tuple(one.first for one in threads if one.first.kind is NoteKind.CONDITION and one.is_open)


def conditions_of(workplace: Workplace, digest: str) -> tuple[Note, ...]:
    """The open conditions on a package."""
    return open_conditions(Notes(workplace.settings.review, workplace.clock).threads().get(digest, ()))


def in_one_line(text: str) -> str:
    """A condition as it can be named in a reason that is signed; raises PromotionError where it cannot be read."""
    line = " ".join(text.split())
    check_reason(line)
    return line


def naming(reason: str, conditions: Sequence[Note]) -> str:
    """A reason with every open condition named behind it, for what lets a package serve in spite of them.

    Raises
    ------
    PromotionError: when there are some, and no reason.
    """
    if not conditions:
        return reason.strip()
    named = " ".join(f"[open condition of {one.by}: {one.text}]" for one in conditions)
    if not reason.strip():
        raise PromotionError(f"It would serve in spite of {named}. Have that called met on its page, or say why it may serve.")
    return f"{reason.strip()} {named}"
