"""A lock on a folder itself, for as long as some lines take: no file is made for it, and it is released when its holder dies.

Whoever holds it shared goes on beside others who do; whoever holds it alone waits for them, and they for it. It is taken last and
held briefly, so nobody asks for another lock of this kind but that of the data keys while holding one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.whole_files import make_folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder alone."""
    with _held(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def together(folder: Path) -> Iterator[None]:
    """Hold a folder with others who do."""
    with _held(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(make_folder(folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
