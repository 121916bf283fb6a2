"""A company of one's own, as the guide has it: from a folder of plain files to approved scores, with words alone written."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.quality.retailer import write_exports

pytestmark = pytest.mark.slow

HOUSE = Path(__file__).resolve().parents[2]
LAST_FILE = "2011-09-05"
REASON = "A small shop writes to few customers by hand, and has read each open point of this first model."


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An online shop's lines as it would export them: a file a day, none on days without any."""
    data = os.environ.get("TENURE_TEST_DATA")
    if not data or not (Path(data) / "online_retail").is_dir():
        pytest.skip("TENURE_TEST_DATA names no folder with online_retail/online_retail.parquet.")
    raw = Path(data) / "online_retail" / "online_retail.parquet"
    return write_exports(raw, tmp_path_factory.mktemp("exports"), until=date.fromisoformat(LAST_FILE))


def test_six_commands_lead_from_plain_files_to_approved_scores(exports: Path, tmp_path: Path) -> None:
    """Each ends well; the only thing that a person writes are answers to eight questions."""
    shop, passphrase = tmp_path / "gifts", tmp_path / "passphrase"
    passphrase.write_text("a few good words of mine\n")
    passphrase.chmod(0o600)
    environment = {
        "TENURE_HOME": str(tmp_path / "home"),
        "TENURE_PASSPHRASE_FILE": str(passphrase),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(HOUSE),
    }

    def tenure(*arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "-m", "cli.main", *arguments]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
        assert run.returncode == 0, run.stderr[-2000:]
        return run.stdout

    begun = tenure("init", str(shop), "--from", str(exports), "--yes", "--governance", "one", "--as", "owner-1")
    assert "their InvoiceNo begins with C: returns" in begun
    assert "gifts is governed at the level of one person" in begun
    assert "8 open: ownership" in tenure("check", "--project", str(shop))
    words = shop / "words.md"
    # The example answers stand in for a person's own.
    words.write_text(re.sub(r"<!-- [^\n]*\nSuch as: (.*?) -->", r"\1", words.read_text(), flags=re.DOTALL))
    assert "none open" in tenure("check", "--project", str(shop))

    tenure("land", "--project", str(shop), "--from", "2010-12-02", "--to", LAST_FILE)
    tenure("train", "--as-of", LAST_FILE, "--model", "lapse_28d", "--as", "owner-1")
    (candidate,) = [path.name[:12] for path in (tmp_path / "home" / "candidates" / "gifts" / "lapse_28d").iterdir()]
    assert "1 of 1 approvals" in tenure("approve", candidate, "--reason", REASON, "--as", "owner-1")
    assert "version 1 serves" in tenure("promote", candidate, "--reason", REASON, "--as", "owner-1")
    tenure("score", "--day", LAST_FILE)
    tenure("export", "scores", "--model", "lapse_28d", "--day", LAST_FILE, "--out", "scores.parquet")

    scores = pq.read_table(tmp_path / "scores.parquet")
    assert scores.num_rows > 1_500
    assert 0.5 < sum(scores["score"].to_pylist()) / scores.num_rows < 0.8
