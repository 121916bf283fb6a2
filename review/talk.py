"""Talk about a package: questions to whoever trained it, their answers, and conditions that a reviewer sets.

They are kept by `notes.py`, and told through the channels of alerts, with the page to go to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import BackgroundTasks, Form, HTTPException
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.alerts import AlertKind
from home.conditions import in_one_line
from home.links import room_card
from home.notes import LONGEST_TEXT, NoteKind, Thread
from review.access import RoomRole
from review.room import Room, kept_here
from review.visit import InRoom, OfLog, OfVisit

# Conditions are a reviewer's to set and to lift; whoever trained answers.
_REVIEWERS_OWN = {NoteKind.CONDITION, NoteKind.MET, NoteKind.WITHDRAWN}
# What is said where nothing was typed: to close a condition says enough.
_CLOSING = {NoteKind.MET: "It is met.", NoteKind.WITHDRAWN: "It is withdrawn."}
_WORDS = {
    NoteKind.QUESTION: "asks",
    NoteKind.ANSWER: "answers",
    NoteKind.CONDITION: "sets a condition",
    NoteKind.MET: "says that a condition is met",
    NoteKind.WITHDRAWN: "withdraws a condition",
}


@dataclass(frozen=True, kw_only=True)
class OpenThread:
    """A question or condition that is open, and the package that it is about."""

    model: str
    digest: str
    thread: Thread


def add_note(
    room: InRoom,
    visit: OfVisit,
    sight: OfLog,
    later: BackgroundTasks,
    digest: str,
    kind: Annotated[NoteKind, Form()],
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    to: Annotated[int | None, Form()] = None,
) -> Response:
    """Add a question, an answer or a condition, and tell those who are alerted."""
    if kind not in _WORDS:
        raise HTTPException(404)
    if kind in _REVIEWERS_OWN and visit.role is not RoomRole.REVIEWER:
        raise HTTPException(403, "Reviewers set conditions and close them. You may ask and answer.")
    kept = kept_here(room, digest)
    if kind is NoteKind.MET and visit.person.staff_id in sight.barred(kept.digest):
        raise HTTPException(403, "You trained this package, so another reviewer says whether the condition is met.")
    text = in_one_line(text) if kind is NoteKind.CONDITION else text if text.strip() else _CLOSING.get(kind, "")
    note = room.lobby.notes.add(kind, kept.digest, text, by=visit.person.staff_id, to=to)
    page = f"{room_card(room.workplace, kept.digest)}#talk"
    message = f"{note.by} {_WORDS[kind]} about package {kept.digest[:12]}: {note.text} {page}"
    later.add_task(room.workplace.alert, AlertKind.ASKED, kept.model, message)
    return RedirectResponse(f"{room.to('show_candidate', digest=kept.digest)}#talk", status_code=303, background=later)


def open_threads(room: Room, packages: Iterable[tuple[str, str]]) -> tuple[OpenThread, ...]:
    """What is open about packages, each named by its model and digest."""
    threads = room.lobby.notes.threads()
    return tuple(
        OpenThread(model=model, digest=digest, thread=thread)
        for model, digest in packages
        for thread in threads.get(digest, ())
        if thread.is_open
    )
