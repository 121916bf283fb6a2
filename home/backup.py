"""Backup and restore of a home: what is in it, in an order in which everything that a file speaks of is taken after it.

People may work meanwhile: a log that was taken names packages and raw bytes that were there before it was, and those are taken
later. The private keys, and what else is a secret by itself, go into an archive of their own, or nowhere. What is made again
without loss (reports, the lanes of trainings, Dagster's history of runs) is left out.
"""

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.at_rest import at_rest
from adapters.data_keys import FOLDER as ENCRYPTION
from adapters.data_keys import MARK as ENCRYPTED
from adapters.erasing_guard import ErasingGuard
from adapters.private_folder import private_folder
from adapters.settings import Settings, catalogue_in, named_settings
from adapters.whole_files import make_folder
from home.archive import Around, Member, pack, unpack
from home.companies import NAME as COMPANIES
from home.format import FORMAT, NAME, format_of
from tenure.errors import HomeError

# In the order in which they are taken. The witness before the log, which must not end before what the witness saw.
_PARTS = (
    NAME,
    COMPANIES,
    "trust",
    "witness",
    "store/log.db",
    "store",
    "candidates",
    "lake",
    "raw/receipts",
    "raw/wholes",
    "raw",
    "inbox",
    "review",
    "mlflow",
    "dagster/schedules",
    "lineage",
    # After what names them: a key is made before what it closes is written.
    ENCRYPTION,
    ENCRYPTED,
    "alerts.jsonl",
    "looked_up.jsonl",
    "published.jsonl",
    "access_audits",
    "requests.jsonl",
)
_SECRETS = ("mlflow/accounts.ini", "mlflow/basic_auth.ini")
# What an act wrote beside, which ends it after a restore.
BESIDE = ".erased"
_PASSING = (".lock", ".new", "-wal", "-shm", "-journal")
_KIND, _HOME, _KEYS, _SETTINGS = "kind", "home", "keys", "settings"
KEYS_FOLDER = "keys"


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What a backup holds, and what it does not."""

    n_files: int
    n_bytes: int
    left_out: tuple[str, ...]


def back_up(settings: Settings, target: Path, *, now: datetime) -> Packed:
    """Write everything that cannot be made again into one archive, without any private key.

    Raises
    ------
    HomeError: when the target lies in the home, or there is a file already.
    """
    _require_outside(settings, target)
    about = {_KIND: _HOME, "format": format_of(settings.home), "at": now.isoformat(), _SETTINGS: named_settings()}
    with _scratch(settings) as folder, _nobody_erasing(settings):
        n_files = pack(_members(settings, folder), target, about, _around(settings))
    return Packed(n_files=n_files, n_bytes=target.stat().st_size, left_out=tuple(_left_out(settings)))


def back_up_keys(settings: Settings, target: Path, *, now: datetime) -> int:
    """Write the private keys, and the catalogue's passwords, into an archive of their own; return how many files.

    Raises
    ------
    HomeError: as `back_up`.
    """
    _require_outside(settings, target)
    keys = (Member(name=f"{KEYS_FOLDER}/{_name(path, settings.keys)}", path=path) for path in _files(settings.keys))
    others = (Member(name=name, path=settings.home / name) for name in _SECRETS if (settings.home / name).exists())
    return pack((*keys, *others), target, {_KIND: _KEYS, "at": now.isoformat()}, _around(settings))


def restore(settings: Settings, source: Path, keys: Path | None = None) -> dict[str, str]:
    """Make a home from a backup, and put its keys where this installation keeps them. It is there whole, or not at all.

    Returns the settings that were set when the backup was made: they are the environment's, and not restored.

    Raises
    ------
    HomeError: when there is a home already, an archive is none or of another kind, or was changed since it was made.
    """
    home = settings.home
    if home.exists() and any(path.name != KEYS_FOLDER for path in home.iterdir()):
        raise HomeError(f"There is something at {home} already, and a backup replaces nothing. Name another TENURE_HOME.")
    if keys is not None and settings.keys.exists() and any(settings.keys.iterdir()):
        raise HomeError(f"There are keys in {settings.keys} already, and a backup replaces none. Move them, or leave out --keys.")
    kept = at_rest(settings)
    aside = home.with_name(f".{home.name}.{secrets.token_hex(4)}.restoring")
    try:
        make_folder(aside)
        manifest = unpack(source, aside, kept.open_travelled)
        _require_kind(source, manifest, _HOME)
        number = manifest.get("format")
        if not isinstance(number, int) or number > FORMAT:
            raise HomeError(f"{source} is of format {number}, of a newer Tenure; this one reads {FORMAT}. Install that one.")
        if keys is not None:
            _require_kind(keys, unpack(keys, aside, kept.open_travelled), _KEYS)
        _place(settings, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    held = manifest.get(_SETTINGS)
    return {str(name): str(value) for name, value in held.items()} if isinstance(held, dict) else {}


@contextmanager
def _nobody_erasing(settings: Settings) -> Iterator[None]:
    """Let no erasure be at work meanwhile: of one that a killed process left, all is taken as it lies there."""
    with ExitStack() as held:
        for lake in sorted(settings.lake.glob("*")):
            held.enter_context(ErasingGuard(lake).still())
        yield


def _around(settings: Settings) -> Around:
    """Archives of a home that is kept encrypted are encrypted, each under a data key that it carries."""
    kept = at_rest(settings)
    return kept.travelling if kept.is_on else nullcontext


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """Where databases are copied to: of a home that is kept encrypted where nothing plain stays."""
    if at_rest(settings).is_on:
        with private_folder(settings.home, sum(path.stat().st_size for path in settings.home.rglob("*.db"))) as folder:
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="tenure-backup-") as name:
            yield Path(name)


def _place(settings: Settings, aside: Path) -> None:
    """Put what was unpacked where it belongs: keys and witness may have places of their own."""
    home = settings.home
    for name, place in ((KEYS_FOLDER, settings.keys), ("witness", settings.witness)):
        if (aside / name).exists() and place != home / name:
            if place.exists() and any(place.iterdir()):
                continue  # what is there, under another owner perhaps, is newer or equal
            shutil.copytree(aside / name, place, dirs_exist_ok=True)
            shutil.rmtree(aside / name)
    if home.exists():
        for path in home.iterdir():
            if not (aside / path.name).exists():
                path.rename(aside / path.name)
        shutil.rmtree(home)
    aside.rename(home)


def _members(settings: Settings, scratch: Path) -> Iterator[Member]:
    """The files of a home, part after part; databases as they stand between two changes, journals up to a line's end."""
    taken: set[str] = set()
    for part in _PARTS:
        place = settings.witness if part == "witness" else settings.home / part
        root = settings.witness.parent if part == "witness" else settings.home
        for path in _files(place):
            name = f"witness/{_name(path, place)}" if part == "witness" else _name(path, root)
            if name in taken or name in _SECRETS:
                continue
            taken.add(name)
            yield _member(name, path, scratch)


