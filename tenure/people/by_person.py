"""From rows of ids to rows of people: the histories of a company as of a day, each told of the persons that ids are of by then.

Roll-ups and validated rows stay as they were delivered, of ids. Who is one person is applied where a day is looked at, so that a
merge that becomes known later changes nothing of an earlier day. What is made here has the columns of what it is made from.
"""

from datetime import date
from typing import TYPE_CHECKING

from tenure.history.events import Events
from tenure.history.known import as_known, day_of, days_told
from tenure.history.measures import Adds, Measure, SetOf
from tenure.history.prepared import CUSTOMER, key_columns
from tenure.history.roll_up import TOLD_BEFORE
from tenure.people.who_is import SPANS

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from tenure.contracts import Source


def spans_schema() -> dict[str, str]:
    """The columns of the spans of people, with their types in Ibis."""
    kinds = {"string": "string", "date32[day]": "date"}
    return {each.name: kinds[str(each.type)] for each in SPANS}


def named(rows: "ibis.Table", people: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Rows with the person as of a day in the place of the id."""
    day = day_of(as_of)
    then = people.filter((people.since <= day) & (people.until.isnull() | (people.until > day)))
    found = then.select(named_id=then.customer_id, person_id=then.person_id)
    joined = rows.left_join(found, rows[CUSTOMER] == found.named_id)
    person = joined.person_id.coalesce(joined[CUSTOMER])
    return joined.mutate(**{CUSTOMER: person}).select(*rows.columns)


def days_by_person(history: Events, daily: "ibis.Table", people: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """A roll-up as of a day: one row for each person and active day, as the latest batches before the day left it."""
    days = named(days_told(daily, as_of), people, as_of)
    members = {member.column: days[member.column].collect().flatten().unique().sort() for member in history.set_members}
    made = days.group_by(CUSTOMER, "active_on").aggregate(
        day=days.day.max(),
        available_at=days.available_at.max(),
        n_rows=days.n_rows.sum(),
        **{measure.column: days[measure.column].sum() for measure in history.measures},
        **members,
    )
    # What two ids have in common on a day counts once, where a set says what it is.
    counted = {measure.column: made[kept.column].length() for measure in history.measures if (kept := _kept(history, measure))}
    return made.mutate(**counted, **{TOLD_BEFORE: False})


def _kept(history: Events, measure: Measure) -> SetOf | None:
    """The set that holds what a measure counts different ones of."""
    value = measure.value
    if value.adds is not Adds.DISTINCT or value.where:
        return None
    return next((member for member in history.set_members if member.member.text == value.of), None)


def states_by_person(states: "ibis.Table", source: "Source", people: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Prepared rows of states as of a day: of several ids of a person that are told of one moment, the one given first stands."""
    import ibis

    known = as_known(states, as_of, key=key_columns(source))
    own = known.mutate(own_id=known[CUSTOMER])
    people_of = named(own, people, as_of)
    first = [people_of.available_at.desc(), people_of.own_id != people_of[CUSTOMER], people_of.own_id]
    of_moment = ibis.window(group_by=[CUSTOMER, "happened_at"], order_by=first)
    return people_of.filter(ibis.row_number().over(of_moment) == 0).select(*states.columns)


def intervals_by_person(intervals: "ibis.Table", people: "ibis.Table", as_of: "date | ir.DateScalar") -> "ibis.Table":
    """Prepared intervals, each of the person that its id is of."""
    return named(intervals, people, as_of)


def of_customers(rows: "ibis.Table", customers: "ibis.Table", people: "ibis.Table", end: date) -> "ibis.Table":
    """Rows of persons as of a later day, each told of everybody of the customers who is that person by then.

    Two customers of an earlier day who turn out to be one person are told the same.
    """
    those = customers.select(CUSTOMER).distinct()
    then = named(those.mutate(asked_id=those[CUSTOMER]), people, end)
    then = then.select("asked_id", person_id=then[CUSTOMER])
    joined = rows.inner_join(then, rows[CUSTOMER] == then.person_id)
    return joined.mutate(**{CUSTOMER: joined.asked_id}).select(*rows.columns)
