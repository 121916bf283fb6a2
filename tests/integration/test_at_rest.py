"""Keys of what lies encrypted: outside of the home, exchanged, lost, wrong and destroyed; and what a killed process leaves."""

import os
import signal
import subprocess
import sys
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.at_rest import at_rest, is_encrypted
from adapters.data_keys import FOLDER, MARK
from adapters.frames import MAGIC
from adapters.installation_keys import KeyPlace, new_key
from adapters.private_folder import IN_HOME, private_folder, sweep_private
from adapters.settings import Settings, load_settings
from adapters.whole_files import write_whole
from adapters.wholes import Whole, wholes_of
from cli.main import app
from home import encrypting
from home.encrypting import begin, destroy_keys, encrypted, in_words
from tenure.errors import DamagedError, DestroyedError, EncryptionError, SourceError, SpecError
from tests.two_sources import KEY, NOW, ROWS, plain_files, receipt, store, two_sources


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with its key beside it."""
    return two_sources(tmp_path)


def test_off_means_as_it_is(settings: Settings) -> None:
    """Bytes lie as they came, nobody asks for a key, and a file that somebody encrypted is kept and read as what it is."""
    odd = MAGIC + b"not one of ours"
    landed = store(settings).land("shop", "odd", KEY, odd, "csv", NOW)

    assert store(settings).batch_of(receipt(settings)).path.read_bytes() == b"orders" + ROWS
    assert store(settings).batch_of(landed).read_bytes() == odd
    assert list(in_words(settings)) == []
    assert encrypted(settings) is None


def test_what_is_there_is_encrypted_and_read_as_before(settings: Settings) -> None:
    """Digests, times and receipts stay; what comes later is encrypted too; begun again it has nothing to do."""
    before = receipt(settings)
    written = store(settings).batch_of(before).path.stat().st_mtime_ns

    assert begin(settings) == 3 + 2 + 1 + 1
    assert plain_files(settings) == 0
    assert store(settings).batch_of(before).read_bytes() == b"orders" + ROWS
    assert store(settings).batch_of(before).path.stat().st_mtime_ns == written
    assert wholes_of(settings.raw, "shop", "orders", at_rest(settings)).of(KEY) == Whole(b"orders" + ROWS * 2, "csv")
    later = store(settings).land("shop", "orders", KEY, MAGIC + b"again", "csv", NOW)
    assert is_encrypted(store(settings).batch_of(later).path)
    assert store(settings).batch_of(later).read_bytes() == MAGIC + b"again"
    assert begin(settings) == 0
    assert [path for path in settings.home.rglob("*") if path.is_file() and b"c-4711" in path.read_bytes()] == []


def test_a_begin_that_dies_is_ended_by_the_next(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile some files are plain and some are not, and both are read and told."""
    n_left = iter((True, True))
    monkeypatch.setattr(encrypting, "write_whole", lambda *what: next(n_left) and write_whole(*what))
    with pytest.raises(StopIteration):
        begin(settings)
    monkeypatch.undo()

    assert plain_files(settings) > 0
    assert any("NOT encrypted" in line for line in in_words(settings))
    found = encrypted(settings)
    assert found is not None
    assert sum(part.n_plain for part in found.parts) == plain_files(settings)
    assert all(store(settings).is_whole(one) for _, one in store(settings).all_receipts())
    begin(settings)
    assert plain_files(settings) == 0


def test_the_key_is_exchanged_and_files_stay(settings: Settings, tmp_path: Path) -> None:
    """The new key before the old one, wrap anew, take the old one away; without wrapping anew it was too soon."""
    begin(settings)
    old, new = (tmp_path / "key").read_text(), new_key()
    files = {path: path.read_bytes() for path in settings.raw.rglob("*") if path.is_file()}
    write_whole(tmp_path / "key", f"{new}\n{old}\n")
    assert any("earlier installation key" in line for line in in_words(settings))
    keys = at_rest(settings).keys
    assert keys is not None
    n = keys.wrap_anew()
    write_whole(tmp_path / "key", new)

    assert n == len(list(keys.all())) > 0
    assert store(settings).batch_of(receipt(settings)).read_bytes() == b"orders" + ROWS
    assert {path: path.read_bytes() for path in files} == files
    write_whole(tmp_path / "key", old)
    with pytest.raises(EncryptionError, match="another key, or an earlier one was taken away too soon"):
        store(settings).batch_of(receipt(settings))


