"""A command that is asked to end, as a process of its own: at once, in a sentence, with its exit code, no child left."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
# Busy outside of Python, with a child, and with a library's handler in the place of ours.
BUSY = """
import sys
sys.argv = ["tenure", "land", "--project", "shop"]
from cli.interrupts import watch
watch()
import signal, subprocess, ctypes
for kind in (signal.SIGINT, signal.SIGTERM):
    signal.signal(kind, lambda *_: None)
child = subprocess.Popen(["sleep", "300"])
print(child.pid, flush=True)
ctypes.CDLL(None).sleep(300)
"""


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_busy_command_ends_at_once(tmp_path: Path, kind: signal.Signals) -> None:
    """Whatever it is busy with, and whoever else wanted to hear of it."""
    home = tmp_path / "home"
    home.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-c", BUSY],
        cwd=HOUSE,
        env={"TENURE_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOUSE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    child = int(running.stdout.readline())
    time.sleep(0.1)

    running.send_signal(kind)
    _, said = running.communicate(timeout=30)

    assert running.returncode == 128 + kind
    assert said == (
        f"tenure land was interrupted ({kind.name}) before it was done. "
        "What it had finished is kept, whole; run it again for the rest.\n"
    )
    assert not Path(f"/proc/{child}/cmdline").exists() or Path(f"/proc/{child}/cmdline").read_bytes() == b""
    assert '"subject":"land"' in (home / "alerts.jsonl").read_text(encoding="utf-8")
    assert '"project":"shop"' in (home / "alerts.jsonl").read_text(encoding="utf-8")


def test_what_whoever_started_it_ignores_stays_ignored() -> None:
    """`nohup` and a shell's background jobs mean what they say."""
    program = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from cli.interrupts import watch; watch()\n"
        "import os; os.kill(os.getpid(), signal.SIGHUP); print('on', flush=True)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, timeout=60)

    assert (answer.returncode, answer.stdout) == (0, "on\n")
