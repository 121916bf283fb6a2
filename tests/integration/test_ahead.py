"""Great Expectations in a process of its own: the same verdicts, and no process that outlives the command."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from expectations import ahead
from expectations.rules import RowRule, required, unique
from expectations.suite import judge_together
from tenure.contracts import Column, PersonalData
from tenure.errors import ExpectationError

RULES: tuple[RowRule, ...] = (
    required(Column(name="amount", dtype=int, meaning="an amount", personal=PersonalData.NONE)),
    unique(("amount",)),
)
ROWS = pa.table({"amount": pa.array([1, 2, 2, None], pa.int64()), "day": pa.array([date(2020, 1, 1)] * 4)})

STARTED = """
import time
from pathlib import Path
from expectations.ahead import ahead
import os
with ahead():
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    print(children[0], flush=True)
    time.sleep(60)
"""

# Whether a process is there is read where Linux lists processes.
in_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")


def test_rows_are_judged_there_as_here() -> None:
    """The same results, counts and all; and again, for the process stays."""
    with ahead.ahead():
        there = [ahead.judge_there("s", RULES, ROWS) for _ in range(2)]

    assert ahead.judge_there("s", RULES, ROWS) is None
    assert there[0] == there[1] == judge_together("s", RULES, ROWS)
    assert [result.n_unexpected for result in there[0]] == [1, 2]


def test_a_rule_that_cannot_be_judged_is_an_error_that_quotes_nothing() -> None:
    """What goes wrong there is said here, and the process goes on."""
    with ahead.ahead():
        with pytest.raises(ExpectationError) as caught:
            ahead.judge_there("s", RULES, pa.table({"other": ["secret"]}))
        assert "secret" not in str(caught.value)
        assert len(ahead.judge_there("s", RULES, ROWS) or ()) == len(RULES)


@in_proc
def test_a_process_that_was_killed_is_done_without() -> None:
    """The rows are then judged here, and the day goes on."""
    others = _children()
    with ahead.ahead():
        (started,) = _children() - others
        os.kill(int(started), signal.SIGKILL)
        assert ahead.judge_there("s", RULES, ROWS) is None
        assert ahead.judge_there("s", RULES, ROWS) is None


def test_modules_in_the_present_folder_do_not_disturb_it(tmp_path, monkeypatch) -> None:
    """Somebody may stand in a folder with a `requests.py` of their own."""
    (tmp_path / "requests.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)

    with ahead.ahead():
        assert ahead.judge_there("s", RULES, ROWS) is not None


@in_proc
def test_the_process_ends_when_the_command_is_killed(tmp_path) -> None:
    """A command killed with -9 leaves nobody behind."""
    script = tmp_path / "started.py"
    script.write_text(STARTED)
    command = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}
    )
    assert command.stdout is not None
    left = int(command.stdout.readline())
    command.kill()
    command.wait()

    deadline = time.monotonic() + 60
    while _lives(left) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _lives(left)


def _children() -> set[str]:
    """Process numbers of the processes that this one started and that live."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def _lives(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be noticed."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
