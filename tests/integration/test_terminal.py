"""What a command says, on terminals and in pipes of any encoding."""

import os
import pty
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]
SAYS = "from cli.terminal import make_terminal_safe; make_terminal_safe(); print('gr\\u00f6\\u00dfe \\u65e5\\u672c \\u2713')"
LATIN = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOUSE), "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0", "LC_ALL": "C"}


def test_a_pipe_gets_utf_8_whatever_the_locale() -> None:
    """A file means the same wherever it is read."""
    said = subprocess.run([sys.executable, "-c", SAYS], cwd=HOUSE, env=LATIN, capture_output=True, check=True)

    assert said.stdout.decode("utf-8") == "größe 日本 ✓\n"


def test_a_terminal_shows_a_mark_for_a_sign_that_it_lacks() -> None:
    """And the command goes on."""
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", SAYS], cwd=HOUSE, env=LATIN, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)

    assert (done.returncode, done.stderr) == (0, b"")
    assert os.read(ours, 100).decode("latin-1").strip() == "größe ?? ?"
