"""Journals on a real disk: a lock that is never released, and a process that is killed while it appends."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.journal import Journal, exclusive
from tenure.errors import JournalError

ROOT = Path(__file__).parents[2]


def test_lock_that_is_never_released_ends_in_a_message(tmp_path: Path) -> None:
    """Nobody waits for ever."""
    impatient = exclusive(tmp_path / "x.lock", patience_seconds=0.05)

    with exclusive(tmp_path / "x.lock"), pytest.raises(JournalError, match="another process holds it"), impatient:
        pass


APPEND_FOR_EVER = """
import sys
from pathlib import Path
from adapters.journal import Journal

journal = Journal(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    with journal.locked():
        journal.append({"number": number, "padding": "x" * 200_000})
    print(number, flush=True)
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a second process of the product."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_process_killed_while_appending_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After kill -9 the journal holds every record that was acknowledged, and the next writer goes on from there."""
    journal = Journal(tmp_path / "journal.jsonl")
    acknowledged = 0
    for _ in range(3):
        process = _start(APPEND_FOR_EVER, str(journal.path))
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.kill()
        acknowledged += 5 + len(process.communicate(timeout=10)[0].splitlines())
        # A record may be on disk whose acknowledgement was not yet printed.
        assert len(journal.read()) >= acknowledged
        acknowledged = len(journal.read())
    with journal.locked():
        journal.append({"number": -1})

    assert len(journal.read()) == acknowledged + 1
