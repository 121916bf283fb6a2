"""One act of a visitor: what a form asks for is done once, signed, told to people, and answered with its receipt."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import BackgroundTasks
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.alerts import AlertKind
from review.room import Room
from tenure.errors import HeadMovedError, PeopleError, PromotionError, PseudonymError, SigningKeyError

OUT_OF_DATE = (
    "What this would cover is not what the page showed, or the page was not opened here: look at it again, as it now "
    "stands, then send it again."
)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What was done: the place of its record in the log, or among entries, and what people are told of it."""

    place: int
    kind: AlertKind
    model: str
    message: str


def act_once(
    room: Room,
    once: str,
    later: BackgroundTasks,
    *,
    problem: Callable[[], str],
    act: Callable[[], Act],
    refused: Callable[[str], Response],
    receipt: Callable[[int], str] | None = None,
) -> Response:
    """Do what a form asks for, unless the same form did it before; either way the answer is the receipt.

    Parameters
    ----------
    once: the form's token.
    later: what is done once the answer is out: people are told then.
    problem: why it cannot even be signed, in words; empty when it can.
    act: signs and appends to the log; may refuse.
    refused: the page once more, with what was wrong.
    receipt: the address at which the answer is, given the place; by default that of the record in the log.
    """
    acts = room.lobby.acts
    if (place := acts.place_of(once)) is None and (why := problem()):
        return refused(why)
    if place is None and (place := acts.begin(once)) is None:
        try:
            done = act()
        except (PromotionError, HeadMovedError, SigningKeyError, PeopleError, PseudonymError) as error:
            acts.failed(once)
            return refused(str(error))
        place = done.place
        acts.done(once, place)
        later.add_task(room.workplace.alert, done.kind, done.model, done.message)
    where = receipt(place) if receipt else room.to("show_record", sequence=place, receipt="yes")
    return RedirectResponse(where, status_code=303, background=later)
