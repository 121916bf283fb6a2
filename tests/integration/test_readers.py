"""Readers: each way in which a company's data come, and each place, against the real thing."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.raw_store import RawStore
from adapters.readers import UndeliveredError, read_batches
from adapters.readers.postgres import CURSOR, TEXT
from adapters.wholes import wholes_of
from expectations.validate import validate
from tenure.contracts import Available, Cumulative, Files, Query, Reader, Snapshots, Source, Text, Volume
from tenure.errors import SourceError
from tenure.validation import Validation

FIRST_DAY = date(2020, 1, 1)
D1, D2, D3, D4 = (date(2020, 1, 1) + timedelta(days=i) for i in range(1, 5))
NOW = datetime(2020, 2, 1, tzinfo=UTC)

ORDERS = Source(
    name="orders",
    grain="one order",
    key=("order_id",),
    reader=Cumulative(pattern="orders.csv"),
    columns="""
        order_id    text    pseudonym  order
        paid        number  behaviour  what was paid
        ordered_at  time    behaviour  when
    """,  # type: ignore[arg-type]
)
SUBSCRIBERS = Source(
    name="subscribers",
    grain="one subscriber",
    key=("customer_id",),
    reader=Snapshots(pattern="subscribers-{day}.csv"),
    columns="""
        customer_id  text   pseudonym  subscriber
        plan         text   behaviour  what is paid for
        started_on   day    behaviour  since when
    """,  # type: ignore[arg-type]
)


@dataclass
class Door:
    """A source that is landed and judged in a folder of its own."""

    folder: Path
    source: Source
    known: pa.Table | None = None

    def judged(self, *keys: date, databases: dict[str, str] | None = None) -> Validation:
        """Land these keys in one run, and judge them."""
        store, wholes = RawStore(self.folder / "raw"), wholes_of(self.folder / "raw", "p", self.source.name)
        batches = read_batches(self.source, keys, D1, project="p", wholes=wholes, databases=databases or {})
        receipts = store.land_many("p", self.source.name, batches, NOW)
        paths = {r.key: store.path_of(r, verify=True) for r in receipts}
        found = validate(self.source, paths, first_key=D1, first_day=FIRST_DAY, known=self.known)
        if self.source.is_snapshot:
            self.known = found.kept if self.known is None else pa.concat_tables([self.known, found.kept])
        return found

    def ids(self, *keys: date, databases: dict[str, str] | None = None) -> list[tuple[str, ...]]:
        """The ids kept of each of these keys."""
        kept = self.judged(*keys, databases=databases).kept.to_pylist()
        return [tuple(row[self.source.key[0]] for row in kept if row["day"] == key) for key in keys]


def at(folder: Path, source: Source, reader: Reader) -> Door:
    """A door with another reader."""
    return Door(folder, replace(source, reader=reader))


def orders(*lines: str) -> bytes:
    """A file of orders, in a dialect that only the whole of it proves."""
    return "\r\n".join(["order_id;paid;ordered_at", *lines, ""]).encode()


HISTORY = ("A;1,5;01/01/2020 10:00", "B;2,25;02/01/2020 10:00", "C;3;02/01/2020 11:00", "D;4;13/12/2019 10:00")


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


def snapshot(folder: Path, day: date, *lines: str) -> None:
    """A snapshot of subscribers."""
    (folder / f"subscribers-{day}.csv").write_text("customer_id,plan,started_on\n" + "\n".join(lines) + "\n")


def said(found: Validation) -> list[tuple[object, ...]]:
    """The rows kept, in short."""
    return [(r["day"], r["customer_id"], r["plan"], r["is_gone"]) for r in found.kept.to_pylist()]


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


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of an S3 server of the tests' own."""
    pytest.importorskip("moto", reason="moto is not installed: make .venv/.dev-installed")
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed: make .venv/.dev-installed")
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**address, "AWS_DEFAULT_REGION": "us-east-1"}.items():
            environment.setenv(name, value)
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        boto3.client("s3").create_bucket(Bucket="exports")
        yield "s3://exports"
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.slow
def test_files_are_read_from_an_object_store(tmp_path: Path, bucket: str) -> None:
    """One a day, several a day, and one that grows; a missing one is said, and so is a bucket that is not there."""
    import fsspec

    system = fsspec.filesystem("s3")
    system.pipe(f"{bucket}/day/2020-01-01.csv", orders("A;1,5;2020-01-01 10:00"))
    system.pipe(f"{bucket}/parts/2020-01-01/b.csv", orders("B;2;2020-01-01 10:00"))
    system.pipe(f"{bucket}/parts/2020-01-01/c.csv", orders("C;2;2020-01-01 10:00"))
    system.pipe(f"{bucket}/all.csv", orders(*HISTORY))
    daily = at(tmp_path / "1", replace(ORDERS, volume=Volume(minimum=1)), Files(pattern=f"{bucket}/day/{{day}}.csv"))

    assert daily.ids(D1) == [("A",)]
    with pytest.raises(
        UndeliveredError, match="Nothing was delivered for 2020-01-02: expected the file 's3://exports/day/2020-01-02"
    ):
        daily.judged(D2)
    assert at(tmp_path / "2", ORDERS, Files(pattern=f"{bucket}/parts/{{day}}/*.csv")).ids(D1) == [("B", "C")]
    assert at(tmp_path / "3", ORDERS, Cumulative(pattern=f"{bucket}/all.csv")).ids(D1, D2) == [("A", "D"), ("B", "C")]


