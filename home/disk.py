"""What a home takes on the disk: by what, and how much more each day.

The growth is that of the last thirty days, without the day on which the home began: a first landing of years is no daily run.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

LOOK_BACK, FIRST_DAY = timedelta(days=30), timedelta(days=1)
# Files that grow where they are; each day brought its share of one since the home began.
_GROW = (".db", ".jsonl")
OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class DiskUse:
    """Megabytes by the folder they are in, largest first, and the growth in megabytes a day; None before the third day."""

    by_part_mb: dict[str, float]
    growth_mb_per_day: float | None

    @property
    def total_mb(self) -> float:
        """All of it."""
        return round(sum(self.by_part_mb.values()), 1)

    @property
    def in_words(self) -> str:
        """In a line."""
        parts = ", ".join(f"{name} {size:,.0f}" for name, size in self.by_part_mb.items() if size >= 1)
        growth = "not known before the third day" if self.growth_mb_per_day is None else f"{self.growth_mb_per_day:,.1f} MB a day"
        return f"{self.total_mb:,.0f} MB on disk ({parts or 'less than 1'}); growth: {growth}"


def disk_use(home: Path, now: datetime) -> DiskUse:
    """Measure a home; each file's size and time is asked for once."""
    found = [(_part(home, path), path.suffix, held.st_size, held.st_mtime) for path, held in _files(home)]
    by_part: dict[str, float] = {}
    for part, _, size, _ in found:
        by_part[part] = by_part.get(part, 0.0) + size / 1e6
    ordered = sorted(by_part.items(), key=lambda one: -one[1])
    return DiskUse(by_part_mb={name: round(size, 1) for name, size in ordered}, growth_mb_per_day=_growth(found, now))


def _growth(found: list[tuple[str, str, int, float]], now: datetime) -> float | None:
    """Megabytes a day since the home's first day, or of the last thirty."""
    at = now.timestamp()
    born = min((changed for *_, changed in found), default=at)
    since = max(at - LOOK_BACK.total_seconds(), born + FIRST_DAY.total_seconds())
    days = (at - since) / 86_400
    if days < 1:
        return None
    age_days = (at - born) / 86_400
    recent = [(suffix, size) for _, suffix, size, changed in found if changed >= since]
    each_day = sum(size / age_days if suffix in _GROW else size / days for suffix, size in recent)
    return round(each_day / 1e6, 2)


def _part(home: Path, path: Path) -> str:
    """The folder of the home that a file is in."""
    parts = path.relative_to(home).parts
    return parts[0] if len(parts) > 1 else OTHER


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every plain file below a folder; one that goes meanwhile is passed over."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    yield Path(entry.path), entry.stat(follow_symlinks=False)
