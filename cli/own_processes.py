"""The processes that `tenure up` starts: noted in the home, so that the next one finds those that a killed one left behind.

A process number is used again; with the moment at which it began, it names one process.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.processes import began
from adapters.whole_files import write_whole
from tenure.errors import HomeError

NAME = "services.json"
UP = "up"


@dataclass(frozen=True, kw_only=True)
class Own:
    """A process of ours: the service it is, its number, and when it began."""

    name: str
    pid: int
    began: str | None

    @property
    def lives(self) -> bool:
        """Whether it runs, and is the same."""
        return self.began is not None and began(self.pid) == self.began

    @property
    def is_left(self) -> bool:
        """Whether it, or what it started in its group, runs: while one does, the system gives its number to nobody else."""
        return self.lives or (began(self.pid) is None and _group_is_there(self.pid))


def note(home: Path, processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Note this process, and those that it started, each of which leads a group."""
    own = [Own(name=name, pid=process.pid, began=began(process.pid)) for name, process in processes.items()]
    noted = [asdict(one) for one in (Own(name=UP, pid=os.getpid(), began=began(os.getpid())), *own)]
    write_whole(home / NAME, json.dumps(noted, indent=1))


def forget(home: Path) -> None:
    """They have ended."""
    (home / NAME).unlink(missing_ok=True)


def end_left(home: Path) -> tuple[str, ...]:
    """End what a killed `tenure up` of this home left running; return the names of the services.

    Raises
    ------
    HomeError: when that `tenure up` still serves.
    """
    left = _noted(home)
    for one in left:
        if one.name == UP and one.lives and one.pid != os.getpid():
            raise HomeError(f"Another `tenure up`, process {one.pid}, serves the home {home} already. End that one first.")
    groups = [one for one in left if one.name != UP and one.is_left]
    stop_groups([one.pid for one in groups])
    forget(home)
    return tuple(one.name for one in groups)


def stop_groups(groups: Collection[int]) -> None:
    """End process groups, also one whose first process is gone; what does not listen is killed."""
    for ask, patience_seconds in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 2.0)):
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, ask)
        deadline = time.monotonic() + patience_seconds
        while any(_group_is_there(group) for group in groups):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        else:
            return


def _noted(home: Path) -> tuple[Own, ...]:
    """What was noted; nothing where that cannot be read, for then it names no process."""
    try:
        return tuple(Own(**one) for one in json.loads((home / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def _group_is_there(group: int) -> bool:
    """Whether any process of a group runs."""
    # An ended child of ours stays in its group until somebody has asked after it.
    with suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