def test_a_place_that_cannot_be_reached_is_named() -> None:
    """With what to do."""
    source = replace(ORDERS, reader=Files(pattern="nowhere://exports/{day}.csv"))

    with pytest.raises(SourceError, match=r"nowhere://exports/2020-01-01\.csv cannot be read"):
        list(read_batches(source, [D1], D1, project="p"))


@pytest.fixture
def shop_database(postgres: str) -> str:
    """A database with orders and subscribers."""
    import psycopg

    address = postgres.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS orders, subscribers")
        connection.execute("CREATE TABLE orders (order_id int, paid numeric(10, 2), ordered_at timestamptz, written bigint)")
        connection.execute("CREATE TABLE subscribers (customer_id int, plan text, started_on date)")
    return address


def run(address: str, statement: str) -> None:
    """Change the database."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def insert(rows: Sequence[tuple[int, str, int]]) -> str:
    """Orders: id, when, and the number of the write."""
    return "INSERT INTO orders VALUES " + ", ".join(f"({i}, 1.5, '{when}+00', {n})" for i, when, n in rows)


@pytest.mark.parametrize("cursor", ["", "written"])
def test_a_table_of_a_database_is_read_whole_or_beyond_what_was_read(tmp_path: Path, shop_database: str, cursor: str) -> None:
    """Either way each row comes once, late rows late; the rows are one Parquet file that says what was asked."""
    columns = (*ORDERS.columns, replace(ORDERS.columns[1], name="written"))
    door = at(tmp_path, replace(ORDERS, columns=columns), Query(database="shop", table="orders", cursor=cursor))
    databases = {"SHOP": shop_database}
    run(shop_database, insert([(1, "2020-01-01 10:00", 1), (3, "2020-01-03 10:00", 2), (2, "2020-01-02 10:00", 3)]))

    assert door.ids(D1, D2, databases=databases) == [("1",), ("2",)]
    run(shop_database, insert([(4, "2020-01-01 12:00", 4)]))
    assert sorted(door.ids(D3, databases=databases)[0]) == ["3", "4"]

    last = max((tmp_path / "raw/wholes/p/orders").glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    notes = pq.read_schema(last).metadata
    assert notes[TEXT].startswith(b"SELECT * FROM orders AS it")
    assert (CURSOR in notes) is bool(cursor)


def test_a_table_of_what_is_is_a_snapshot_each_time(tmp_path: Path, shop_database: str) -> None:
    """Where it has no time of an event."""
    source = replace(SUBSCRIBERS, reader=Query(database="shop", table="subscribers"), available=Available.ON_RECEIPT)
    door, databases = Door(tmp_path, source), {"SHOP": shop_database}
    run(shop_database, "INSERT INTO subscribers VALUES (1, 'basic', '2019-05-01'), (2, 'full', '2019-05-01')")
    assert said(door.judged(D1, databases=databases)) == [(D1, "1", "basic", False), (D1, "2", "full", False)]

    run(shop_database, "UPDATE subscribers SET plan = 'full' WHERE customer_id = 1")
    run(shop_database, "DELETE FROM subscribers WHERE customer_id = 2")

    assert said(door.judged(D2, databases=databases)) == [(D2, "1", "full", False), (D2, "2", "full", True)]


def test_a_database_that_cannot_be_asked_is_named_without_its_address(tmp_path: Path, shop_database: str) -> None:
    """An address may hold a password."""
    door = at(tmp_path, ORDERS, Query(database="shop", table="no_such_table"))

    with pytest.raises(SourceError, match="TENURE_DATABASE_SHOP"):
        door.judged(D1)
    with pytest.raises(SourceError, match=r"did not answer \(42P01\): UndefinedTable"):
        door.judged(D1, databases={"SHOP": shop_database})
    with pytest.raises(SourceError, match="the database did not answer") as raised:
        door.judged(D1, databases={"SHOP": "postgresql://reader:secret@127.0.0.1:1/shop"})
    assert "secret" not in str(raised.value)
