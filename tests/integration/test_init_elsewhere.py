"""A company proposed from what lies elsewhere: a table of a real PostgreSQL database, files at an address."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.looking import look_at
from adapters.project_folders import read_folder
from cli.main import app
from tenure.consent.recorded import RECORDED
from tenure.contracts import Cumulative, Query
from tenure.errors import SourceError
from tests.written_shop import forgotten


def test_a_table_of_a_database_is_proposed_without_its_address(tmp_path: Path, postgres: str) -> None:
    """Of several tables one is named; the address, which may hold a password, stands in no file."""
    import psycopg

    address = postgres.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS sold, held; CREATE TABLE held (i int)")
        connection.execute("CREATE TABLE sold (customer_id int, paid numeric(10, 2), sold_at timestamp)")
        connection.execute(
            "INSERT INTO sold SELECT i % 9, i, timestamp '2020-01-01' + i * interval '1 day' FROM generate_series(1, 90) i"
        )
    asked = ["init", str(tmp_path / "shop"), "--from", address, "--yes"]

    refused = CliRunner().invoke(app, asked)
    assert "sold. Name one by --table" in str(refused.exception)
    with forgotten("shop"):
        told = CliRunner().invoke(app, [*asked, "--table", "sold"])
        project = read_folder(tmp_path / "shop").project

    assert told.exit_code == 0, told.output
    assert "TENURE_DATABASE_" in told.output
    assert project is not None
    source, recorded = project.sources
    assert recorded.name == RECORDED
    assert isinstance(source.reader, Query)
    assert (source.reader.table, source.event_time) == ("sold", "sold_at")
    assert all(address not in path.read_text() for path in (tmp_path / "shop").rglob("*.py"))


def test_files_at_an_address_are_looked_at(tmp_path: Path) -> None:
    """As those of this machine are; another kind of database is refused with what to do."""
    import fsspec

    rows = "".join(f"{i % 9},2020-0{1 + i % 5}-1{i % 8} 21:00:00,{i}.50\n" for i in range(90))
    fsspec.filesystem("memory").pipe("/exports/all_1.csv", f"user_id,at,paid\n{rows}".encode())
    asked = ["init", str(tmp_path / "grows"), "--from", "memory://exports/*.csv", "--yes"]
    with forgotten("grows"):
        told = CliRunner().invoke(app, asked)
        project = read_folder(tmp_path / "grows").project

    assert told.exit_code == 0, told.output
    assert project is not None
    assert project.sources[0].reader == Cumulative(pattern="memory:///exports/all_1.csv")
    with pytest.raises(SourceError, match="Nothing is read at memory://exports"):
        look_at("memory://exports/*.parquet")
    refused = CliRunner().invoke(app, ["init", str(tmp_path / "other"), "--from", "mysql://host/shop", "--yes"])
    assert "Export the table as Parquet or CSV" in str(refused.exception)


def test_text_is_read_whatever_its_name_ends_in_and_a_link_by_its_own_name(tmp_path: Path) -> None:
    """What is read by no ending is named by what it ends in."""
    (tmp_path / "trans.asc").write_bytes(b"a;b\n1;2\n")
    (tmp_path / "newest.csv").symlink_to(tmp_path / "trans.asc")
    (tmp_path / "notes.docx").write_bytes(b"-")

    assert [kind.paths for kind in look_at(str(tmp_path))] == [(str(tmp_path / name),) for name in ("newest.csv", "trans.asc")]
    with pytest.raises(SourceError, match=r"found 1 others, which end in \.docx"):
        look_at(str(tmp_path / "*.docx"))
