"""Rows of ids as rows of people: a snapshot is what it would be had each person one id, from the day on which that is known."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import ibis
import pyarrow as pa
import pytest

from adapters.lake import connect
from tenure.content import content_digest
from tenure.features import distinct, share, standard, total
from tenure.features.plan import Plan
from tenure.history.roll_up import daily_schema
from tenure.outcomes import pause
from tenure.people.by_person import days_by_person, of_customers, spans_schema
from tenure.people.happened import HappenedToIds
from tenure.people.who_is import SPANS
from tests.unit.features.histories import (
    AS_OF,
    MAILINGS,
    MEMBERS,
    VISITS,
    History,
    plan_of,
    random_history,
    snapshot_of,
    tables,
)

KEY = ("day", "customer_id")
_SOME = (share(VISITS.hot_fee, of=VISITS.fee, last=91), distinct(VISITS.pool, last=28), total(VISITS.pools, last=28))
FEATURES = tuple({f.name: f for f in (*standard(VISITS), *standard(MAILINGS), *standard(MEMBERS), *_SOME)}.values())
# Of forty customers' ids the first twelve are of four people.
PERSON = {str(n): str(n // 3 * 3) for n in range(12)}
NOON = datetime.combine(AS_OF, time(12))
LATER = AS_OF + timedelta(days=1)


@pytest.fixture(scope="module")
def history() -> History:
    """Ids that are active on the same days, and told of at the same moments."""
    return random_history(4, n_customers=40)


def spans(since: date, until: date | None = None) -> pa.Table:
    """Those people, known on some days."""
    rows = [(one, person, since, until) for one, person in PERSON.items() if one != person]
    return pa.Table.from_pylist([dict(zip(SPANS.names, row, strict=True)) for row in rows], schema=SPANS)


def with_one_id(history: History) -> History:
    """The same, had each person one id; of what is told of two ids at one moment, that of the first stands."""
    told = {}
    for one in sorted(history.standings, key=lambda s: (PERSON.get(s.customer, s.customer) != s.customer, s.customer)):
        told.setdefault((PERSON.get(one.customer, one.customer), one.since_ago), one)
    return History(
        tuple(replace(v, customer=PERSON.get(v.customer, v.customer)) for v in history.visits),
        tuple(replace(m, customer=PERSON.get(m.customer, m.customer)) for m in history.mailings),
        tuple(replace(one, customer=person) for (person, _), one in told.items()),
    )


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, Plan]:
    """Without people and with them."""
    return plan_of(FEATURES), plan_of(FEATURES, knows_people=True)


@pytest.fixture(scope="module")
def expected(plans, history) -> dict[bool, str]:
    """What is made of ids, and of ids had each person one."""
    found = {False: history, True: with_one_id(history)}
    return {known: content_digest(snapshot_of(plans[0], tables(told)), KEY) for known, told in found.items()}


@pytest.mark.parametrize(
    ("since", "until", "is_known"),
    [(AS_OF, None, True), (LATER, None, False), (date(2020, 1, 2), AS_OF, False)],
    ids=["known", "known a day later", "known no longer"],
)
def test_a_snapshot_is_of_people_as_they_are_known_on_the_day(plans, history, expected, since, until, is_known):
    """Every feature of every kind of history, to the bit; a merge that becomes known later changes nothing."""
    made = snapshot_of(plans[1], {**tables(history), "people": spans(since, until)})

    assert content_digest(made, KEY) == expected[is_known]
    assert len({*made["customer_id"].to_pylist()} & PERSON.keys()) == (4 if is_known else 12)


def test_a_company_without_identifiers_reads_no_ledger(plans):
    """Its plan is what it was: the same tables, and so the same text, digest and bytes."""
    plain, knowing = plans

    assert {*knowing.inputs} - {*plain.inputs} == {"people"}
    assert "people" not in plain.snapshot + str(plain.known)


def test_two_customers_who_turn_out_to_be_one_are_told_what_the_person_did():
    """And a customer whose second id is new is told of it; who is asked is still called as on the day before."""
    connection = connect()
    schema = daily_schema(VISITS)
    told = [
        {"customer_id": one, "day": AS_OF, "active_on": AS_OF, "told_before": False, "n_rows": 1, "fee_cents": cents}
        for one, cents in (("0", 100), ("1", 20), ("12", 5))
    ]
    rows = [dict.fromkeys(schema) | row | {"available_at": NOON, "pool_set": [row["customer_id"]]} for row in told]
    as_arrow = pa.Table.from_pylist(rows, schema=ibis.schema(schema).to_pyarrow())
    daily = connection.create_table("daily", as_arrow, schema=ibis.schema(schema))
    people = connection.create_table("people", spans(AS_OF), schema=ibis.schema(spans_schema()))
    asked = connection.create_table("asked", pa.table({"customer_id": ["0", "1", "12", "13"]}))

    by_person = days_by_person(VISITS, daily, people, LATER)
    found = of_customers(by_person, asked, people, LATER).to_pyarrow().sort_by("customer_id").to_pylist()

    assert [(row["customer_id"], row["fee_cents"], row["n_rows"], row["pool_set"]) for row in found] == [
        ("0", 120, 2, ["0", "1"]),
        ("1", 120, 2, ["0", "1"]),
        ("12", 5, 1, ["12"]),
    ]


@pytest.mark.parametrize(("since", "left"), [(None, {"0": 9, "1": 24}), (LATER, {"1": 24})], ids=["nobody", "merged later"])
def test_a_pause_begins_where_it_was_told_to_on_the_scoring_day(since, left):
    """Nobody's merge changes no label; of whom a merge says that they came later than was known, nothing can be said."""
    connection = connect()
    schema, end = daily_schema(VISITS), AS_OF + timedelta(days=40)
    told = [(one, AS_OF - timedelta(days=ago), day) for one, ago, day in (("0", 20, 1), ("1", 5, 1), ("0", 20, 41))]
    rows = [
        dict.fromkeys(schema)
        | {"customer_id": one, "day": AS_OF - timedelta(days=day - 1) if day < 2 else AS_OF + timedelta(days=3), "active_on": on}
        | {"told_before": day > 1, "n_rows": 1, "available_at": NOON - timedelta(days=2) if day < 2 else NOON + timedelta(days=2)}
        for one, on, day in told
    ]
    daily = connection.create_table("daily", pa.Table.from_pylist(rows, schema=ibis.schema(schema).to_pyarrow()))
    people = connection.create_table("people", spans(since) if since else SPANS.empty_table(), schema=ibis.schema(spans_schema()))
    asked = connection.create_table("asked", pa.table({"customer_id": ["0", "1"]}))
    happened = HappenedToIds(histories=(VISITS,), tables={"visit": daily}, people=people, sources={})

    labels = pause(VISITS, days=28).follow(asked, happened.to(asked, as_of=AS_OF, end=end), as_of=AS_OF, end=end).to_pyarrow()
    plain = pause(VISITS, days=28).follow(asked, {"visit": daily}, as_of=AS_OF, end=end).to_pyarrow()

    assert dict(zip(labels["customer_id"].to_pylist(), labels["duration"].to_pylist(), strict=True)) == left
    assert since or labels.sort_by("customer_id").equals(plain.sort_by("customer_id"))
