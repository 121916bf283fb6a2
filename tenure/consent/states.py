"""The rule for everybody at once, as one expression: how each of some customers stands to a purpose.

What the rule is, and the same of one person, is `rule.py`; a test holds the two against each other. Compiling takes longer than
running, so moments and days are variables of DuckDB, as in `features/plan.py`.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tenure.consent.rule import OF_CONSENT, OF_OBJECTION, STRICTNESS, Said
from tenure.history.prepared import CUSTOMER
from tenure.people.by_person import named, spans_schema
from tenure.people.ledger import TABLE as PEOPLE

if TYPE_CHECKING:
    from datetime import date, datetime

    import ibis
    import ibis.expr.types as ir

    from tenure.purposes import Purpose

# Events as `told.py` makes them, and the customers who are asked about: tables that the query reads.
EVENTS, ASKED = "consent_events", "consent_asked"
COLUMNS = {
    "row_id": "string",
    CUSTOMER: "string",
    "purpose": "string",
    "said": "string",
    "happened_at": "timestamp",
    "available_at": "timestamp",
    "evidence": "string",
}
# The places of states in `rule.ORDER`.
NONE, GIVEN, WITHDRAWN, OBJECTED = range(4)
_AT, _KNOWN_ON, _ASKED_ON = "consent_at", "consent_known_on", "consent_asked_on"


def moments(*, at: "datetime", known_on: "date", asked_on: "date") -> tuple[str, ...]:
    """The statements that say as of when the query asks.

    Parameters
    ----------
    at: what happened before it counts, a moment in UTC.
    known_on: what was available before the day begins counts, and who is one person as known by then.
    asked_on: the day as of which the customers asked about are persons.
    """
    days = ((_KNOWN_ON, known_on), (_ASKED_ON, asked_on))
    return (
        f"SET VARIABLE {_AT} = TIMESTAMP '{at.replace(tzinfo=None).isoformat(sep=' ')}'",
        *(f"SET VARIABLE {name} = DATE '{day}'" for name, day in days),
    )


@lru_cache(maxsize=64)
def query(purpose: "Purpose", *, knows_people: bool) -> str:
    """SQL for how each of the customers in `ASKED` stands: `customer_id`, `state` (its place in `rule.ORDER`) and `since`.

    It reads the tables `EVENTS` and `ASKED`, the latter with each `customer_id` once, and the variables that `moments` sets;
    where the company says who is one person, also their spans as `people`.
    """
    import ibis

    events, asked = ibis.table(COLUMNS, name=EVENTS), ibis.table({CUSTOMER: "string"}, name=ASKED)
    known_on, asked_on = _variable(_KNOWN_ON, "date"), _variable(_ASKED_ON, "date")
    said = states_of_ids(events, purpose, at=_variable(_AT, "timestamp"), known=known_on.cast("timestamp"))
    if knows_people:
        said = _by_person(said, asked, ibis.table(spans_schema(), name=PEOPLE), known_on=known_on, asked_on=asked_on)
    told = said.select(told_id=said[CUSTOMER], state=said.state, since=said.since)
    joined = asked.left_join(told, asked[CUSTOMER] == told.told_id)
    return str(ibis.to_sql(joined.select(CUSTOMER, state=joined.state.coalesce(NONE), since=joined.since), dialect="duckdb"))


def states_of_ids(events: "ibis.Table", purpose: "Purpose", *, at: Any, known: Any) -> "ibis.Table":
    """How each id stands that consented, withdrew or objects: `customer_id`, `state` and `since`."""
    import ibis

    heard = events.filter(events.available_at < known)
    versions = ibis.window(group_by=heard.row_id, order_by=heard.available_at.desc())
    heard = heard.filter(ibis.rank().over(versions) == 0)
    counts = (*OF_CONSENT, *(OF_OBJECTION if not purpose.is_direct_marketing else OF_OBJECTION[1:]))
    heard = heard.filter(
        (heard.purpose == purpose.name) & (heard.happened_at < at) & heard.said.isin([said.value for said in counts])
    )
    heard = heard.mutate(
        strictness=heard.said.cases(*((said.value, place) for said, place in STRICTNESS.items()), else_=-1),
        is_objection=heard.said.isin([said.value for said in OF_OBJECTION]),
    )
    line = ibis.window(
        group_by=[heard[CUSTOMER], heard.is_objection], order_by=[heard.happened_at.desc(), heard.strictness.desc()]
    )
    last = heard.filter(ibis.row_number().over(line) == 0)
    ranks = {Said.GIVEN: GIVEN, Said.WITHDRAWN: WITHDRAWN, Said.OBJECTED: OBJECTED}
    state = last.said.cases(*((said.value, rank) for said, rank in ranks.items()), else_=NONE)
    stands = last.mutate(state=state, since=last.happened_at).filter(state != NONE)
    return _strictest(stands)


def _by_person(
    said: "ibis.Table", asked: "ibis.Table", people: "ibis.Table", *, known_on: "ir.DateScalar", asked_on: "ir.DateScalar"
) -> "ibis.Table":
    """The states of persons as of one day, told of those who are asked about as of another: the strictest of all of their ids."""
    of_persons = _strictest(named(said, people, known_on))
    of_persons = of_persons.select(known_as=of_persons[CUSTOMER], state=of_persons.state, since=of_persons.since)
    then = people.filter((people.since <= asked_on) & (people.until.isnull() | (people.until > asked_on)))
    others = then.semi_join(asked, then.person_id == asked[CUSTOMER]).select(CUSTOMER, asked_id=then.person_id)
    own = asked.select(CUSTOMER, asked_id=asked[CUSTOMER]).union(others)
    by_then = named(own, people, known_on)
    joined = by_then.inner_join(of_persons, by_then[CUSTOMER] == of_persons.known_as)
    return _strictest(joined.select(**{CUSTOMER: joined.asked_id}, state=joined.state, since=joined.since))


def _strictest(states: "ibis.Table") -> "ibis.Table":
    """Of several states of one id the strictest, with the latest moment of those."""
    import ibis

    first = ibis.window(group_by=states[CUSTOMER], order_by=[states.state.desc(), states.since.desc()])
    return states.filter(ibis.row_number().over(first) == 0).select(CUSTOMER, "state", "since")


def _variable(name: str, kind: str) -> Any:
    """A value that is told when the query is executed."""
    import ibis

    def told(variable: str) -> None:
        """Stand for it."""

    return ibis.udf.scalar.builtin(told, name="getvariable", signature=(("string",), kind))(name)
