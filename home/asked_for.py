"""What people asked for, as it is noted: a line when a request comes, when its time is extended, and when it is done or closed.

The person is the pseudonym under which looks are kept (`looked_up.py`). Nothing is signed here: what proves that something was
done, such as the log's record of an erasure, is named.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from adapters.journal import Journal, Json
from home.looked_up import account_here, pseudonym, pseudonyms
from home.pseudonyms import refuse_raw_ids
from home.workplace import Workplace
from tenure.errors import RequestError
from tenure.people.requests import LAW, Asks, Request

NAME = "requests.jsonl"
_WORDS = re.compile(r"[\w.@+:/-]*\w")
_RECEIVED, _EXTENDED, _DONE, _CLOSED = "received", "extended", "done", "closed"


def note_request(workplace: Workplace, asks: Asks, customer_id: str, received: date) -> int:
    """Keep that somebody asks for something; returns the number of the request.

    Raises
    ------
    RequestError: for a day to come, and for what that person asks for already.
    """
    journal, person = _journal(workplace), pseudonym(workplace.settings, customer_id)
    _check_came(workplace, received)
    with journal.locked():
        noted = noted_requests(workplace)
        if same := [one for one in noted if (one.asks, one.person) == (asks, person) and one.done is None]:
            raise RequestError(f"That person asks for {asks} already, as request {same[0].number}. Nothing was noted.")
        return _receive(workplace, journal, asks, person, received)


def extend_request(workplace: Workplace, number: int, reason: str) -> Request:
    """Keep that the person was told that it takes up to three months, and why.

    Raises
    ------
    RequestError: for a number of none that is open, no reason, or once the first month is over.
    """
    journal = _journal(workplace)
    with journal.locked():
        one = _open_one(workplace, number)
        _check_reason(workplace, one, reason)
        last = one.extendable_until
        if one.is_extended or (last is not None and workplace.today > last):
            raise RequestError(
                f"Request {number} cannot be extended: it was, or the person had to be told by {last} ({LAW}). Answer it now."
            )
        _append(workplace, journal, did=_EXTENDED, number=number, reason=reason)
    return replace(one, is_extended=True)


def close_request(workplace: Workplace, number: int, reason: str) -> None:
    """Keep that a request ends without being done, because it was taken back or is refused, and why.

    Raises
    ------
    RequestError: for a number of none that is open, and no reason.
    """
    journal = _journal(workplace)
    with journal.locked():
        _check_reason(workplace, _open_one(workplace, number), reason)
        _append(workplace, journal, did=_CLOSED, number=number, reason=reason)


def note_done(
    workplace: Workplace,
    asks: Asks,
    ids: Collection[str],
    *,
    received: date | None,
    record: int | None = None,
    receipt: str = "",
) -> None:
    """Keep that what a person asked for is done: the request that was noted, or one that came on a day and was done at once.

    Parameters
    ----------
    ids: all ids of the person.
    received: the day on which it came, where it was not noted before; by default today.
    record: the place in the log that proves it. receipt: what else does, in words.
    """
    journal = _journal(workplace)
    known = pseudonyms(workplace.settings)
    people = {known.of(one) for one in ids}
    with journal.locked():
        noted = noted_requests(workplace)
        numbers = [one.number for one in noted if one.asks is asks and one.person in people and one.done is None]
        if not numbers:
            numbers = [_receive(workplace, journal, asks, known.of(min(ids)), received or workplace.today)]
        for number in numbers:
            proof: dict[str, Json] = {"receipt": receipt} | ({} if record is None else {"record": record})
            _append(workplace, journal, did=_DONE, number=number or 0, **proof)


def check_came(workplace: Workplace, received: date | None) -> None:
    """Refuse a day of receipt that is still to come, before anything is done; raises RequestError."""
    if received is not None:
        _check_came(workplace, received)


def noted_requests(workplace: Workplace) -> tuple[Request, ...]:
    """Every request of the company that was noted, in the order in which they were."""
    found: dict[int, Request] = {}
    for line in _journal(workplace).read():
        if line["project"] != workplace.project.name:
            continue
        number, day = int(str(line["number"])), datetime.fromisoformat(str(line["at"])).date()
        if line["did"] == _RECEIVED:
            received = date.fromisoformat(str(line["received"]))
            asks = Asks(str(line["asks"]))
            found[number] = Request(asks=asks, person=str(line["person"]), received=received, number=number)
        elif line["did"] == _EXTENDED:
            found[number] = replace(found[number], is_extended=True)
        elif line["did"] == _CLOSED:
            found[number] = replace(found[number], done=day, closed=str(line["reason"]))
        else:
            record = line.get("record")
            proof = {"receipt": str(line["receipt"]), "record": None if record is None else int(str(record))}
            found[number] = replace(found[number], done=day, **proof)
    return tuple(found.values())


def _receive(workplace: Workplace, journal: Journal, asks: Asks, person: str, received: date) -> int:
    number = 1 + sum(line["did"] == _RECEIVED for line in journal.read())
    _append(workplace, journal, did=_RECEIVED, number=number, asks=asks.value, person=person, received=received.isoformat())
    return number


def _append(workplace: Workplace, journal: Journal, *, did: str, number: int, **more: Json) -> None:
    now = workplace.clock().astimezone(UTC).isoformat(timespec="seconds")
    about = {"at": now, "project": workplace.project.name, "by": account_here(), "did": did, "number": number}
    journal.append({**about, **more})


def _open_one(workplace: Workplace, number: int) -> Request:
    """The request of a number, which nobody has done or closed."""
    found = next((one for one in noted_requests(workplace) if one.number == number), None)
    if found is None or found.done is not None:
        stands = "There is no request" if found is None else "Nothing is left to do for request"
        raise RequestError(f"{stands} {number} of {workplace.project.name}. `tenure request list` has the open ones.")
    return found


def _check_came(workplace: Workplace, received: date) -> None:
    if received > workplace.today:
        raise RequestError(f"It was received on {received}, which is still to come. Name the day as YYYY-MM-DD.")


def _check_reason(workplace: Workplace, one: Request, reason: str) -> None:
    """Refuse a reason that cannot be read, and one that names whom it is of: it stays when they are erased."""
    if not reason.strip() or not reason.isprintable():
        raise RequestError("Expected why, in a line that names nobody: --reason '…'.")
    known = pseudonyms(workplace.settings)
    if any(known.of(word) == one.person for word in _WORDS.findall(reason)):
        raise RequestError("The reason names the person by an id. It stays here when they are erased: say it without.")
    refuse_raw_ids(workplace, reason)


def _journal(workplace: Workplace) -> Journal:
    return Journal(workplace.settings.home / NAME)
