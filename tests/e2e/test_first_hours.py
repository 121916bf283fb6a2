"""The first hour of each role, as its page has it: every command of the page, on the simulated company and its home."""

import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.settings import ROOMS
from cli.main import app
from home.companies import remember
from tests import company
from tests.pages import Block, Reader, blocks
from tests.premises import AS_OF, Premises
from tests.written_shop import forgotten

pytestmark = pytest.mark.slow
PAGE, GROCER = "first-hours.md", "complete_journey"


@dataclass
class Hours:
    """The page's commands with this company's names in the place of the grocer's; what needs no home is the grocer's."""

    premises: Premises
    reader: Reader = field(default_factory=Reader)

    def follow(self, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
        """Run each command of a block in this process; it must end well, and all say what the page shows."""
        names = {} if GROCER in block.text else self._names()
        printed = "".join(self._run(self._own(command, names), monkeypatch) for command in block.commands)
        self.reader.compare(tuple(self._own(line, names) for line in block.sees), printed)

    def _own(self, text: str, names: Mapping[str, str]) -> str:
        """What the page says, in this company's names."""
        for theirs, ours in names.items():
            text = text.replace(theirs, ours)
        return self.reader.own(text)

    def _names(self) -> Mapping[str, str]:
        """What is called otherwise here."""
        rows = self.premises.rows(f"{company.PROPENSITY}/scores", AS_OF)
        somebody = "nobody yet" if rows is None else str(rows["customer_id"][0])
        return {
            "lapse_28d": company.PROPENSITY,
            "buys_7d": company.SOON,
            "2017-11-15": str(AS_OF),
            "2017-12-01": str(AS_OF),
            "--customer 1 ": f"--customer {somebody} ",
            "--person 1 ": f"--person {somebody} ",
            "/backups": str(self.premises.folder),
        }

    def _run(self, command: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """What a command prints."""
        words = shlex.split(command)
        assert words[0] == "tenure", f"{PAGE} holds {command!r}, which is no command of Tenure's"
        monkeypatch.setattr("sys.argv", words)
        done = CliRunner().invoke(app, words[1:], catch_exceptions=False)
        assert done.exit_code == 0, f"{command}\n{done.output}"
        return done.output


@pytest.fixture
def hours(established: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hours]:
    """The company with a folder of its own, in whose home nothing was scored yet."""
    premises, folder = established.copy(tmp_path), tmp_path / company.NAME
    shutil.copytree(ROOMS / "tests" / company.NAME, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*.py"):
        path.write_text(path.read_text().replace(f"from {company.PACKAGE}.", f"from projects.{company.NAME}."))
    places = {"HOME": premises.settings.home, "DELIVERIES": premises.delivered, "INBOX": premises.settings.inbox, "THREADS": 2}
    for name, value in places.items():
        monkeypatch.setenv(f"TENURE_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    remember(premises.settings, folder)
    with forgotten(company.NAME):
        yield Hours(premises)


def test_every_command_of_the_page_ends_well_and_says_what_the_page_shows(hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the scheduler's first day to the auditor's last proof, one after the other."""
    for block in blocks(PAGE):
        hours.follow(block, monkeypatch)
