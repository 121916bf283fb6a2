"""Files that are replaced whole: who reads meanwhile, or after a killed process, finds the old one or the new one."""

import os
import secrets
from pathlib import Path

from adapters.journal import sync_folder


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside, bring it to disk, then rename; the folder is made where there is none. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    return path
