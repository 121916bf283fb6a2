"""By when a request is to be answered, and in which order they are shown."""

from datetime import date

import pytest

from tenure.people.requests import Asks, Request, Stands, in_order, months_after


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 11, 20), 1, date(2026, 12, 20)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),  # no 31st there: the month's last day
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_period_of_months_ends_on_the_same_date_or_the_last(day, months, due):
    """As the regulation counts it."""
    assert months_after(day, months) == due


def test_a_request_is_overdue_the_day_after_its_month_and_done_late_then():
    """On the last day it is still in time; extended, it has three."""
    asked = Request(asks=Asks.ERASURE, person="a", received=date(2026, 10, 10), number=1)
    last = date(2026, 11, 10)
    longer = Request(asks=Asks.ERASURE, person="a", received=date(2026, 10, 10), number=1, is_extended=True)
    done = [Request(asks=Asks.ERASURE, person="a", received=asked.received, done=day) for day in (last, date(2026, 11, 11))]

    assert [asked.stands(last), asked.stands(date(2026, 11, 11))] == [Stands.OPEN, Stands.OVERDUE]
    assert (longer.due, longer.stands(date(2026, 11, 11))) == (date(2027, 1, 10), Stands.OPEN)
    assert [one.stands(date(2027, 1, 1)) for one in done] == [Stands.DONE, Stands.LATE]


def test_a_withdrawal_counts_at_once_and_what_nobody_noted_has_no_day():
    """Neither is ever overdue."""
    withdrawn = Request(asks=Asks.WITHDRAWAL, person="a", received=date(2020, 1, 1))
    unknown = Request(asks=Asks.ACCESS, person="a", received=None, done=date(2020, 1, 1))

    assert (withdrawn.due, withdrawn.stands(date(2026, 1, 1))) == (None, Stands.OPEN)
    assert (unknown.due, unknown.stands(date(2026, 1, 1))) == (None, Stands.DONE)


def test_what_is_due_first_comes_first_and_what_was_done_last():
    """Open ones by their last day, then done ones, the latest first."""
    today = date(2026, 11, 29)
    late = Request(asks=Asks.ACCESS, person="a", received=date(2026, 9, 1), number=3)
    soon = Request(asks=Asks.ACCESS, person="b", received=date(2026, 11, 20), number=1)
    early, newest = (Request(asks=Asks.ACCESS, person="c", received=None, done=day) for day in (date(2026, 1, 1), today))

    assert in_order([early, soon, newest, late], today) == [late, soon, newest, early]
