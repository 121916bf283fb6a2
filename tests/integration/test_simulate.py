"""Simulated companies as files, by the command: what lies where, the same bytes again, nothing half written."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv
from typer.testing import CliRunner

from adapters.project_folders import read_folder
from adapters.simulated_files import Format, Shape, write_company
from cli.main import app
from tenure.errors import SpecError, TimelineError
from tenure.simulation import Company, Retail, Subscriptions, simulate
from tests.written_shop import forgotten

TOLD = {"customers": 60, "first_day": date(2024, 1, 1), "days": 40, "seed": 7}
SMALL = ("--customers", "60", "--days", "40", "--seed", "7")
KINDS = (Subscriptions(**TOLD), Retail(**TOLD))


def files(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def unheard(words: str) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("company", KINDS, ids=lambda company: company.kind)
def test_the_command_says_what_lies_where_and_what_comes_next(company: Company, tmp_path: Path) -> None:
    """And writes what the core simulates: its rows, with a header each; in a folder of its own the truth and every parameter."""
    folder = tmp_path / "exports"
    told = CliRunner().invoke(app, ["simulate", company.kind, str(folder), *SMALL])

    assert told.exit_code == 0, told.output
    simulated = simulate(company)
    tables = {*company.times, *simulated.references, company.snapshots}
    assert set(files(folder)) == {f"{name}.csv" for name in tables} | {
        f"truth/{name}" for name in ("company.json", "customers.csv", "months.csv")
    }
    for name, rows in simulated.events.items():
        assert csv.read_csv(folder / f"{name}.csv").num_rows == rows.num_rows
        assert f"{name}.csv  {rows.num_rows:,} rows" in told.output
    stated = json.loads((folder / "truth" / "company.json").read_text())
    assert {field.name for field in fields(company)} <= set(stated)
    assert stated["groups"]["age_band"] == {"18-29": 1.6, "30-44": 1.0, "45-59": 1.0, "60+": 1.0}
    assert set(stated["groups"]["gender"].values()) == {1.0}
    assert (stated["kind"], stated["campaign_on"], stated["last_day"]) == (company.kind, "2024-01-25", "2024-02-09")
    assert f"Next: tenure init COMPANY --from '{folder}/{company.first_read}.csv'" in told.output


@pytest.mark.parametrize("company", KINDS, ids=lambda company: company.kind)
@pytest.mark.parametrize(
    "shape", [Shape(), Shape(format=Format.PARQUET, is_daily=True, has_snapshots=True)], ids=["csv", "daily"]
)
def test_a_seed_gives_the_same_bytes(company: Company, shape: Shape, tmp_path: Path) -> None:
    """File by file."""
    write_company(company, tmp_path / "one", shape, unheard)
    write_company(company, tmp_path / "other", shape, unheard)

    assert files(tmp_path / "one") == files(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_file_a_day_and_a_snapshot_a_month_hold_the_same_rows(tmp_path: Path) -> None:
    """There is one for every day, also where nothing happened, and each knows nothing later."""
    company, folder = KINDS[0], tmp_path / "exports"
    told = CliRunner().invoke(app, ["simulate", "subscriptions", str(folder), *SMALL, "--daily", "--snapshots", "--parquet"])
    simulated = simulate(company)

    assert told.exit_code == 0, told.output
    for name, column in company.times.items():
        days = [folder / name / f"{name}-{company.calendar.day(i)}.parquet" for i in range(company.days)]
        assert sorted(folder.joinpath(name).iterdir()) == days
        rows = [pq.ParquetFile(path).read() for path in days]
        assert pa.concat_tables(rows).cast(simulated.events[name].schema).equals(simulated.events[name])
        assert all(at.date() == company.calendar.day(i) for i, each in enumerate(rows) for at in each[column].to_pylist())
    for day in (date(2024, 1, 31), date(2024, 2, 9)):
        snapshot = pq.ParquetFile(folder / "subscribers" / f"subscribers-{day}.parquet").read()
        assert snapshot.equals(simulated.snapshot(day))


def test_nothing_is_written_over_and_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    """Neither in the folder nor beside it."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    told = CliRunner().invoke(app, ["simulate", "retail", str(tmp_path / "taken"), *SMALL])

    def interrupt(words: str) -> None:
        raise KeyboardInterrupt

    assert isinstance(told.exception, SpecError)
    assert "There are files at" in str(told.exception)
    with pytest.raises(KeyboardInterrupt):
        write_company(KINDS[1], tmp_path / "new", Shape(), interrupt)
    assert files(tmp_path) == {"taken/mine.txt": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_day_outside_of_the_history_is_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    told = CliRunner().invoke(app, ["simulate", "retail", str(tmp_path / "new"), *SMALL, "--drift-on", "2025-01-01"])

    assert isinstance(told.exception, TimelineError)
    assert "outside of the history from 2024-01-01 to 2024-02-09" in str(told.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "place", "options"), [("retail", "transactions.csv", ()), ("subscriptions", "subscribers/*.csv", ("--snapshots",))]
)
def test_init_reads_what_was_simulated(kind: str, place: str, options: tuple[str, ...], tmp_path: Path) -> None:
    """A company's folder is proposed of the files that the command names, and loads."""
    told = CliRunner().invoke(app, ["simulate", kind, str(tmp_path / "exports"), *SMALL, "--days", "200", *options])
    proposed = told.output.splitlines()[-1].partition("--from ")[2].strip("'")

    with forgotten("simulated_shop"):
        written = CliRunner().invoke(app, ["init", str(tmp_path / "simulated_shop"), "--from", proposed, "--yes"])
        read = read_folder(tmp_path / "simulated_shop")

    assert proposed == f"{tmp_path / 'exports'}/{place}"
    assert written.exit_code == 0, written.output
    assert read.findings == ()
    assert read.project is not None
    assert len(read.project.models) == 2
