"""Package folders in which somebody who can write to the disk has put what fills the memory, never ends or leads elsewhere."""

import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.stores.package_folder import LONGEST_PATH, MOST_MANIFEST_BYTES, MOST_PACKAGE_BYTES, read_folder
from governance.stores.package_store import PackageStore
from tenure.errors import PackageError
from tenure.package import Entry, Manifest, Package

FILES = {"model/booster.txt": b"tree", "card.json": b"card", "decision.json": b"{}"}
TERABYTE = 1 << 40


@pytest.fixture
def kept(tmp_path: Path) -> tuple[PackageStore, Package, Path]:
    """Return a store with one promoted package, the package, and its folder."""
    store = PackageStore(tmp_path)
    package = store.keep_candidate("shop", "lapse_28d", FILES)
    store.admit(package)
    return store, package, tmp_path / "store/sha256" / package.digest


def sparse(path: Path) -> None:
    """Make a file a terabyte long that takes no room on the disk."""
    if path.exists():
        path.chmod(0o644)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.truncate(TERABYTE)


def deep(folder: Path) -> None:
    """Make a folder in a folder, 1,200 times."""
    start = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(1200):
            os.mkdir("deeper")
            os.chdir("deeper")
    finally:
        os.fchdir(start)
        os.close(start)


def moved_behind_a_link(folder: Path) -> None:
    """Move a folder away and leave a link to it."""
    shutil.move(folder, folder.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent / "elsewhere")


def replaced_by_a_link(folder: Path) -> None:
    """Leave a link that leads nowhere."""
    shutil.rmtree(folder)
    folder.symlink_to("/nowhere")


def made_of(path: Path, make: Callable[[Path], object]) -> None:
    """Put something else in the place of a file."""
    path.unlink()
    make(path)


ATTACKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a terabyte beside the model": (lambda folder: sparse(folder / "extra.bin"), r"unlisted \['extra.bin'\]"),
    "a terabyte of model": (lambda folder: sparse(folder / "model/booster.txt"), f"{TERABYTE} bytes instead of 4"),
    "a terabyte of manifest": (lambda folder: sparse(folder / "manifest.json"), "is not that of package"),
    "a shorter file": (lambda folder: made_of(folder / "card.json", lambda p: p.write_bytes(b"c")), "1 bytes instead of 4"),
    "1,200 folders": (deep, r"unlisted \['deeper/'\]"),
    "an empty folder": (lambda folder: (folder / "empty").mkdir(), r"unlisted \['empty/'\]"),
    "many files": (lambda folder: [(folder / f"{i}").touch() for i in range(500)], "unlisted"),
    "a name of no letters": (
        lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).touch(),
        r"unlisted \['\\udcff'\]",
    ),
    "a link of no letters": (
        lambda folder: os.symlink(b"/etc/passwd", os.fsencode(folder) + b"/\xff"),
        r"a link or device at '.*\\udcff'",
    ),
    "a pipe for a file": (lambda folder: made_of(folder / "card.json", os.mkfifo), "a link or device"),
    "a folder for a file": (lambda folder: made_of(folder / "card.json", Path.mkdir), r"unlisted \['card.json/'\]"),
    "a folder for the manifest": (lambda folder: made_of(folder / "manifest.json", Path.mkdir), "a link or device"),
    "a link to itself": (lambda folder: (folder / "loop").symlink_to("."), "a link or device"),
    "the package behind a link": (moved_behind_a_link, "Expected a folder .* found a link"),
    "the store behind a link": (lambda folder: moved_behind_a_link(folder.parent), "Expected a folder .* found a link"),
    "a link to nowhere": (replaced_by_a_link, "Expected a folder .* found a link"),
    "a file for a package": (
        lambda folder: (shutil.rmtree(folder), folder.write_bytes(b"")),
        "Expected a folder .* found a file",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_the_manifest_does_not_list_is_refused_unread(kept, name: str) -> None:
    """With a sentence that can be printed, and without taking memory for it."""
    store, package, folder = kept
    attack, says = ATTACKS[name]
    attack(folder)
    tracemalloc.start()
    try:
        with pytest.raises(PackageError, match=says) as refusal:
            store.load(package.digest)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        subprocess.run(["rm", "-rf", str(folder / "deeper")], check=True)  # too deep for Python's own removal

    assert str(refusal.value).encode()
    assert most < 20 * MOST_MANIFEST_BYTES


def test_nothing_is_read_under_another_manifest(kept) -> None:
    """The manifest's digest is compared first; whoever asked is handed the manifest alone."""
    store, package, folder = kept
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_bytes(b"{}")
    sparse(folder / "model/booster.txt")

    assert store.read(package.digest) == ({}, b"{}")


@pytest.mark.parametrize("target", ["/nowhere", "."])
def test_a_link_in_the_place_of_a_package_is_not_written_through(kept, tmp_path, target: str) -> None:
    """A promotion is refused with a sentence, and what the link names is left alone."""
    store, package, folder = kept
    shutil.rmtree(folder)
    folder.symlink_to(target)

    with pytest.raises(PackageError, match="found a link"):
        store.admit(package)
    assert folder.is_symlink()


def test_a_file_that_goes_while_it_is_read_is_a_sentence(kept, monkeypatch) -> None:
    """Somebody removes it between the listing and the reading."""
    store, package, _ = kept
    opened = os.open

    def gone(path, *arguments, **options):
        if str(path).endswith("card.json"):
            raise FileNotFoundError(2, "No such file or directory")
        return opened(path, *arguments, **options)

    monkeypatch.setattr("governance.stores.package_folder.os.open", gone)
    with pytest.raises(PackageError, match=r"cannot be read or written \(No such file or directory\)"):
        store.load(package.digest)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (Entry(path="card.json", n_bytes=MOST_PACKAGE_BYTES + 1, sha256="0" * 64), "larger than"),
        (Entry(path="card.json", n_bytes=-MOST_PACKAGE_BYTES - 1, sha256="0" * 64), "larger than"),
        (Entry(path="a/" * LONGEST_PATH + "a", n_bytes=0, sha256="0" * 64), "at most 255 letters"),
    ],
)
def test_a_manifest_that_lists_too_much_is_refused(tmp_path, entry: Entry, says: str) -> None:
    """A candidate's digest is that of its manifest, so anybody who trains can name a terabyte."""
    manifest = Manifest(entries=(entry,))
    folder = tmp_path / manifest.digest
    folder.mkdir()
    (folder / "manifest.json").write_bytes(manifest.canonical)
    sparse(folder / "card.json")

    with pytest.raises(PackageError, match=says):
        read_folder(tmp_path, folder, manifest.digest)


def test_what_could_not_be_read_again_is_not_kept(tmp_path) -> None:
    """The refusal comes while the training run is there to hear it."""
    with pytest.raises(PackageError, match="at most 255 letters"):
        PackageStore(tmp_path).keep_candidate("shop", "lapse_28d", {**FILES, "x" * 256: b""})


def test_a_disk_that_cannot_be_written_is_a_sentence(tmp_path) -> None:
    """With the place, and what to do."""
    (tmp_path / "candidates").write_bytes(b"")

    with pytest.raises(PackageError, match=r"candidates.* cannot be read or written \(.*set the disk right"):
        PackageStore(tmp_path).keep_candidate("shop", "lapse_28d", FILES)


def test_only_folders_named_by_a_digest_are_candidates(tmp_path) -> None:
    """Links, files and other names among them are passed over, and the true one is found."""
    store = PackageStore(tmp_path)
    package = store.keep_candidate("shop", "lapse_28d", FILES)
    among = tmp_path / "candidates/shop/lapse_28d"
    (among / ("b" * 64)).symlink_to("/nowhere")
    (among / ("c" * 64)).symlink_to(among / package.digest)
    (among / ("d" * 64)).write_bytes(b"")
    (among / ("z" * 64)).mkdir()
    (tmp_path / "candidates/notes.txt").touch()
    (tmp_path / "candidates/shop/notes.txt").touch()

    assert [one.digest for one in store.candidates()] == [package.digest]
    assert store.candidate(package.digest) == package
