"""How often things come, and the windows and days that are proposed for it."""

import calendar
from datetime import date, timedelta

import pytest

from tenure.proposing.deliveries import Delivery
from tenure.proposing.looking import see
from tenure.proposing.rhythm import rhythm_of, tables_of
from tenure.proposing.roles import Roles

NO_ROWS = see([(b"customer_id,plan\na,x\nb,y\n", "csv")])
MONTHS = [(2023 + i // 12, i % 12 + 1) for i in range(30)]


def last_working_day(year: int, month: int) -> date:
    """The last day of a month that is no Saturday or Sunday."""
    end = date(year, month, calendar.monthrange(year, month)[1])
    return end - timedelta(days=max(0, end.weekday() - 4))


@pytest.mark.parametrize(
    "days",
    [
        [date(y, m, calendar.monthrange(y, m)[1]) for y, m in MONTHS],
        [last_working_day(y, m) for y, m in MONTHS],
        [date(y, m, 1) for y, m in MONTHS],
        [date(y, m, 1 + m % 3) for y, m in MONTHS],
        [date(y, m, 15) for y, m in MONTHS],
        [date(y, m, 28) for y, m in MONTHS],
    ],
)
def test_a_window_of_tables_that_come_monthly_holds_one_wherever_a_model_stands(days):
    """Else the share of customers of whom something is told would follow the calendar, and no probability could hold."""
    tables = tables_of(NO_ROWS, Roles(customer="customer_id"), Delivery(pattern="/x/{day}.csv", days=tuple(days)))

    assert tables.window_days == 31
    assert tables.day_of_month is not None
    stands = [date(y, m, tables.day_of_month) for y, m in MONTHS[1:-2]]
    assert {sum(day <= each < day + timedelta(days=31) for each in days) for day in stands} == {1}


@pytest.mark.parametrize(("every", "window"), [(1, 30), (7, 28), (10, 30), (14, 28)])
def test_a_window_of_tables_that_come_oftener_is_a_multiple_of_their_days(every, window):
    """So that it holds the same number wherever it begins."""
    days = tuple(date(2023, 1, 2) + timedelta(days=every * i) for i in range(60))
    tables = tables_of(NO_ROWS, Roles(customer="customer_id"), Delivery(pattern="/x/{day}.csv", days=days))

    assert (tables.window_days, tables.day_of_month) == (window, None)


def test_whom_to_score_follows_from_when_those_who_come_again_had_been_there():
    """A shop where people come again after months is no shop of a quarter; returns and guests are no purchases."""
    lines, last = ["who,bought_on,paid"], date(2024, 1, 15)
    for i in range(300):
        first, gap = date(2023, 1, 1) + timedelta(days=i % 40), 40 if i % 2 else 150
        days = (first + timedelta(days=gap * n) for n in range(10))
        lines += [f"k{i:03d},{day},5" for day in days if day <= last]
        lines += [f",{first},5", f"k{i:03d},{last},-5"]
    table = see([("\n".join(lines).encode(), "csv")])
    roles = Roles(customer="who", time="bought_on", amount="paid", returns="(paid) < 0")

    rhythm = rhythm_of(table, roles, last_day=last, n_days=380)

    assert (rhythm.usual_days, rhythm.window_days, rhythm.before_days) == (40, 56, 182)
    assert 0.8 <= rhythm.held <= 1


def test_a_shop_of_which_some_days_alone_were_read_has_the_usual_windows():
    """Whoever came on a day that was not read seems to have stayed away: a shop of 28 days looked like one of 54."""
    first = date(2023, 1, 1)
    lines = [f"k{n},{first + timedelta(days=30 * i + n)},5" for i in range(10) for n in range(10)]
    roles = Roles(customer="who", time="bought_on", amount="paid")
    whole, third = (see([("\n".join(["who,bought_on,paid", *some]).encode(), "csv")]) for some in (lines, lines[::3]))

    found = [rhythm_of(t, roles, last_day=date(2023, 10, 28), n_days=301, n_delivered=100) for t in (whole, third)]

    assert [(each.usual_days, each.window_days, each.before_days) for each in found] == [(30, 56, 91), (None, 28, 91)]
