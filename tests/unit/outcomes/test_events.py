"""Outcomes of what happens, against a slow, obviously right count in plain Python."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import SpecError
from tenure.history import Contacts, Events
from tenure.outcomes import Kind, any_of, at_least, count, first, none_of, pause, recurring, time_until, total
from tests.unit.outcomes.small import (
    CUSTOMERS,
    N_DAYS,
    PURCHASES,
    SUBSCRIBERS,
    at_end_of,
    by_customer,
    customers,
    daily,
    day,
    happened,
    purchases,
    quick,
)

NEVER = date(2030, 1, 1)


@quick
@given(purchases, st.integers(0, N_DAYS), st.integers(1, 30), st.integers(1, 4))
def test_a_label_says_what_lies_in_its_half_open_window(bought, as_of, window, n):
    """The scoring day counts, the day after the window does not."""

    def label(outcome, *names):
        return by_customer(outcome.label(customers(), happened(bought), as_of=day(as_of), end=day(as_of + window)), *names)

    inside = {c: [v for d, v in bought[c].items() if as_of <= d < as_of + window] for c in CUSTOMERS}
    rows = {c: sum(n_rows for n_rows, _ in inside[c]) for c in CUSTOMERS}
    assert label(any_of(PURCHASES, within_days=window), "event", "duration") == {c: (rows[c] > 0, window) for c in CUSTOMERS}
    assert label(none_of(PURCHASES, within_days=window), "event") == {c: (rows[c] == 0,) for c in CUSTOMERS}
    assert label(at_least(PURCHASES, n, within_days=window), "event") == {c: (rows[c] >= n,) for c in CUSTOMERS}
    assert label(at_least(PURCHASES.baskets, n, within_days=window), "event") == {c: (len(inside[c]) >= n,) for c in CUSTOMERS}
    assert label(count(PURCHASES, within_days=window), "amount") == {c: (rows[c],) for c in CUSTOMERS}
    spent = {c: sum(cents for _, cents in inside[c]) for c in CUSTOMERS}
    assert label(total(PURCHASES.spend, within_days=window), "amount") == {c: (spent[c],) for c in CUSTOMERS}


@quick
@given(purchases, st.integers(0, N_DAYS), st.integers(1, 30))
def test_recurring_events_cut_the_window_into_stretches(bought, as_of, window):
    """Each ends with a day that has an event, the last one censored unless the last day has one."""
    labels = recurring(PURCHASES, within_days=window).label(
        customers(), happened(bought), as_of=day(as_of), end=day(as_of + window)
    )
    found = sorted(
        tuple(row[n] for n in ("customer_id", "entry", "duration", "event")) for row in labels.to_pyarrow().to_pylist()
    )

    expected = []
    for c in CUSTOMERS:
        ends = sorted(d - as_of + 1 for d in bought[c] if as_of <= d < as_of + window)
        cuts = [(end, True) for end in ends] + ([(window, False)] if window not in ends else [])
        expected += [(c, before, end, event) for before, (end, event) in zip([0, *ends], cuts, strict=False)]
    assert found == sorted(expected)


def pause_by_hand(days: set[int], as_of: int, length: int, end: int) -> tuple[bool, int]:
    """Walk day by day: the event is at the end of the day that completes the pause, if that is before `end`."""
    silent = 0
    for d in range(max(days & set(range(as_of))) + 1, end):
        silent = 0 if d in days else silent + 1
        if silent == length and d >= as_of:
            return True, d - as_of + 1
    return False, end - as_of


@quick
@given(purchases, st.integers(1, 40), st.integers(1, 28), st.integers(1, 30))
def test_a_pause_is_complete_when_its_last_silent_day_is_over_and_not_before_its_first_chance(bought, as_of, length, follow_up):
    """Duration and event are those of walking day by day; the first chance is a bound that can be met."""
    end = min(as_of + follow_up, N_DAYS)
    recency = {c: as_of - max(d for d in bought[c] if d < as_of) for c in CUSTOMERS if any(d < as_of for d in bought[c])}
    population = tuple(c for c, days in recency.items() if days <= length)
    outcome = time_until(pause(PURCHASES, days=length), horizons_days=(length,), score_at=length)

    labels = outcome.label(customers(population), happened(bought), as_of=day(as_of), end=day(end))
    found = by_customer(labels, "event", "duration")

    assert found == {c: pause_by_hand(set(bought[c]), as_of, length, end) for c in population}
    for c, (event, duration) in found.items():
        chance = int(outcome.first_day(np.array([recency[c]]))[0])
        assert not event or duration == chance or duration > length
        assert event or duration < chance or any(as_of <= d < as_of + chance for d in bought[c])


@pytest.mark.parametrize(
    ("days", "end", "expected"),
    [
        # Bought the day before as_of (day 30): 28 silent days are days 30 to 57, over when day 58 begins.
        ({29}, 70, (28, True)),
        ({29}, 58, (28, True)),
        # One day less of follow-up, and the last silent day is not over: censored.
        ({29}, 57, (27, False)),
        # The pause began before as_of: 27 days of it are over, one more completes it.
        ({2}, 70, (1, True)),
        # A purchase on the last day of the pause starts it anew: days 58 to 85, beyond what is known.
        ({29, 57}, 70, (40, False)),
        # A purchase on the day after its completion is too late to undo it.
        ({29, 58}, 70, (28, True)),
        # A completed pause before as_of is over: the customer bought again.
        ({0, 29}, 70, (28, True)),
    ],
)
def test_the_arithmetic_of_a_28_day_pause(days, end, expected):
    """Counted by hand as of day 30."""
    outcome = time_until(pause(PURCHASES, days=28), horizons_days=(28,), score_at=28)
    labels = outcome.label(customers(("1",)), happened({"1": dict.fromkeys(days, (1, 1))}), as_of=day(30), end=day(end))

    assert by_customer(labels, "duration", "event") == {"1": expected}


@quick
@given(purchases, st.integers(0, 40), st.integers(1, 30))
def test_the_next_event_ends_with_its_day(bought, as_of, follow_up):
    """On the scoring day it has taken one day; whoever has none is censored where follow-up ends."""
    outcome = time_until(first(PURCHASES), horizons_days=(7,), score_at=7)
    labels = outcome.label(customers(), happened(bought), as_of=day(as_of), end=day(as_of + follow_up))

    next_day = {c: min((d for d in bought[c] if as_of <= d < as_of + follow_up), default=None) for c in CUSTOMERS}
    expected = {c: (False, follow_up) if d is None else (True, d - as_of + 1) for c, d in next_day.items()}
    assert by_customer(labels, "event", "duration") == expected
    assert outcome.clock is None


@quick
@given(purchases, st.integers(1, 40), st.integers(1, 20), st.dictionaries(st.integers(0, 30), st.just((1, 9)), max_size=8))
def test_no_row_that_came_after_the_follow_up_is_read(bought, as_of, follow_up, later):
    """Whatever happens from its end on changes no label."""
    end = as_of + follow_up
    changed = {
        c: {d: v for d, v in days.items() if d < end} | {end + d: v for d, v in later.items()} for c, days in bought.items()
    }

    def labels(of):
        outcomes = (
            any_of(PURCHASES, within_days=follow_up),
            total(PURCHASES.spend, within_days=follow_up),
            recurring(PURCHASES, within_days=follow_up),
            time_until(pause(PURCHASES, days=28), horizons_days=(7,), score_at=7),
            time_until(first(PURCHASES), horizons_days=(7,), score_at=7),
        )
        found = (o.label(customers(), happened(of), as_of=day(as_of), end=day(end)) for o in outcomes)
        return [sorted(map(str, table.to_pyarrow().to_pylist())) for table in found]

    assert labels(changed) == labels(bought)


def test_what_is_corrected_by_the_end_of_the_window_counts_as_corrected_and_a_day_of_returns_is_none():
    """A day that a later batch left without a row, and one with a return alone, are no purchase; the return lowers the total."""
    row = {"customer_id": "1", "baskets": 0, "told_before": True}
    table = daily([
        row | {"active_on": day(3), "available_at": at_end_of(3), "n_rows": 2, "spend_cents": 700},
        row | {"active_on": day(3), "available_at": at_end_of(5), "n_rows": 0, "spend_cents": 0},
        row | {"active_on": day(4), "available_at": at_end_of(4), "n_rows": 0, "spend_cents": -250},
    ])  # fmt: skip

    def label(outcome, name):
        return by_customer(
            outcome.label(customers(("1",)), {"purchase": table}, as_of=day(2), end=outcome.end(day(2), NEVER)), name
        )["1"][0]

    assert [label(any_of(PURCHASES, within_days=n), "event") for n in (3, 4)] == [True, False]
    assert [label(total(PURCHASES.spend, within_days=n), "amount") for n in (3, 4)] == [450, -250]


def test_who_was_known_otherwise_on_the_scoring_day_has_no_time_until_a_pause():
    """A purchase of the day before that came late: the model was told of another first chance than was so."""
    row = {"n_rows": 1, "spend_cents": 1, "baskets": 1, "told_before": False}
    days = [("1", 5, 5), ("1", 9, 12), ("2", 5, 5), ("2", 20, 22)]
    table = daily([row | {"customer_id": c, "active_on": day(on), "available_at": at_end_of(came)} for c, on, came in days])
    outcome = time_until(pause(PURCHASES, days=7), horizons_days=(7,), score_at=7)

    labels = outcome.label(customers(("1", "2")), {"purchase": table}, as_of=day(10), end=day(30))

    # The second customer's late purchase is of a later day, and tells of what happened after the scoring day.
    assert by_customer(labels, "event", "duration") == {"2": (True, 3)}


def test_words_come_from_the_noun():
    """Of any company; a purchase as the grocer's cards have always said it."""
    tickets = Events("tickets", noun="support_ticket")
    lapse = time_until(pause(PURCHASES, days=28), horizons_days=(28,), score_at=28)

    assert (
        any_of(PURCHASES, within_days=7).score_means
        == "the probability of at least one purchase within 7 days from the scoring day"
    )
    assert none_of(tickets, within_days=28).rule.startswith(
        "no support ticket on the 28 days that begin with the as-of day; only"
    )
    assert at_least(tickets, 3, within_days=9).happening == "at least 3 support tickets"
    assert count(tickets, within_days=9).score_means.startswith("the expectation of the number of support tickets within 9 days")
    assert total(PURCHASES.spend, within_days=9).happening == "the total spend of purchases"
    assert lapse.score_means == (
        "the probability that a pause of 28 days without a purchase is complete within 28 days from the scoring day"
    )
    assert lapse.rule.startswith("the end of the 28th consecutive day without a purchase, counted from the last purchase")
    assert "1st consecutive" in pause(PURCHASES, days=1).rule
    assert "11th consecutive" in pause(PURCHASES, days=11).rule


