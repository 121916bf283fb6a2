"""Readers: each way in which a company's files come."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from adapters.readers import UndeliveredError, read_batches
from tenure.contracts import Column, Cumulative, Files, Snapshots, Text, Volume
from tenure.errors import SpecError
from tests.door import D1, D2, D3, D4, HISTORY, ORDERS, SUBSCRIBERS, at, orders, said, snapshot


def test_a_file_that_grows_is_cut_by_the_day_of_its_events(tmp_path: Path) -> None:
    """The first key has what is older too; what is read later than its day is late, and known from then on."""
    file = tmp_path / "orders.csv"
    door = at(tmp_path, ORDERS, Cumulative(pattern=str(file)))
    file.write_bytes(orders(*HISTORY))

    assert door.ids(D1, D2) == [("A", "D"), ("B", "C")]

    file.write_bytes(orders(*HISTORY, "E;5;03/01/2020 09:00", "F;6;01/01/2020 23:00", "G;7;04/01/2020 09:00"))
    late = door.judged(D3).kept.to_pylist()
    assert [(row["order_id"], row["available_at"].date()) for row in late] == [("E", date(2020, 1, 3)), ("F", date(2020, 1, 3))]
    # A day that is landed again after later ones is what it was: the late row is not known any earlier.
    assert door.ids(D2) == [("B", "C")]
    assert door.ids(D4) == [("G",)]


def test_a_part_of_a_file_is_read_as_the_whole_says(tmp_path: Path) -> None:
    """No single day proves which number is the day, nor that a comma marks decimals."""
    file = tmp_path / "orders.csv"
    file.write_bytes(orders(*HISTORY))

    day = at(tmp_path, ORDERS, Cumulative(pattern=str(file))).judged(D1, D2).days[0]

    assert (day.read_as, day.n_kept) == ("semicolons, numbers with a decimal comma, times as %d/%m/%Y %H:%M", 2)


def test_the_bytes_of_a_file_that_grows_are_kept(tmp_path: Path) -> None:
    """Once, however many days are cut from them."""
    (tmp_path / "orders.csv").write_bytes(orders(*HISTORY))

    at(tmp_path, ORDERS, Cumulative(pattern=str(tmp_path / "orders.csv"))).judged(D1, D2)

    (kept,) = (tmp_path / "raw/wholes/p/orders").glob("*.csv")
    assert kept.read_bytes() == orders(*HISTORY)


def test_what_cannot_be_cut_is_withheld_in_words(tmp_path: Path) -> None:
    """A web page in place of the file, and a file without the column of the event time; and it is read anew once it is right."""
    file = tmp_path / "orders.csv"
    door = at(tmp_path, ORDERS, Cumulative(pattern=str(file)))

    file.write_bytes(b"<html>Sign in</html>")
    assert "found a web page" in door.judged(D1).days[0].in_words
    file.write_bytes(b"order_id;paid\nA;1\n")
    assert "Column 'ordered_at' (when) is missing" in door.judged(D1).days[0].in_words
    file.write_bytes(orders(*HISTORY))
    assert door.ids(D1) == [("A", "D")]
    file.unlink()
    with pytest.raises(UndeliveredError, match="expected the file"):
        door.judged(D2)


def test_rows_without_a_name_are_late_as_often_as_there_are_more_of_them(tmp_path: Path) -> None:
    """Two equal lines are two rows; a third that comes later is one late row."""
    file = tmp_path / "orders.txt"
    source = replace(ORDERS, key=("order_id", "row"), text=Text(header=False, times="%Y%m%d"), columns=ORDERS.received_columns)
    door = at(tmp_path, source, Cumulative(pattern=str(file)))
    file.write_bytes(b" 7  1.5  20200101\n 7  1.5  20200101\n")
    assert door.ids(D1, D2) == [("7", "7"), ()]

    file.write_bytes(b" 7  1.5  20200101\n 7  1.5  20200101\n 7  1.5  20200101\n 8  1  20200103\n")

    assert door.ids(D3) == [("7", "8")]


def test_several_files_of_a_day_are_one_batch(tmp_path: Path) -> None:
    """Each with its bytes as they are; the day may be written as the company writes it."""
    for name, line in (("20200101-till1.csv", "A;1,5;2020-01-01 10:00"), ("20200101-till2.csv", "B;2;2020-01-01 11:00")):
        (tmp_path / name).write_bytes(orders(line))
    door = at(tmp_path, replace(ORDERS, volume=Volume(minimum=1)), Files(pattern=str(tmp_path / "{day:%Y%m%d}-*.csv")))

    assert door.ids(D1) == [("A", "B")]
    batch = next(read_batches(door.source, [D1], D1, project="p"))
    with zipfile.ZipFile(io.BytesIO(batch[1])) as archive:
        assert archive.read(archive.namelist()[0]) == orders("A;1,5;2020-01-01 10:00")
    with pytest.raises(UndeliveredError, match=r"expected files like '.*20200102-\*.csv'"):
        door.judged(D2)


def test_of_snapshots_what_differs_is_kept(tmp_path: Path) -> None:
    """Known on the day received; a row that is gone ends its state, one that cannot be read does not."""
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(tmp_path / "subscribers-{day}.csv")))
    snapshot(tmp_path, date(2020, 1, 1), "1,basic,2019-05-01", "2,basic,2019-06-01", "3,full,2019-07-01")
    snapshot(tmp_path, date(2020, 1, 3), "1,basic,2019-05-01", "2,full,2019-06-01", "4,full,2020-01-02")
    snapshot(tmp_path, date(2020, 1, 4), "1,basic,yesterday", "2,full,2019-06-01", "3,basic,2019-07-01", "4,full,2020-01-02")

    found = door.judged(D1, D2, D3)

    assert said(found) == [
        (D1, "1", "basic", False), (D1, "2", "basic", False), (D1, "3", "full", False),
        (D3, "2", "full", False), (D3, "4", "full", False), (D3, "3", "full", True),
    ]  # fmt: skip
    assert {row["available_at"] for row in found.kept.to_pylist() if row["day"] == D3} == {
        datetime(2020, 1, 3, 23, 59, 59, 999999)  # noqa: DTZ001 - UTC without zone
    }
    assert "3 kept, 1 of them known already" in found.days[2].in_words
    # In a run of its own the days before come from the lake.
    assert said(door.judged(D4)) == [(D4, "3", "basic", False)]


def test_a_source_may_refuse_that_rows_are_gone(tmp_path: Path) -> None:
    """An export that breaks off is no end of a hundred subscriptions."""
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(tmp_path / "subscribers-{day}.csv"), gone="refused"))
    snapshot(tmp_path, date(2020, 1, 1), "1,basic,2019-05-01", "2,basic,2019-06-01")
    snapshot(tmp_path, date(2020, 1, 2), "1,full,2019-05-01")

    found = door.judged(D1, D2)

    assert [day.is_released for day in found.days] == [True, False]
    assert "found 1 that are gone, which the source refuses" in found.days[1].in_words
    assert len(said(found)) == 2


def test_a_row_that_is_gone_may_have_come_to_a_value(tmp_path: Path) -> None:
    """Who is cancelled may be shown so once, or be seen no more."""
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(tmp_path / "subscribers-{day}.csv"), gone="plan=left, or so"))
    snapshot(tmp_path, date(2020, 1, 1), "1,basic,2019-05-01", "2,full,2019-06-01")
    snapshot(tmp_path, date(2020, 1, 2), "1,basic,2019-05-01")

    assert said(door.judged(D1, D2)) == [(D1, "1", "basic", False), (D1, "2", "full", False), (D2, "2", "left, or so", True)]
    with pytest.raises(SpecError, match="to have 'gone' as 'started_on', which is of type date"):
        at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(tmp_path / "subscribers-{day}.csv"), gone="started_on=gone"))


def test_a_single_snapshot_stands_for_the_beginning_of_its_day(tmp_path: Path) -> None:
    """So that this day may be scored."""
    snapshot(tmp_path, D2, "1,basic,2019-05-01")
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(tmp_path / f"subscribers-{D2}.csv"), of=D2))

    assert door.ids(D1, D2, D3) == [(), ("1",), ()]


def test_a_snapshot_that_is_written_again_is_known_when_it_is_read(tmp_path: Path) -> None:
    """Of the days before nothing is known; a day landed again is what was read for it."""
    file = tmp_path / "now.csv"
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=str(file)))
    file.write_text("customer_id,plan,started_on\n1,basic,2019-05-01\n")
    assert door.ids(D1, D2) == [(), ("1",)]

    file.write_text("customer_id,plan,started_on\n1,full,2019-05-01\n")

    assert said(door.judged(D3)) == [(D3, "1", "full", False)]
    door.known = None
    assert said(door.judged(D2)) == [(D2, "1", "basic", False)]


def test_tables_below_one_another_are_snapshots_of_the_ends_of_their_months(tmp_path: Path) -> None:
    """A month stands for its last day; who is not in the next is gone, and other days may be written otherwise."""
    rows = ("1,basic,13/05/2019,2020-01", "2,full,14/05/2019,2020-01", "2,full,14/05/2019,2020-02")
    (tmp_path / "all.csv").write_text("customer_id,plan,started_on,month\n" + "\n".join(rows) + "\n")
    months = replace(
        SUBSCRIBERS,
        columns=(*SUBSCRIBERS.received_columns, Column("month", date, meaning="of which month")),
        text=Text(times=("%Y-%m", "%d/%m/%Y")),
    )
    door = at(tmp_path, months, Snapshots(pattern=f"{tmp_path}/all.csv", by="month"))
    january, february = date(2020, 2, 1), date(2020, 3, 1)

    assert said(door.judged(january)) == [(january, "1", "basic", False), (january, "2", "full", False)]
    assert said(door.judged(date(2020, 2, 2))) == []
    assert said(door.judged(february)) == [(february, "2", "full", False), (february, "1", "basic", True)]


def test_a_file_of_a_month_is_the_snapshot_of_its_last_day(tmp_path: Path) -> None:
    """On other days nothing is expected."""
    (tmp_path / "members_202001.csv").write_text("customer_id,plan,started_on\n1,basic,2019-05-01\n")
    door = at(tmp_path, SUBSCRIBERS, Snapshots(pattern=f"{tmp_path}/members_{{day:%Y%m}}.csv"))

    found = door.judged(date(2020, 1, 31), date(2020, 2, 1))
    assert said(found) == [(date(2020, 2, 1), "1", "basic", False)]
    with pytest.raises(SpecError, match=r"names a month.*Cumulative\(pattern='/exports/\*\.csv'\)"):
        Files(pattern="/exports/{day:%Y-%m}.csv")
