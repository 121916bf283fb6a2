"""What lies where files are delivered, against what was landed: files that came since, never came, or that nobody will take.

Only sources that are read from files have a doorstep, and every source has an inbox. Taking a file is `readers.py`'s.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from adapters.raw_store import RawStore
from adapters.readers import FORMATS, event_day_of
from adapters.readers.places import is_address, is_pattern
from tenure.contracts import Files, Snapshots, Source
from tenure.contracts.readers import day_in, is_of_days, of_day
from tenure.project import Project

# What looks like a delivery; a README beside them is none.
_DELIVERY = re.compile(r"(?i)\.(csv|tsv|txt|parquet|json|jsonl|xlsx?|gz|zip|bz2|zst)\b")
_HIDDEN = (".", "~")


@dataclass(frozen=True, kw_only=True)
class Doorstep:
    """What lies at the door of a project.

    Parameters
    ----------
    late: keys for which a file lies there that was not landed, with the sources: it came, or changed, after the day was run.
    absent: for each source the keys that were landed as days without rows, because no file came and none had to.
    nobodys: files that no source and no day will ever take, as their paths.
    """

    late: Mapping[date, tuple[str, ...]]
    absent: Mapping[str, tuple[date, ...]]
    nobodys: tuple[str, ...]


def look(project: Project, raw: RawStore, inbox: Path, keys: Sequence[date]) -> Doorstep:
    """Look at the doorstep for keys that were run; nothing is taken and nothing is read but files that changed since."""
    late: dict[date, list[str]] = {}
    absent: dict[str, tuple[date, ...]] = {}
    for source in project.sources:
        lying, without = _of_source(project, raw, source, inbox / project.name / source.name, keys)
        for key in lying:
            late.setdefault(key, []).append(source.name)
        if without:
            absent[source.name] = without
    nobodys = sorted({*_nobodys_of_readers(project), *_nobodys_of_inbox(project, inbox)})
    return Doorstep(late={key: tuple(late[key]) for key in sorted(late)}, absent=absent, nobodys=tuple(map(str, nobodys)))


def _of_source(
    project: Project, raw: RawStore, source: Source, inbox: Path, keys: Sequence[date]
) -> tuple[list[date], tuple[date, ...]]:
    """For one source the keys whose file was not landed, and those landed without one."""
    landed, undelivered = raw.landed_at(project.name, source.name), raw.undelivered_keys(project.name, source.name)
    placed, folders = _files(inbox), dict[Path, frozenset[str]]()
    late, absent = [], []
    for key in keys:
        own = [inbox / name for name in (f"{event_day_of(key)}.{kind}" for kind in FORMATS) if name in placed]
        if not own and _is_watched(source) and (not source.is_static or key == project.first_key):
            file = Path(of_day(_pattern(source), event_day_of(key)))
            if file.parent not in folders:
                folders[file.parent] = _files(file.parent)
            if file.name in folders[file.parent]:
                own = [file]
            elif isinstance(source.reader, Snapshots):
                continue  # most days bring none
            elif key in landed and _may_lack(source, event_day_of(key)) and not _rows(raw, project, source, key):
                absent.append(key)
        if len(own) == 1 and (key in undelivered or (key in landed and _differs(raw, project, source, key, own[0], landed[key]))):
            late.append(key)
    return late, tuple(absent)


def _is_watched(source: Source) -> bool:
    """Whether a source has one file for a day on this machine, under one name."""
    pattern = _pattern(source)
    return is_of_days(pattern) and not is_address(pattern) and not is_pattern(pattern)


def _may_lack(source: Source, event_day: date) -> bool:
    """Whether a file of a day on which the source delivers need not come; that none comes on other days is no news."""
    return source.delivered.include(event_day) and source.minimum_on(event_day) == 0


def _pattern(source: Source) -> str:
    """Where the files of a source lie; empty for other readers."""
    return source.reader.pattern if isinstance(source.reader, Files | Snapshots) else ""


def _rows(raw: RawStore, project: Project, source: Source, key: date) -> int | None:
    """How many rows were landed."""
    receipt = raw.receipt(project.name, source.name, key)
    return receipt.n_rows if receipt else 0


def _differs(raw: RawStore, project: Project, source: Source, key: date, file: Path, landed_at: float) -> bool:
    """Whether a file is another than the one landed; one that was not touched since is not even read."""
    try:
        if file.stat().st_mtime <= landed_at:
            return False
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:  # it was taken away meanwhile
        return False
    receipt = raw.receipt(project.name, source.name, key)
    return receipt is not None and receipt.sha256 != found


def _files(folder: Path) -> frozenset[str]:
    """The names of a folder's files; none where there is no folder, or it may not be read."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file() and not entry.name.startswith(_HIDDEN))
    except OSError:
        return frozenset()


def _nobodys_of_readers(project: Project) -> Iterator[Path]:
    """Deliveries that lie beside those that are taken, under a name that no day has."""
    patterns: dict[Path, list[str]] = {}
    for source in project.sources:
        if _is_watched(source):
            path = Path(_pattern(source))
            if "{day" not in str(path.parent):
                patterns.setdefault(path.parent, []).append(path.name)
    for folder, names in patterns.items():
        for file in _files(folder):
            if _DELIVERY.search(file) and not any(_is_day(name, file, project) for name in names):
                yield folder / file


def _nobodys_of_inbox(project: Project, inbox: Path) -> Iterator[Path]:
    """Files in the inbox under no source, or under a name that is no day; other projects have folders of their own."""
    yield from (inbox / name for name in _files(inbox))
    own = inbox / project.name
    yield from (own / name for name in _files(own))
    for folder in sorted(path for path in own.glob("*") if path.is_dir()):
        is_source = folder.name in {source.name for source in project.sources}
        names = [f"{{day}}.{kind}" for kind in FORMATS] if is_source else []
        yield from (folder / f for f in _files(folder) if not any(_is_day(name, f, project) for name in names))


def _is_day(pattern: str, name: str, project: Project) -> bool:
    """Whether a name is that of an event day of the project."""
    day = day_in(pattern, name)
    return day is not None and project.first_day <= day <= (project.last_day or date.max)
