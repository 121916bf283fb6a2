"""What is and what runs, against a slow, obviously right computation on random small histories."""

from itertools import pairwise

import pytest

from tenure.errors import SpecError, UnknownNameError
from tenure.features import active_days, age, changed, count, latest, recency, running, time_in
from tests.unit.features.histories import MAILINGS, MEMBERS, VISITS, History, Standing, computed, random_history

SEEDS = (1, 2, 3)


def standings_of(history: History, customer: str) -> list[Standing]:
    """How things stood with a customer, the latest first."""
    return sorted((s for s in history.known.standings if s.customer == customer), key=lambda s: s.since_ago)


def turns(standings: list[Standing]) -> list[int]:
    """How many days ago the plan became another, the latest first; the first that is known closes the list."""
    changes = [new.since_ago for new, old in pairwise(standings) if new.plan != old.plan]
    return [*changes, standings[-1].since_ago]


@pytest.mark.parametrize("seed", SEEDS)
def test_states_are_told_as_they_stand(seed):
    """The latest known row holds; a plan that is none is one, and turning into none is a change."""
    history = random_history(seed, n_customers=20)
    features = (
        *latest(MEMBERS),
        changed(MEMBERS.plan, last=28),
        time_in(MEMBERS.plan, cap_days=91),
        age(MEMBERS),
        age(MEMBERS, cap_days=365, name="age_capped"),
    )

    found = computed(history, features, roster=(MEMBERS,))

    expected = {}
    for customer in {s.customer for s in history.known.standings}:
        standings = standings_of(history, customer)
        now, turned = standings[0], turns(standings)
        expected[customer] = {
            "plan": now.plan,
            "monthly_price": now.price,
            "is_paid": float(now.price > 10),
            "plan_changed_28d": float(any(ago <= 28 for ago in turned[:-1])),
            "days_in_plan": min(91, turned[0]),
            "membership_age_days": now.joined_ago,
            "age_capped": min(365, now.joined_ago),
        }
    assert found == expected
    assert {row["plan"] for row in expected.values()} >= {None, "day"}


@pytest.mark.parametrize("seed", SEEDS)
def test_intervals_count_what_began_and_what_runs(seed):
    """One that starts on as_of is not known yet; one that ends on as_of, or has no end, still runs; whoever has none has zero."""
    history = random_history(seed)

    found = computed(history, (count(MAILINGS, last=91), running(MAILINGS)))

    for customer, features in found.items():
        own = [m for m in history.known.mailings if m.customer == customer]
        assert features == {
            "mailings_91d": sum(m.starts_ago <= 91 for m in own),
            "mailings_running": sum(m.ends_ago is None or m.ends_ago <= 0 for m in own),
        }
    assert {m.ends_ago for m in history.mailings} >= {None}


def test_attributes_are_named_as_features_are():
    """One is a feature, several are several."""
    assert latest(MEMBERS.monthlyPrice).name == "monthly_price"
    assert [feature.name for feature in latest(MEMBERS.plan, MEMBERS.is_paid)] == ["plan", "is_paid"]


def test_of_whom_a_maker_knows_nothing_counts_are_zero_and_recency_stands_at_the_cap():
    """Members who never visited: nothing happened, which is known; how long they have been customers is not."""
    history = random_history(4, n_customers=20)
    visitors = {v.customer for v in history.known.visits if not v.is_refund and v.customer not in "0123456789"}
    history = History(tuple(v for v in history.visits if v.customer in visitors), history.mailings, history.standings)

    found = computed(history, (recency(VISITS, cap_days=365), age(VISITS), *active_days(VISITS, last=(28,))), roster=(MEMBERS,))

    absent = [row for customer, row in found.items() if customer not in visitors]
    assert absent
    assert all(r == {"visit_recency_days": 365, "days_since_first_visit": None, "visit_days_28d": 0} for r in absent)


def test_who_is_known_from_any_history_of_the_roster_has_a_row():
    """Two histories of one roster are united, each customer once."""
    history = random_history(2, n_customers=20)

    found = computed(history, (running(MAILINGS),), roster=(MEMBERS, MAILINGS))

    assert set(found) == {s.customer for s in history.known.standings} | {m.customer for m in history.known.mailings}


def test_what_cannot_be_read_is_refused_in_words():
    """A moment as it stands, an age that nobody knows, a window that is none."""
    with pytest.raises(SpecError, match="running\\(\\) takes a history of intervals; found Events"):
        running(VISITS)
    with pytest.raises(SpecError, match="last=0: expected a whole number of days"):
        changed(MEMBERS.plan, last=0)
    with pytest.raises(SpecError, match="changed\\(plan\\): expected last="):
        changed(MEMBERS.plan)
    with pytest.raises(SpecError, match="is said of one feature, but there are 2 attributes"):
        latest(MEMBERS.plan, MEMBERS.is_paid, name="both")
    with pytest.raises(UnknownNameError, match="Did you mean 'plan'"):
        latest(MEMBERS.plam)
