"""The rule of consent against a naive oracle, on made-up histories: of one person, and of everybody in one expression."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

import duckdb
import pyarrow as pa
import pytest

from tenure.consent.rule import ORDER, Event, Said, State, allows, standing
from tenure.consent.states import ASKED, COLUMNS, EVENTS, moments, query
from tenure.people.ledger import TABLE as PEOPLE
from tenure.people.who_is import SPANS
from tenure.purposes import Basis, Purpose
from tests.long_runs import IS_LONG

N_HISTORIES, AT_ONCE = (10_000, 500) if IS_LONG else (200, 200)
DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range(8)]
PURPOSES = tuple(
    Purpose(name=name, why="w", basis=basis, columns=("orders.*",), categories=("orders",), is_direct_marketing=is_marketing)
    for name, basis, is_marketing in (
        ("letters", Basis.CONSENT, True),
        ("advice", Basis.CONSENT, False),
        ("offers", Basis.LEGITIMATE_INTERESTS, True),
        ("service", Basis.LEGITIMATE_INTERESTS, False),
    )
)


@dataclass(frozen=True)
class History:
    """What one person's ids said, and from which day until before which the second and third id are of the first."""

    number: int
    events: tuple[Event, ...]
    spans: tuple[tuple[str, str, date, date | None], ...]

    @property
    def person(self) -> str:
        """The id that the others come to be of."""
        return f"{self.number}a"


def made_up(number: int, chance: random.Random) -> History:
    """A history on few days and hours, so that moments coincide, rows are corrected and much is known late."""
    events = []
    for _ in range(chance.randrange(9)):
        happened = datetime.combine(chance.choice(DAYS), datetime.min.time()) + timedelta(hours=chance.choice((0, 0, 12)))
        known = max(happened, datetime.combine(chance.choice(DAYS), datetime.min.time())) + timedelta(
            hours=chance.choice((0, 12))
        )
        if chance.random() < 0.1:
            known = happened - timedelta(days=2)  # told ahead: it takes effect later
        events.append(
            Event(
                row=f"{number}-{chance.randrange(6)}",
                customer_id=f"{number}{chance.choice('aaabc')}",
                purpose=chance.choice(PURPOSES).name,
                said=chance.choice([*Said, Said.GIVEN, Said.GIVEN, Said.WITHDRAWN]),
                happened_at=happened,
                known_at=known,
            )
        )
    spans = []
    for other in "bc":
        if chance.random() < 0.5:
            since = chance.choice(DAYS)
            until = since + timedelta(days=chance.randrange(1, 5)) if chance.random() < 0.3 else None
            spans.append((f"{number}{other}", f"{number}a", since, until))
    return History(number, tuple(events), tuple(spans))


def oracle(history: History, purpose: Purpose, at: datetime, known_on: date, asked_on: date) -> State:
    """The rule word by word, without any cleverness: walk what is known in order of what happened, id by id."""
    known = datetime.combine(known_on, datetime.min.time())

    def group(day: date) -> list[str]:
        merged = [one for one, _, since, until in history.spans if since <= day and (until is None or day < until)]
        return [history.person, *merged]

    ids = set(group(asked_on))
    if ids & set(group(known_on)):
        ids |= set(group(known_on))
    worst = State.NONE
    for one in sorted(ids):
        heard = [event for event in history.events if event.known_at < known]
        latest = [e for e in heard if not any(o.row == e.row and o.known_at > e.known_at for o in heard)]
        mine = [e for e in latest if e.customer_id == one and e.purpose == purpose.name and e.happened_at < at]
        worst = max(worst, of_one_id(mine, purpose), key=ORDER.index)
    return worst


def of_one_id(events: list[Event], purpose: Purpose) -> State:
    """The last word of each moment after the other, the stricter last."""
    consent, has_objected = State.NONE, False
    for moment in sorted({event.happened_at for event in events}):
        now = {event.said for event in events if event.happened_at == moment}
        if Said.GIVEN in now:
            consent = State.GIVEN
        if Said.WITHDRAWN in now:
            consent = State.WITHDRAWN
        if Said.OBJECTION_WITHDRAWN in now or (Said.OBJECTION_REFUSED in now and not purpose.is_direct_marketing):
            has_objected = False
        if Said.OBJECTED in now:
            has_objected = True
    return State.OBJECTED if has_objected else consent


