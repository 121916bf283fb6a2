"""Times become UTC at the door: from the clocks of the source's zone, or from the offset that they carry."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenure.contracts import Available, Files, Source, Text
from tenure.received.batch import read
from tests.unit.expectations.verdicts import MakeRows, MakeSource, Validate, only
from tests.unit.received.test_reading import cells_of

CALLS = Source(
    name="calls",
    grain="one call",
    key=("call_id",),
    reader=Files(pattern="/calls/{day}.csv"),
    columns="""
        call_id    text  pseudonym  call
        called_at  time  behaviour  when
    """,  # type: ignore[arg-type]
    zone="Europe/Paris",
)


def utc(*parts: int) -> datetime:
    """A moment in UTC, without its zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2020-01-15 10:00", utc(2020, 1, 15, 9)),
        ("2020-07-15 10:00", utc(2020, 7, 15, 8)),
        ("2020-07-15T10:00:00Z", utc(2020, 7, 15, 10)),
        ("2020-07-15 10:00:00+05:30", utc(2020, 7, 15, 4, 30)),
        ("2020-07-15 10:00:00 +0530", utc(2020, 7, 15, 4, 30)),
        ("2020-07-15T10:00Z", utc(2020, 7, 15, 10)),
        ("2020-07-15T10:00:00,25Z", utc(2020, 7, 15, 10, 0, 0, 250_000)),
        ("2020-07-15 10:00:00 UTC", utc(2020, 7, 15, 10)),
        ("2020-10-25 02:30", utc(2020, 10, 25, 1, 30)),  # shown twice: the second is meant
        ("2020-10-25 02:30:00+02:00", utc(2020, 10, 25, 0, 30)),
        ("2020-03-29 02:30", utc(2020, 3, 29, 1, 30)),  # skipped: the hour after
        ("20200715T100000Z", utc(2020, 7, 15, 10)),
        ("Wed, 15 Jul 2020 12:00:00 +0200", utc(2020, 7, 15, 10)),
        ("15-Jul-20 10:00", utc(2020, 7, 15, 8)),
        ("2020-07-15 10:00 CET", None),
        ("2020-07-15 10:00 EST", None),
    ],
)
def test_text_is_on_the_clocks_of_its_source_unless_it_says_otherwise(written: str, moment: datetime | None) -> None:
    """Abbreviations are read by nobody."""
    rows = cells_of(read(f'call_id,called_at\n1,"{written}"\n'.encode(), "csv", CALLS), CALLS)

    assert rows == [("1", moment)]


@pytest.mark.parametrize(
    ("times", "written"), [("%d/%m/%Y %H:%M", "01/02/2020 10:00"), ("%d/%m/%Y %H:%M %z", "01/02/2020 12:00 +0300")]
)
def test_declared_formats_are_on_the_same_clocks(times: str, written: str) -> None:
    """Unless the format holds an offset."""
    source = replace(CALLS, text=Text(times=times))

    rows = cells_of(read(f"call_id,called_at\n1,{written}\n".encode(), "csv", source), source)

    assert rows == [("1", utc(2020, 2, 1, 9))]


def test_of_days_only_those_that_say_their_zone_are_moved_to_the_companys_clocks() -> None:
    """One column may hold both: half past eleven is the same day on the clocks that showed it."""
    columns = tuple(replace(each, dtype=date) if each.name == "called_at" else each for each in CALLS.columns)
    source = replace(
        CALLS, columns=columns, clocks="Europe/Berlin", zone="Europe/Berlin", event_time=None, available=Available.FROM_FIRST_DAY
    )
    content = "call_id,called_at\n1,01/Jul/2020:23:30:00\n2,01/Jul/2020:23:30:00 +0200\n3,01/Jul/2020:23:30:00 +0000\n"

    rows = cells_of(read(content.encode(), "csv", source), source)

    assert [day for _, day in rows] == [date(2020, 7, 1), date(2020, 7, 1), date(2020, 7, 2)]


@pytest.mark.parametrize(
    ("called_at", "moment"),
    [
        (pa.array([utc(2020, 7, 15, 10)], pa.timestamp("us")), utc(2020, 7, 15, 8)),
        (pa.array([datetime(2020, 7, 15, 10, tzinfo=UTC)], pa.timestamp("us", tz="America/New_York")), utc(2020, 7, 15, 10)),
    ],
)
def test_parquet_with_a_zone_keeps_its_moment(called_at: pa.Array, moment: datetime) -> None:
    """Without one its times are on the source's clocks."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"call_id": ["1"], "called_at": called_at}), buffer)

    assert cells_of(read(buffer.getvalue(), "parquet", CALLS), CALLS) == [("1", moment)]


def test_a_file_cut_at_midnight_on_its_own_clocks_keeps_its_first_hours(
    deliver: Callable[..., Path], validated: Validate, rows: MakeRows, visits: MakeSource
) -> None:
    """In UTC they are of the day before."""
    some = rows()
    some["visited_at"] = [utc(2020, 3, 4, i % 24, 30) for i in range(20)]

    found = validated(some, source=visits(zone="Europe/Paris"))

    assert (only(found).n_kept, only(found).n_quarantined) == (20, 0)
    assert found.kept["visited_at"].to_pylist()[0] == utc(2020, 3, 3, 23, 30)
    assert max(found.kept["available_at"].to_pylist()).date() == date(2020, 3, 4)
