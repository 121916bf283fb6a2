"""Losing everything, and having it again: a small home of files as the stores write them."""

import io
import json
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.settings import Settings, catalogue_in, load_settings
from home.archive import MANIFEST
from home.backup import back_up, back_up_keys, restore
from home.format import FORMAT, note_format
from tenure.errors import HomeError

NOW = datetime(2017, 11, 15, 6, tzinfo=UTC)
FILES = {
    "trust/pinned": "5e1f",
    "witness/checkpoints.jsonl": "{}\n",
    "store/sha256/ab/manifest.json": "{}",
    "candidates/shop/lapse/ab/manifest.json": "{}",
    "lake/shop/daily/purchase/_delta_log/00000000000000000000.json": "{}",
    "lake/shop/daily/purchase/_delta_log/_last_checkpoint": "{}",
    "lake/shop/daily/purchase/part-0.parquet": "rows of größe",
    "raw/receipts/shop/lines/2017-11-14.json": "{}",
    "raw/objects/ab/abcd.csv": "a,b",
    "inbox/shop/lines/2017-11-13.csv": "a,b",
    "alerts.jsonl": '{"kind":"drift"}\n',
}
SECRETS = {"keys/service-scorer.pem": "private", "keys/passphrase": "secret words", "mlflow/accounts.ini": "[passwords]"}
PASSING = (
    "alerts.lock",
    "raw/aside/half",
    "lake/shop/daily/purchase/part-1.parquet#1",
    "lake/shop/daily/purchase/.x.new",
    "reports/card.html",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with something of everything."""
    home = tmp_path / "home"
    for name, content in (FILES | SECRETS | dict.fromkeys(PASSING, "passing")).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, encoding="utf-8")
    (home / "store/sha256/ab/manifest.json").chmod(0o400)
    with closing(sqlite3.connect(home / "store/log.db")) as log, log:
        log.execute("CREATE TABLE records (sequence)")
        log.execute("INSERT INTO records VALUES (1)")
    note_format(home)
    return replace(load_settings(), home=home, inbox=home / "inbox", keys_named=None, tracking_uri=catalogue_in(home))


def names(archive: Path) -> set[str]:
    """What an archive holds."""
    with tarfile.open(archive) as opened:
        return set(opened.getnames())


def test_everything_that_was_lost_is_there_again(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, file times and rights; settings are told, but no password; what is made again, or was being written, is left out."""
    monkeypatch.setenv("TENURE_WITNESS", "/mnt/witness")
    monkeypatch.setenv("TENURE_PROMOTION_LOG", "postgresql+psycopg://tenure:hunter2@db/log")
    file, keys = tmp_path / "elsewhere" / "home.tar", tmp_path / "keys.tar"
    times = {name: (settings.home / name).stat().st_mtime for name in FILES}
    packed = back_up(settings, file, now=NOW)
    back_up_keys(settings, keys, now=NOW)
    shutil.rmtree(settings.home)

    before = restore(settings, file, keys)

    assert before["TENURE_WITNESS"] == "/mnt/witness"
    assert "hunter2" not in str(before)
    assert packed.n_files == len(FILES) + 2
    assert {name: (settings.home / name).read_text(encoding="utf-8") for name in FILES | SECRETS} == FILES | SECRETS
    assert {name: (settings.home / name).stat().st_mtime for name in FILES} == pytest.approx(times, abs=1e-3)
    assert not any((settings.home / name).exists() for name in PASSING)
    assert json.loads((settings.home / "format.json").read_text(encoding="utf-8")) == {"format": FORMAT}
    with closing(sqlite3.connect(settings.home / "store/log.db")) as log:
        assert log.execute("SELECT sequence FROM records").fetchall() == [(1,)]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in settings.home.rglob("*")}
    assert modes == {0o700, 0o600, 0o400}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_private_keys_are_in_no_backup_of_a_home(settings: Settings, tmp_path: Path) -> None:
    """Nor passwords; whoever finds the one archive signs nothing."""
    back_up(settings, tmp_path / "home.tar", now=NOW)
    back_up_keys(settings, tmp_path / "keys.tar", now=NOW)

    assert names(tmp_path / "home.tar") & set(SECRETS) == set()
    assert names(tmp_path / "keys.tar") == {*SECRETS, MANIFEST}
    assert stat.S_IMODE((tmp_path / "keys.tar").stat().st_mode) == 0o600


