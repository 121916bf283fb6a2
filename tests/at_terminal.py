"""A person at a terminal: a command with a terminal of its own, that is read as it asks and typed to."""

import os
import pty
import select
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

CTRL_C = "\x03"
PATIENCE_SECONDS = 120.0


class AtTerminal:
    """One command; what it says is kept in `said`."""

    def __init__(self, *command: str, folder: Path, environment: Mapping[str, str]) -> None:
        """Start it in a folder."""
        self._command, self._folder, self._environment = command, folder, dict(environment)
        self.said, self._read_to = "", 0

    def __enter__(self) -> "AtTerminal":
        """Begin."""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(self._folder)
            os.execve(self._command[0], self._command, self._environment)  # noqa: S606 - as a shell of a person would
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it, if it still runs."""
        os.close(self._terminal)

    def asked(self, *words: str) -> str:
        """Wait until it says one of these after what was read last; returns which."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = {self.said.find(one, self._read_to): one for one in words if one in self.said[self._read_to :]}
            if found:
                self._read_to = min(found) + len(found[min(found)])
                return found[min(found)]
            assert time.monotonic() < deadline, f"expected one of {words}, found {self.said[self._read_to :]!r}"
            assert self._reads(), f"it ended before it said one of {words}: {self.said[self._read_to :]!r}"

    def type(self, text: str, *, enter: bool = True) -> None:
        """Type a line, or keys."""
        os.write(self._terminal, f"{text}{chr(10) if enter else ''}".encode())

    def ended(self) -> int:
        """Wait until it ends; its exit code, or the signal that ended it as a negative number."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._reads():
            assert time.monotonic() < deadline, f"expected it to end, found {self.said[self._read_to :]!r}"
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _reads(self) -> bool:
        """Read what is there; False at the end."""
        if not select.select([self._terminal], [], [], 1.0)[0]:
            return True
        try:
            found = os.read(self._terminal, 4096)
        except OSError:  # Linux tells so that nobody has the other end
            return False
        self.said += found.decode(errors="replace").replace("\r\n", "\n")
        return bool(found)
