"""A simulated company with subscribers: what its truth says holds in its rows, at a fixed seed and size."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tenure.errors import SpecError, TimelineError
from tenure.simulation import Simulated, Subscriptions, parts, simulate
from tenure.simulation.draws import BLOCK
from tests.unit.simulation.held_against import assert_as_expected, values

TOLD = Subscriptions(customers=5_000, first_day=date(2023, 1, 1), days=200, seed=11, logins_a_day=0.05)
SMALL = replace(TOLD, customers=150, days=70)


@pytest.fixture(scope="module")
def company() -> Simulated:
    """Five thousand subscribers over 200 days."""
    return simulate(TOLD)


def of_each(company: Simulated, *names: str) -> list[np.ndarray]:
    """Columns of the subscribers as they stand at the end, one row for each account, in the truth's order."""
    snapshot = company.snapshot(date(2023, 7, 19))
    assert snapshot["customer_id"].equals(company.truth["customer_id"])
    return [values(snapshot, name) for name in names]


def test_as_many_leave_in_a_month_as_their_hazards_say(company: Simulated) -> None:
    """In all, in each month, and in each fifth of the customers by their hazard; the hazards do differ."""
    months = company.truth_of_months
    p, left = values(months, "p_leaves"), values(months, "left")
    fifth = np.digitize(p, np.quantile(p, [0.2, 0.4, 0.6, 0.8]))

    assert_as_expected(left, p)
    for month in np.unique(values(months, "month")):
        assert_as_expected(left[values(months, "month") == month], p[values(months, "month") == month], what=str(month))
    for i in range(5):
        assert_as_expected(left[fifth == i], p[fifth == i], what=f"fifth {i}")
    assert p[fifth == 4].mean() > 5 * p[fifth == 0].mean()


def test_each_reason_is_given_as_often_as_its_hazard_says(company: Simulated) -> None:
    """The reasons' hazards add up to the whole."""
    months = company.truth_of_months
    reason = dict(zip(company.truth["customer_id"].to_pylist(), company.truth["reason"].to_pylist(), strict=True))
    left = zip(months["customer_id"].to_pylist(), months["left"].to_pylist(), strict=True)
    given = np.array([reason[customer] if has_left else "" for customer, has_left in left])
    by_reason = {name.removeprefix("p_leaves_for_"): values(months, name) for name in months.column_names if "_for_" in name}

    assert sorted(by_reason) == ["moved", "price", "service"]
    np.testing.assert_allclose(sum(by_reason.values()), values(months, "p_leaves"))
    for name, p in by_reason.items():
        assert_as_expected(given == name, p, what=name)


def test_the_rows_say_who_left_when_and_why(company: Simulated) -> None:
    """The changes, the snapshot and the truth agree; nobody does anything before they came or once they left."""
    changes = company.events["subscriptions"].filter(pc.equal(company.events["subscriptions"]["status"], "left"))
    told = {row["customer_id"]: (row["changed_at"].date(), row["reason"]) for row in changes.to_pylist()}
    true = {r["customer_id"]: (r["left_on"], r["reason"]) for r in company.truth.to_pylist() if r["left_on"] is not None}
    there = {r["customer_id"]: (r["came_on"], r["left_on"] or date.max) for r in company.truth.to_pylist()}
    ended, reason, status = of_each(company, "ended_on", "reason", "status")

    assert told == true
    assert len(told) == changes.num_rows
    assert Counter(status)["left"] == len(told) == (reason != None).sum() == (~np.isnat(ended)).sum()  # noqa: E711
    for name in ("logins", "tickets", "payments"):
        rows = company.events[name]
        for i, at in zip(rows["customer_id"].to_pylist(), rows[Subscriptions.times[name]].to_pylist(), strict=True):
            came, left = there[i]
            assert came <= at.date() < left


