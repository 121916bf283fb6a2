"""Whose days are proposed: by flag, or by what times of the files say."""

import io
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from adapters.project_folders import read_folder
from cli.main import app
from tenure.proposing.looking import see
from tests.written_shop import forgotten


def zone_of(when):
    """The zone that a column of times is seen to say."""
    return see([when]).column("bought_at").zone


def test_times_that_say_their_zone_are_seen_to():
    """An offset, most frequent first; the zone of a Parquet column; nothing where times say none, and nothing for days."""
    lines = ("2020-07-01T10:00:00+02:00", "2020-07-01 11:00+02:00", "2020-12-01T10:00:00+01:00")
    instants = pa.array([datetime(2020, 7, 1, 10, tzinfo=UTC)], pa.timestamp("us", "Europe/Paris"))
    parquet = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"], "bought_at": instants}), parquet)

    assert zone_of(("\n".join(["id,bought_at", *(f"a,{line}" for line in lines)]).encode(), "csv")) == "+02:00"
    assert zone_of((parquet.getvalue(), "parquet")) == "Europe/Paris"
    assert zone_of((b"id,bought_at\na,2020-07-01 10:00\n", "csv")) == ""
    assert zone_of((b"id,bought_at\na,2020-07-01\n", "csv")) == ""


@pytest.mark.parametrize(("offset", "zone"), [("", "Europe/Paris"), ("+00:00", "UTC")])
def test_a_shop_with_days_of_its_own_is_written_so(tmp_path, offset, zone):
    """What is sold at half past ten in the evening, UTC, is the next day's in Paris; times without a zone are on its clocks."""
    first = datetime(2020, 6, 1, 22, 30, tzinfo=UTC)
    moments = [first + timedelta(hours=12 * n) for n in range(240)]
    lines = [f"I{n},C{n % 9},{at:%Y-%m-%d %H:%M}{offset},{n % 5 + 1}.50" for n, at in enumerate(moments)]
    (tmp_path / "sales.csv").write_text("\n".join(["invoice_id,customer_id,bought_at,amount", *lines, ""]))

    with forgotten("paris_shop"):
        asked = [
            "init",
            str(tmp_path / "paris_shop"),
            "--from",
            str(tmp_path / "sales.csv"),
            "--yes",
            "--timezone",
            "Europe/Paris",
        ]
        told = CliRunner().invoke(app, asked)
        assert told.exit_code == 0, told.output
        project = read_folder(tmp_path / "paris_shop").project

    assert "A day begins at midnight in Europe/Paris." in told.output
    assert project.first_day == (date(2020, 6, 2) if offset else date(2020, 6, 1))
    assert (project.timezone, project.sources[0].clocks, project.sources[0].zone) == ("Europe/Paris", "Europe/Paris", zone)


def test_a_zone_that_nobody_knows_is_refused_by_init(tmp_path):
    """With the nearest name, and nothing is written."""
    (tmp_path / "sales.csv").write_text("customer_id,bought_at\nC1,2020-06-01 10:00\n")

    told = CliRunner().invoke(
        app, ["init", str(tmp_path / "shop"), "--from", str(tmp_path / "sales.csv"), "--yes", "--timezone", "Europe/Pari"]
    )

    assert told.exit_code != 0
    assert "Did you mean 'Europe/Paris'?" in str(told.exception)
    assert not (tmp_path / "shop").exists()
