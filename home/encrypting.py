"""What of a home is kept encrypted and what is not, and how what lay there before comes to be encrypted.

Which file goes under which data key stands here once: batches and whole tables by their source, test rows, rows of trainings.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.at_rest import at_rest, lanes
from adapters.data_keys import DataKeys
from adapters.erasing_guard import ErasingGuard
from adapters.private_folder import sweep_private
from adapters.raw_objects import ENDED, category
from adapters.raw_store import RawStore
from adapters.receipts import Receipt
from adapters.settings import Settings
from adapters.whole_files import write_whole
from governance.stores.measured_rows import CATEGORY as TEST_ROWS
from tenure.errors import EncryptionError

BATCHES, WHOLES, ROWS, TRAININGS = "batches as received", "tables read whole", "test rows", "rows of trainings"
# Of what is covered nowhere, and what to do about it.
NEVER = (
    "lake: not encrypted (deltalake can neither write nor read encrypted files); put the home on an encrypted file system",
    "promotion log, packages, cards, accounts, the inbox, MLflow's and Dagster's state: not encrypted; the same",
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that is kept encrypted once encryption was begun: which part of the home it is of, and what its data key is of.

    Of what was delivered `digest` is known, that of the plain bytes.
    """

    part: str
    path: Path
    category: str
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """How many files of a part are encrypted, and how many are not."""

    name: str
    n_encrypted: int
    n_plain: int

    @property
    def in_words(self) -> str:
        """As a line says it."""
        n = self.n_encrypted + self.n_plain
        if not n:
            return f"{self.name}: none yet"
        if not self.n_plain:
            return f"{self.name}: encrypted ({n:,} files)"
        return f"{self.name}: {self.n_plain:,} of {n:,} files are NOT encrypted; `tenure encryption begin` ends what it began"


@dataclass(frozen=True, kw_only=True)
class Encrypted:
    """How a home that is kept encrypted stands: its parts, and a sentence for each thing to be said of its keys."""

    parts: tuple[Part, ...]
    keys: tuple[str, ...]


def kept_files(settings: Settings) -> Iterator[Kept]:
    """Every file that is kept encrypted where encryption was begun."""
    first = dict[tuple[str, str], Receipt]()
    for _, receipt in RawStore(settings.raw).all_receipts():
        first.setdefault((receipt.sha256, receipt.format), receipt)
    for path in _files(settings.raw / "objects"):
        digest, _, written = path.name.partition(".")
        receipt = first.get((digest, written))
        own = category(receipt.project, receipt.source) if receipt else ENDED
        yield Kept(part=BATCHES, path=path, category=own, digest=digest)
    for path in _files(settings.raw / "wholes"):
        if path.suffix != ".whole":
            project, source = path.relative_to(settings.raw / "wholes").parts[:2]
            yield Kept(part=WHOLES, path=path, category=category(project, source), digest=path.name.partition(".")[0])
    for path in _files(settings.home / "store" / "test_rows"):
        yield Kept(part=ROWS, path=path, category=TEST_ROWS)
    for path in _files(settings.lanes):
        if path.name != "latest":
            yield Kept(part=TRAININGS, path=path, category=lanes(path.relative_to(settings.lanes).parts[0]))


def standing(settings: Settings) -> tuple[Part, ...]:
    """How each part stands."""
    home, found = at_rest(settings), {name: [0, 0] for name in (BATCHES, WHOLES, ROWS, TRAININGS)}
    for kept in kept_files(settings):
        found[kept.part][not home.is_closed(kept.path, kept.digest)] += 1
    return tuple(Part(name=name, n_encrypted=counts[0], n_plain=counts[1]) for name, counts in found.items())


def encrypted(settings: Settings) -> Encrypted | None:
    """How a home that is kept encrypted stands; None where encryption was never begun."""
    keys = at_rest(settings).keys
    if keys is None or not keys.is_begun:
        return None
    return Encrypted(parts=standing(settings), keys=tuple(_of_keys(settings, keys)))


