"""What people ask for: `tenure request note`, `list`, `extend` and `close`."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from cli.person_named import ASKS, read_id
from cli.person_named import person as named
from cli.places import ProjectName, open_workplace, say
from tenure.people.requests import LAW, Asks
from tenure.timeline import parse_day

Received = Annotated[
    str | None, typer.Option("--received", help="The day on which the request came, YYYY-MM-DD; by default today.")
]
Number = Annotated[int, typer.Argument(help="The number of the request.")]
Reason = Annotated[str, typer.Option(help="Why, in a line that names nobody.")]


class Noted(StrEnum):
    """What is noted when it comes; an objection is recorded at once: tenure consent object."""

    ACCESS = Asks.ACCESS.value
    ERASURE = Asks.ERASURE.value


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What people ask for, and by when it is to be answered.")
    group.command("note")(note)
    group.command("list")(list_)
    group.command("extend")(extend)
    group.command("close")(close)
    app.add_typer(group, name="request")


def day_of(received: str | None) -> date | None:
    """The day of receipt as typed."""
    return parse_day(received) if received else None


def note(
    asks: Annotated[Noted, typer.Argument(help="What the person asks for.")],
    person: Annotated[str, typer.Option("--person", help=f"Any id of the person; {ASKS}", callback=read_id)],
    received: Received = None,
    project: ProjectName = None,
) -> None:
    """Note that a person asks for access to their data, or for their erasure; its month begins on the day of receipt."""
    from home.asked_for import note_request, noted_requests

    workplace = open_workplace(project)
    number = note_request(workplace, Asks(asks.value), named(workplace, person), day_of(received) or workplace.today)
    due = next(one.due for one in noted_requests(workplace) if one.number == number)
    does = "tenure erase" if asks is Noted.ERASURE else "tenure export-subject"
    say(f"Noted as request {number}, to be answered by {due} ({LAW}): {does} --person -, which also notes that it is done.")


def list_(project: ProjectName = None) -> None:
    """Say what people asked for, what is overdue, and what was done; people by pseudonyms."""
    from provenance.asked_for import requests_of

    workplace = open_workplace(project)
    found = requests_of(workplace)
    for one in found:
        number = f"request {one.number}" if one.number is not None else "not noted"
        due = f", due {one.due}" if one.due and one.done is None else ""
        when = f"received {one.received}" if one.received else "nobody noted when it came"
        done = f", {one.done}" if one.done else ""
        proof = f"; record {one.record} of the log" if one.record is not None else f"; {one.receipt or one.closed}"
        say(
            f"{one.stands(workplace.today)}: {number}, {one.asks}, person {one.person[:10] or 'not noted'}, {when}{due}{done}"
            f"{proof if one.done else ''}"
        )
    if not found:
        say("Nobody asked for anything yet. Note what comes: tenure request note access --person - --received DAY")


def extend(number: Number, reason: Reason, project: ProjectName = None) -> None:
    """Note that the person was told, within the first month, that it takes up to three, and why."""
    from home.asked_for import extend_request

    extended = extend_request(open_workplace(project), number, reason)
    say(f"Request {number} is to be answered by {extended.due} ({LAW}).")


def close(number: Number, reason: Reason, project: ProjectName = None) -> None:
    """Note that a request ends without being done: it was taken back, or is refused, and the person was told why."""
    from home.asked_for import close_request

    close_request(open_workplace(project), number, reason)
    say(f"Request {number} is closed.")
