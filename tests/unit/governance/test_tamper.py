"""Single bytes changed at random, in everything that the scorer rests on: each found, with the file named, before any parsing."""

import importlib
import pkgutil
import random
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

import governance
from governance.records import signing
from governance.records.ledger import open_ledger
from governance.records.log import Kind
from governance.rules.admission import check_record
from governance.rules.verify import authorise, champion, verify_history
from tenure import canonical
from tenure.errors import PackageError, RefusedError
from tenure.package import Package
from tests.long_runs import IS_LONG
from tests.unit.governance.book import served
from tests.unit.governance.sample import MODEL, ORIGIN, PROJECT, manifest, package

N_CHANGES = 1_000 if IS_LONG else 100
BOOK = served()
LEDGER = BOOK.ledger
CHAMPION = champion(LEDGER, PROJECT, MODEL, now=BOOK.now)
# Places of the records in the sample log.
RECORDS = {"trust root": 0, "request": 1, "statement": 2, "approval": 3, "promotion": 6}
# By which rules a changed byte of an envelope may be found: its spelling, its key id, its payload's type, its signature.
OF_ENVELOPES = {"not an envelope", "unknown key", "other payload type", "bad signature", "not canonical"}


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with one byte changed to another."""
    place, other = chance.randrange(len(content)), chance.randrange(1, 256)
    return content[:place] + bytes([content[place] ^ other]) + content[place + 1 :]


def load_with(files: Mapping[str, bytes]) -> Package:
    """The scorer reads these files."""
    return authorise(CHAMPION, files, manifest(package()))


def open_with(place: int, change: Callable[[bytes], bytes]) -> None:
    """The scorer reads a log of which one record was changed in its file."""
    entries = list(BOOK.entries)
    entries[place] = type(entries[place])(**{**vars(entries[place]), "record": change(entries[place].record)})
    open_ledger(entries, BOOK.checkpoint, pinned=BOOK.pinned, origin=ORIGIN, now=BOOK.now)


@pytest.mark.parametrize("path", ["model/booster.txt", "card.html", "evidence.json", "words.json"])
def test_every_changed_byte_of_a_package_is_found_by_name(path: str) -> None:
    """The message names the file, and never another."""
    chance = random.Random(path)  # noqa: S311 - places to change, not secrets
    files = dict(package().files)

    for _ in range(N_CHANGES):
        with pytest.raises(PackageError) as error:
            load_with({**files, path: changed(files[path], chance)})
        assert f"['{path}']" in str(error.value)


def test_every_changed_byte_of_the_manifest_is_found_by_name() -> None:
    """The manifest is compared by digest, before it is read."""
    chance = random.Random("manifest")  # noqa: S311
    stored = manifest(package())

    for _ in range(N_CHANGES):
        with pytest.raises(RefusedError, match=r"manifest\.json") as error:
            authorise(CHAMPION, package().files, changed(stored, chance))
        assert error.value.refusal == "other champion"


@pytest.mark.parametrize("name", RECORDS)
def test_every_changed_byte_of_a_record_is_found_by_place(name: str) -> None:
    """The leaf is over the record's bytes, so nothing in it can change; the message says which record."""
    chance = random.Random(name)  # noqa: S311
    place = RECORDS[name]

    for _ in range(N_CHANGES):
        with pytest.raises(RefusedError, match=f"Record {place} of the promotion log") as error:
            open_with(place, lambda record: changed(record, chance))
        assert error.value.refusal == "altered record"


def test_every_changed_byte_of_the_checkpoint_is_found() -> None:
    """Spelling, key id, signature and payload: all of its bytes count, and the message says that it is the checkpoint."""
    chance = random.Random("checkpoint")  # noqa: S311
    found: Counter[str] = Counter()

    for _ in range(N_CHANGES):
        with pytest.raises(RefusedError, match="checkpoint") as error:
            open_ledger(BOOK.entries, changed(BOOK.checkpoint, chance), pinned=BOOK.pinned, origin=ORIGIN, now=BOOK.now)
        found[error.value.refusal] += 1
    assert set(found) <= OF_ENVELOPES, found


@pytest.mark.parametrize("part", ["leaf", "salt"])
def test_every_changed_byte_of_leaf_and_salt_is_found(part: str) -> None:
    """What stands beside a record is bound to it."""
    chance = random.Random(part)  # noqa: S311

    for _ in range(N_CHANGES):
        entries = list(BOOK.entries)
        place = chance.randrange(len(entries))
        entries[place] = type(entries[place])(**{**vars(entries[place]), part: changed(getattr(entries[place], part), chance)})
        with pytest.raises(RefusedError, match=f"Record {place} of the promotion log") as error:
            open_ledger(entries, BOOK.checkpoint, pinned=BOOK.pinned, origin=ORIGIN, now=BOOK.now)
        assert error.value.refusal == "altered record"


@pytest.mark.parametrize("name", ["request", "statement", "approval", "promotion"])
def test_every_changed_byte_of_an_envelope_is_found_by_its_signature_alone(name: str) -> None:
    """Also before it reaches any log: letter case, slack bits, key ids, signatures."""
    chance = random.Random(f"envelope {name}")  # noqa: S311
    record = LEDGER.records[RECORDS[name]]
    kind = Kind(record.kind)
    found: Counter[str] = Counter()

    for _ in range(N_CHANGES):
        with pytest.raises(RefusedError, match=rf"\b(an?|the|training) {name}\b(?! log)") as error:
            check_record(LEDGER, kind, changed(record.signed, chance), at=record.at, place=record.sequence)
        found[error.value.refusal] += 1
    assert set(found) <= OF_ENVELOPES, found


@cache
def memories() -> tuple[Any, ...]:
    """Everything that promotion remembers from one check to the next; readers of types are not of any check."""
    modules = ["tenure.canonical", *(one.name for one in pkgutil.walk_packages(governance.__path__, "governance."))]
    remembering = {it for name in modules for it in vars(importlib.import_module(name)).values() if hasattr(it, "cache_clear")}
    return tuple(remembering - {canonical._adapter})


def test_no_alarm_without_a_change() -> None:
    """Clean checks of log, history and bytes pass, each made from the first byte: nothing is remembered between."""
    # Each record once, the trust root by two holders, and the checkpoint.
    stored, n_signatures = manifest(package()), len(BOOK.entries) + 1 + 1

    for _ in range(N_CHANGES // 10):
        for memory in memories():
            memory.cache_clear()
        ledger = BOOK.ledger
        assert authorise(champion(ledger, PROJECT, MODEL, now=BOOK.now), package().files, stored) == package()
        assert verify_history(ledger).is_sound
        assert signing._fits.cache_info().misses == n_signatures
