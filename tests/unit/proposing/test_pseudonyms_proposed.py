"""A company that asks for pseudonyms from its first day: its folder says so, and holds only what can be replaced."""

from datetime import datetime, timedelta

from typer.testing import CliRunner

from adapters.project_folders import read_folder
from cli.main import app
from tenure.pseudonyms import Pseudonyms
from tenure.pseudonyms.hidden import hidden_columns
from tests.written_shop import forgotten


def test_a_shop_that_asks_for_pseudonyms_is_written_so(tmp_path):
    """Ids are text, whatever they look like, and the folder is one that can be landed."""
    first = datetime(2020, 6, 1, 22, 30)  # noqa: DTZ001 - as a file says it
    lines = [f"{n},{4000 + n % 9},{first + timedelta(hours=12 * n):%Y-%m-%d %H:%M},{n % 5 + 1}.50" for n in range(240)]
    (tmp_path / "sales.csv").write_text("\n".join(["invoice_id,customer_id,bought_at,amount", *lines, ""]))

    with forgotten("hidden_shop"):
        asked = ["init", str(tmp_path / "hidden_shop"), "--from", str(tmp_path / "sales.csv"), "--yes", "--pseudonyms"]
        told = CliRunner().invoke(app, asked)
        assert told.exit_code == 0, told.output
        found = read_folder(tmp_path / "hidden_shop")

    assert found.findings == ()
    assert found.project.pseudonyms == Pseudonyms()
    source = found.project.sources[0]
    assert "customer_id" in {one.column for one in hidden_columns(found.project, source)}
    assert {source.column(one.column).dtype for one in hidden_columns(found.project, source)} == {str}