def test_a_lost_key_is_said_and_nothing_is_written(settings: Settings, tmp_path: Path) -> None:
    """The installation's key, a data key, or a place that holds something else."""
    begin(settings)
    held, key = receipt(settings), (tmp_path / "key").read_text()
    (tmp_path / "key").unlink()
    for act in (lambda: store(settings).batch_of(held), lambda: store(settings).land("shop", "orders", KEY, b"x", "csv", NOW)):
        with pytest.raises(EncryptionError, match=r"installation key at .*take it from where you keep its copy"):
            act()
    assert any("NOTHING OF IT CAN BE OPENED" in line for line in in_words(settings))
    write_whole(tmp_path / "key", "a phrase")
    with pytest.raises(EncryptionError, match="Expected keys of 64 hexadecimal digits"):
        store(settings).batch_of(held)
    write_whole(tmp_path / "key", key)
    (kept,) = [one for one in (settings.home / FOLDER).glob("*.json") if "orders" in one.read_text()]
    kept.rename(tmp_path / "kept")
    with pytest.raises(EncryptionError, match="Restore the folder from a backup"):
        store(settings).batch_of(held)
    (tmp_path / "kept").rename(kept)
    assert store(settings).batch_of(held).read_bytes() == b"orders" + ROWS


def test_a_damaged_batch_is_not_what_was_received(settings: Settings) -> None:
    """Changed or cut short; delivering it again repairs it."""
    begin(settings)
    held = receipt(settings)
    path = store(settings).batch_of(held).path
    content = path.read_bytes()
    for wrong in (content[:-1], content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]):
        path.write_bytes(wrong)
        with pytest.raises(DamagedError):
            at_rest(settings).read(path)
        with pytest.raises(SourceError, match="is damaged"):
            store(settings).batch_of(held)
    store(settings).land("shop", "orders", KEY, b"orders" + ROWS, "csv", NOW)
    assert store(settings).is_whole(held)


def test_the_keys_of_a_source_go_and_what_another_received_too_stays(settings: Settings) -> None:
    """Its batches and whole tables are closed for ever; the receipts stay, and say so."""
    with pytest.raises(EncryptionError, match="nothing of it lies here encrypted"):
        destroy_keys(settings, "shop", "orders", reason="the contract ended", now=NOW)
    begin(settings)
    destroy_keys(settings, "shop", "orders", reason="the contract ended", now=NOW)
    raw, held = store(settings), receipt(settings)

    assert raw.content_of(held) is None
    assert raw.is_destroyed(held)
    assert not raw.is_whole(held)
    with pytest.raises(SourceError, match=r"was destroyed at 2017-11-06.*the contract ended"):
        raw.batch_of(held)
    with pytest.raises(DestroyedError):
        wholes_of(settings.raw, "shop", "orders", at_rest(settings)).of(KEY)
    for key in (KEY, date(2017, 11, 7)):
        assert raw.is_whole(receipt(settings, "visits", key))
    assert any("its key was destroyed on 2017-11-06" in line for line in in_words(settings))
    assert raw.is_whole(raw.land("shop", "orders", KEY, b"orders" + ROWS, "csv", NOW))


