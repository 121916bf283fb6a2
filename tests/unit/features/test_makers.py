"""Every maker over events against a slow, obviously right computation on random small histories, with returns and without."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from tenure.features import (
    active_days,
    age,
    count,
    distinct,
    fading,
    maximum,
    mean,
    minimum,
    pauses,
    ratio,
    recency,
    rhythm,
    share,
    streaks,
    total,
    velocity,
)
from tenure.history import Events
from tests.unit.features.histories import BORDERS, HISTORY_DAYS, PLAIN, VISITS, History, Visit, computed, random_history

SEEDS = (1, 2, 3)
Values = dict[str, float | None]


@dataclass(frozen=True)
class Told:
    """What a customer did: all rows, and the days with a visit that was one."""

    rows: tuple[Visit, ...]

    @property
    def ago(self) -> list[int]:
        """Active days, the latest first."""
        return sorted({v.ago for v in self.rows if not v.is_refund})

    def within(self, first: int, last: int) -> "Told":
        """What lies between `first` and `last` days ago, both included."""
        return Told(tuple(v for v in self.rows if first <= v.ago <= last))

    def fee(self, pools: Sequence[str] = ()) -> int:
        """What was paid, less what was paid back."""
        return sum(v.cents for v in self.rows if not pools or v.pool in pools)

    def minutes(self) -> int:
        """Minutes of visits, those that were refunded among them."""
        return sum(v.minutes for v in self.rows)

    def pools(self) -> set[str]:
        """Pools visited."""
        return {v.pool for v in self.rows if not v.is_refund}

    def n_rows(self) -> int:
        """Visits."""
        return sum(not v.is_refund for v in self.rows)

    def by_day(self) -> "list[Told]":
        """Each active day alone."""
        return [self.within(ago, ago) for ago in self.ago]


def rate(top: float, bottom: float) -> float:
    """A share; zero of nothing, and of what was returned on the whole."""
    return max(top, 0) / bottom if bottom > 0 else 0.0


def windows_made(h: Events) -> tuple:
    """Features of windows."""
    return (
        recency(h, cap_days=90),
        age(h, cap_days=91),
        *active_days(h, last=(7, 28, 91)),
        *count(h, last=(28,)),
        *total(h.fee, last=(7, 28)),
        total(h.lines, last=91),
        mean(h.fee),
        mean(h.minutes, last=91),
        maximum(h.minutes, last=91),
        minimum(h.fee),
        velocity(active_days(h), days=28),
        velocity(total(h.fee), days=28, prior=100_000),
        velocity(count(h), days=7),
        ratio(h.lines, of=h.pools, last=91),
        share(h.hot_fee, of=h.fee, last=91),
        share(h.hot_fee, of=(h.fee, h.hot_fee)),
    )


def windows_by_hand(told: Told) -> Values:
    """Recency, frequency, totals, extremes, velocity, shares."""
    week, month, before, quarter = (told.within(*days) for days in ((1, 7), (1, 28), (29, 56), (1, 91)))
    n_pools = sum(len(day.pools()) for day in quarter.by_day())
    return {
        "visit_recency_days": min(90, told.ago[0]),
        "days_since_first_visit": min(91, told.ago[-1]),
        **{f"visit_days_{w}d": len(told.within(1, w).ago) for w in (7, 28, 91)},
        "visits_28d": month.n_rows(),
        "fee_cents_7d": week.fee(),
        "fee_cents_28d": month.fee(),
        "lines_91d": quarter.n_rows(),
        "fee_cents_per_visit_day": told.fee() / len(told.ago),
        "minutes_per_visit_day_91d": quarter.minutes() / len(quarter.ago) if quarter.ago else None,
        "maximum_minutes_91d": max((day.minutes() for day in quarter.by_day()), default=None),
        "minimum_fee_cents": min(day.fee() for day in told.by_day()),
        "visit_days_velocity_28d": (len(month.ago) + 0.5) / (len(before.ago) + 0.5),
        "fee_velocity_28d": (max(month.fee(), 0) + 100_000) / (max(before.fee(), 0) + 100_000),
        "visits_velocity_7d": (week.n_rows() + 0.5) / (told.within(8, 14).n_rows() + 0.5),
        "lines_over_pools_91d": rate(quarter.n_rows(), n_pools),
        "hot_fee_rate_91d": rate(quarter.fee(["hot"]), quarter.fee()),
        "hot_fee_rate": rate(told.fee(["hot"]), told.fee() + told.fee(["hot"])),
    }


def breadth_made(h: Events) -> tuple:
    """Streaks and members of sets."""
    return (*streaks(h, weeks=13), *distinct(h.pool, last=(28, 91)))


def breadth_by_hand(told: Told) -> Values:
    """Weeks with a visit, their longest run, the run that reaches to now, and pools."""
    active = [bool(told.within(7 * week + 1, 7 * week + 7).ago) for week in range(13)]
    runs, run = [], 0
    for week in [*active, False]:
        run = run + 1 if week else runs.append(run) or 0
    return {
        "visit_weeks_91d": sum(active),
        "visit_streak_weeks_longest": max(runs),
        "visit_streak_weeks_current": runs[0],
        "pools_28d": len(told.within(1, 28).pools()),
        "pools_91d": len(told.within(1, 91).pools()),
    }


def rhythm_made(h: Events) -> tuple:
    """Gaps, fading rates and pauses."""
    return (*rhythm(h), *fading(h), *pauses(h))


def rhythm_by_hand(told: Told) -> Values:
    """Gaps, fading rates, and the present pause by the customer's own measure."""
    ago = told.ago
    gaps = [later - earlier for earlier, later in pairwise(ago)]
    now, span = ago[0], ago[-1]
    median = statistics.median(gaps) if gaps else None
    q90 = float(np.quantile(gaps, 0.9)) if gaps else None
    fades = {}
    for half_life in (14, 28, 56):
        weights = [0.5 ** (a / half_life) for a in range(1, HISTORY_DAYS + 1)]
        fades[half_life] = sum(weights[a - 1] for a in ago) / sum(weights)
    # Walk the days of the window after the first visit: a day stands in a pause when the visit before is further back.
    observed = range(min(91, span))
    since = [min(a for a in ago if a > today) - today for today in observed]
    recent = [older - newer for newer, older in pairwise(ago) if newer <= 91]
    outlasted = (sum(g >= now + 28 for g in recent) + 0.3) / (sum(g >= now for g in recent) + 3)
    return {
        "visit_gap_days_mean": statistics.fmean(gaps) if gaps else None,
        "visit_gap_days_median": median,
        "visit_gap_days_q90": q90,
        "visit_gap_days_variation_91d": statistics.stdev(recent) / statistics.fmean(recent) if len(recent) > 1 else None,
        "visit_recency_over_gap_median": now / median if gaps else None,
        "visit_recency_over_gap_q90": now / q90 if gaps else None,
        "third_last_visit_days": min(91, ago[2]) if len(ago) > 2 else 91,
        "sixth_last_visit_days": min(91, ago[5]) if len(ago) > 5 else 91,
        "visit_day_rate": (len(ago) + 1.2) / (HISTORY_DAYS + 12),
        **{f"visit_day_rate_half_life_{h}d": value for h, value in fades.items()},
        **{f"visit_pause_{p}d_rate_91d": rate(sum(s > p for s in since), len(observed)) for p in (14, 28)},
        "visit_outlasted_28d_rate_91d": outlasted if now <= 91 else None,
        "expected_visits_before_pause_28d": max(0, 29 - now) * fades[28],
    }


