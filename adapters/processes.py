"""Other processes of this machine: which a process started, when one began, and who listens on a port.

Read from `/proc` where there is one, otherwise asked of `ps` and `lsof`.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LISTENS = "0A"


def began(pid: int) -> str | None:
    """When a process began, as the system counts; None where it is gone. With it a number that was used again is told apart."""
    if _has_proc():
        fields = _stat(pid)
        return None if fields is None or fields[0] in ("Z", "X") else fields[19]
    return _answer("ps", "-o", "lstart=", "-p", str(pid)) or None


def offspring(pid: int) -> tuple[int, ...]:
    """The processes that one started, and those that they did; the youngest generation last."""
    parents = dict(_parents())
    found, generation = [], [pid]
    while generation:
        generation = [child for child, parent in parents.items() if parent in generation]
        found += generation
    return tuple(found)


def kill_offspring(pid: int) -> None:
    """End every process that one started, at once."""
    for child in offspring(pid):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)


def listener(port: int) -> int | None:
    """The process that listens on a port; None where it cannot be told, as for another account's."""
    if not _has_proc():
        found = _answer("lsof", "-t", "-sTCP:LISTEN", f"-iTCP:{port}").split()
        return int(found[0]) if found else None
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(table, port)}
    return next((pid for pid in _pids() if sockets and sockets & set(_handles(pid))), None)


def command_of(pid: int) -> str:
    """The command line of a process, as far as one cares to read."""
    if _has_proc():
        with suppress(OSError):
            return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()[:80]
        return ""
    return _answer("ps", "-o", "command=", "-p", str(pid))[:80]


def _has_proc() -> bool:
    """Whether the system shows its processes as files."""
    return (_PROC / "self" / "stat").exists()


def _pids() -> list[int]:
    """Every process."""
    return sorted(int(path.name) for path in _PROC.iterdir() if path.name.isdecimal())


def _stat(pid: int) -> list[str] | None:
    """What the system says of a process, from its state on: the name before it may hold anything."""
    try:
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _parents() -> Iterator[tuple[int, int]]:
    """Each process with the one that started it."""
    if _has_proc():
        yield from ((pid, int(fields[1])) for pid in _pids() if (fields := _stat(pid)) is not None)
        return
    for line in _answer("ps", "-axo", "pid=,ppid=").splitlines():
        pid, parent = line.split()
        yield int(pid), int(parent)


def _listening(table: str, port: int) -> Iterator[str]:
    """The inodes of sockets that listen on a port."""
    with suppress(OSError):
        for line in (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _handles(pid: int) -> list[str]:
    """What a process holds open, where this account may see it."""
    found = []
    with suppress(OSError):
        for handle in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.append(os.readlink(handle))
    return found


def _answer(*command: str) -> str:
    """What a program of the system says; nothing where there is none, or it finds nothing."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:
        return ""
