"""The rule: how a person stands to a purpose at a moment, from what they are known to have said.

Both times count. What happened at the moment or later is not yet so, and what became known at the moment of knowledge or later
nobody could heed. Consent is given and withdrawn; an objection stands beside it, whatever was consented to before or after, until
it is withdrawn or refused. Of one moment the stricter holds. The same rule for all people at once is `states.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tenure.purposes import Basis, Purpose


class Said(StrEnum):
    """What a person may have said, or a company have answered."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    OBJECTION_WITHDRAWN = "objection_withdrawn"
    OBJECTION_REFUSED = "objection_refused"  # the company has shown compelling grounds: GDPR, article 21(1)


class State(StrEnum):
    """How a person stands to a purpose, the strictest last."""

    NONE = "none"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"


ORDER = tuple(State)
OF_CONSENT = (Said.GIVEN, Said.WITHDRAWN)
OF_OBJECTION = (Said.OBJECTION_REFUSED, Said.OBJECTION_WITHDRAWN, Said.OBJECTED)
# Of what was said of one thing at one moment, the last of these holds.
STRICTNESS = {said: place for line in (OF_CONSENT, OF_OBJECTION) for place, said in enumerate(line)}


@dataclass(frozen=True, kw_only=True)
class Event:
    """What was said of one purpose under one id.

    Parameters
    ----------
    row: what names the row that tells it: of several versions of one row the latest known holds, whatever that says.
    happened_at: when, as a moment in UTC. known_at: when it became known, on the company's clocks.
    evidence: where it is written down: a reference.
    """

    row: str
    customer_id: str
    purpose: str
    said: Said
    happened_at: datetime
    known_at: datetime
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How somebody stands, and since when; none has no moment."""

    state: State
    since: datetime | None = None


NOTHING_SAID = Standing(state=State.NONE)


def standing(events: Iterable[Event], ids: Collection[str], purpose: Purpose, *, at: datetime, known: datetime) -> Standing:
    """How a person stands to a purpose at a moment, as known at a moment.

    Each id stands by itself, and the strictest of them holds of the person: consent under one does not lift a withdrawal or an
    objection under another. An id without a record says nothing.

    Parameters
    ----------
    events: every version of the rows that ever told of these ids, also one that a correction gave to another id.
    ids: the ids of the person.
    """
    heard = [event for event in events if event.known_at < known]
    latest: dict[str, datetime] = {}
    for event in heard:
        latest[event.row] = max(event.known_at, latest.get(event.row, event.known_at))
    by_id: dict[str, list[Event]] = {}
    for event in heard:
        is_of_person = event.customer_id in ids and event.purpose == purpose.name
        if is_of_person and event.known_at == latest[event.row] and event.happened_at < at:
            by_id.setdefault(event.customer_id, []).append(event)
    found = [_of_one_id(told, purpose) for told in by_id.values()]
    return max(found, key=lambda one: (ORDER.index(one.state), one.since or at), default=NOTHING_SAID)


def _of_one_id(events: list[Event], purpose: Purpose) -> Standing:
    """How one id stands, from all that counts at a moment."""
    objection = _last(events, OF_OBJECTION if not purpose.is_direct_marketing else OF_OBJECTION[1:])
    if objection is not None and objection.said is Said.OBJECTED:
        return Standing(state=State.OBJECTED, since=objection.happened_at)
    consent = _last(events, OF_CONSENT)
    return NOTHING_SAID if consent is None else Standing(state=State(consent.said.value), since=consent.happened_at)


def _last(events: list[Event], line: tuple[Said, ...]) -> Event | None:
    """The latest of what was said of one thing; of one moment the stricter."""
    own = [event for event in events if event.said in line]
    return max(own, key=lambda event: (event.happened_at, STRICTNESS[event.said]), default=None)


def allows(purpose: Purpose, state: State) -> bool:
    """Whether a purpose may use the data of somebody who stands so.

    Where consent is the basis, no record is no consent. On another basis none is needed, and an objection ends the use.
    """
    return state is State.GIVEN if purpose.basis is Basis.CONSENT else state is not State.OBJECTED


def in_words(purpose: Purpose) -> str:
    """The rule of a purpose, as people read it."""
    needed = (
        "Whoever has given consent, and neither withdrawn it nor objected, is used; no record is no consent."
        if purpose.basis is Basis.CONSENT
        else f"The basis is {purpose.basis}, which needs no consent; whoever objects is left out."
    )
    ends = (
        "An objection is absolute: only the person ends it."
        if purpose.is_direct_marketing
        else "An objection holds until the person withdraws it or it is refused with reasons."
    )
    return f"{needed} {ends}"


def counted(states: Iterable[State]) -> Mapping[State, int]:
    """How many stand in each way."""
    found = dict.fromkeys(ORDER, 0)
    for state in states:
        found[state] += 1
    return found