GROUPS: dict[str, tuple[Callable[[Events], tuple], Callable[[Told], Values]]] = {
    "windows": (windows_made, windows_by_hand),
    "breadth": (breadth_made, breadth_by_hand),
    "rhythm": (rhythm_made, rhythm_by_hand),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("visits", [VISITS, PLAIN], ids=["returns", "plain"])
@pytest.mark.parametrize("name", GROUPS)
def test_makers_compute_what_their_words_say(name, visits, seed):
    """For every customer, every feature is that of the slow computation; returns lower totals and make no day."""
    make, by_hand = GROUPS[name]
    history = random_history(seed)

    found = computed(history, make(visits), visits=visits)

    seen = [v for v in history.known.visits if visits is VISITS or not v.is_refund]
    told = {c: Told(tuple(v for v in seen if v.customer == c)) for c in {v.customer for v in seen}}
    assert set(found) == {customer for customer, each in told.items() if each.ago}
    for customer, features in found.items():
        expected = by_hand(told[customer])
        assert features.keys() == expected.keys()
        assert {n for n, value in features.items() if value is None} == {n for n, value in expected.items() if value is None}
        known = {n: value for n, value in expected.items() if value is not None}
        assert {n: features[n] for n in known} == pytest.approx(known, rel=1e-6, abs=1e-8), customer


def test_a_history_may_be_longer_than_there_are_bits_for_its_weeks():
    """What lies before the window is no part of it, and stops nothing."""
    long_ago = History(
        visits=(Visit("a", 1, 100, 5, "hot", False), Visit("a", 900, 100, 5, "hot", False)), mailings=(), standings=()
    )

    assert computed(long_ago, streaks(VISITS, weeks=13))["a"]["visit_weeks_91d"] == 1


def test_the_random_histories_stand_on_the_borders_of_every_window():
    """Otherwise the comparisons above would say nothing of half-open windows, of returns, or of what is not known yet."""
    histories = [random_history(seed) for seed in SEEDS]
    visits = [v for h in histories for v in h.visits]
    refunded, visited = (
        {(n, v.customer, v.ago) for n, h in enumerate(histories) for v in h.visits if v.is_refund == kind}
        for kind in (True, False)
    )

    assert set(BORDERS) <= {v.ago for v in visits}
    assert min(v.ago for v in visits) <= 0
    assert refunded - visited
    assert refunded & visited
