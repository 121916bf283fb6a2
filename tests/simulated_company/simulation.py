"""A simulated company whose truth is known, so that what the project estimates can be compared with what is so.

Each customer buys on a day with a probability of their own, and on each day may lapse for good with a known probability, after
which they never buy again. Days are independent given these two figures. Tables have the columns that a grocer's sources have.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import TimelineError
from tenure.estimators.outcome import Bools, Floats, Ints

if TYPE_CHECKING:
    import pyarrow as pa

DEPARTMENTS = ("GROCERY", "PRODUCE", "MEAT", "DAIRY", "DRUG", "FUEL")
HOUSEHOLD_ATTRIBUTES = {
    "age": ("19-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "income": ("Under 15K", "35-49K", "50-74K", "150-174K"),
    "home_ownership": ("Homeowner", "Renter"),
    "marital_status": ("Married", "Unmarried"),
    "household_size": ("1", "2", "3"),
    "household_composition": ("1 Adult No Kids", "2 Adults No Kids", "2 Adults Kids"),
    "kids_count": ("0", "1", "2"),
}
N_PRODUCTS = 200
MAX_LINES = 6
SECONDS_PER_DAY = 86_400
DEMOGRAPHICS_RATE = 0.4
REDEMPTION_RATE = 0.15


@dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """What the simulation drew the purchases from.

    Parameters
    ----------
    purchase_rate: (n_customers,), probability of buying on a day, while active.
    lapse_rate: (n_customers,), probability that a day is the first of the silence; decided before the day's purchase.
    """

    customer_id: tuple[str, ...]
    purchase_rate: Floats
    lapse_rate: Floats

    def no_purchase(self, *, window_days: int, recency: Ints) -> Floats:
        """P(no purchase in the next `window_days` days) given that the last one was `recency` days ago, (n_customers,).

        Whether a silent customer has lapsed is not seen, so with N(m) = P(no purchase in m days | bought just before) the
        answer is N(recency - 1 + window) / N(recency - 1).
        """
        before = np.asarray(recency) - 1
        return np.asarray(self._silence(before + window_days) / self._silence(before))

    def survival(self, *, recency: Ints, pause_days: int, last_day: int) -> Floats:
        """P(no pause of `pause_days` complete by the end of day t), (n_customers, last_day + 1), t = 0 first.

        The recency of each customer is followed day by day: a purchase sets it back to one, silence raises it, and beyond
        `pause_days` the pause is complete. Given the recency, the past before the last purchase says nothing more.
        """
        rows = np.arange(len(self.purchase_rate))
        state = np.zeros((len(rows), pause_days + 1))
        state[rows, np.asarray(recency)] = 1.0
        silent = np.column_stack([self.no_purchase(window_days=1, recency=np.maximum(r, 1)) for r in range(pause_days + 1)])
        curve = np.ones((len(rows), last_day + 1))
        for day in range(1, last_day + 1):
            quiet = state * silent
            bought = (state - quiet).sum(axis=1)
            state = np.column_stack([np.zeros(len(rows)), bought, quiet[:, 1:-1]])
            curve[:, day] = state.sum(axis=1)
        return curve

    def _silence(self, days: Ints) -> Floats:
        """P(no purchase in so many days | bought just before): quiet throughout, or lapsed on one of the days."""
        quiet = (1 - self.lapse_rate) * (1 - self.purchase_rate)
        still = quiet**days
        return np.asarray(still + self.lapse_rate * (1 - still) / (1 - quiet))


@dataclass(frozen=True, eq=False, kw_only=True)
class SimulatedCompany:
    """The truth, what became of it, and the tables that the company would deliver.

    Parameters
    ----------
    bought: (n_customers, n_days), whether each customer bought on each day from `first_day` on.
    active_days: (n_customers,), days until the customer lapsed, or `n_days` for one who did not.
    """

    first_day: date
    truth: Truth
    bought: Bools
    active_days: Ints
    transactions: "pa.Table"
    products: "pa.Table"
    households: "pa.Table"
    campaigns: "pa.Table"
    coupon_redemptions: "pa.Table"

    @property
    def n_days(self) -> int:
        """Days simulated."""
        return int(self.bought.shape[1])

    def recency(self, as_of: date) -> Ints:
        """Days from each customer's last purchase before `as_of` to `as_of`, (n_customers,); zero for one who never bought."""
        day = (as_of - self.first_day).days
        before = self.bought[:, :day]
        return np.where(before.any(axis=1), 1 + before[:, ::-1].argmax(axis=1), 0)


def simulate_company(*, n_customers: int = 500, first_day: date, n_days: int, seed: int) -> SimulatedCompany:
    """Simulate a company; the same arguments give the same tables.

    Purchase rates are drawn from a beta distribution with mean 0.25; three customers in ten have a lapse rate of one in a
    hundred days, the others one in a thousand.

    Raises
    ------
    TimelineError: for less than one customer or day.
    """
    if n_customers < 1 or n_days < 1:
        raise TimelineError(f"A simulation needs at least one customer and one day, found {n_customers} and {n_days}.")
    rng = np.random.default_rng(seed)
    truth = Truth(
        customer_id=tuple(str(i + 1) for i in range(n_customers)),
        purchase_rate=np.clip(rng.beta(1.5, 4.5, n_customers), 0.01, 0.95),
        lapse_rate=np.where(rng.random(n_customers) < 0.3, 0.01, 0.001),
    )
    active_days = np.minimum(rng.geometric(truth.lapse_rate) - 1, n_days)
    active = np.arange(n_days) < active_days[:, None]
    bought = active & (rng.random((n_customers, n_days)) < truth.purchase_rate[:, None])
    products = _products(rng)
    campaigns, redemptions = _campaigns(rng, truth, bought, first_day)
    return SimulatedCompany(
        first_day=first_day,
        truth=truth,
        bought=bought,
        active_days=active_days,
        transactions=_transactions(rng, truth, bought, first_day, products),
        products=products,
        households=_households(rng, truth),
        campaigns=campaigns,
        coupon_redemptions=redemptions,
    )