def test_the_key_lies_outside_of_the_home_and_is_told_nowhere(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file that is closed, or in the environment; one place, and none that is copied with the home."""
    write_whole(settings.home / "key", new_key())
    with pytest.raises(EncryptionError, match="lies in the home that it is to close"):
        begin(replace(settings, encryption=KeyPlace(file=settings.home / "key")))
    assert not at_rest(settings).is_on
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(EncryptionError, match="chmod 600"):
        begin(settings)
    secret = new_key()
    monkeypatch.setenv("TENURE_ENCRYPTION_KEY", secret)
    told = load_settings()
    assert secret not in repr(told)
    assert told.encryption.keys(home=None)[0].secret == bytes.fromhex(secret)
    monkeypatch.setenv("TENURE_ENCRYPTION_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SpecError, match="one may be set, found several"):
        load_settings()


def test_a_keyring_holds_it_where_one_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the way to it is said."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(EncryptionError, match=r"Install tenure\[keyring\]"):
        KeyPlace(keyring="tenure").keys(home=None)


KILLED = """
import os, signal, sys
from pathlib import Path
from adapters.private_folder import private_folder
with private_folder(Path(sys.argv[1]), int(sys.argv[2])) as folder:
    (folder / "plain").write_text("c-4711")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("n_bytes", [1, 1 << 60])
def test_what_was_plain_for_a_while_is_gone_after_a_kill(tmp_path: Path, n_bytes: int) -> None:
    """In memory where there is room, else in the home; a living process keeps its own."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(n_bytes)], capture_output=True, text=True, check=False
    )
    left = Path(ended.stdout.strip())
    assert ended.returncode == -signal.SIGKILL
    assert (left / "plain").exists()
    assert left.stat().st_mode & 0o777 == 0o700
    assert left.is_relative_to(tmp_path / IN_HOME) == (n_bytes > 1)
    with private_folder(tmp_path, n_bytes) as own:
        assert not left.exists()
        assert sweep_private(tmp_path) == 0
        assert own.exists()
    assert not own.exists()


def test_an_export_is_encrypted_where_that_is_asked_for_or_it_stays_in_the_home(settings: Settings, tmp_path: Path) -> None:
    """Elsewhere it is handed out as it is; either way the key of the installation opens it."""
    kept, inside, outside = at_rest(settings), settings.home / "handed" / "scores.csv", tmp_path / "scores.csv"
    assert kept.handed_out(inside, ROWS, is_asked=False) == ROWS
    begin(settings)
    assert kept.handed_out(outside, ROWS, is_asked=False) == ROWS
    for path, is_asked in ((inside, False), (outside, True)):
        write_whole(path, kept.handed_out(path, ROWS, is_asked=is_asked))
        assert ROWS not in path.read_bytes()
        assert kept.read(path) == ROWS


def test_the_commands_lead_from_a_key_to_an_exchanged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key outside of the home, begun, told, exchanged, and a backup opened again; each refusal is a sentence."""
    home, key = tmp_path / "home", tmp_path / "media" / "key"
    for name in [name for name in os.environ if name.startswith("TENURE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TENURE_HOME", str(home))

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["tenure", *words])
        done = CliRunner().invoke(app, words)
        return str(done.exception) if done.exception else done.output

    assert "lies in the home" in run("encryption", "new-key", "--out", str(home / "key"))
    assert "found none of them set" in run("encryption", "begin")
    assert "A new key is in" in run("encryption", "new-key", "--out", str(key))
    assert "There is a file" in run("encryption", "new-key", "--out", str(key))
    monkeypatch.setenv("TENURE_ENCRYPTION_KEY_FILE", str(key))
    assert "Encryption was not begun" in run("encryption", "rotate")
    assert "lake: not encrypted" in run("encryption", "begin")
    store(load_settings()).land("shop", "orders", KEY, ROWS, "csv", NOW)
    assert "batches as received: encrypted (1 files)" in run("encryption", "status")
    run("backup", str(tmp_path / "home.tar"))
    write_whole(key, f"{new_key()}\n{key.read_text()}")
    assert "1 data keys are wrapped anew" in run("encryption", "rotate")
    assert "plain bytes" in run("encryption", "open", str(tmp_path / "home.tar"), "--out", str(tmp_path / "plain.tar"))
    with tarfile.open(tmp_path / "plain.tar") as archive:
        assert {f"{FOLDER}/begun", MARK} <= set(archive.getnames())