def found_by_expression(
    histories: list[History], *, knows_people: bool
) -> Iterator[tuple[Purpose, datetime, date, date, dict[str, State]]]:
    """What the one expression says of all persons, at every pair of moments."""
    connection = duckdb.connect()
    named = {"customer_id": "customer_id", "row_id": "row", "available_at": "known_at"}
    rows = [{name: getattr(event, named.get(name, name)) for name in COLUMNS} for one in histories for event in one.events]
    kinds = {"string": pa.string(), "timestamp": pa.timestamp("us")}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    connection.register(EVENTS, pa.Table.from_pylist(rows, schema=schema))
    connection.register(ASKED, pa.table({"customer_id": [one.person for one in histories]}))
    spans = [dict(zip(SPANS.names, span, strict=True)) for one in histories for span in one.spans]
    connection.register(PEOPLE, pa.Table.from_pylist(spans, schema=SPANS))
    for purpose, at_day, known_on in product(PURPOSES, DAYS[1::3], DAYS[2::2]):
        at, asked_on = datetime.combine(at_day, datetime.min.time()), min(at_day, known_on)
        for statement in moments(at=at, known_on=known_on, asked_on=asked_on):
            connection.execute(statement)
        answer = connection.sql(query(purpose, knows_people=knows_people)).fetchall()
        yield purpose, at, known_on, asked_on, {who: ORDER[state] for who, state, _ in answer}


@pytest.mark.parametrize("knows_people", [False, True])
def test_the_expression_says_of_everybody_what_the_oracle_says(knows_people: bool) -> None:
    """Both times, late knowledge, corrections, coinciding moments, objections and several ids: no disagreement."""
    chance, n_compared = random.Random(29), 0  # noqa: S311 - made-up histories, no secrets
    for first in range(0, N_HISTORIES, AT_ONCE):
        histories = [made_up(number, chance) for number in range(first, first + AT_ONCE)]
        if not knows_people:
            histories = [History(one.number, one.events, ()) for one in histories]
        for purpose, at, known_on, asked_on, found in found_by_expression(histories, knows_people=knows_people):
            expected = {one.person: oracle(one, purpose, at, known_on, asked_on) for one in histories}
            assert expected == found
            n_compared += len(found)
    assert n_compared == N_HISTORIES * len(PURPOSES) * 9


def test_the_rule_of_one_person_says_what_the_oracle_says() -> None:
    """What `tenure consent of` shows is what runs go by."""
    chance = random.Random(31)  # noqa: S311
    for number in range(N_HISTORIES):
        one = made_up(number, chance)
        ids = {one.person, *(span[0] for span in one.spans)}
        always = History(number, one.events, tuple((a, b, DAYS[0] - timedelta(days=30), None) for a, b, *_ in one.spans))
        for purpose, at_day, known_on in product(PURPOSES, DAYS[1::3], DAYS[2::2]):
            at, known = (datetime.combine(day, datetime.min.time()) for day in (at_day, known_on))
            found = standing(one.events, ids, purpose, at=at, known=known)
            assert found.state is oracle(always, purpose, at, known_on, known_on)
            assert (found.since is None) == (found.state is State.NONE)


def test_a_stricter_word_never_lets_more_through() -> None:
    """Whatever was said before, an objection more, or a withdrawal more, takes nobody from out to in."""
    chance = random.Random(37)  # noqa: S311
    for number in range(N_HISTORIES):
        one = made_up(number, chance)
        ids = {one.person}
        at = known = datetime.combine(DAYS[-1], datetime.min.time())
        for purpose in PURPOSES:
            said = chance.choice([Said.OBJECTED, Said.WITHDRAWN])
            more = Event(
                row="more", customer_id=one.person, purpose=purpose.name, said=said, happened_at=at - timedelta(hours=1),
                known_at=known - timedelta(hours=1),
            )  # fmt: skip
            before, after = (standing(told, ids, purpose, at=at, known=known).state for told in (one.events, (*one.events, more)))
            assert allows(purpose, before) or not allows(purpose, after)
