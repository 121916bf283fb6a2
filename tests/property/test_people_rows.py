"""Rows of people: whatever is merged and split, once it is undone every feature of every day is what it was, to the bit."""

from datetime import date, timedelta
from functools import cache

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.content import content_digest
from tenure.errors import PeopleError
from tenure.features import distinct, share, standard, total
from tenure.features.plan import Plan
from tenure.people.deciding import keep_apart, kept_together, merge, split, undo
from tenure.people.ledger import Did, Entry, Ledger
from tenure.people.matching import taken_up
from tenure.people.who_is import spans_of
from tests.long_runs import IS_LONG
from tests.unit.features.histories import AS_OF, MAILINGS, MEMBERS, VISITS, History, plan_of, random_history, snapshot_of, tables

SOME = (share(VISITS.hot_fee, of=VISITS.fee, last=91), distinct(VISITS.pool, last=28), total(VISITS.pools, last=28))
IDS = tuple(str(n) for n in range(9))
# Decisions are known before the day that is looked at, on it, and after it.
DAYS = tuple(AS_OF + timedelta(days=n) for n in (-40, -3, 0, 2))
ids = st.sampled_from(IDS)
decisions = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(["merge", "apart", "split"]), ids, ids), min_size=1, max_size=8
)


@cache
def world() -> tuple[Plan, History, Ledger]:
    """What is made of people, what happened to ids, and a ledger in which two are one person by a rule."""
    made = plan_of(
        tuple({f.name: f for f in (*standard(VISITS), *standard(MAILINGS), *standard(MEMBERS), *SOME)}.values()),
        knows_people=True,
    )
    met = [AS_OF - timedelta(days=100)] * len(IDS)
    ledger = Ledger.of(taken_up(Ledger.of(None), new=pa.table({"customer_id": IDS, "day": pa.array(met, pa.date32())}), links=[]))
    first = Entry(
        number=ledger.next_number, day=DAYS[0], did=Did.MERGED, customer_id="1", with_id="0", rule="email", reason="equal"
    )
    return made, random_history(4, n_customers=40), ledger.with_entries([first])


def rows(ledger: Ledger) -> str:
    """The digest of the features of the day, of people as the ledger knows them."""
    plan, history, _ = world()
    return content_digest(snapshot_of(plan, {**tables(history), "people": spans_of(ledger)}), ("day", "customer_id"))


@cache
def before() -> str:
    """The rows before anybody decided."""
    return rows(world()[2])


def decided(ledger: Ledger, day: date, what: str, one: str, other: str) -> Ledger:
    """The ledger with a decision; one that is refused changes nothing."""
    said = {"day": day, "reason": "they told us", "by": "staff-1"}
    try:
        if what == "split":
            entry = split(ledger, [one], **said)
            return ledger.with_entries([entry, *kept_together(ledger, entry)])
        return ledger.with_entries([(merge if what == "merge" else keep_apart)(ledger, one, other, **said)])
    except PeopleError:
        return ledger


@settings(
    max_examples=40 if IS_LONG else 6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(decisions)
def test_decisions_undone_leave_every_row_as_it_was(made):
    """In whatever order things were decided, undoing all of it gives back the spans of every day, and the features to the bit."""
    start = world()[2]
    ledger = start
    for day, what, one, other in made:
        ledger = decided(ledger, day, what, one, other)
    for entry in reversed(ledger.entries[len(start.entries) :]):
        ledger = ledger.with_entries([undo(ledger, entry.number, reason="it was wrong", by="staff-1")])

    assert spans_of(ledger).equals(spans_of(start))
    assert rows(ledger) == before()


def test_what_is_decided_changes_rows():
    """Or the test above would say nothing: a merge that is known by the day changes its rows, a later one does not."""
    start = world()[2]

    assert rows(decided(start, DAYS[1], "merge", "2", "0")) != before()
    assert rows(decided(start, DAYS[3], "merge", "2", "0")) == before()