def test_customers_log_in_as_often_as_expected_and_few_very_often(company: Simulated) -> None:
    """Whoever was there for a whole month does so within four standard errors; a tenth makes nearly half of all logins."""
    logins, months = company.events["logins"], company.truth_of_months
    of_march = pc.and_(pc.equal(months["month"], date(2023, 3, 1)), pc.invert(months["left"]))
    whole = months.filter(pc.and_(of_march, pc.equal(months["days_at_risk"], 31)))
    expected = dict(zip(whole["customer_id"].to_pylist(), 31 * values(whole, "logins_a_day"), strict=True))
    is_march = pc.equal(pc.month(logins["logged_in_at"]), 3)
    made = Counter(i for i in logins.filter(is_march)["customer_id"].to_pylist() if i in expected)
    by_customer = np.sort(list(Counter(logins["customer_id"].to_pylist()).values()))[::-1]

    assert abs(made.total() - sum(expected.values())) < 4 * np.sqrt(sum(expected.values()))
    assert 0.4 < by_customer[: len(by_customer) // 10].sum() / by_customer.sum() < 0.7


def test_weeks_and_years_have_seasons(company: Simulated) -> None:
    """More log in on a day at the end of the week, and in January than in June."""
    at = company.events["logins"]["logged_in_at"]
    by_week_day = Counter(pc.day_of_week(at).to_pylist())
    week_end, other = (by_week_day[5] + by_week_day[6]) / 2, sum(by_week_day[i] for i in range(5)) / 5
    months = company.truth_of_months
    by_month = {day: months.filter(pc.equal(months["month"], day)) for day in (date(2023, 1, 1), date(2023, 6, 1))}
    winter, summer = (values(rows, "logins_a_day").mean() for rows in by_month.values())

    assert week_end / other == pytest.approx(TOLD.week_end_ratio, rel=0.1)
    assert winter > 1.2 * summer


def test_amounts_have_a_heavy_tail(company: Simulated) -> None:
    """The largest payment is many times the usual one."""
    amount = values(company.events["payments"], "amount")

    assert amount.max() > 15 * np.median(amount)


def test_a_contact_has_the_effect_that_the_truth_says() -> None:
    """Held out and treated customers leave as often as the one and the other probability say, and the treated less."""
    told = replace(TOLD, days=95, campaign_on=date(2023, 2, 1), monthly_leaving=0.15, persuadable=0.7, persuaded_ratio=0.2)
    company = simulate(told)
    truth, last = company.truth, told.calendar.day(told.campaign_works[1] - 1)
    arm, happened = values(truth, "arm"), values(truth, "left_on") <= np.datetime64(last)
    if_contacted, if_not = values(truth, "p_leaves_if_contacted"), values(truth, "p_leaves_if_not")
    treated, held_out = arm == "treated", arm == "held out"
    contacts = company.events["contacts"]

    assert_as_expected(happened[treated], if_contacted[treated])
    assert_as_expected(happened[held_out], if_not[held_out])
    # Neither arm left as the other would have: the effect is there to be found.
    with pytest.raises(AssertionError):
        assert_as_expected(happened[treated], if_not[treated])
    assert Counter(contacts["arm"].to_pylist()) == {"treated": treated.sum(), "held out": held_out.sum()}
    assert abs(treated.sum() - held_out.sum()) < 4 * np.sqrt(len(contacts))
    np.testing.assert_allclose(values(truth, "uplift"), if_not - if_contacted)


def test_the_youngest_leave_more_often_and_genders_alike(company: Simulated) -> None:
    """The stated effect is in what happened: without it, too many of the youngest left; a gender makes no difference."""
    age, gender = of_each(company, "age_band", "gender")
    months = company.truth_of_months
    place = {i: k for k, i in enumerate(company.truth["customer_id"].to_pylist())}
    who = np.array([place[i] for i in months["customer_id"].to_pylist()])
    p, left, is_young = values(months, "p_leaves"), values(months, "left"), age[who] == "18-29"

    assert_as_expected(left[is_young], p[is_young])
    with pytest.raises(AssertionError):
        assert_as_expected(left[is_young], p[is_young] / TOLD.youngest_ratio)
    rates = [left[gender[who] == name].mean() for name in ("female", "male")]
    assert abs(rates[0] - rates[1]) < 4 * np.sqrt(2 * left.mean() / (len(left) / 2))
    assert p[is_young].mean() / p[~is_young].mean() == pytest.approx(TOLD.youngest_ratio, rel=0.1)


def test_drift_changes_nothing_before_its_day() -> None:
    """Rows until the day are those of a company without it; from the day on there are fewer logins, and more leave."""
    steady = replace(SMALL, customers=2_000, days=120)
    drifted = replace(steady, drift_on=date(2023, 3, 10))
    one, other = simulate(steady), simulate(drifted)
    day = datetime(2023, 3, 10)  # noqa: DTZ001

    for name, column in Subscriptions.times.items():
        before = [each.events[name].filter(pc.less(each.events[name][column], day)) for each in (one, other)]
        assert before[0].num_rows > 0 or name == "contacts"
        assert before[0].equals(before[1])
    april = [each.truth_of_months.filter(pc.equal(each.truth_of_months["month"], date(2023, 4, 1))) for each in (one, other)]
    ids = set(april[0]["customer_id"].to_pylist()) & set(april[1]["customer_id"].to_pylist())
    p = [np.mean([row["p_leaves"] for row in each.to_pylist() if row["customer_id"] in ids]) for each in april]
    assert p[1] / p[0] == pytest.approx(drifted.drift_hazard_ratio, rel=0.05)
    at = [each.events["logins"]["logged_in_at"] for each in (one, other)]
    logins = [pc.sum(pc.equal(pc.month(times), 4)).as_py() for times in at]
    assert logins[1] < 0.75 * logins[0]


def test_a_person_behind_several_accounts_is_one_person(company: Simulated) -> None:
    """They have one age and gender, and most of their accounts one address; no two persons share one."""
    person, address, age = values(company.truth, "person_id"), *of_each(company, "email_hash", "age_band")
    of_person = Counter(person)
    several = {name for name, n in of_person.items() if n > 1}
    first = {name: i for i, name in reversed(list(enumerate(person)))}
    further = np.array([i for i, name in enumerate(person) if name in several and first[name] != i])
    its_first = np.array([first[person[i]] for i in further])

    assert len(further) / len(person) == pytest.approx(TOLD.several_accounts, abs=0.015)
    assert (age[further] == age[its_first]).all()
    assert 0.6 < (address[further] == address[its_first]).mean() < 0.95
    assert all(len(set(person[address == each])) == 1 for each in {address[i] for i in further})


def test_only_who_agrees_is_in_the_campaign(company: Simulated) -> None:
    """Their last word before its day was yes."""
    before = company.events["consents"].filter(pc.less(company.events["consents"]["changed_at"], datetime(2023, 5, 1)))  # noqa: DTZ001
    said = dict(zip(before["customer_id"].to_pylist(), before["given"].to_pylist(), strict=True))

    assert company.events["contacts"]["contacted_at"][0].as_py() == datetime(2023, 5, 1, 9)  # noqa: DTZ001
    assert {said[i] for i in company.events["contacts"]["customer_id"].to_pylist()} == {"yes"}
    assert {"yes", "no"} == set(said.values())


def test_a_seed_gives_one_company_however_many_customers_are_made_at_once() -> None:
    """The rows of two blocks together are those of each; another seed gives others."""
    two_blocks = replace(SMALL, customers=BLOCK + 50, days=40)
    together, apart = (list(parts(two_blocks, at_once=n)) for n in (2 * BLOCK, 1))
    again, other = simulate(SMALL), simulate(replace(SMALL, seed=12))

    assert (len(together), len(apart)) == (2, 4)
    # No part holds more customers than are made at once, whatever the company's size: that bounds the memory.
    assert [part.truth.num_rows for part in apart] == [BLOCK, 50, BLOCK, 50]
    for name, column in Subscriptions.times.items():
        one, halves = (pa.concat_tables([p.events[name] for p in each]).sort_by(
            [(column, "ascending"), ("customer_id", "ascending")]) for each in (together, apart))  # fmt: skip
        assert one.equals(halves)
        assert simulate(SMALL).events[name].equals(again.events[name])
    assert not again.events["logins"].equals(other.events["logins"])


def test_more_customers_change_nothing_of_those_who_were_there() -> None:
    """Whether and when a customer leaves is drawn apart from the others."""
    few, many = simulate(SMALL), simulate(replace(SMALL, customers=200))

    assert many.truth.slice(0, SMALL.customers).equals(few.truth)


def test_the_rows_of_a_day_are_those_of_its_time() -> None:
    """Days put together are the whole; a snapshot of a day knows nothing later."""
    company = simulate(SMALL)
    days = [company.of_day("logins", company.company.calendar.day(i)) for i in range(SMALL.days)]
    snapshot = company.snapshot(date(2023, 1, 31))

    assert pa.concat_tables(days).equals(company.events["logins"])
    assert max(snapshot["started_on"].to_pylist()) <= date(2023, 1, 31)
    assert max(day for day in snapshot["ended_on"].to_pylist() if day is not None) <= date(2023, 1, 31)


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ({"customers": 0}, TimelineError, "at least one customer and one day, found 0 customers and 70 days"),
        ({"drift_on": date(2024, 1, 1)}, TimelineError, "drift_on is 2024-01-01, outside of the history from 2023-01-01 to "),
        ({"treated": 1.5}, SpecError, "treated is 1.5; expected a share from 0 to 1"),
        ({"youngest_ratio": 0.0}, SpecError, "youngest_ratio is 0.0; expected more than 0"),
        ({"monthly_leaving": 1.0}, SpecError, "monthly_leaving is 1.0"),
        ({"seed": -1}, SpecError, "seed is -1"),
    ],
)  # fmt: skip
def test_what_makes_no_company_is_refused(told: dict[str, object], error: type[Exception], words: str) -> None:
    """With the name of what is wrong and what is expected."""
    with pytest.raises(error, match=words):
        replace(SMALL, **told)
