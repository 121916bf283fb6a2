"""What a home takes on the disk, and its growth."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from home.disk import disk_use

NOW = datetime(2017, 11, 15, tzinfo=UTC)


def write(path: Path, size: int, *, days_ago: float) -> None:
    """A file of a size and an age."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    at = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))


def test_each_folder_is_measured_the_largest_first(tmp_path: Path) -> None:
    """What lies in the home itself is other."""
    write(tmp_path / "lake" / "shop" / "a.parquet", 1_000_000, days_ago=0)
    write(tmp_path / "raw" / "objects" / "b", 3_000_000, days_ago=0)
    write(tmp_path / "alerts.jsonl", 200_000, days_ago=0)
    (tmp_path / "link").symlink_to(tmp_path / "raw")

    found = disk_use(tmp_path, NOW)

    assert list(found.by_part_mb.items()) == [("raw", 3.0), ("lake", 1.0), ("other", 0.2)]
    assert found.total_mb == 4.2
    assert found.in_words == "4 MB on disk (raw 3, lake 1); growth: not known before the third day"


def test_the_first_day_is_no_daily_run(tmp_path: Path) -> None:
    """A first landing of years would be taken for each day's; what grows in place counts by its share."""
    write(tmp_path / "lake" / "first.parquet", 9_000_000, days_ago=11)
    for day in range(10):
        write(tmp_path / "lake" / f"{day}.parquet", 500_000, days_ago=day)
    write(tmp_path / "dagster" / "runs.db", 1_100_000, days_ago=0)

    assert disk_use(tmp_path, NOW).growth_mb_per_day == pytest.approx(0.5 + 0.1)


def test_an_empty_home_takes_nothing(tmp_path: Path) -> None:
    """And says so."""
    assert disk_use(tmp_path, NOW).in_words == "0 MB on disk (less than 1); growth: not known before the third day"
