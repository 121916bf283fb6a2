"""Data keys: one for each category of what is kept encrypted, wrapped by the installation's key, beside the data.

    <home>/encryption/<id>.json    {"category": …, "made_at": …, "by": the installation key's name, "wrapped": …}
                                   or, once it was destroyed, {"category": …, "destroyed_at": …, "reason": …}

A file names its key by the id. The newest key of a category that was not destroyed encrypts what is written; AES-GCM with random
nonces allows four thousand million frames under one. The folder's being there says that encryption was begun, and so does a file
beside it, so that a folder that was lost is not taken for none.

    <home>/encrypted.mark          says that encryption was begun
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.closed_files import ClosedFile
from adapters.folder_lock import alone
from adapters.installation_keys import KeyPlace
from adapters.whole_files import write_whole
from tenure.errors import DestroyedError, EncryptionError

FOLDER, MARK = "encryption", "encrypted.mark"
# A backup takes files, so that a home that holds no key yet comes back as one that is encrypted.
_BEGUN = "begun"
_SAYS = "What is written into this home is encrypted.\n"
_KEY_BYTES, _ID_BYTES = 32, 8
_ID = re.compile("[0-9a-f]{24}")


@dataclass(frozen=True)
class DataKey:
    """A data key that was unwrapped."""

    id: str
    secret: bytes


@dataclass(frozen=True)
class KeptKey:
    """A data key as it lies there: `by` names what wraps it, empty once it was destroyed."""

    id: str
    category: str
    made_at: str = ""
    by: str = ""
    wrapped: str = ""
    destroyed_at: str = ""
    reason: str = ""

    @property
    def about(self) -> str:
        """What it is bound to."""
        return f"data key {self.id} of {self.category}"

    def as_json(self) -> str:
        """As it is kept."""
        return json.dumps({name: value for name, value in vars(self).items() if value and name != "id"}, indent=1, sort_keys=True)


@dataclass(frozen=True)
class DataKeys:
    """The data keys of a home, and where what opens them is."""

    home: Path
    place: KeyPlace

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.home / FOLDER

    @property
    def is_begun(self) -> bool:
        """Whether what is written is to be encrypted."""
        return self.folder.is_dir() or (self.home / MARK).exists()

    def begin(self) -> None:
        """Let everything be encrypted from now on, once the installation's key was found; it is harmless to begin again."""
        self.place.keys(home=self.home)
        # A process that was killed may have left an empty folder.
        if not (self.home / MARK).exists() and not any(self.all()):
            write_whole(self.folder / _BEGUN, _SAYS)
        self.require_folder()
        if not (self.home / MARK).exists():
            write_whole(self.home / MARK, _SAYS)

    def require_folder(self) -> None:
        """Refuse to go on without the keys of before; raises EncryptionError where their folder is gone."""
        if self.is_begun and not (self.folder / _BEGUN).is_file():
            raise EncryptionError(
                f"This home is kept encrypted, and {self.folder}, which holds its data keys, is gone or not whole. Restore that "
                "folder from a backup: `tenure restore` into another TENURE_HOME, and copy `encryption/` from there. Until then "
                "nothing that is encrypted can be opened, and nothing is written."
            )

    def all(self, category: str = "") -> Iterator[KeptKey]:
        """Every key, or those of a category, in the order of their ids: an id begins as its category's do, so few are read."""
        found = (self.kept(path.stem) for path in sorted(self.folder.glob(f"{_named_for(category)}*.json")))
        yield from (key for key in found if category in ("", key.category))

    def current(self, category: str, now: datetime) -> DataKey:
        """The key under which a category is written now; made where there is none. Raises EncryptionError as `of`."""
        self.require_folder()
        held = [key for key in self.all(category) if key.by]
        return self._opened(max(held, key=lambda key: (key.made_at, key.id))) if held else self._new(category, now)

    def of(self, id: str) -> DataKey:
        """The key of an id.

        Raises
        ------
        EncryptionError: when it is not here, or not the installation's key that wraps it. DestroyedError: when it was destroyed.
        """
        kept = self.kept(id)
        if not kept.by:
            raise DestroyedError(f"The {kept.about} was destroyed at {kept.destroyed_at}: {kept.reason}. Nobody can open it.")
        return self._opened(kept)

    def has(self, id: str) -> bool:
        """Whether there is a key of an id, a destroyed one among them; whoever delivers a file may have written the id."""
        return bool(_ID.fullmatch(id)) and self._path(id).is_file()

    def kept(self, id: str) -> KeptKey:
        """A key as it lies there, wrapped; raises EncryptionError where there is none."""
        missing = "Restore the folder from a backup: without it nothing that names this key can be opened."
        file = ClosedFile(path=self._path(id), what=f"the data key {id}", error=EncryptionError, if_missing=missing)
        try:
            return KeptKey(id, **json.loads(file.read_text()))
        except (ValueError, TypeError):
            raise EncryptionError(f"Expected a data key at {file.path}, found something else. {missing}") from None

    def wrap_anew(self) -> int:
        """Wrap every key by the first of the installation's keys; return how many were wrapped by another."""
        self.require_folder()
        first, n = self.place.keys(home=self.home)[0], 0
        with alone(self.folder):
            # Each is read once nobody else can destroy it, or it would be written back.
            for kept in self.all():
                if kept.by and kept.by != first.name:
                    self._write(kept.id, kept.category, kept.made_at, self._opened(kept).secret)
                    n += 1
        return n

    def destroy(self, category: str, *, reason: str, now: datetime) -> int:
        """Destroy the keys of a category, for ever; return how many there were."""
        at = now.isoformat(timespec="seconds")
        with alone(self.folder):
            held = [kept for kept in self.all(category) if kept.by]
            for kept in held:
                gone = KeptKey(kept.id, category, made_at=kept.made_at, destroyed_at=at, reason=reason)
                write_whole(self._path(kept.id), gone.as_json())
        return len(held)

    def _opened(self, kept: KeptKey) -> DataKey:
        return DataKey(kept.id, self.place.named(kept.by, home=self.home).unwrap(kept.wrapped, kept.about))

    def _new(self, category: str, now: datetime) -> DataKey:
        key = DataKey(_named_for(category) + secrets.token_hex(_ID_BYTES), secrets.token_bytes(_KEY_BYTES))
        self._write(key.id, category, now.isoformat(), key.secret)
        return key

    def _write(self, id: str, category: str, made_at: str, secret: bytes) -> None:
        first, kept = self.place.keys(home=self.home)[0], KeptKey(id, category, made_at=made_at)
        wrapped = KeptKey(id, category, made_at=made_at, by=first.name, wrapped=first.wrap(secret, kept.about))
        write_whole(self._path(id), wrapped.as_json())

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"


def _named_for(category: str) -> str:
    """How the ids of a category begin; nothing for none."""
    return hashlib.sha256(category.encode()).hexdigest()[:8] if category else ""
