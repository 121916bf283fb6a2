"""Outcomes of states, against walking day by day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import SpecError
from tenure.history import States
from tenure.outcomes import Kind, becomes, entry, is_now, time_until
from tests.unit.outcomes.small import (
    CUSTOMERS,
    N_DAYS,
    SUBSCRIBERS,
    at_end_of,
    by_customer,
    customers,
    day,
    happened,
    quick,
    states,
    told,
)

LEAVES = becomes(SUBSCRIBERS.status, "left", reason="why")


def on(stood: dict[int, str], number: int) -> str | None:
    """How it stands on a day: as last told by then."""
    before = [d for d in stood if d <= number]
    return stood[max(before)] if before else None


@quick
@given(states, st.integers(1, 40), st.integers(1, 30))
def test_a_state_is_reached_on_the_first_day_on_which_it_holds(stood, as_of, window):
    """Within the window as a probability, and as a time with its reason."""
    args = {"as_of": day(as_of), "end": day(as_of + window)}
    until = time_until(LEAVES, horizons_days=(7,), score_at=7)

    within = becomes(SUBSCRIBERS.status, "left", within_days=window).label(customers(), happened(stood=stood), **args)
    time = until.label(customers(), happened(stood=stood), **args)

    reached = {c: next((d for d in range(as_of, as_of + window) if on(stood[c], d) == "left"), None) for c in CUSTOMERS}
    why = {c: None if d is None else f"w{max(t for t in stood[c] if t <= d)}" for c, d in reached.items()}
    assert by_customer(within, "event", "duration") == {c: (d is not None, window) for c, d in reached.items()}
    assert by_customer(time, "event", "duration", "reason") == {
        c: (d is not None, window if d is None else d - as_of + 1, why[c]) for c, d in reached.items()
    }


@quick
@given(states, st.integers(1, N_DAYS))
def test_a_state_of_now_is_the_last_one_told_before(stood, as_of):
    """Of whom nothing was told there is no label."""
    labels = is_now(SUBSCRIBERS.status, "left").label(customers(), happened(stood=stood), as_of=day(as_of), end=day(as_of))

    now = {c: on(stood[c], as_of - 1) for c in CUSTOMERS}
    assert by_customer(labels, "event") == {c: (state == "left",) for c, state in now.items() if state is not None}


@quick
@given(states, st.integers(1, 40), st.integers(1, 30))
def test_time_from_entry_has_delayed_entry(stood, as_of, follow_up):
    """Everybody joined on the first day: at risk since then, seen from the scoring day on."""
    joined = time_until(becomes(SUBSCRIBERS.status, "left"), since=entry(SUBSCRIBERS), horizons_days=(90,), score_at=90)
    landmark = time_until(becomes(SUBSCRIBERS.status, "left"), horizons_days=(90,), score_at=90)
    args = {"as_of": day(as_of), "end": day(as_of + follow_up)}

    found = by_customer(joined.label(customers(), happened(stood=stood), **args), "event", "duration", "entry")

    plain = by_customer(landmark.label(customers(), happened(stood=stood), **args), "event", "duration")
    known = {c for c in CUSTOMERS if on(stood[c], as_of - 1) is not None}
    assert found == {c: (event, duration + as_of, as_of) for c, (event, duration) in plain.items() if c in known}


def test_of_one_table_of_one_day_the_time_is_that_since_entry():
    """Nobody's entry is delayed: the table tells of who left too."""
    outcome = time_until(is_now(SUBSCRIBERS.status, "left"), since=entry(SUBSCRIBERS), horizons_days=(90,), score_at=90)
    table = happened(stood={"1": {29: "left"}, "2": {29: "active"}, "3": {30: "left"}})

    labels = outcome.label(customers(), table, as_of=day(30), end=day(30))

    assert by_customer(labels, "event", "duration", "entry") == {"1": (True, 30, 0), "2": (False, 30, 0)}
    assert (outcome.follow_up_days, outcome.is_looked_back, outcome.leaks) == (
        0,
        True,
        ("subscribers.status", "subscribers.joined"),
    )


def test_a_telling_that_is_corrected_is_read_as_it_was_known():
    """Told as left for day 20, taken back by a batch of day 25."""
    row = {"customer_id": "1", "happened_at": at_end_of(20), "entered_on": day(0), "why": "", "key_id": "1"}
    table = told([
        row | {"available_at": at_end_of(20), "status": "left"},
        row | {"available_at": at_end_of(25), "status": "active"},
    ])  # fmt: skip

    def left_within(days: int) -> bool:
        outcome = becomes(SUBSCRIBERS.status, "left", within_days=days)
        return by_customer(outcome.label(customers(("1",)), {"subscription": table}, as_of=day(19), end=day(19 + days)), "event")[
            "1"
        ][0]

    assert (left_within(5), left_within(7)) == (True, False)


def test_words_and_kinds_of_states():
    """A reason makes it a model of reasons."""
    within = becomes(SUBSCRIBERS.status, "left", within_days=30)
    until = time_until(LEAVES, since=entry(SUBSCRIBERS), horizons_days=(90, 180), score_at=90)

    assert [o.kind for o in (within, until, is_now(SUBSCRIBERS.plan, "a"))] == [Kind.PROPENSITY, Kind.REASONS, Kind.PROPENSITY]
    assert within.score_means == "the probability that status becomes “left” within 30 days from the scoring day"
    assert until.score_means == (
        "the probability that status has become “left” within 90 days from the day on which the customer entered"
    )
    assert is_now(SUBSCRIBERS.plan, "a").leaks == ("subscribers.plan",)
    assert within.leaks == until.leaks == ()


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: becomes(SUBSCRIBERS, "left"), "takes a history of Fact; found States"),
        (lambda: becomes(SUBSCRIBERS.status, "left", within_days=0), "within 0 days"),
        (lambda: time_until(is_now(SUBSCRIBERS.status, "left"), horizons_days=(7,), score_at=7), r"say since=entry"),
        (lambda: entry(States("s", noun="account", attributes=("a",))), "does not say when a customer entered"),
        (lambda: time_until(becomes(SUBSCRIBERS.status, "l", within_days=3), horizons_days=(7,), score_at=7), "Found Becomes"),
    ],
)
def test_what_cannot_be_foreseen_is_refused_where_it_is_declared(declare, words):
    """In words."""
    with pytest.raises(SpecError, match=words):
        declare()


def test_a_reason_that_the_source_does_not_have_is_refused_by_name():
    """Before anything is trained on it."""
    with pytest.raises(SpecError, match=r"no attribute 'wy'\. Did you mean 'why'"):
        becomes(SUBSCRIBERS.status, "left", reason="wy")
