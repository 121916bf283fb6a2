"""Runs that ended with their process: how they are noticed, and how they are ended in Dagster's eyes too.

A killed process cannot say that it died, and where no daemon watches, its run would show as started for ever. So a process holds
a lock named after its run, which the system takes back however the process ends. A lock that can be taken is that of a run
nobody works on: true on any host that shares the folder, in a copy of it, and when a process number is used again. Runs that
the UI or the daemon launches have no such lock; Dagster watches those itself.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg

from adapters.journal import exclusive
from tenure.errors import JournalError

_LOCKS, _GATE, _LOCK = "alive", "gate", ".run"
WHY = "The process of this run ended without finishing it: it was killed, or the machine stopped. Run it again."


@contextmanager
def alive(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Show, for as long as the block lasts and this process lives, that the run is worked on."""
    folder = _folder(instance)
    lock = folder / f"{run_id}{_LOCK}"
    with ExitStack() as stack:
        # Between making the file and locking it, another process must not take it for abandoned.
        with exclusive(folder / _GATE):
            stack.enter_context(exclusive(lock))
        yield
        # Not after an error or Ctrl-C: then the free lock says that the run may still need to be ended.
        lock.unlink(missing_ok=True)


def end_abandoned(instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Report as failed the runs that nobody works on any more; return their ids. It lists one folder, empty as a rule."""
    folder = _folder(instance)
    ended = []
    with exclusive(folder / _GATE):
        for lock in sorted(folder.glob(f"*{_LOCK}")):
            if _is_held(lock):
                continue
            run = instance.get_run_by_id(lock.stem)
            if run is not None and not run.is_finished:
                instance.report_run_failed(run, WHY)
                ended.append(run.run_id)
            lock.unlink(missing_ok=True)
    return tuple(ended)


def _is_held(lock: Path) -> bool:
    """Whether a living process holds a lock."""
    try:
        with exclusive(lock, patience_seconds=0.0):
            return False
    except JournalError:
        return True


def _folder(instance: dg.DagsterInstance) -> Path:
    """Where the locks of an instance are."""
    return Path(instance.root_directory) / _LOCKS
