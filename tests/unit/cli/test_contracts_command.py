"""`tenure contracts export` and `import`, as a person uses them: from one company's folder into another's."""

import pytest
from typer.testing import CliRunner

from adapters.project_folders import SHIPPED, read_folder
from cli.main import app
from tenure.errors import SourceError, SpecError
from tests.written_shop import forgotten

PROJECT = """\
from datetime import date

from tenure.project import Project

PROJECT = Project(
    name="other_grocer", title="Other", first_day=date(2017, 1, 1), last_day=None, known_as="id", authors={}, purposes={}
)
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The group of commands, without a home."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "home"))
    return lambda *arguments: CliRunner().invoke(app, ["contracts", *map(str, arguments)])


@pytest.fixture
def other(tmp_path):
    """A company that declares nothing but its name."""
    folder = tmp_path / "other_grocer"
    folder.mkdir()
    (folder / "project.py").write_text(PROJECT)
    with forgotten("other_grocer"):
        yield folder


def test_contracts_of_one_company_are_sources_of_another(run, other, tmp_path):
    """Each written file is read as the source that it came from, and nothing is written twice."""
    told = run("export", "--project", SHIPPED / "complete_journey", "--out", tmp_path / "out")
    assert told.output.startswith("Wrote 5 contracts into ")

    for file in sorted((tmp_path / "out").iterdir()):
        told = run("import", file, "--project", other)
        assert told.exit_code == 0, told.output
        assert "Its id, version and status name the document" in told.output
    there = {source.name: source for source in read_folder(other).project.sources}
    assert there == {source.name: source for source in read_folder(SHIPPED / "complete_journey").project.sources}
    again = run("import", tmp_path / "out" / "products.odcs.yaml", "--project", other)
    assert isinstance(again.exception, SpecError)
    assert "import writes over none" in str(again.exception)


def test_one_source_is_chosen_by_name(run, tmp_path):
    """A name that there is not is told with those that there are."""
    run("export", "products", "--project", SHIPPED / "complete_journey", "--out", tmp_path / "out")

    assert [file.name for file in (tmp_path / "out").iterdir()] == ["products.odcs.yaml"]
    refused = run("export", "product", "--project", SHIPPED / "complete_journey")
    assert "Did you mean 'products'?" in str(refused.exception)


def test_a_file_that_is_not_there_is_said(run, other):
    """In a sentence."""
    refused = run("import", other / "nothing.yaml", "--project", other)

    assert isinstance(refused.exception, SourceError)
    assert "cannot be opened" in str(refused.exception)
