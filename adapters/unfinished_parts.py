"""What killed processes leave in the lake: parts of tables that were being written, and are part of no table.

Delta's store writes a part under its name with `#` and a number, and renames it; a process killed in between leaves it there.
"""

import time
from contextlib import suppress
from pathlib import Path

# Longer than any step takes to write a part.
ABANDONED_AFTER_SECONDS = 6 * 3600.0


def left_over(folder: Path) -> tuple[Path, ...]:
    """The parts below a folder, of one table or of all, that nobody finishes any more."""
    before = time.time() - ABANDONED_AFTER_SECONDS
    found = []
    for part in sorted(folder.rglob("*.parquet#*")):
        # A process at work may rename its own meanwhile.
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < before:
                found.append(part)
    return tuple(found)


def sweep(folder: Path) -> int:
    """Remove them; return how many there were."""
    found = left_over(folder)
    for part in found:
        part.unlink(missing_ok=True)
    return len(found)