def _member(name: str, path: Path, scratch: Path) -> Member:
    """One file as it is to be taken."""
    if path.suffix == ".db":
        copy = scratch / secrets.token_hex(8)
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as held,
            closing(sqlite3.connect(copy)) as to,
        ):
            held.backup(to)
        shutil.copystat(path, copy)
        return Member(name=name, path=copy)
    if path.suffix == ".jsonl":
        content = path.read_bytes()
        return Member(name=name, content=content[: content.rfind(b"\n") + 1], at_seconds=path.stat().st_mtime)
    return Member(name=name, path=path)


def _files(place: Path) -> Iterator[Path]:
    """The plain files at a place, a table's log before its parts; what is being written, and locks, are none."""
    if place.is_file():
        yield place
        return
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name != "aside" and not name.startswith(".tmp-"))
        if "_delta_log" in folders:
            yield from _table(Path(folder))
            folders.remove("_delta_log")
        else:
            yield from (Path(folder) / name for name in sorted(names) if not _is_passing(name))


def _table(folder: Path) -> Iterator[Path]:
    """A Delta table: its log, then its parts; first what names the newest checkpoint, which is there before it is named."""
    log = [path for path in (folder / "_delta_log").iterdir() if path.is_file() and not _is_passing(path.name)]
    yield from sorted(log, key=lambda path: (path.name != "_last_checkpoint", path.name))
    yield from sorted(path for path in folder.iterdir() if path.is_file() and not _is_passing(path.name))


def _is_passing(name: str) -> bool:
    """Whether a file is a lock, or something that is being written; what an act that was begun wrote beside is kept with it."""
    return not name.endswith(BESIDE) and _is_written(name)


def _is_written(name: str) -> bool:
    return name.endswith(_PASSING) or "#" in name or name.startswith(".")


def _name(path: Path, root: Path) -> str:
    """The name of a file in the archive."""
    return path.relative_to(root).as_posix()


def _left_out(settings: Settings) -> Iterator[str]:
    """What somebody has to keep by other means."""
    if settings.promotion_log_named:
        yield "the promotion log, which is in the database that TENURE_PROMOTION_LOG names"
    if settings.inbox != settings.home / "inbox" and settings.inbox.exists():
        yield f"the inbox {settings.inbox}, which TENURE_INBOX names"
    if settings.tracking_uri != catalogue_in(settings.home):
        yield "MLflow's store, which TENURE_TRACKING_URI names"
    yield "private keys, which have an archive of their own (--keys)"


def _require_outside(settings: Settings, target: Path) -> None:
    """Refuse a backup that would be lost with the home."""
    if target.resolve().is_relative_to(settings.home):
        raise HomeError(f"{target} lies in the home itself, and would be lost with it. Name a place on another disk.")


def _require_kind(source: Path, manifest: dict[str, object], kind: str) -> None:
    """Refuse the keys' archive in the home's place, and the other way round."""
    if manifest.get(_KIND) != kind:
        raise HomeError(
            f"Expected a backup of the {kind} in {source}, found one of the {manifest.get(_KIND)}. Name the other file."
        )