def test_an_outcome_says_what_kind_it_is_and_what_it_needs():
    """From which the model and the split follow."""
    lapse = time_until(pause(PURCHASES, days=28), horizons_days=(7, 56), score_at=7)
    found = [any_of(PURCHASES, within_days=7), total(PURCHASES.spend, within_days=7), recurring(PURCHASES, within_days=7), lapse]

    assert [o.kind for o in found] == [Kind.PROPENSITY, Kind.AMOUNT, Kind.RECURRENCE, Kind.SURVIVAL]
    assert [(o.follow_up_days, o.purge_days, o.score_days) for o in found] == [(7, 7, 7)] * 3 + [(56, 0, 7)]
    assert all(o.histories == (PURCHASES,) for o in found)
    # As of a customer who came ten days ago: what has no clock can happen on the scoring day, the pause in nineteen days.
    assert [int(o.first_day(np.array([10]))[0]) for o in found] == [1, 1, 1, 19]


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: any_of(PURCHASES, within_days=0), "within 0 days; expected a day at least"),
        (lambda: at_least(PURCHASES, 0, within_days=7), "true of everybody"),
        (lambda: at_least(PURCHASES.spend, 3, within_days=7), "is a sum; say total"),
        (lambda: total(PURCHASES.baskets, within_days=7), r"say count\("),
        (lambda: any_of(SUBSCRIBERS, within_days=7), "takes a history of Events; found States"),
        (lambda: any_of(Contacts("o", "offer", group="g", held_out="c"), within_days=7), "found the contacts 'offer'"),
        (lambda: pause(PURCHASES, days=365), "expected 1 to 364"),
        (
            lambda: time_until(pause(PURCHASES, days=28), horizons_days=(0, 7), score_at=7),
            "at least 1 day, each once and in order",
        ),
        (lambda: time_until(pause(PURCHASES, days=28), horizons_days=(14, 7), score_at=7), "in order"),
        (
            lambda: time_until(pause(PURCHASES, days=28), horizons_days=(7,), score_at=21),
            "21 days, which is not among the horizons",
        ),
        (lambda: time_until(any_of(PURCHASES, within_days=7), horizons_days=(7,), score_at=7), "Found Happens"),
    ],
)
def test_what_cannot_be_foreseen_is_refused_where_it_is_declared(declare, words):
    """In words."""
    with pytest.raises(SpecError, match=words):
        declare()
