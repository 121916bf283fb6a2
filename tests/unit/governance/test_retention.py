"""What the scoring service deletes as past its time: signed by it alone, as long as approved, and of no day that is kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from governance.records.log import Kind
from governance.records.retention import EndedDays, HeldDays, Retention, TimeOf, retentions, sign_retention
from governance.rules.retention import check_tables, kept_as_approved
from governance.rules.verify import verify_history
from tenure.errors import RefusedError
from tenure.purposes.declaration import DataKind
from tests import company
from tests.unit.governance.book import Book, opened
from tests.unit.governance.data_book import CHANGED, KNOWN, approved
from tests.unit.governance.sample import ORIGIN, PEOPLE, PROJECT, key

TABLE = f"validated/{CHANGED.name}"


@pytest.fixture
def book() -> Book:
    """A log in which it is approved that a source is kept for thirty days."""
    made = opened()
    approved(made, "anna", "ben", declarations=(CHANGED,))
    return made


def retention(book: Book, **said: object) -> Retention:
    """A deletion of a day that is thirty-one days old, beside one that is held."""
    kept_from = book.now.date() - timedelta(days=30)
    day, held = kept_from - timedelta(days=1), kept_from - timedelta(days=2)
    made = Retention(
        installation=ORIGIN,
        project=PROJECT,
        times=(TimeOf(kind=DataKind.SOURCE, name=CHANGED.name, kept_days=30, kept_from=kept_from),),
        ended=(
            EndedDays(
                table=TABLE, of=0, left=(day,), gone=(day,), held=HeldDays(n_days=1, first=held, last=held, by=("a delivery",))
            ),
        ),
        identity=PEOPLE["scorer"][0],
        issued=book.now,
    )
    return replace(made, **said)


def test_what_ended_is_read_by_table_and_day_with_its_record(book):
    """The first record that says so, also where a later one says it again."""
    for _ in range(2):
        book.add(Kind.RETENTION, sign_retention(retention(book), key("scorer")))
    found = retentions(book.ledger, PROJECT)
    day = book.now.date() - timedelta(days=31)

    assert found.left(TABLE) == found.gone(TABLE) == {day: book.ledger.size - 2}
    assert found.gone_until(day) == {TABLE: 1}
    assert found.gone_until(day - timedelta(days=1)) == {}
    assert retentions(book.ledger, "another").acts == ()


def test_nothing_ends_before_the_time_that_is_approved(book):
    """Neither by another number of days, of what nobody approved, nor early."""
    (kept,) = kept_as_approved(book.ledger, PROJECT).values()
    assert (kept.name, kept.days) == (CHANGED.name, 30)
    (time,) = retention(book).times
    for other, why in (
        (replace(time, kept_days=29), "what reviewers approved keeps it for 30 days"),
        (replace(time, name="payments"), "what reviewers approved keeps it for ever"),
        (replace(time, kept_from=book.now.date()), "still keeps"),
    ):
        with pytest.raises(RefusedError, match=why):
            book.add(Kind.RETENTION, sign_retention(retention(book, times=(other,)), key("scorer")))


@pytest.mark.parametrize(
    ("said", "who", "why"),
    [
        ({}, "anna", "none of the roles|not entitled|may not|scorer"),
        ({"installation": "elsewhere"}, "scorer", "for the installation elsewhere"),
        ({"identity": "service-other"}, "scorer", "Each service signs for itself"),
    ],
)
def test_it_is_signed_by_the_scoring_service_for_this_installation(book, said, who, why):
    """Nobody else may delete under this name."""
    with pytest.raises(RefusedError, match=why):
        book.add(Kind.RETENTION, sign_retention(retention(book, **said), key(who)))


def test_a_date_that_is_not_the_logs_is_refused(book):
    """A service cannot end tomorrow's days today."""
    with pytest.raises(RefusedError, match="Set the clocks right"):
        book.add(Kind.RETENTION, sign_retention(retention(book, issued=book.now - timedelta(hours=2)), key("scorer")))


def test_a_record_spells_each_day_once_and_ends_none_that_it_keeps(book):
    """What could be read two ways is none."""
    made = retention(book)
    (one,) = made.ended
    with pytest.raises(ValueError, match="each once"):
        replace(one, left=(one.left[0], one.left[0]))
    with pytest.raises(ValueError, match="before the first that is kept"):
        replace(made, ended=(replace(one, gone=(made.times[0].kept_from,)),))
    with pytest.raises(ValueError, match="the place of a time"):
        replace(made, ended=(replace(one, of=1),))
    with pytest.raises(ValueError, match="what holds them"):
        HeldDays(n_days=1, first=date(2020, 1, 1), last=date(2020, 1, 1), by=())


OTHERS = (
    "validated/payments",
    "quarantine/payments",
    "raw/payments",
    "verdicts/logins",
    "features",
    "m/scores",
    "test_rows/ab",
    "people",
)


@pytest.mark.parametrize("days", ["left", "gone"])
@pytest.mark.parametrize("table", OTHERS)
def test_no_table_ends_by_the_time_of_another_and_a_forced_record_is_found(book, table, days):
    """The log tells by itself which tables are a source's; no purpose here keeps things as long as its sources."""
    (one,) = retention(book).ended
    wrong = replace(one, table=table, **{"left": (), "gone": (), days: one.left})
    signed = sign_retention(retention(book, ended=(wrong,)), key("scorer"))
    with pytest.raises(RefusedError, match=f"ends days of {table} by the time of the source"):
        book.add(Kind.RETENTION, signed)
    book.force(Kind.RETENTION, signed)
    assert not verify_history(book.ledger).is_sound


def test_a_project_says_which_tables_end_by_which_time(book):
    """Roll-ups by the source that they are made of; features and scores by the purpose of their models."""
    (one,), project = retention(book).ended, KNOWN
    known = kept_as_approved(book.ledger, PROJECT)
    check_tables(project, known, retention(book, ended=tuple(replace(one, table=name) for name in (TABLE, company.DAILY))))
    another = next(history.table for history in project.events if history.source != CHANGED.name)
    for table in (another, "features", f"{project.models[0].name}/scores", "test_rows/ab", "daily/nothing"):
        with pytest.raises(RefusedError, match=f"ends days of {table} by the time"):
            check_tables(project, known, retention(book, ended=(replace(one, table=table),)))
