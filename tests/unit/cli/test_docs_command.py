"""`tenure docs`: a page or a text from a company's folder, without a home."""

import pytest
from typer.testing import CliRunner

from adapters.project_folders import SHIPPED
from cli.main import app
from tenure.errors import SpecError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Ask for the dictionary of the subscribers, in a folder of one's own and without a home."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["docs", "--project", str(SHIPPED / "telco"), *arguments])


def test_the_page_is_written_where_one_is_and_no_home_begins(run, tmp_path):
    """By default under the company's name; what was made is said."""
    told = run()

    assert told.output == "Wrote telco-data.html: 2 sources, 18 inputs, 2 models.\n"
    assert (tmp_path / "telco-data.html").read_text().startswith("<!doctype html>")
    assert not (tmp_path / "home").exists()


def test_the_ending_says_in_which_form(run, tmp_path):
    """Markdown, twice the same; what is neither is refused before anything is read."""
    first, second = run("--out", "one.md"), run("--out", "two.md")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "two.md").read_bytes()
    assert (tmp_path / "one.md").read_text().startswith("# Telco subscribers: data dictionary and lineage\n")
    refused = run("--out", "one.pdf")
    assert isinstance(refused.exception, SpecError)
    assert "written as .html or .md; found 'one.pdf'" in str(refused.exception)
