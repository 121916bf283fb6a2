"""A folder for what must be plain for a while: its owner's alone, in memory where there is room, gone when the step ends.

A process that is killed leaves it behind; the lock that its process held is then free, and the next that looks removes it. In
memory nothing of it reaches a disk, unless the machine swaps; elsewhere it lies in the home, beside what it was made from.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.whole_files import CLOSED_FILE, make_folder

MEMORY = Path("/dev/shm")  # noqa: S108 - not a shared file: a folder of mode 0700 with a name of its own is made in it
IN_HOME, _LOCK = "plain", "lock"
# What else needs memory keeps as much again.
_ROOM = 2


@contextmanager
def private_folder(home: Path, n_bytes: int) -> Iterator[Path]:
    """An empty folder for so many bytes, removed at the end; what killed processes left of this home goes first."""
    sweep_private(home)
    root = MEMORY if _has_room(n_bytes) else make_folder(home / IN_HOME)
    folder = Path(tempfile.mkdtemp(prefix=_prefix(home), dir=root))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, CLOSED_FILE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep_private(home: Path) -> int:
    """Remove such folders of a home whose process is gone; return how many there were."""
    n = 0
    for root in (MEMORY, home / IN_HOME):
        for folder in root.glob(f"{_prefix(home)}*"):
            # One that was made this moment has no lock yet, and one that ends now has none any more.
            with suppress(OSError):
                lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                    n += 1
                finally:
                    os.close(lock)
    return n


def _has_room(n_bytes: int) -> bool:
    """Whether memory takes so much."""
    try:
        held = os.statvfs(MEMORY)
    except OSError:
        return False
    return os.access(MEMORY, os.W_OK | os.X_OK) and held.f_bavail * held.f_frsize > _ROOM * n_bytes


def _prefix(home: Path) -> str:
    """What such folders of a home are called."""
    return f"tenure-plain-{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]}-"
