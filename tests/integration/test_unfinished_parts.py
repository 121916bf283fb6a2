"""Parts of tables that a killed process never finished."""

import os
from pathlib import Path

from adapters.unfinished_parts import ABANDONED_AFTER_SECONDS, sweep


def test_an_old_part_is_swept_and_all_else_stays(tmp_path: Path) -> None:
    """A part that is being written, finished parts and the table's log are left alone."""
    table = tmp_path / "lake" / "shop" / "daily" / "purchase"
    (table / "_delta_log").mkdir(parents=True)
    names = ("part-0.parquet#1", "part-1.parquet#12", "part-1.parquet", "_delta_log/00000000000000000000.json")
    for name in names:
        (table / name).write_bytes(b"x")
    for name in (names[0], names[2], names[3]):
        long_ago = (table / name).stat().st_mtime - ABANDONED_AFTER_SECONDS - 60
        os.utime(table / name, (long_ago, long_ago))

    assert sweep(tmp_path / "lake") == 1
    assert [(table / name).exists() for name in names] == [False, True, True, True]
    assert sweep(tmp_path / "nowhere") == 0
