"""Runs that ended with their process: how they are noticed, and how they are ended in Dagster's eyes too.

A killed process cannot say that it died, and its run would show as started. So whoever works on a run, a command or a worker of
Dagster's, holds a lock named after it and itself, which the system takes back however the process ends. A lock that can be taken
is that of a run nobody works on: true on any host that shares the folder, in a copy of it, and when a process number is used
again. Dagster asks for it while the daemon runs (`launcher.py`), and commands when they begin. Dagster itself is not imported
here, for a command that ends at once has no time.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.journal import exclusive
from tenure.errors import JournalError

if TYPE_CHECKING:
    import dagster as dg

_LOCKS, _GATE, _LOCK = "alive", "gate", ".run"
WHY = "The process of this run ended without finishing it: it was killed, or the machine stopped. Run it again."


@contextmanager
def alive(instance: "dg.DagsterInstance", run_id: str) -> Iterator[None]:
    """Show, for as long as the block lasts and this process lives, that the run is worked on."""
    folder = _folder(instance)
    lock = folder / f"{run_id}{_own_end()}"
    with ExitStack() as stack:
        # Between making the file and locking it, another process must not take it for abandoned.
        with exclusive(folder / _GATE):
            stack.enter_context(exclusive(lock))
        yield
        # Not after an error or Ctrl-C: then the free lock says that the run may still need to be ended.
        lock.unlink(missing_ok=True)


def stay_alive(instance: "dg.DagsterInstance", run_id: str) -> None:
    """Show it until this process ends, if nothing does yet: the last events of a run are written when nothing of ours runs."""
    if not _locks(_folder(instance), run_id):
        held = ExitStack()
        held.enter_context(alive(instance, run_id))
        atexit.register(held.close)


def end_abandoned(instance: "dg.DagsterInstance") -> tuple[str, ...]:
    """Report as failed the runs that nobody works on any more; return their ids. It lists one folder, empty as a rule."""
    folder = _folder(instance)
    ended = []
    with exclusive(folder / _GATE):
        for lock in _locks(folder):
            if not _is_free(lock):
                continue
            if _report(instance, _run_of(lock), WHY):
                ended.append(_run_of(lock))
            lock.unlink(missing_ok=True)
    return tuple(ended)


def is_abandoned(instance: "dg.DagsterInstance", run_id: str) -> bool:
    """Whether a run was worked on, and is not any more."""
    folder = _folder(instance)
    with exclusive(folder / _GATE):
        locks = _locks(folder, run_id)
        return bool(locks) and all(_is_free(lock) for lock in locks)


def own_runs(dagster_home: Path) -> tuple[str, ...]:
    """The runs that this process works on."""
    return tuple(_run_of(lock) for lock in _locks(dagster_home / _LOCKS) if lock.name.endswith(_own_end()))


def end_runs(instance: "dg.DagsterInstance", run_ids: tuple[str, ...], why: str) -> None:
    """Report as failed what this process works on, just before it ends."""
    for run_id in run_ids:
        _report(instance, run_id, why)


def _report(instance: "dg.DagsterInstance", run_id: str, why: str) -> bool:
    """Report a run as failed, unless it has ended, or never began; say if it was reported."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:
        return False
    instance.report_run_failed(run, why)
    return True


def _is_free(lock: Path) -> bool:
    """Whether no living process holds a lock."""
    try:
        with exclusive(lock, patience_seconds=0.0):
            return True
    except JournalError:
        return False


def _locks(folder: Path, run_id: str = "*") -> list[Path]:
    """The locks of a run, or of all; one as a rule."""
    return sorted(folder.glob(f"{run_id}.*{_LOCK}"))


def _run_of(lock: Path) -> str:
    """The run that a lock is of."""
    return lock.name.partition(".")[0]


def _own_end() -> str:
    """How the locks of this process end."""
    return f".{os.getpid()}{_LOCK}"


def _folder(instance: "dg.DagsterInstance") -> Path:
    """Where the locks of an instance are."""
    return Path(instance.root_directory) / _LOCKS
