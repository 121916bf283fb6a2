"""Notes: questions, answers and conditions about a package, and alarms that somebody has seen. Only ever added to.

They are said, not signed. What is signed of them is in `conditions.py`; the review room shows them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapters.journal import Journal
from tenure.errors import JournalError

LONGEST_TEXT = 2000


class NoteKind(StrEnum):
    """What is said."""

    QUESTION = "question"
    ANSWER = "answer"
    CONDITION = "condition"
    MET = "met"
    WITHDRAWN = "withdrawn"
    SEEN = "seen"


_CLOSED_BY = {
    NoteKind.QUESTION: frozenset({NoteKind.ANSWER}),
    NoteKind.CONDITION: frozenset({NoteKind.MET, NoteKind.WITHDRAWN}),
}


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing that was said; `number` counts all of them from 1, and `to` is the number of the one that it answers.

    `about` is the digest of a package, or the name of an alarm. `by` is a staff id.
    """

    number: int
    kind: NoteKind
    about: str
    text: str
    by: str
    at: datetime
    to: int | None


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A question or a condition, and what was answered."""

    first: Note
    answers: tuple[Note, ...]

    @property
    def is_open(self) -> bool:
        """Whether it waits: for an answer, or for a reviewer to call it met or withdraw it."""
        return not _CLOSED_BY[self.first.kind] & {answer.kind for answer in self.answers}

    @property
    def in_words(self) -> str:
        """Where it stands."""
        if self.first.kind is NoteKind.QUESTION:
            return "not yet answered" if self.is_open else "answered"
        closed = [answer.kind.value for answer in self.answers if answer.kind in _CLOSED_BY[NoteKind.CONDITION]]
        return closed[0] if closed else "not yet met"


class Notes:
    """The notes of one installation, in a file of their own."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        """Name their folder; nothing is created until the first note."""
        self._journal, self._clock = Journal(folder / "notes.jsonl"), clock

    def add(self, kind: NoteKind, about: str, text: str, *, by: str, to: int | None = None) -> Note:
        """Say something and return once it is on disk.

        Raises
        ------
        JournalError: when the text is empty or too long, or what it answers is not there to be answered so.
        """
        if (not text.strip() and kind is not NoteKind.SEEN) or len(text) > LONGEST_TEXT:
            raise JournalError(f"Write 1 to {LONGEST_TEXT} letters, found {len(text.strip())}.")
        with self._journal.locked():
            known = self.all()
            first = next((note for note in known if note.number == to and note.about == about), None)
            if kind not in (*_CLOSED_BY, NoteKind.SEEN) and not _may_follow(kind, first, by):
                raise JournalError("There is no such question or condition of yours on this page. Open the page again.")
            note = Note(number=len(known) + 1, kind=kind, about=about, text=text.strip(), by=by, at=self._clock(), to=to)
            self._journal.append({**vars(note), "kind": kind.value, "at": note.at.isoformat()})
        return note

    def all(self) -> tuple[Note, ...]:
        """Everything that was said, oldest first.

        Raises
        ------
        JournalError: when a line is no note.
        """
        try:
            return tuple(_note(line) for line in self._journal.read())
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(
                f"{self._journal.path} holds a line that is no note ({type(error).__name__}). Restore it from a backup."
            ) from error

    def threads(self) -> Mapping[str, tuple[Thread, ...]]:
        """Questions and conditions by package, oldest first."""
        known, found = self.all(), dict[str, tuple[Thread, ...]]()
        for first in known:
            if first.kind in _CLOSED_BY:
                answers = tuple(note for note in known if note.to == first.number and note.about == first.about)
                found[first.about] = (*found.get(first.about, ()), Thread(first=first, answers=answers))
        return found

    def seen(self) -> Mapping[str, Note]:
        """The last time that somebody saw an alarm, by its name."""
        return {note.about: note for note in self.all() if note.kind is NoteKind.SEEN}


def _may_follow(kind: NoteKind, first: Note | None, by: str) -> bool:
    """Whether a note may answer another: only a condition is ever met, or withdrawn by who set it."""
    if first is None or first.kind not in _CLOSED_BY:
        return False
    if kind is NoteKind.ANSWER:
        return True
    return first.kind is NoteKind.CONDITION and (kind is NoteKind.MET or first.by == by)


def _note(line: Mapping[str, Any]) -> Note:
    """One line of the file."""
    return Note(
        number=int(line["number"]),
        kind=NoteKind(line["kind"]),
        about=str(line["about"]),
        text=str(line["text"]),
        by=str(line["by"]),
        at=datetime.fromisoformat(line["at"]),
        to=None if line["to"] is None else int(line["to"]),
    )
