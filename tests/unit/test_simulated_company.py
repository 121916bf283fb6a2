"""The simulated company: its analytic truth agrees with what it draws, and the estimators recover it."""

from datetime import date, timedelta

import numpy as np
import pytest

from tenure.errors import TimelineError
from tenure.estimators.kaplan_meier import fit_kaplan_meier
from tenure.estimators.outcome import SurvivalOutcome
from tests.simulated_company.simulation import SimulatedCompany, Truth, simulate_company

FIRST_DAY = date(2020, 1, 1)
PAUSE_DAYS = 28


@pytest.fixture(scope="module")
def company() -> SimulatedCompany:
    """A thousand customers over 200 days."""
    return simulate_company(n_customers=1_000, first_day=FIRST_DAY, n_days=200, seed=7)


def outcomes(company: SimulatedCompany, day: int) -> tuple[np.ndarray, np.ndarray, SurvivalOutcome]:
    """Rows in the population as of a day, their recency, and when the pause was complete, written without the core's labels."""
    recency = company.recency(FIRST_DAY + timedelta(days=day))
    rows = np.flatnonzero((recency >= 1) & (recency <= PAUSE_DAYS))
    duration, event = [], []
    for row in rows:
        silent, end = recency[row] - 1, company.n_days - day
        for t in range(day, company.n_days):
            silent = 0 if company.bought[row, t] else silent + 1
            if silent == PAUSE_DAYS:
                end = t - day + 1
                break
        duration.append(end)
        event.append(silent == PAUSE_DAYS)
    return rows, recency[rows], SurvivalOutcome(np.array(duration), np.array(event))


def test_the_same_seed_gives_the_same_tables() -> None:
    """A simulation is a function of its arguments."""
    first = simulate_company(n_customers=30, first_day=FIRST_DAY, n_days=60, seed=1)
    again = simulate_company(n_customers=30, first_day=FIRST_DAY, n_days=60, seed=1)
    other = simulate_company(n_customers=30, first_day=FIRST_DAY, n_days=60, seed=2)

    assert first.transactions.equals(again.transactions)
    assert first.coupon_redemptions.equals(again.coupon_redemptions)
    assert not first.transactions.equals(other.transactions)


def test_the_tables_hold_exactly_the_purchases_that_were_drawn(company: SimulatedCompany) -> None:
    """A basket stands for one customer and one day, with distinct products in it."""
    table = company.transactions
    customer = np.array([int(i) for i in table["customer_id"].to_pylist()]) - 1
    day = np.array([(at.date() - FIRST_DAY).days for at in table["purchased_at"].to_pylist()])
    found = np.zeros_like(company.bought)
    found[customer, day] = True
    lines = list(zip(table["basket_id"].to_pylist(), table["product_id"].to_pylist(), strict=True))

    np.testing.assert_array_equal(found, company.bought)
    assert len(set(lines)) == len(lines)


def test_nobody_buys_after_lapsing(company: SimulatedCompany) -> None:
    """Lapsing is for good."""
    after = np.arange(company.n_days) >= company.active_days[:, None]

    assert not (company.bought & after).any()


def test_coupons_are_redeemed_on_days_of_purchase_within_a_campaign_of_the_customer(company: SimulatedCompany) -> None:
    """A redemption needs a purchase and a campaign that was running for the customer."""
    running = {
        (c, k): (start.date(), end.date())
        for c, k, start, end in zip(
            *(company.campaigns[name].to_pylist() for name in ("customer_id", "campaign_id", "starts_at", "ends_at")), strict=True
        )
    }
    redemptions = company.coupon_redemptions.to_pylist()

    assert redemptions
    for row in redemptions:
        start, end = running[row["customer_id"], row["campaign_id"]]
        day = row["redeemed_at"].date()
        assert start <= day < end
        assert company.bought[int(row["customer_id"]) - 1, (day - FIRST_DAY).days]


def test_the_known_purchase_rate_is_recovered_within_its_interval(company: SimulatedCompany) -> None:
    """Over all active days the purchases less their expectation stay within four standard errors."""
    rate, days = company.truth.purchase_rate, company.active_days
    expected, variance = (rate * days).sum(), (rate * (1 - rate) * days).sum()

    assert abs(company.bought.sum() - expected) < 4 * np.sqrt(variance)


@pytest.mark.parametrize("window_days", [7, 28])
def test_the_analytic_chance_of_silence_is_what_happens(company: SimulatedCompany, window_days: int) -> None:
    """The mean probability of no purchase lies within four standard errors of the share seen, given the recency."""
    recency = company.recency(FIRST_DAY + timedelta(days=100))
    rows = recency >= 1
    probability = company.truth.no_purchase(window_days=window_days, recency=np.maximum(recency, 1))[rows]
    silent = ~company.bought[rows, 100 : 100 + window_days].any(axis=1)

    assert abs(silent.mean() - probability.mean()) < 4 * np.sqrt((probability * (1 - probability)).sum()) / rows.sum()


def test_the_analytic_curve_is_recovered_by_kaplan_meier(company: SimulatedCompany) -> None:
    """The mean true curve of the population lies within four standard errors of Kaplan-Meier at each horizon."""
    rows, recency, outcome = outcomes(company, 100)
    every = np.ones(len(company.truth.purchase_rate), dtype=int)
    every[rows] = recency
    true = company.truth.survival(recency=every, pause_days=PAUSE_DAYS, last_day=56)[rows].mean(axis=0)
    seen = np.array(fit_kaplan_meier(outcome).curve)[:57]

    np.testing.assert_array_less(np.abs(true - seen), 1e-9 + 4 * np.sqrt(true * (1 - true) / len(rows)))


def test_a_pause_can_first_be_complete_at_the_day_the_recency_says() -> None:
    """Up to day pause + 1 - recency only one path leads to the event: silence."""
    truth = Truth(customer_id=("a", "b"), purchase_rate=np.array([0.1, 0.3]), lapse_rate=np.array([0.01, 0.0]))
    recency = np.array([10, 28])
    curve = truth.survival(recency=recency, pause_days=PAUSE_DAYS, last_day=29)

    np.testing.assert_allclose(curve[0, :19], 1.0, rtol=1e-12)
    np.testing.assert_allclose(1 - curve[0, 19], truth.no_purchase(window_days=19, recency=recency)[0])
    # Without lapsing the days are independent.
    np.testing.assert_allclose(1 - curve[1, 1], 0.7)


def test_an_empty_simulation_is_refused() -> None:
    """No customers or no days make no company."""
    with pytest.raises(TimelineError, match="at least one customer and one day, found 0 and 5"):
        simulate_company(n_customers=0, first_day=FIRST_DAY, n_days=5, seed=1)
