"""Proofs of the log for pages: what was proved of it once is not proved again, and of a log that grew only what came after."""

import threading
from dataclasses import dataclass

from governance.records.ledger import Ledger
from governance.rules.verify import HistoryReport
from governance.stores.signed_log import SignedLog
from home.sight import Sight
from review.records import Line, lines


@dataclass(frozen=True, kw_only=True)
class Proved:
    """A log, the witness's copies that it was held against, and what was found; a line for each record."""

    ledger: Ledger
    copies: tuple[bytes, ...]
    report: HistoryReport
    lines: tuple[Line, ...]


class Proofs:
    """The proof of a room's log; one at a time, for two visitors need no two."""

    def __init__(self) -> None:
        """Nothing is proved yet."""
        self._last: Proved | None = None
        self._lock = threading.Lock()

    def of(self, sight: Sight) -> Proved | None:
        """The log as this look sees it, proved; None before there is a trust root."""
        if sight.ledger is None:
            return None
        log = SignedLog(sight.workplace.settings, sight.workplace.clock)
        copies, entries = log.witnessed(sight.ledger), sight.ledger.entries
        with self._lock:
            last = self._last
            if last is not None and (last.ledger.entries, last.copies) == (entries, copies):
                return last
            # Compared byte by byte: only a log that begins as the proved one did is a continuation of it.
            begins = last is not None and entries[: last.ledger.size] == last.ledger.entries
            report = log.prove(sight.ledger, known=last.report if last is not None and begins else None)
            self._last = Proved(ledger=sight.ledger, copies=copies, report=report, lines=lines(sight.ledger, report))
            return self._last
