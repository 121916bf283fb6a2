"""Files that must be their owner's alone: keys, passphrases, passwords, accounts.

One check for all of them, made on the opened file, so that none can be put in its place. What a file holds is its reader's.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from adapters.whole_files import write_new
from tenure.errors import TenureError

_LONGEST_BYTES = 10_000
# A link is not followed, and a pipe in a file's place is not waited for.
_CAREFULLY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, kw_only=True)
class ClosedFile:
    """A file, and how to speak of it.

    Parameters
    ----------
    what: what it holds, as "the key".
    error: the error that a refusal raises.
    if_missing: what to do where there is none.
    if_open: what else to do where others could read it.
    """

    path: Path
    what: str
    error: type[TenureError]
    if_missing: str = "Restore it."
    if_open: str = ""

    def read(self) -> bytes:
        """What the file holds.

        Raises
        ------
        TenureError: of the kind `error`, when there is no file, it is a link, another account's, or open to others.
        """
        with os.fdopen(self._open(os.O_RDONLY), "rb") as file:
            content = file.read(_LONGEST_BYTES + 1)
        if len(content) > _LONGEST_BYTES:
            raise self.error(
                f"Expected {self.what} at {self.path}, found more than {_LONGEST_BYTES} bytes: another file. {self.if_missing}"
            )
        return content

    def read_text(self) -> str:
        """What a file of text holds; raises as `read` does, and for bytes that are no UTF-8."""
        try:
            return self.read().decode()
        except UnicodeDecodeError:
            raise self.error(f"Expected {self.what} at {self.path} as UTF-8 text, found other bytes. {self.if_missing}") from None

    def make(self) -> None:
        """Make the file, empty, where there is none; refuse one that is there as `read` does."""
        os.close(self._open(os.O_RDWR | os.O_CREAT))

    def write_new(self, content: bytes) -> None:
        """Write a file that is not there yet and bring it to disk; raises FileExistsError where there is one."""
        write_new(self.path, content)

    def _open(self, how: int) -> int:
        """A handle of the file, once it was found closed; the caller closes the handle."""
        try:
            handle = os.open(self.path, how | _CAREFULLY, 0o600)
        except OSError as error:
            raise self.error(
                f"Expected {self.what} at {self.path}, found none that can be opened ({error.strerror}; a link is not followed). "
                f"{self.if_missing}"
            ) from None
        try:
            self._check(os.fstat(handle))
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _check(self, found: os.stat_result) -> None:
        """Refuse what is no plain file, another account's, or open to others."""
        about = f"{self.what[:1].upper()}{self.what[1:]} at {self.path}"
        if not stat.S_ISREG(found.st_mode):
            raise self.error(f"{about} is no plain file. {self.if_missing}")
        if found.st_uid != os.geteuid():
            raise self.error(f"{about} belongs to another account of this machine. Use a file of your own account.")
        if (mode := stat.S_IMODE(found.st_mode)) & 0o077:
            words = f"{about} may be read by others, or changed (mode {mode:04o}). Close it: chmod 600 {self.path}."
            raise self.error(f"{words} {self.if_open}".rstrip())
