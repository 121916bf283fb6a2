"""Keeps batches as they were received: bytes once (`raw_objects.py`), and a receipt per project, source and key.

A receipt becomes visible after its bytes, and both by a rename, so that a reader never sees half of either. Layout:

    <root>/receipts/<project>/<source>/<key>.json       the receipt that holds
    <root>/receipts/<project>/<source>/<key>.<n>.json   those that it replaced, oldest first
    <root>/receipts/<project>/<source>/<key>.undelivered  why nothing could be landed, until something is
    <root>/aside/                                       what is being written; what a killed process left there goes in time
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import count, takewhile
from pathlib import Path

from adapters.at_rest import AS_IT_IS, AtRest, KeptFile
from adapters.folder_lock import alone, together
from adapters.raw_objects import RawObjects, category, write_aside
from adapters.receipts import Receipt, digest_of_batches, held_at
from adapters.unfinished_parts import sweep
from adapters.whole_files import sync_folder
from tenure.contracts import Text
from tenure.errors import DamagedError, DestroyedError, SourceError
from tenure.received.batch import n_rows_of

PLAIN = Text()


class RawStore:
    """The raw batches under a root folder; nothing that was landed is deleted or rewritten, but for an erasure of people."""

    def __init__(self, root: Path, at_rest: AtRest = AS_IT_IS) -> None:
        self.objects, self._root = RawObjects(root, at_rest), root
        self._receipts = root / "receipts"
        self._aside = root / "aside"

    def land(self, project: str, source_name: str, key: date, content: bytes, format: str, now: datetime) -> Receipt:
        """Land one batch; see `land_many`."""
        return self.land_many(project, source_name, [(key, content, format)], now)[0]

    def land_many(
        self,
        project: str,
        source_name: str,
        batches: Iterable[tuple[date, bytes, str]],
        now: datetime,
        text: Text = PLAIN,
    ) -> tuple[Receipt, ...]:
        """Land batches of a source; equal bytes under the same key change nothing and return the receipt that is there.

        Parameters
        ----------
        batches: `(key, bytes, format)`, as `readers.read_batches` yields them. Should it raise, what it gave before is landed.
        now: the time that new receipts carry.
        text: how text among them is written, as far as the source says so; its rows are counted for the receipt.
        """
        sweep(self._aside, "*")
        touched: set[Path] = set()
        try:
            landed = list[Receipt]()
            for one in batches:
                with self.naming():
                    landed.append(self._land(project, source_name, *one, now=now, touched=touched, text=text))
            return tuple(landed)
        finally:
            for folder in sorted(touched):
                sync_folder(folder)

    def receipt(self, project: str, source_name: str, key: date) -> Receipt | None:
        """The receipt that holds for a key, or None when nothing was landed."""
        path = self._receipt_path(project, source_name, key)
        return Receipt.from_json(path.read_text(encoding="utf-8")) if path.exists() else None

    def note_undelivered(self, project: str, source_name: str, reasons: Mapping[date, str | None]) -> None:
        """Keep, for each key, why nothing could be landed; None where there is nothing to say any more."""
        for key, reason in reasons.items():
            path = self._undelivered_path(project, source_name, key)
            if reason is None:
                path.unlink(missing_ok=True)
            else:
                self._write(path, reason.encode())

    def undelivered(self, project: str, source_name: str, key: date) -> str | None:
        """Why nothing could be landed for a key, or None."""
        path = self._undelivered_path(project, source_name, key)
        return path.read_text(encoding="utf-8") if path.exists() else None

    def history(self, project: str, source_name: str, key: date) -> tuple[Receipt, ...]:
        """Receipts that were replaced by a later delivery, oldest first."""
        replaced = self._replaced(self._receipt_path(project, source_name, key))
        return tuple(Receipt.from_json(path.read_text(encoding="utf-8")) for path in replaced)

    def keys(self, project: str, source_name: str) -> tuple[date, ...]:
        """Keys that were landed, in order."""
        folder = self._receipts / project / source_name
        return tuple(sorted(date.fromisoformat(path.stem) for path in folder.glob("*.json") if "." not in path.stem))

    def landed_at(self, project: str, source_name: str) -> dict[date, float]:
        """When the receipt of each key was written, as the file system says it: a file that is younger may be another one."""
        folder = self._receipts / project / source_name
        names = {path: path.name.removesuffix(".json") for path in folder.glob("*.json")}
        return {date.fromisoformat(name): path.stat().st_mtime for path, name in names.items() if "." not in name}

    def undelivered_keys(self, project: str, source_name: str) -> frozenset[date]:
        """Keys for which nothing could be landed yet."""
        folder = self._receipts / project / source_name
        return frozenset(date.fromisoformat(path.stem) for path in folder.glob("*.undelivered"))

    def digest_of(self, project: str, source_name: str, keys: Iterable[date]) -> str:
        """One SHA-256 over the receipts of these keys: the bytes received, whatever their number."""
        receipts = {key: self.receipt(project, source_name, key) for key in keys}
        return digest_of_batches({key: receipt and receipt.sha256 for key, receipt in receipts.items()})

    def digests_during(
        self,
        project: str,
        source_name: str,
        keys: Iterable[date],
        *,
        began: datetime,
        ended: datetime,
        received: Callable[[Receipt], str] = lambda receipt: receipt.sha256,
    ) -> frozenset[str]:
        """Every digest that `digest_of` gave for these keys between two moments, by when each receipt says that it was landed.

        More than one where something was landed meanwhile. `received` gives, for a receipt, the digest of the bytes that were
        received, where they were rewritten since.
        """
        landed = {key: self.landed(project, source_name, key) for key in keys}
        meanwhile = {r.landed_at for receipts in landed.values() for r in receipts if began < r.landed_at <= ended}
        return frozenset(
            digest_of_batches(
                {key: received(held) if (held := held_at(receipts, at)) else None for key, receipts in landed.items()}
            )
            for at in (began, *sorted(meanwhile))
        )

    def all_receipts(self, project: str = "*") -> Iterator[tuple[Path, Receipt]]:
        """Every receipt of a project, or of all, those that were replaced among them, with where it stands."""
        for path in sorted(self._receipts.glob(f"{project}/*/*.json")):
            yield path, Receipt.from_json(path.read_text(encoding="utf-8"))

    def has_content(self, receipt: Receipt) -> bool:
        """Whether the bytes of a receipt are here."""
        return self.objects.file(receipt.sha256, receipt.format).path.is_file()

    def content_of(self, receipt: Receipt) -> bytes | None:
        """The bytes of a receipt as they are here, None where they are gone, or their data key was destroyed."""
        return self.objects.read(receipt.sha256, receipt.format)

    def rewrite(self, path: Path, receipt: Receipt) -> None:
        """Put another receipt in the place of one, as of the same time: what was made of the batch stays as recent as it was."""
        held = path.stat()
        self._write(path, receipt.as_json().encode())
        os.utime(path, ns=(held.st_atime_ns, held.st_mtime_ns))
        sync_folder(path.parent)

    def let_go(self, bytes_of: Collection[tuple[str, str]], *, but_for: Callable[[Receipt], bool] = lambda _: False) -> None:
        """Delete bytes, by digest and format, that no receipt of whichever company names, but for receipts that do not count."""
        with self.alone():
            named = {(one.sha256, one.format) for _, one in self.all_receipts() if not but_for(one)} if bytes_of else set()
            for digest, written in {*bytes_of} - named:
                self.objects.let_go(digest, written)

    def naming(self) -> AbstractContextManager[None]:
        """While a receipt comes to name bytes that are there: companies share them, and each has a guard of its own."""
        return together(self._root)

    def alone(self) -> AbstractContextManager[None]:
        """While bytes are let go, or closed, that no receipt was found to name: nobody comes to name them meanwhile."""
        return alone(self._root)

    def landed(self, project: str, source_name: str, key: date) -> tuple[Receipt, ...]:
        """Every receipt of a key, oldest first."""
        held = self.receipt(project, source_name, key)
        return (*self.history(project, source_name, key), *([held] if held else []))

    def receipt_of(self, project: str, source_name: str, key: date, sha256: str) -> Receipt:
        """The receipt of a batch's bytes: the one that holds, or one that a later delivery replaced.

        Raises
        ------
        SourceError: when no receipt names the bytes.
        """
        held = self.receipt(project, source_name, key)
        named = [held] if held and held.sha256 == sha256 else self.history(project, source_name, key)
        for receipt in named:
            if receipt.sha256 == sha256:
                return receipt
        raise SourceError(
            f"No receipt of {source_name}, batch {key}, names the bytes {sha256[:12]}. Restore the store from a backup."
        )

    def is_destroyed(self, receipt: Receipt) -> bool:
        """Whether the bytes of a receipt lie here under a data key that was destroyed."""
        return self.objects.file(receipt.sha256, receipt.format).is_destroyed

    def is_whole(self, receipt: Receipt) -> bool:
        """Whether the bytes of a receipt are here, and those that were received."""
        try:
            self.batch_of(receipt)
        except SourceError:
            return False
        return True

    def batch_of(self, receipt: Receipt) -> KeptFile:
        """The bytes of a receipt, once they were read and their digest compared with it.

        Raises
        ------
        SourceError: when the bytes are gone, are not those that were received, or nobody can open them any more.
        EncryptionError: when a key is not here by which they can be opened.
        """
        file = self.objects.file(receipt.sha256, receipt.format)
        where = f"{receipt.source}, batch {receipt.key}"
        if not file.path.is_file():
            raise SourceError(
                f"The raw bytes of {where} are gone: expected {file.path}. Restore the store, or land the batch again."
            )
        try:
            is_right = file.at_rest.digest_of(file.path, receipt.sha256) == receipt.sha256
        except (DamagedError, DestroyedError) as error:
            raise SourceError(f"The raw bytes of {where} cannot be read. {error}") from None
        if not is_right:
            raise SourceError(
                f"The raw bytes of {where} are not those received: {file.path} has another digest. Restore the store."
            )
        return file

    def _land(
        self,
        project: str,
        source_name: str,
        key: date,
        content: bytes,
        format: str,
        *,
        now: datetime,
        touched: set[Path],
        text: Text,
    ) -> Receipt:
        """Land one batch; folders that changed are added to `touched`, to be synced at the end."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.objects.holds(digest, format, content):
            touched.add(self.objects.write(digest, format, content, category(project, source_name)).parent)
        self._undelivered_path(project, source_name, key).unlink(missing_ok=True)
        held = self.receipt(project, source_name, key)
        if held is not None and (held.sha256, held.format) == (digest, format):
            return held
        receipt = Receipt(
            project=project,
            source=source_name,
            key=key,
            format=format,
            n_rows=n_rows_of(content, format, text),
            n_bytes=len(content),
            sha256=digest,
            landed_at=now,
        )
        current = self._receipt_path(project, source_name, key)
        self._keep_replaced(current, held)
        self._write(current, receipt.as_json().encode())
        touched.add(current.parent)
        return receipt

    def _keep_replaced(self, current: Path, held: Receipt | None) -> None:
        """Copy the receipt that is about to be replaced; a run that died between copy and replacement left the copy already."""
        if held is None:
            return
        replaced = self._replaced(current)
        if not replaced or Receipt.from_json(replaced[-1].read_text(encoding="utf-8")) != held:
            self._write(current.with_suffix(f".{len(replaced) + 1}.json"), held.as_json().encode())

    def _replaced(self, current: Path) -> list[Path]:
        """Receipts that this one replaced, oldest first: they are numbered from 1 on."""
        numbered = (current.with_suffix(f".{number}.json") for number in count(1))
        return list(takewhile(Path.exists, numbered))

    def _write(self, path: Path, content: bytes) -> None:
        write_aside(self._aside, path, content)

    def _receipt_path(self, project: str, source_name: str, key: date) -> Path:
        return self._receipts / project / source_name / f"{key}.json"

    def _undelivered_path(self, project: str, source_name: str, key: date) -> Path:
        return self._receipts / project / source_name / f"{key}.undelivered"
