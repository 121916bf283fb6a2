"""The first hour of each role, as its page has it: every command of the page, on the simulated company and its home."""

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.settings import ROOMS
from cli.main import app
from tests import company
from tests.pages import Reader, blocks
from tests.premises import AS_OF, Premises
from tests.written_shop import forgotten

pytestmark = pytest.mark.slow
PAGE = "first-hours.md"


@dataclass
class Hours:
    """The page's commands with this company's names in the place of the grocer's."""

    premises: Premises
    folder: Path
    reader: Reader = field(default_factory=Reader)

    def own(self, text: str) -> str:
        """What the page says, of this company."""
        day, home = AS_OF, self.premises.settings.home
        names = {
            "complete_journey": str(self.folder),
            "lapse_28d": company.PROPENSITY,
            "buys_7d": company.SOON,
            "2017-11-15": str(day),
            "2017-12-01": str(day + timedelta(days=1)),
            "--customer 1 ": f"--customer {self.customer} ",
            "/backups": str(home.parent),
        }
        for theirs, ours in names.items():
            text = text.replace(theirs, ours)
        return self.reader.own(text)

    @property
    def customer(self) -> str:
        """Somebody who is scored."""
        rows = self.premises.rows(f"{company.PROPENSITY}/scores", AS_OF)
        return "" if rows is None else str(rows["customer_id"][0])

    def run(self, command: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """Run a command of the page in this process; it must end well."""
        words = shlex.split(self.own(command))
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
    with forgotten(company.NAME):
        yield Hours(premises, folder)


def test_every_command_of_the_page_ends_well_and_says_what_the_page_shows(hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the scheduler's first day to the auditor's last proof, one after the other."""
    for block in blocks(PAGE):
        printed = "".join(hours.run(command, monkeypatch) for command in block.commands)
        print("$$$", block.commands, "\n", printed)
        hours.reader.compare(tuple(map(hours.own, block.sees)), printed)
