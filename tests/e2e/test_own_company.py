"""A company of one's own: the tutorial's page, followed command by command from plain text files to approved scores."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.settings import ROOMS
from tests.pages import Block, Reader, blocks

pytestmark = pytest.mark.slow

WORKBOOK = 'pd.read_excel("Online Retail.xlsx")'


class Stranger:
    """Somebody in an empty folder who types what the page says, a passphrase, and answers to eight questions."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Begin in an empty folder; the shop's lines are in a Parquet file and not in a workbook."""
        self.folder, self._data, self._reader = folder, data, Reader()
        passphrase = folder / ".passphrase"
        passphrase.write_text("a few good words of mine\n")
        passphrase.chmod(0o600)
        # Nothing of this process's own: what the page does not say is not there.
        self._environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOMS),
            "TENURE_PASSPHRASE_FILE": str(passphrase),
        }

    def follow(self, block: Block) -> None:
        """Do what a block says, and hold what is printed against what the page shows."""
        if block.language == "python":
            assert WORKBOOK in block.text
            program = block.text.replace(WORKBOOK, f"pd.read_parquet({str(self._data)!r})")
            self._run([sys.executable, "-c", program])
            return
        self._reader.compare(block.sees, self._run(["bash", "-c", self._script(block)]))
        if "tenure init" in block.text:
            self._answer()

    def _script(self, block: Block) -> str:
        """A block as a script that ends at the first command which fails; what it exports stays for the next one."""
        exported = self.folder / ".exported"
        before = f". {exported}\n" if exported.exists() else ""
        return f"set -e\n{before}{self._reader.own(block.text)}\nexport -p > {exported}\n"

    def _run(self, command: list[str]) -> str:
        """What a command prints; it must end well, and no library speaks in between."""
        run = subprocess.run(command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=900)
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
        assert " INFO " not in run.stderr
        return run.stdout

    def _answer(self) -> None:
        """The example answers stand in for a person's own."""
        words = self.folder / "gifts" / "words.md"
        words.write_text(re.sub(r"<!-- [^\n]*\nSuch as: (.*?) -->", r"\1", words.read_text(), flags=re.DOTALL))


def test_the_tutorial_leads_from_plain_files_to_approved_scores(tmp_path: Path) -> None:
    """Each of its commands ends well and prints what the page shows."""
    data = Path(os.environ.get("TENURE_TEST_DATA", "")) / "online_retail" / "online_retail.parquet"
    if not data.is_file():
        pytest.skip("TENURE_TEST_DATA names no folder with online_retail/online_retail.parquet.")
    stranger = Stranger(tmp_path, data)
    for block in blocks("tutorial.md"):
        stranger.follow(block)

    scores = [float(row["score"]) for row in csv.DictReader((tmp_path / "scores.csv").open(encoding="utf-8"))]
    assert len(scores) > 1_500
    assert 0.5 < sum(scores) / len(scores) < 0.8