def _transactions(rng: np.random.Generator, truth: Truth, bought: Bools, first_day: date, products: "pa.Table") -> "pa.Table":
    """One basket per customer and day of purchase, one to six lines each, every product at most once."""
    import pyarrow as pa

    day, customer = np.nonzero(bought.T)
    n_lines = rng.integers(1, MAX_LINES + 1, len(day))
    basket = np.repeat(np.arange(len(day)), n_lines)
    # Steps below N_PRODUCTS / MAX_LINES from a random start keep the lines of a basket apart.
    place = np.arange(len(basket)) - np.repeat(np.cumsum(n_lines) - n_lines, n_lines)
    product = (np.repeat(rng.integers(0, N_PRODUCTS, len(day)), n_lines) + 31 * place) % N_PRODUCTS
    second = np.repeat(rng.integers(0, SECONDS_PER_DAY, len(day)), n_lines)
    quantity = rng.integers(1, 5, len(basket))
    price = np.round(rng.gamma(2.0, 1.5, len(basket)) + 0.5, 2)
    coupon = np.where(rng.random(len(basket)) < 0.05, np.round(0.2 * price, 2), 0.0)
    customers = np.array(truth.customer_id)[np.repeat(customer, n_lines)]
    return pa.table(
        {
            "customer_id": customers,
            "basket_id": [str(i + 1) for i in basket],
            "product_id": np.array(products["product_id"].to_pylist())[product],
            "store_id": [str(i) for i in rng.integers(1, 6, len(day))[basket]],
            "quantity": quantity,
            "spend": np.round(quantity * price, 2),
            "discount": np.where(rng.random(len(basket)) < 0.3, np.round(0.1 * price, 2), 0.0),
            "coupon_discount": coupon,
            "coupon_match_discount": np.where(rng.random(len(basket)) < 0.5, coupon, 0.0),
            "week": 1 + np.repeat(day, n_lines) // 7 % 53,
            "purchased_at": _timestamps(first_day, np.repeat(day, n_lines), second),
        }
    )


def _products(rng: np.random.Generator) -> "pa.Table":
    """The product list."""
    import pyarrow as pa

    department = rng.choice(DEPARTMENTS, N_PRODUCTS)
    return pa.table(
        {
            "product_id": [str(i + 1) for i in range(N_PRODUCTS)],
            "department": department,
            "brand": rng.choice(("National", "Private"), N_PRODUCTS, p=(0.7, 0.3)),
            "category": [f"{name} {number}" for name, number in zip(department, rng.integers(1, 5, N_PRODUCTS), strict=True)],
        }
    )


def _households(rng: np.random.Generator, truth: Truth) -> "pa.Table":
    """Protected attributes, drawn without regard to behaviour, for a part of the customers."""
    import pyarrow as pa

    known = np.array(truth.customer_id)[rng.random(len(truth.customer_id)) < DEMOGRAPHICS_RATE]
    return pa.table(
        {"customer_id": known, **{name: rng.choice(values, len(known)) for name, values in HOUSEHOLD_ATTRIBUTES.items()}}
    )


def _campaigns(rng: np.random.Generator, truth: Truth, bought: Bools, first_day: date) -> tuple["pa.Table", "pa.Table"]:
    """A campaign every eight weeks to a random half of the customers, and coupons redeemed on days of purchase within it."""
    import pyarrow as pa

    n_customers, n_days = bought.shape
    starts = np.arange(7, max(8, n_days), 56)
    campaign, customer = np.nonzero(rng.random((len(starts), n_customers)) < 0.5)
    within = np.arange(n_days) - starts[campaign][:, None]
    redeemed = bought[customer] & (within >= 0) & (within < 28) & (rng.random((len(customer), n_days)) < REDEMPTION_RATE)
    which, day = np.nonzero(redeemed)
    ids, numbers = np.array(truth.customer_id), campaign + 1
    campaigns = pa.table(
        {
            "customer_id": ids[customer],
            "campaign_id": [str(number) for number in numbers],
            "campaign_type": [f"Type {'ABC'[number % 3]}" for number in numbers],
            "starts_at": _timestamps(first_day, starts[campaign], np.zeros(len(campaign), np.int64)),
            "ends_at": _timestamps(first_day, starts[campaign] + 28, np.zeros(len(campaign), np.int64)),
        }
    )
    redemptions = pa.table(
        {
            "customer_id": ids[customer[which]],
            "coupon_id": [str(number) for number in rng.integers(1, 20, len(which))],
            "campaign_id": [str(number) for number in numbers[which]],
            "redeemed_at": _timestamps(first_day, day, np.zeros(len(which), np.int64)),
        }
    )
    return campaigns, redemptions


def _timestamps(first_day: date, day: Ints, second: Ints) -> "pa.Array":
    """UTC instants at so many days and seconds from the start of `first_day`."""
    import pyarrow as pa

    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    since = int((start - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    micros = since + (day.astype(np.int64) * SECONDS_PER_DAY + second) * 1_000_000
    return pa.array(micros, type=pa.timestamp("us", tz="UTC"))
