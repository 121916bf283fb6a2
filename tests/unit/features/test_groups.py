"""Every feature of every group against a slow, obviously right computation on random small histories."""

import statistics
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tenure.features import breadth, campaigns, purchases, rhythm, streaks
from tests.unit.features.histories import History, PurchaseDay, computed, random_history

HISTORY_DAYS = 150
SEEDS = (1, 2, 3)
Days = list[PurchaseDay]


def known_only(features: dict[str, float | None]) -> dict[str, float]:
    """Features without those that are unknown."""
    return {name: value for name, value in features.items() if value is not None}


def rate(top: float, bottom: float) -> float:
    """A share; zero of nothing."""
    return top / bottom if bottom else 0.0


def within(days: Days, first: int, last: int) -> Days:
    """Purchase days between `first` and `last` days ago, both included."""
    return [d for d in days if first <= d.ago <= last]


def purchases_by_hand(days: Days) -> dict[str, float]:
    """Recency, frequency, spend, velocity."""
    spend = lambda some: sum(d.spend for d in some)  # noqa: E731
    month, before, quarter = within(days, 1, 28), within(days, 29, 56), within(days, 1, 91)
    return {
        "recency_days": min(d.ago for d in days),
        **{f"purchase_days_{w}d": len(within(days, 1, w)) for w in (7, 28, 91)},
        **{f"spend_cents_{w}d": spend(within(days, 1, w)) for w in (7, 28, 91)},
        "purchase_days_velocity_28d": (len(month) + 0.5) / (len(before) + 0.5),
        "spend_velocity_28d": (spend(month) + 500) / (spend(before) + 500),
        "spend_cents_per_purchase_day": spend(days) / len(days),
        "lines_per_basket_91d": rate(sum(d.n_lines for d in quarter), sum(d.n_baskets for d in quarter)),
    }


def breadth_by_hand(days: Days) -> dict[str, float]:
    """Departments and shares of spend."""
    quarter = within(days, 1, 91)
    spend, discount, coupon = (sum(getattr(d, name) for d in quarter) for name in ("spend", "discount", "coupon"))
    return {
        "departments_28d": len({name for d in within(days, 1, 28) for name in d.departments}),
        "departments_91d": len({name for d in quarter for name in d.departments}),
        "private_label_rate_91d": rate(sum(d.private for d in quarter), spend),
        "discount_rate_91d": rate(discount, spend + discount),
        "coupon_rate_91d": rate(coupon, spend + coupon),
    }


def streaks_by_hand(days: Days) -> dict[str, float]:
    """Weeks with a purchase, their longest run, and the run that reaches to now."""
    active = [bool(within(days, 7 * week + 1, 7 * week + 7)) for week in range(13)]
    runs, run = [], 0
    for week in [*active, False]:
        run = run + 1 if week else runs.append(run) or 0
    return {"active_weeks_91d": sum(active), "streak_weeks_longest": max(runs), "streak_weeks_current": runs[0]}


def rhythm_by_hand(days: Days) -> dict[str, float | None]:
    """Gaps, fading rates, and the present pause by the customer's own measure."""
    ago = sorted(d.ago for d in days)
    gaps = [later - earlier for earlier, later in pairwise(ago)]
    recency, span = ago[0], ago[-1]
    mean = statistics.fmean(gaps) if gaps else None
    median = statistics.median(gaps) if gaps else None
    q90 = float(np.quantile(gaps, 0.9)) if gaps else None
    fading = {}
    for half_life in (14, 28, 56):
        weights = [0.5 ** (a / half_life) for a in range(1, HISTORY_DAYS + 1)]
        fading[half_life] = sum(weights[a - 1] for a in ago) / sum(weights)
    # Walk the days of the window after the first purchase: a day stands in a pause when the purchase before is further back.
    observed = range(min(91, span))
    since = [min(a for a in ago if a > today) - today for today in observed]
    pauses = {f"pause_{pause}d_rate_91d": rate(sum(s > pause for s in since), len(observed)) for pause in (14, 28)}
    recent = [older - newer for newer, older in pairwise(ago) if newer <= 91]
    variation = statistics.stdev(recent) / statistics.fmean(recent) if len(recent) > 1 else None
    outlasted = (sum(g >= recency + 28 for g in recent) + 0.3) / (sum(g >= recency for g in recent) + 3)
    return {
        "gap_days_mean": mean,
        "gap_days_median": median,
        "gap_days_q90": q90,
        "gap_days_variation_91d": variation,
        "recency_over_gap_median": recency / median if gaps else None,
        "recency_over_gap_q90": recency / q90 if gaps else None,
        "third_last_purchase_days": min(91, ago[2]) if len(ago) > 2 else 91,
        "sixth_last_purchase_days": min(91, ago[5]) if len(ago) > 5 else 91,
        "purchase_day_rate": (len(ago) + 1.2) / (HISTORY_DAYS + 12),
        **{f"purchase_day_rate_half_life_{h}d": value for h, value in fading.items()},
        **pauses,
        "outlasted_28d_rate_91d": outlasted if recency <= 91 else None,
        "expected_purchases_before_pause_28d": max(0, 29 - recency) * fading[28],
        "days_since_first_purchase": min(91, span),
    }


GROUPS: dict[str, tuple[object, Callable[[Days], dict[str, float | None]]]] = {
    "purchases": (purchases.GROUP, purchases_by_hand),
    "breadth": (breadth.GROUP, breadth_by_hand),
    "streaks": (streaks.GROUP, streaks_by_hand),
    "rhythm": (rhythm.GROUP, rhythm_by_hand),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", GROUPS)
def test_a_group_computes_what_its_words_say(name, seed):
    """For every customer with a row, every feature is that of the slow computation; days from as_of on do not exist."""
    group, by_hand = GROUPS[name]
    history = random_history(seed)

    found = computed(history, group)

    days_of: dict[str, Days] = {}
    for purchase in history.known.purchases:
        days_of.setdefault(purchase.customer, []).append(purchase)
    reach = 91 if name in ("breadth", "streaks") else HISTORY_DAYS
    assert set(found) == {c for c, days in days_of.items() if within(days, 1, reach)}
    for customer, features in found.items():
        expected = by_hand(days_of[customer])
        assert known_only(features) == pytest.approx(known_only(expected), rel=1e-6, abs=1e-8), customer
        assert features.keys() == expected.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_campaigns_count_what_began_and_what_was_redeemed_within_the_window(seed):
    """A campaign that starts on as_of is not known yet; one that ends on as_of still runs."""
    history = random_history(seed)

    found = computed(history, campaigns.GROUP)

    seen = history.known
    customers = {c.customer for c in seen.campaigns} | {customer for customer, _ in seen.redemptions}
    assert found == {
        customer: {
            "campaigns_received_91d": sum(c.customer == customer and c.starts_ago <= 91 for c in seen.campaigns),
            "campaigns_running": sum(c.customer == customer and c.ends_ago <= 0 for c in seen.campaigns),
            "coupons_redeemed_91d": sum(name == customer and ago <= 91 for name, ago in seen.redemptions),
        }
        for customer in customers
    }


def test_the_random_histories_stand_on_the_borders_of_every_window():
    """Otherwise the comparisons above would say nothing of half-open windows."""
    histories = [random_history(seed) for seed in SEEDS]
    ago = {p.ago for h in histories for p in h.purchases}

    assert {1, 7, 8, 28, 29, 56, 57, 91, 92} <= ago
    assert min(ago) <= 0
    assert any(history != History((), (), ()) and len(history.known.purchases) < len(history.purchases) for history in histories)
