"""The package store on a real disk."""

import os
import stat
from pathlib import Path

import pytest

from governance.stores.package_store import PackageStore
from tenure.errors import PackageError, PromotionError

FILES = {"model/booster.txt": b"tree", "card.json": b"card", "decision.json": b"{}"}


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    """Return a store in a folder of its own."""
    return PackageStore(tmp_path)


def _promoted(store: PackageStore, home: Path) -> tuple[str, Path]:
    """Admit the package; return its digest and folder."""
    package = store.keep_candidate("shop", "lapse_28d", FILES)
    store.admit(package)
    return package.digest, home / "store" / "sha256" / package.digest


def test_candidate_comes_back_as_it_was_kept(store: PackageStore, tmp_path: Path) -> None:
    """Kept bytes are read back, verified, from the folder that the project and model name."""
    package = store.keep_candidate("shop", "lapse_28d", FILES)

    assert store.candidate(package.digest) == package
    assert dict(store.candidate(package.digest).files) == FILES
    assert (tmp_path / "candidates/shop/lapse_28d" / package.digest / "manifest.json").is_file()


def test_keeping_twice_equals_once(store: PackageStore, tmp_path: Path) -> None:
    """Equal files are one candidate, and nothing half written stays behind."""
    store.keep_candidate("shop", "lapse_28d", FILES)
    store.keep_candidate("shop", "lapse_28d", FILES)

    assert len(store.candidates("shop", "lapse_28d")) == 1
    assert [p.name for p in (tmp_path / "candidates/shop/lapse_28d").iterdir()] == [store.candidates()[0].digest]


def test_files_are_read_only(store: PackageStore, tmp_path: Path) -> None:
    """A slip of the hand does not change what serves."""
    _, folder = _promoted(store, tmp_path)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o400}


def test_prefix_of_eight_letters_names_a_candidate(store: PackageStore) -> None:
    """People type the first letters; seven are too few."""
    digest = store.keep_candidate("shop", "lapse_28d", FILES).digest

    assert store.candidate(digest[:8].upper()).digest == digest
    with pytest.raises(PromotionError, match="at least 8 letters"):
        store.candidate(digest[:7])


def test_unknown_digest_is_answered_with_the_candidates_there_are(store: PackageStore) -> None:
    """The message lets the reader pick."""
    digest = store.keep_candidate("shop", "lapse_28d", FILES).digest

    with pytest.raises(PromotionError, match=rf"no candidate matches .*{digest[:12]} \(shop.lapse_28d\)"):
        store.find("0" * 64)


def test_digest_kept_for_two_models_names_neither(store: PackageStore) -> None:
    """Equal bytes under two names would let one model serve as another."""
    digest = store.keep_candidate("shop", "lapse_28d", FILES).digest
    store.keep_candidate("shop", "buys_7d", FILES)

    with pytest.raises(PromotionError, match="2 candidates match"):
        store.find(digest)


@pytest.mark.parametrize("name", ["..", "a/b", "", "a b", "/shop"])
def test_name_that_is_no_folder_is_refused(store: PackageStore, name: str) -> None:
    """Project and model become folders, so they hold nothing that climbs."""
    with pytest.raises(PackageError, match="letters, digits and underscores"):
        store.keep_candidate(name, "lapse_28d", FILES)


def test_missing_package_is_named(store: PackageStore) -> None:
    """A record without its bytes is a reason to stop."""
    with pytest.raises(PackageError, match="found nothing"):
        store.load("0" * 64)


def test_a_stored_package_that_was_changed_is_not_written_over(store: PackageStore, tmp_path: Path) -> None:
    """Promoting the same package again heals nothing in silence."""
    digest, folder = _promoted(store, tmp_path)
    (folder / "card.json").chmod(0o644)
    (folder / "card.json").write_bytes(b"cast")

    with pytest.raises(PackageError):
        store.admit(store.candidate(digest))


def test_abandoned_folders_are_swept_and_recent_ones_are_left(store: PackageStore, tmp_path: Path) -> None:
    """What a killed process left is removed once no living process can still be writing it."""
    parent = tmp_path / "candidates/shop/lapse_28d"
    for name in (".tmp-old", ".tmp-new"):
        (parent / name).mkdir(parents=True)
    os.utime(parent / ".tmp-old", (0, 0))
    digest = store.keep_candidate("shop", "lapse_28d", FILES).digest

    assert {p.name for p in parent.iterdir()} == {".tmp-new", digest}
    assert [c.digest for c in store.candidates()] == [digest]
