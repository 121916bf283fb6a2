"""A simulated shop: what its truth says holds in its rows, at a fixed seed and size."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tenure.simulation import Retail, Simulated, parts, simulate
from tenure.simulation.draws import BLOCK
from tests.unit.simulation.held_against import assert_as_expected, assert_counted, values

TOLD = Retail(customers=2_000, first_day=date(2023, 1, 1), days=150, seed=11, purchases_a_day=0.05)
SMALL = replace(TOLD, customers=150, days=70)


@pytest.fixture(scope="module")
def shop() -> Simulated:
    """Two thousand shoppers over 150 days."""
    return simulate(TOLD)


def purchases(shop: Simulated) -> pa.Table:
    """One row for each purchase with a card: whose, and when."""
    lines = shop.events["transactions"]
    bought = lines.filter(pc.and_(pc.greater(lines["quantity"], 0), pc.is_valid(lines["customer_id"])))
    return bought.group_by(["order_id", "customer_id", "purchased_at"]).aggregate([])


def test_as_many_come_no_more_as_their_hazards_say(shop: Simulated) -> None:
    """In all, and in each half of the customers by their hazard; nobody buys after, and no table tells."""
    months = shop.truth_of_months
    p, left = values(months, "p_leaves"), values(months, "left")
    left_on = {r["customer_id"]: r["left_on"] or date.max for r in shop.truth.to_pylist()}
    bought = purchases(shop)

    for half in (p >= np.median(p), p < np.median(p)):
        assert_as_expected(left[half], p[half])
    assert all(r["purchased_at"].date() < left_on[r["customer_id"]] for r in bought.to_pylist())
    assert not {"status", "left_on", "reason"} & {*shop.snapshot(date(2023, 5, 30)).column_names, *shop.events}


def test_customers_buy_as_often_as_expected_and_few_very_often(shop: Simulated) -> None:
    """Whoever came in all of March does so, but for purchases without a card; a tenth makes a third of all."""
    months = shop.truth_of_months
    whole = months.filter(
        pc.and_(
            pc.and_(pc.equal(months["month"], date(2023, 3, 1)), pc.invert(months["left"])), pc.equal(months["days_at_risk"], 31)
        )
    )
    bought = purchases(shop)
    of_march = bought.filter(pc.equal(pc.month(bought["purchased_at"]), 3))
    made = of_march.filter(pc.is_in(of_march["customer_id"], value_set=whole["customer_id"].combine_chunks()))
    by_customer = np.sort(list(Counter(bought["customer_id"].to_pylist()).values()))[::-1]

    assert_counted(made.num_rows, 31 * values(whole, "purchases_a_day").sum() * (1 - TOLD.without_card))
    assert by_customer[: len(by_customer) // 10].sum() / by_customer.sum() > 0.3


def test_amounts_have_a_heavy_tail(shop: Simulated) -> None:
    """The largest purchase is many times the usual one, and the most frequent product many times as frequent as most."""
    lines = shop.events["transactions"]
    amounts = pa.table({"order_id": lines["order_id"], "amount": pc.multiply(lines["quantity"], lines["unit_price"])})
    by_order = values(amounts.group_by("order_id").aggregate([("amount", "sum")]), "amount_sum")
    by_product = np.array(list(Counter(lines["product_id"].to_pylist()).values()))

    assert by_order.max() > 15 * np.median(by_order)
    assert by_product.max() > 10 * np.median(by_product)


def test_what_is_brought_back_was_bought_before(shop: Simulated) -> None:
    """A returned line names a purchase's product, quantity and price, some days later; they are as many as stated."""
    bought, back = {}, []
    for row in shop.events["transactions"].to_pylist():
        key = (row["order_id"][1:], row["product_id"], abs(row["quantity"]), row["unit_price"], row["customer_id"])
        if row["quantity"] < 0:
            assert row["order_id"].startswith("R")
            back.append((key, row["purchased_at"]))
        else:
            bought[key] = row["purchased_at"]

    assert all(timedelta(days=1) <= at - bought[key] <= timedelta(days=20) for key, at in back)
    assert len(back) / len(bought) == pytest.approx(TOLD.returned, rel=0.3)


def test_a_contact_has_the_effect_that_the_truth_says() -> None:
    """Held out and treated customers buy as often as the one and the other expectation say, and the treated more."""
    told = replace(TOLD, days=95, campaign_on=date(2023, 2, 1), persuadable=0.7, persuaded_ratio=2.5, without_card=0.0)
    shop = simulate(told)
    first, last = (datetime.combine(told.calendar.day(number), datetime.min.time()) for number in told.campaign_works)
    bought = purchases(shop)
    made = Counter(bought.filter(pc.and_(pc.greater_equal(bought["purchased_at"], first), pc.less(bought["purchased_at"], last)))
                   ["customer_id"].to_pylist())  # fmt: skip
    truth = shop.truth
    n = np.array([made[i] for i in truth["customer_id"].to_pylist()])
    arms = {arm: np.flatnonzero(values(truth, "arm") == arm) for arm in ("treated", "held out")}
    spread = {arm: 5 * np.sqrt((n[who] ** 2).sum()) for arm, who in arms.items()}
    expected = {name: values(truth, name) for name in ("purchases_if_contacted", "purchases_if_not")}

    assert abs((n - expected["purchases_if_contacted"])[arms["treated"]].sum()) < spread["treated"]
    assert abs((n - expected["purchases_if_not"])[arms["held out"]].sum()) < spread["held out"]
    assert abs((n - expected["purchases_if_not"])[arms["treated"]].sum()) > spread["treated"]
    assert np.nansum(values(truth, "uplift")) > 0


def test_drift_changes_nothing_before_its_day() -> None:
    """Rows until the day are those of a shop without it; from the day on there are fewer purchases."""
    drifted = simulate(replace(SMALL, drift_on=date(2023, 2, 10)))
    one, other = simulate(SMALL).events["transactions"], drifted.events["transactions"]
    is_before = [pc.less(each["purchased_at"], datetime(2023, 2, 10)) for each in (one, other)]  # noqa: DTZ001

    assert one.filter(is_before[0]).equals(other.filter(is_before[1]))
    assert pc.sum(pc.invert(is_before[1])).as_py() < 0.8 * pc.sum(pc.invert(is_before[0])).as_py()


def test_a_seed_gives_one_shop_however_many_customers_are_made_at_once() -> None:
    """The rows of two blocks together are those of each."""
    two_blocks = replace(SMALL, customers=BLOCK + 50, days=40)
    together, apart = (list(parts(two_blocks, at_once=n)) for n in (2 * BLOCK, 1))
    order = [(name, "ascending") for name in ("purchased_at", "order_id", "product_id", "quantity", "unit_price", "customer_id")]
    one, halves = (pa.concat_tables([p.events["transactions"] for p in each]).sort_by(order) for each in (together, apart))

    assert (len(together), len(apart)) == (2, 4)
    assert one.equals(halves)
