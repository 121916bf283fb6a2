"""What killed processes leave half written: in the lake, the raw store and the store of packages.

Whoever writes a file or folder whole writes it under another name and renames it; a process killed in between leaves it there.
"""

import shutil
import time
from contextlib import suppress
from pathlib import Path

# Longer than anything takes to write.
ABANDONED_AFTER_SECONDS = 6 * 3600.0
# Delta's store writes a part of a table under its name with `#` and a number.
PARTS_OF_TABLES = "**/*.parquet#*"


def left_over(folder: Path, named: str = PARTS_OF_TABLES) -> tuple[Path, ...]:
    """Files and folders below a folder, so named, that nobody finishes any more."""
    before = time.time() - ABANDONED_AFTER_SECONDS
    found = []
    for part in sorted(folder.glob(named)):
        # A process at work may rename its own meanwhile.
        with suppress(FileNotFoundError):
            if part.lstat().st_mtime < before:
                found.append(part)
    return tuple(found)


def sweep(folder: Path, named: str = PARTS_OF_TABLES) -> int:
    """Remove them; return how many there were."""
    found = left_over(folder, named)
    for part in found:
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
    return len(found)