def in_words(settings: Settings) -> Iterator[str]:
    """What of a home is encrypted, for where people look; nothing where encryption was never begun."""
    found = encrypted(settings)
    if found is None:
        return
    yield "Encrypted at rest:"
    lines = (*(part.in_words for part in found.parts), "backups: encrypted", *NEVER, *found.keys)
    yield from (f"  {line}" for line in lines)


def _of_keys(settings: Settings, held: DataKeys) -> Iterator[str]:
    """What is to be said of the keys."""
    try:
        held.require_folder()
        keys = settings.encryption.keys(home=settings.home)
    except EncryptionError as error:
        yield f"NOTHING OF IT CAN BE OPENED NOW: {error}"
        return
    by = {one.by for one in held.all() if one.by}
    if missing := by - {key.name for key in keys}:
        yield f"NOT ALL OF IT CAN BE OPENED: data keys are wrapped by {', '.join(sorted(missing))}, which is not here."
    if by & {key.name for key in keys[1:]}:
        yield "Data keys are still wrapped by an earlier installation key: tenure encryption rotate"
    for one in held.all():
        if one.destroyed_at:
            yield f"{one.category}: its key was destroyed on {one.destroyed_at[:10]} ({one.reason})"


def begin(settings: Settings) -> int:
    """Encrypt everything that is written from now on, and what is there; return how many files were still plain.

    Whoever writes waits meanwhile, or is waited for. A process that is killed leaves some files plain, which are read as before,
    and encrypted by the same command.

    Raises
    ------
    EncryptionError: where the installation's key is missing or lies in the home; nothing is changed then.
    """
    kept, n = at_rest(settings), 0
    if kept.keys is None:
        raise AssertionError("a home has a place for its keys")
    sweep_private(settings.home)
    with ExitStack() as alone:
        for folder in sorted(path for path in settings.lake.glob("*") if path.is_dir()):
            alone.enter_context(ErasingGuard(folder).erasing())
        kept.keys.begin()
        for one in kept_files(settings):
            if not kept.is_closed(one.path, one.digest):
                held = one.path.stat()
                write_whole(one.path, kept.closed(one.path.read_bytes(), one.category))
                os.utime(one.path, ns=(held.st_atime_ns, held.st_mtime_ns))
                n += 1
    return n


def check_can_end(settings: Settings, project: str, source: str) -> None:
    """Refuse to end a source of which something would stay readable.

    Raises
    ------
    EncryptionError: where the source has no key, or some of its files are not encrypted.
    """
    kept, own = at_rest(settings), category(project, source)
    if kept.keys is not None:
        kept.keys.require_folder()
    if kept.keys is None or not any(one.by for one in kept.keys.all(own)):
        raise EncryptionError(f"There is no data key of {source} of {project}: nothing of it lies here encrypted.")
    if n_plain := sum(one.category == own and not kept.is_closed(one.path, one.digest) for one in kept_files(settings)):
        raise EncryptionError(f"{n_plain} files of {source} are not encrypted, and would stay. `tenure encryption begin` first.")


def destroy_keys(settings: Settings, project: str, source: str, *, reason: str, now: datetime) -> int:
    """Destroy the data keys of a source, so that nobody opens what lies under them any more; return how many there were.

    Batches that another source received too are first encrypted under that one's key: nothing of it is lost.
    """
    check_can_end(settings, project, source)
    kept, own = at_rest(settings), category(project, source)
    if kept.keys is None:
        raise AssertionError("a home has a place for its keys")
    store = RawStore(settings.raw, kept)
    with store.alone():
        for _, receipt in store.all_receipts():
            file, theirs = store.objects.file(receipt.sha256, receipt.format), category(receipt.project, receipt.source)
            held = kept.key_of(file.path, receipt.sha256) if theirs != own and file.path.is_file() else None
            if held is not None and held.category == own and held.by:
                write_whole(file.path, kept.closed(file.read_bytes(), theirs))
        return kept.keys.destroy(own, reason=reason, now=now)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder that are whole and named."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
