"""Readers of other places than this machine's files, against the real thing: an object store and PostgreSQL."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import adapters.readers.postgres
from adapters.readers import UndeliveredError, read_batches
from adapters.readers.postgres import CURSOR, TEXT
from tenure.contracts import Available, Cumulative, Files, Query, Volume
from tenure.errors import SourceError
from tests.door import D1, D2, D3, HISTORY, ORDERS, SUBSCRIBERS, Door, at, orders, said


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
def test_a_table_of_a_database_is_read_whole_or_beyond_what_was_read(
    tmp_path: Path, shop_database: str, cursor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either way each row comes once, late rows late; the rows are one Parquet file that says what was asked."""
    monkeypatch.setattr(adapters.readers.postgres, "ROWS_AT_ONCE", 2)
    columns = (*ORDERS.columns, replace(ORDERS.columns[1], name="written"))
    door = at(tmp_path, replace(ORDERS, columns=columns), Query(database="shop", table="orders", cursor=cursor))
    databases = {"SHOP": shop_database}
    run(shop_database, insert([(1, "2020-01-01 10:00", 1), (3, "2020-01-03 10:00", 2), (2, "2020-01-02 10:00", 3)]))

    assert door.ids(D1, D2, databases=databases) == [("1",), ("2",)]
    run(shop_database, "INSERT INTO orders VALUES (4, 1e6, '2020-01-01 12:00+00', 4), (5, null, '2021-01-01 12:00+00', 5)")
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
