"""The snapshot: one row per customer, the same bytes whatever the order of rows and the number of threads, nothing later."""

import re
from datetime import timedelta

import pyarrow as pa
import pytest

from tenure.content import content_digest
from tenure.errors import SpecError, TimelineError
from tenure.features import active_days, count, latest, mean, recency, rhythm, running, share, standard, total, velocity
from tenure.features.snapshot import check_history
from tenure.history import Contacts, Events, cents, rows
from tests.unit.features.histories import (
    AS_OF,
    FIRST_DAY,
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
ALL = (*standard(VISITS), *standard(MAILINGS), *standard(MEMBERS), share(VISITS.hot_fee, of=VISITS.fee, last=91))


@pytest.fixture(scope="module")
def plan():
    """Everything that the pool's histories allow."""
    return plan_of(ALL)


@pytest.fixture(scope="module")
def history() -> History:
    """Two hundred customers, enough rows for the engine to divide."""
    return random_history(9, n_customers=200)


@pytest.fixture(scope="module")
def plain(plan, history) -> pa.Table:
    """Its snapshot, of rows in order."""
    return snapshot_of(plan, tables(history))


def test_order_of_rows_and_number_of_threads_change_no_byte(plan, history, plain):
    """Sums of whole numbers and ranks without ties: equal content has one digest."""
    for shuffle, threads in ((1, 1), (2, 2)):
        again = snapshot_of(plan, tables(history, shuffle), threads=threads)
        assert content_digest(again, KEY) == content_digest(plain, KEY)


def test_what_happens_from_as_of_on_changes_no_byte(plan, history, plain):
    """`as_known` is the only door, and it is closed to later rows."""
    assert content_digest(snapshot_of(plan, tables(history.known)), KEY) == content_digest(plain, KEY)


def test_features_over_more_do_not_change_those_over_less(history, plain):
    """A feature is the same whichever others are computed beside it."""
    some = snapshot_of(plan_of((mean(VISITS.fee), latest(MEMBERS.plan), *rhythm(VISITS)[:1])), tables(history))

    assert content_digest(some, KEY) == content_digest(plain.select(some.column_names), KEY)


def test_everybody_who_ever_came_has_one_row_with_every_feature(plan, history, plain):
    """And nobody else: a mailing, or a refund alone, makes no customer."""
    came = {v.customer for v in history.known.visits if not v.is_refund}

    assert plain.column_names == ["day", "customer_id", *(feature.name for feature in plan.features)]
    assert sorted(plain["customer_id"].to_pylist()) == sorted(came)
    assert set(plain["day"].to_pylist()) == {AS_OF}
    assert {f.name for f in plan.features if f.is_category} == {"plan"}
    assert {plain.schema.field(f.name).type for f in plan.features if not f.is_category} == {pa.float64()}


def test_every_feature_says_what_it_is(plan):
    """Names are unique, and each has a unit, a meaning, a phrase and what it is made from, which is there."""
    read = {path for feature in plan.features for path in feature.reads}

    assert all(f.unit and f.meaning and f.phrase and f.reads for f in plan.features)
    assert (
        {path.rpartition(".")[0] for path in read}
        == set(plan.inputs)
        == {"daily/visit", "validated/mailings", "validated/members"}
    )
    # What grows with the calendar is capped, a share or a mean; a plain count needs a window.
    assert not [f.name for f in standard(VISITS) if f.lookback_days is None and f.unit in ("weeks", "lines")]
    assert velocity(total(VISITS.fee), days=28).meaning == (
        "total fee in the last 28 days over the 28 days before, each with a small fixed amount added"
    )


def test_words_of_a_person_stand_instead_of_the_derived_ones():
    """Of one feature; of several at once they are refused."""
    feature = mean(VISITS.fee, name="usual_fee", phrase="what a visit usually costs")

    assert (feature.name, feature.phrase, feature.meaning) == (
        "usual_fee",
        "what a visit usually costs",
        "mean fee on a visit day, over all history",
    )
    with pytest.raises(SpecError, match="is said of one feature"):
        total(VISITS.fee, last=(7, 28), phrase="fees")


def test_an_edited_declaration_has_another_digest():
    """So that features are made again; the same declaration written twice has one."""
    twice = [plan_of(total(VISITS.fee, last=(7, 28))).digest for _ in range(2)]

    assert len({*twice, plan_of(total(VISITS.fee, last=(7, 29))).digest}) == 2


def test_a_window_longer_than_the_history_is_refused_by_name():
    """At 90 days every 91-day feature is named, at 91 none."""
    with pytest.raises(TimelineError, match=r"90 days of history since 2020-01-01, too few for: .*fee_cents_91d \(91 days\)"):
        check_history(ALL, as_of=FIRST_DAY + timedelta(days=90), first_day=FIRST_DAY)

    check_history(ALL, as_of=FIRST_DAY + timedelta(days=91), first_day=FIRST_DAY)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: active_days(VISITS, last=-7), "last=-7: expected a whole number of days, 1 or more"),
        (lambda: active_days(VISITS, last=(7, 7)), "last=(7, 7): expected numbers of days, each once"),
        (lambda: recency(VISITS, cap_days=0), "cap_days=0: expected a whole number"),
        (lambda: recency(Contacts("offers", noun="offer", group="arm", held_out="no")), "no feature may read who was contacted"),
        (lambda: total(VISITS), "total() takes a value of a history"),
        (lambda: velocity(recency(VISITS), days=28), "expected a count or a total without a window"),
        (lambda: velocity(active_days(VISITS, last=7), days=28), "expected a count or a total without a window"),
        (lambda: share(VISITS.fee, of=VISITS.minutes), "expected values of one unit"),
        (lambda: plan_of((mean(VISITS.fee), mean(VISITS.fee))), "Two features are called 'fee_cents_per_visit_day'"),
        (lambda: plan_of((running(MAILINGS, name="day"),)), "'day', which is a column of every snapshot"),
        (lambda: plan_of((running(MAILINGS),), roster=()), "has no customers"),
        (lambda: plan_of((count(Events("visits", noun="mailing"), last=7), running(MAILINGS))), "Two histories have one noun"),
        (lambda: count(VISITS, last=7, name="Visits!"), "A feature is called 'Visits!'"),
        (lambda: Events("v", noun="v", values={"a": cents("x"), "a_cents": rows()}), "would both be the column 'a_cents'"),
    ],
)
def test_what_cannot_work_is_refused_where_it_is_written(make, words):
    """In words: what, where, expected, found."""
    with pytest.raises(SpecError, match=re.escape(words)):
        make()