def test_what_a_file_speaks_of_is_taken_after_it(settings: Settings, tmp_path: Path) -> None:
    """People work meanwhile: a table's log names parts, the log names packages, and the witness has seen no more than the log."""
    back_up(settings, tmp_path / "home.tar", now=NOW)
    with tarfile.open(tmp_path / "home.tar") as archive:
        order = archive.getnames()

    for first, later in (
        ("witness/checkpoints.jsonl", "store/log.db"),
        ("store/log.db", "store/sha256/ab/manifest.json"),
        ("store/log.db", "candidates/shop/lapse/ab/manifest.json"),
        ("lake/shop/daily/purchase/_delta_log/_last_checkpoint", "lake/shop/daily/purchase/_delta_log/00000000000000000000.json"),
        ("lake/shop/daily/purchase/_delta_log/00000000000000000000.json", "lake/shop/daily/purchase/part-0.parquet"),
        ("raw/receipts/shop/lines/2017-11-14.json", "raw/objects/ab/abcd.csv"),
    ):
        assert order.index(first) < order.index(later)


def test_a_line_that_is_being_written_is_taken_up_to_the_last_whole_one(settings: Settings, tmp_path: Path) -> None:
    """A journal grows while it is read."""
    (settings.home / "alerts.jsonl").write_text('{"kind":"drift"}\n{"ki', encoding="utf-8")
    back_up(settings, tmp_path / "home.tar", now=NOW)
    shutil.rmtree(settings.home)

    restore(settings, tmp_path / "home.tar")

    assert (settings.home / "alerts.jsonl").read_text(encoding="utf-8") == '{"kind":"drift"}\n'


@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_a_backup_that_was_changed_makes_no_home(settings: Settings, tmp_path: Path, at: float) -> None:
    """A byte of a file, or of the manifest; nothing is left behind."""
    file = tmp_path / "home.tar"
    back_up(settings, file, now=NOW)
    shutil.rmtree(settings.home)
    content = bytearray(file.read_bytes())
    with tarfile.open(file) as archive:
        members = [member for member in archive.getmembers() if member.size]
    member = members[int(at * len(members))]
    content[member.offset_data] ^= 1
    file.write_bytes(content)

    with pytest.raises(HomeError, match="Take another"):
        restore(settings, file)
    assert not settings.home.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["home.tar"]


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "link"])
def test_an_archive_that_leads_elsewhere_is_refused(settings: Settings, tmp_path: Path, name: str) -> None:
    """It may come from anybody."""
    file, new = tmp_path / "evil.tar", replace(settings, home=tmp_path / "new")
    with tarfile.open(file, "w") as archive:
        entry = tarfile.TarInfo(name)
        if name == "link":
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(entry, io.BytesIO())

    with pytest.raises(HomeError, match="which no backup does"):
        restore(new, file)
    assert not new.home.exists()


def test_nothing_is_ever_replaced(settings: Settings, tmp_path: Path) -> None:
    """Neither a home, nor keys, nor an earlier backup; and a backup does not lie in what it is of."""
    file, keys = tmp_path / "home.tar", tmp_path / "keys.tar"
    back_up(settings, file, now=NOW)
    back_up_keys(settings, keys, now=NOW)

    with pytest.raises(HomeError, match="a backup replaces nothing"):
        restore(settings, file)
    with pytest.raises(HomeError, match="a backup replaces none"):
        back_up(settings, file, now=NOW)
    with pytest.raises(HomeError, match="lies in the home itself"):
        back_up(settings, settings.home / "raw" / "home.tar", now=NOW)
    kept = replace(settings, home=tmp_path / "new")
    shutil.copytree(settings.keys, kept.keys)
    with pytest.raises(HomeError, match="There are keys in"):
        restore(kept, file, keys)
    restore(kept, file)
    assert (kept.keys / "passphrase").read_text(encoding="utf-8") == "secret words"


def test_the_two_archives_are_not_taken_for_one_another(settings: Settings, tmp_path: Path) -> None:
    """Said before anything is made."""
    back_up_keys(settings, tmp_path / "keys.tar", now=NOW)

    with pytest.raises(HomeError, match=r"Expected a backup of the home in .*, found one of the keys"):
        restore(replace(settings, home=tmp_path / "new"), tmp_path / "keys.tar")
    assert not (tmp_path / "new").exists()
