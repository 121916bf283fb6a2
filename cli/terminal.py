"""What a command says must come out wherever it goes: a terminal of any encoding, a pipe, a file."""

import io
import sys


def make_terminal_safe() -> None:
    """Let a terminal show a question mark for a sign that it lacks; files and pipes get UTF-8 whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
