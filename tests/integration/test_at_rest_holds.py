"""What keeps a home encrypted against losses, odd deliveries, and others who are at work meanwhile."""

from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from adapters.at_rest import at_rest
from adapters.data_keys import FOLDER, DataKey, DataKeys, KeptKey
from adapters.frames import MAGIC
from adapters.installation_keys import new_key
from adapters.raw_objects import RawObjects
from adapters.raw_store import RawStore
from adapters.settings import Settings
from adapters.whole_files import write_whole
from adapters.wholes import Whole, wholes_of
from home.encrypting import begin, destroy_keys, in_words
from tenure.errors import EncryptionError
from tests.two_sources import KEY, NOW, ROWS, plain_files, receipt, store, two_sources


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with its key beside it."""
    return two_sources(tmp_path)


def test_a_lost_folder_of_data_keys_is_not_taken_for_none(settings: Settings, tmp_path: Path) -> None:
    """Nothing is written plain, nor under keys that would hide the loss; the folder put back, all is as before."""
    begin(settings)
    folder, keys = settings.home / FOLDER, at_rest(settings).keys
    assert keys is not None
    folder.rename(tmp_path / "kept")
    for left in (lambda: None, folder.mkdir):
        left()
        for act in (
            lambda: store(settings).land("shop", "orders", date(2017, 11, 8), b"customer_id\nc-1\n", "csv", NOW),
            lambda: begin(settings),
            keys.wrap_anew,
            lambda: destroy_keys(settings, "shop", "orders", reason="the contract ended", now=NOW),
        ):
            with pytest.raises(EncryptionError, match=r"gone or not whole\. Restore that folder from a backup"):
                act()
        assert any("NOTHING OF IT CAN BE OPENED NOW" in line for line in in_words(settings))
    assert [path for path in settings.home.rglob("*") if path.is_file() and b"c-1\n" in path.read_bytes()] == []
    folder.rmdir()
    (tmp_path / "kept").rename(folder)
    assert store(settings).batch_of(receipt(settings)).read_bytes() == b"orders" + ROWS
    assert begin(settings) == 0


def test_what_was_delivered_beginning_as_an_encrypted_file_is_encrypted_too(settings: Settings) -> None:
    """It is told by the digest of what was received, not by how it begins; it hinders no other source's end, nor its own."""
    odd = MAGIC + b"\xff\xff{of c-4711"
    held = store(settings).land("shop", "odd", KEY, odd, "csv", NOW)
    whole = wholes_of(settings.raw, "shop", "odd", at_rest(settings))
    whole.keep(KEY, Whole(odd + odd, "csv"))
    assert plain_files(settings) == 3 + 2 + 1 + 1 + 2
    assert begin(settings) == 3 + 2 + 1 + 1 + 2

    assert plain_files(settings) == 0
    assert [path for path in settings.home.rglob("*") if path.is_file() and b"c-4711" in path.read_bytes()] == []
    assert store(settings).batch_of(held).read_bytes() == odd
    assert whole.of(KEY) == Whole(odd + odd, "csv")
    write_whole(store(settings).batch_of(held).path, odd)
    with pytest.raises(EncryptionError, match="1 files of odd are not encrypted"):
        destroy_keys(settings, "shop", "odd", reason="the contract ended", now=NOW)
    destroy_keys(settings, "shop", "orders", reason="the contract ended", now=NOW)
    assert begin(settings) == 1
    destroy_keys(settings, "shop", "odd", reason="the contract ended", now=NOW)
    assert store(settings).is_destroyed(held)


def test_a_key_that_is_destroyed_while_all_are_wrapped_anew_stays_destroyed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever destroys waits until what was read is written."""
    begin(settings)
    write_whole(tmp_path / "key", f"{new_key()}\n{(tmp_path / 'key').read_text()}")
    keys, opened = at_rest(settings).keys, DataKeys._opened
    assert keys is not None
    destroying = Thread(target=keys.destroy, args=("raw/shop/orders",), kwargs={"reason": "for ever", "now": NOW})

    def meanwhile(self: DataKeys, kept: KeptKey) -> DataKey:
        if kept.category == "raw/shop/orders":
            destroying.start()
            destroying.join(0.2)
        return opened(self, kept)

    monkeypatch.setattr(DataKeys, "_opened", meanwhile)
    keys.wrap_anew()
    destroying.join()
    assert [bool(one.by) for one in keys.all("raw/shop/orders")] == [False]


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_bytes_that_another_lands_meanwhile_are_not_let_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, is_encrypted: bool
) -> None:
    """Another company found them there already: they stay until its receipt names them, whatever ends meanwhile."""
    content = b"orders" + ROWS
    if is_encrypted:
        begin(settings)
    mine, holds = receipt(settings), RawObjects.holds

    def end() -> None:
        if is_encrypted:
            destroy_keys(settings, "shop", "orders", reason="the contract ended", now=NOW)
        else:
            store(settings).let_go({(mine.sha256, mine.format)}, but_for=lambda one: one.project == "shop")

    ending = Thread(target=end)

    def meanwhile(self: RawObjects, *what: str) -> bool:
        found = holds(self, *what)  # type: ignore[arg-type]
        ending.start()
        ending.join(0.2)
        return found

    monkeypatch.setattr(RawObjects, "holds", meanwhile)
    theirs = RawStore(settings.raw, at_rest(settings)).land("bank", "orders", KEY, content, "csv", NOW)
    ending.join()
    assert store(settings).batch_of(theirs).read_bytes() == content
