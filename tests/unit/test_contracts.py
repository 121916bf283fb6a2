"""What a contract refuses when it is written down, in words, before any run."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tenure.contracts import HELD, USUALLY, Available, Column, Files, Source, Volume, Weekdays
from tenure.errors import SpecError

TICKETS = Source(
    name="tickets",
    title="Tickets",
    grain="one ticket",
    key=("ticket_id",),
    event_time="opened_at",
    available=Available.END_OF_EVENT_DAY,
    owner="team:service",
    reader=Files(pattern="/deliveries/{day}.csv"),
    columns=(
        Column("ticket_id", str, meaning="ticket"),
        Column("opened_at", datetime, meaning="when it was opened"),
        Column("minutes", float, minimum=0, meaning="time until the first reply"),
    ),
)


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: Column("x", list, meaning="x"), "is of type list; expected one of str, int, float, bool, date, datetime"),
        (lambda: Column("x", None, meaning="x"), "is of type None"),
        (lambda: Column("x", float, minimum=2, maximum=1, meaning="x"), "allows 2 to 1; expected a minimum at most the maximum"),
        (lambda: Column("x", float, maximum=1e13, meaning="x"), "neither beyond 1e"),
        (lambda: Column("x", float, maximum=float("nan"), meaning="x"), "allows -1e"),
        (lambda: Column("x", str, minimum=1, meaning="x"), "only numbers have"),
        (lambda: Column("x", int, allowed=("1",), meaning="x"), "only text has"),
        (lambda: Files(pattern="/deliveries/tickets.csv"), r"holds \{day\} and ends in .* found '/deliveries"),
        (lambda: Files(pattern="/deliveries/{day}.xlsx"), "ends in one of .parquet, .csv"),
        (lambda: Volume(minimum=5, maximum=4), "5 to 4 rows fits no batch"),
        (lambda: Weekdays(closed_on=("25-12",)), "is written as 12-25, or as 2020-12-25, found '25-12'"),
        (lambda: Weekdays("mon monday"), "expected weekdays among 'mon tue"),
        (lambda: Weekdays(holidays="Atlantis"), "There is no place 'Atlantis' whose holidays are known"),
        (lambda: Weekdays(holidays="GB-XX"), "There is no place 'GB-XX'"),
        (
            lambda: replace(TICKETS, event_time="ticket_id"),
            "the event time 'ticket_id' is of type str; expected date or datetime",
        ),
        (lambda: replace(TICKETS, key=()), "needs a key"),
        (lambda: replace(TICKETS, columns=(*TICKETS.columns, TICKETS.columns[0])), "each column once"),
        (lambda: replace(TICKETS, late_days=-1), "expected zero late_days or more"),
        (lambda: replace(TICKETS, max_quarantine_share=5), "shares from 0 to 1"),
    ],
)
def test_what_cannot_work_is_refused_where_it_is_declared(declare, words: str) -> None:
    """The name, what was found, and what was expected."""
    with pytest.raises(SpecError, match=words):
        declare()


@pytest.mark.parametrize(
    ("column", "bounds"),
    [
        (Column("x", float, meaning="x"), (-USUALLY, USUALLY)),
        (Column("x", float, minimum=0, meaning="x"), (0.0, USUALLY)),
        (Column("x", float, minimum=2e9, meaning="x"), (2e9, 2e9)),
        (Column("x", float, maximum=HELD, meaning="x"), (-USUALLY, HELD)),
        (Column("x", int, minimum=0, meaning="x"), (0.0, 2.0**63)),
    ],
)
def test_every_number_has_bounds_given_or_derived(column: Column, bounds: tuple[float, float]) -> None:
    """So that a sum of whole cents over all lines of a customer can be held."""
    assert column.bounds == bounds


def test_a_day_may_be_an_event_time() -> None:
    """A date says on which day a row belongs as well as a moment does."""
    columns = (Column("ticket_id", str, meaning="ticket"), Column("opened_at", date, meaning="when it was opened"))

    assert replace(TICKETS, columns=columns).column("opened_at").dtype is date


@pytest.mark.parametrize(
    ("day", "delivers"),
    [
        (date(2020, 12, 23), True),
        (date(2020, 12, 24), False),  # named for this year
        (date(2020, 12, 25), False),  # a holiday
        (date(2020, 12, 26), False),  # a Saturday
        (date(2020, 12, 27), True),
        (date(2020, 12, 28), False),  # Boxing Day fell on a Saturday, and is kept on the Monday
        (date(2021, 12, 24), True),
        (date(2021, 8, 15), False),  # named for each year
    ],
)
def test_a_source_delivers_on_its_weekdays_less_holidays_and_days_named(day: date, delivers: bool) -> None:
    """Of other days a batch may come, and need not."""
    days = Weekdays("mon tue wed thu fri sun", holidays="GB", closed_on=("2020-12-24", "08-15"), otherwise="no file is normal")

    source = replace(TICKETS, volume=Volume(minimum=5), delivered=days)

    assert (source.minimum_on(day) == 5) is delivers
