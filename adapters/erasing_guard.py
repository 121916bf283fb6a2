"""Keeps an erasure and whoever writes to a project's lake or raw store apart.

Who writes shares a lock, an erasure holds it alone; it is released when the holder dies. What an erasure has begun stands in a
file until it is ended, and nobody writes meanwhile; who began before an erasure and would write after it is refused, too, for
what they write was made with the rows that went.

    <lake>/<project>/erasing.lock    the lock
    <lake>/<project>/erasing/act     what was begun, and is not ended
    <lake>/<project>/erasing/n_acts  how many erasures were ended
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.whole_files import CLOSED_FILE, make_folder, write_whole
from tenure.errors import ErasureError

_PATIENCE_SECONDS, _POLL_SECONDS = 60.0, 0.05
UNFINISHED = (
    "An erasure of people, or a retention, is not ended: a process was killed, or an older backup was restored. Until it is, "
    "nothing is written. Run it again: tenure erase --again; or, of a retention, tenure retention or tenure land."
)


@dataclass(frozen=True)
class ErasingGuard:
    """The guard of one project; `folder` is that of its lake."""

    folder: Path

    @property
    def lock(self) -> Path:
        """What is locked."""
        return self.folder / "erasing.lock"

    @property
    def act(self) -> Path:
        """Where what was begun stands."""
        return self.folder / "erasing" / "act"

    @property
    def n_acts(self) -> int:
        """How many erasures were ended here."""
        try:
            return int((self.folder / "erasing" / "n_acts").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0

    @property
    def is_unfinished(self) -> bool:
        """Whether an erasure was begun and not ended."""
        return self.act.exists()

    @contextmanager
    def writing(self, *, since: int | None = None) -> Iterator[None]:
        """Write, together with others who write.

        Parameters
        ----------
        since: how many erasures were ended when what is written was begun.

        Raises
        ------
        ErasureError: while an erasure is at work or not ended, and where one was ended since.
        """
        with self._held(fcntl.LOCK_SH, "An erasure is at work. Wait for it to end, then run this again."):
            if self.is_unfinished:
                raise ErasureError(UNFINISHED)
            if since is not None and since != self.n_acts:
                raise ErasureError(
                    "People were erased, or pseudonyms let go, while this ran, so what it made is not written. Run it again."
                )
            yield

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """Erase, alone.

        Raises
        ------
        ErasureError: while others write for longer than one waits.
        """
        with self._held(
            fcntl.LOCK_EX, "Something else is writing to this company's lake. Wait for it to end, then run this again."
        ):
            yield

    @contextmanager
    def still(self) -> Iterator[None]:
        """Read all of it, while no erasure is at work; one that was begun and left may be there.

        Raises
        ------
        ErasureError: while an erasure is at work for longer than one waits.
        """
        if not self.lock.exists():
            yield  # nobody ever wrote here, or erased
            return
        with self._held(fcntl.LOCK_SH, "An erasure is at work. Wait for it to end, then run this again."):
            yield

    def begin(self, content: str) -> None:
        """Note what is about to be done; it stands until `end`."""
        write_whole(self.act, content)

    def end(self, *, is_telling: bool = True) -> None:
        """All of it was done; where neither people nor pseudonyms went, what others made meanwhile may be written."""
        if is_telling:
            write_whole(self.folder / "erasing" / "n_acts", str(self.n_acts + 1))
        self.act.unlink(missing_ok=True)

    def drop(self) -> None:
        """Nothing of it was done."""
        self.act.unlink(missing_ok=True)

    @contextmanager
    def _held(self, how: int, otherwise: str) -> Iterator[None]:
        if not self.lock.exists():
            make_folder(self.folder)
            os.close(os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, CLOSED_FILE))
        handle = os.open(self.lock, os.O_RDONLY | os.O_CLOEXEC)
        try:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while True:
                try:
                    fcntl.flock(handle, how | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ErasureError(otherwise) from None
                    time.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(handle)
