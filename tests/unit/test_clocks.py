"""Whose day a moment is of: DuckDB's days, Dagster's keys and our own against Python's zones, where clocks are moved or not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenure.clocks import check_zone, day_of, days_over, from_clocks, on_clocks, start_of
from tenure.errors import SpecError
from tenure.history.row_sql import shown_on_clocks

# Where midnight is skipped, shown twice, where clocks move at noon of UTC, by half hours, the other way round, or not at all.
ZONES = (
    "UTC", "Europe/Paris", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns", "Australia/Lord_Howe",
    "Asia/Kolkata", "Pacific/Auckland", "Africa/Cairo", "Pacific/Honolulu",
)  # fmt: skip
PARIS = ((2024, 3, 31, 23), (2024, 10, 27, 25), (2024, 7, 1, 24))
HOURS = 60


@pytest.fixture(scope="module")
def connection():
    """A DuckDB whose session is in UTC, as all of ours."""
    with duckdb.connect(config={"threads": 1}) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


def changes(zone: str, year: int) -> list[datetime]:
    """The hours of a year after which clocks of a zone are otherwise ahead of UTC than before."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(366 * 24)]
    ahead = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if ahead[n] != ahead[n - 1]]


@settings(max_examples=25, deadline=None)
@given(zone=st.sampled_from(ZONES), hours=st.integers(0, 24 * 365 * 25))
@example(zone="America/Havana", hours=165_000)
def test_every_moment_has_one_day_and_it_is_that_of_the_clocks(connection, zone, hours):
    """About an hour, and about each change of its year: the day of DuckDB is that of Python."""
    at = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    around = [at, *changes(zone, at.year)]
    moments = [one + timedelta(minutes=30 * n) for one in around for n in range(-HOURS, HOURS)]
    naive = [one.replace(tzinfo=None) for one in moments]

    day = f"CAST({on_clocks('it', zone)} AS DATE)"
    found = connection.execute(f"SELECT {day} FROM (SELECT unnest($1::TIMESTAMP[]) AS it)", [naive]).fetchall()

    expected = [one.astimezone(ZoneInfo(zone)).date() for one in moments]
    assert [day for (day,) in found] == expected
    assert [day_of(one, zone) for one in moments] == expected


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "America/St_Johns"])
def test_days_are_half_open_and_follow_each_other(zone):
    """A day's first moment is of it and the one before is of the day before, so that the days of a year are a year."""
    days = [date(2018, 1, 1) + timedelta(days=n) for n in range(366)]
    starts = [start_of(day, zone) for day in days]

    assert [day_of(start, zone) for start in starts] == days
    assert [day_of(start - timedelta(microseconds=1), zone) for start in starts[1:]] == days[:-1]


@pytest.mark.parametrize(("year", "month", "day", "hours"), PARIS)
def test_a_day_has_as_many_hours_as_its_clocks_show(year, month, day, hours):
    """Of which none is lost, and none counted twice."""
    one = date(year, month, day)

    assert start_of(one + timedelta(days=1), "Europe/Paris") - start_of(one, "Europe/Paris") == timedelta(hours=hours)


def test_a_morning_is_over_by_the_clocks():
    """Half past five, on a day whose clocks skip an hour too."""
    early, late = datetime(2024, 3, 31, 3, 29, tzinfo=UTC), datetime(2024, 3, 31, 3, 30, tzinfo=UTC)
    morning = timedelta(hours=5, minutes=30)

    assert days_over(early, "Europe/Paris", morning) == date(2024, 3, 30)
    assert days_over(late, "Europe/Paris", morning) == date(2024, 3, 31)


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Africa/Cairo", "America/Havana"])
def test_the_keys_of_dagster_are_all_days(zone):
    """Also where a midnight is skipped."""
    first = date(2018, 1, 1)
    days = dg.DailyPartitionsDefinition(start_date=f"{first}", end_date="2019-01-01", timezone=zone)

    assert days.get_partition_keys() == [f"{first + timedelta(days=n)}" for n in range(365)]


def test_a_day_without_a_time_begins_its_own_day(connection):
    """Midnight on the clocks is of the day that it begins, where there is none too."""
    for zone in ZONES:
        moment = from_clocks("TIMESTAMP '2018-11-04'", zone)
        assert connection.sql(f"SELECT CAST({on_clocks(moment, zone)} AS DATE)").fetchone() == (date(2018, 11, 4),)


def test_sql_over_a_row_reads_what_clocks_show(connection):
    """Weekdays, hours and days are the company's; what is no moment is left as it is, and in UTC so is the text."""
    text, row = "dayofweek(at) = 6 AND hour(At) = 23 AND kind <> 'at'", "SELECT TIMESTAMP '2024-06-02 03:30' AS at, 'x' AS kind"

    assert shown_on_clocks(text, {"at"}, "UTC") == text
    for zone, is_so in (("America/New_York", True), ("Europe/Paris", False)):
        said = shown_on_clocks(text, {"at"}, zone)
        assert connection.sql(f"SELECT {said} FROM ({row})").fetchone() == (is_so,)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Pariss", "Did you mean 'Europe/Paris'"),
        ("EST", "an abbreviation"),
        ("../etc", "does not exist"),
        ("", "not exist"),
    ],
)
def test_a_zone_that_says_no_place_is_refused(zone, words):
    """With the nearest name that there is."""
    with pytest.raises(SpecError, match=words):
        check_zone("Project 'shop'", zone)
