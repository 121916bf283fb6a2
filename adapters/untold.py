"""Alerts that a place did not take, kept until it does: one JSON line each, the place's name beside the alert."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rfc8785

from adapters.journal import Journal
from adapters.whole_files import write_whole

_PLACE = "place"


class Untold:
    """What is still to be told, in `<home>/alerts-untold.jsonl`."""

    def __init__(self, home: Path) -> None:
        """Name the file; nothing is created until something could not be told."""
        self._journal = Journal(home / "alerts-untold.jsonl")

    def keep(self, place: str, content: Mapping[str, str]) -> None:
        """Keep an alert for a place."""
        with self._journal.locked():
            self._journal.append({**content, _PLACE: place})

    def tell(self, place: str, send: Callable[[Mapping[str, Any]], None]) -> Exception | None:
        """Tell a place what was kept for it, oldest first, until it takes no more; return why it did not."""
        if not self._journal.path.exists():
            return None
        with self._journal.locked():
            kept = self._journal.read()
            told, why = self._tell([line for line in kept if line[_PLACE] == place], send)
            if told:
                left = [line for line in kept if line not in told]
                write_whole(self._journal.path, b"".join(rfc8785.dumps(line) + b"\n" for line in left))
        return why

    @staticmethod
    def _tell(
        lines: list[dict[str, Any]], send: Callable[[Mapping[str, Any]], None]
    ) -> tuple[list[dict[str, Any]], Exception | None]:
        """What a place took, and what it said to the first that it did not."""
        for i, line in enumerate(lines):
            try:
                send({name: value for name, value in line.items() if name != _PLACE})
            except Exception as error:
                # Whatever the place's library raises: the alert stays kept, and is told another time.
                return lines[:i], error
        return lines, None
