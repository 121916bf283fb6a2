"""Requests: what people asked for, by when it is to be answered, whether it was, and what proves it. People are pseudonyms."""

from dataclasses import dataclass
from datetime import date

from fastapi import Request
from starlette.responses import Response

from provenance.asked_for import requests_of
from review.rendering import page
from review.visit import InRoom, OfVisit
from tenure.people import requests as people
from tenure.people.requests import Asks, Stands

# Of a pseudonym, so much tells two people apart.
_LETTERS = 10
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """One request with where it stands and how long it has, in words."""

    request: people.Request
    stands: Stands
    time: str

    @property
    def person(self) -> str:
        """The person, as the page names them."""
        return self.request.person[:_LETTERS]


def show_requests(request: Request, room: InRoom, visit: OfVisit) -> Response:
    """What is to be done, the most urgent first, and what was done."""
    workplace = room.workplace
    today, found = workplace.today, requests_of(workplace)
    lines = [Line(request=one, stands=one.stands(today), time=_time(one, today)) for one in found]
    to_do = [one for one in lines if one.request.done is None]
    done = [one for one in lines if one.request.done is not None]
    return page(
        request,
        "requests.html",
        visit,
        to_do=to_do,
        done=done[:SHOWN],
        n_done=len(done),
        n_overdue=sum(one.stands is Stands.OVERDUE for one in to_do),
        law=people.LAW,
        kinds=list(Asks),
        is_unfinished=workplace.lake.guard.is_unfinished,
    )


def _time(one: people.Request, today: date) -> str:
    """How long it has, or took."""
    if one.received is None:
        return ""
    if one.done is not None:
        days = (one.done - one.received).days
        return "the same day" if days < 1 else f"after {days} day{'s' * (days != 1)}"
    if one.due is None:
        return ""
    days = (one.due - today).days
    if days < 0:
        return f"{-days} day{'s' * (days != -1)} over"
    return "today is the last day" if days == 0 else f"{days} day{'s' * (days != 1)} left"
