"""The witness: a second place, best under another owner, that keeps every checkpoint it is shown and gives none back changed.

One line per checkpoint, appended and synced, never rewritten. What a copy proves is `governance/records/ledger.check_witnessed`.
"""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.journal import exclusive
from adapters.whole_files import append_lines
from governance.records.ledger import Ledger, check_witnessed
from governance.records.log import Checkpoint, peek_checkpoint, sign_checkpoint
from tenure.canonical import moment
from tenure.errors import JournalError


class Witness:
    """The checkpoints below one folder."""

    def __init__(self, folder: Path) -> None:
        """Name the place; nothing is created until the first checkpoint."""
        self._path = folder / "checkpoints.jsonl"
        self._lock = folder / "checkpoints.lock"

    def copies(self) -> tuple[bytes, ...]:
        """Every checkpoint kept, oldest first.

        Raises
        ------
        JournalError: when the last line was never completed: a copy was torn, and nobody can say of what.
        """
        content = self._content()
        if content and not content.endswith(b"\n"):
            # A line that is being written may be seen in part: whoever writes it holds the lock.
            with exclusive(self._lock):
                content = self._content()
        return self._lines(content)

    def _lines(self, content: bytes) -> tuple[bytes, ...]:
        """The lines of the file; refuses a torn one."""
        if content and not content.endswith(b"\n"):
            raise JournalError(
                f"Expected whole lines in {self._path}, found the last one torn (a process killed while writing). "
                "Look at it, remove that line, then let the witness see the log again."
            )
        return tuple(content.splitlines())

    def see(self, ledger: Ledger, *, now: datetime, key: Ed25519PrivateKey) -> None:
        """Sign and keep where a log ends, once it was found to continue what was seen before.

        Parameters
        ----------
        ledger: the verified log.
        key: the witness's own, so that the holder of the log's key cannot make a copy.

        Raises
        ------
        RefusedError: when the log was cut back or rewritten since. Nothing is kept.
        """
        with exclusive(self._lock):
            copies, head = self._lines(self._content()), ledger.head
            check_witnessed(ledger, copies)
            if copies and peek_checkpoint(copies[-1]).size == head.size:
                return
            seen = Checkpoint(origin=ledger.origin, size=head.size, root_hash=head.root_hash, at=moment(now))
            append_lines(self._path, sign_checkpoint(seen, key) + b"\n")

    def _content(self) -> bytes:
        """The whole file; empty before the first copy."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
