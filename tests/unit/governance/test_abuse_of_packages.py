"""Packages whose folder or paths are not what was sealed."""

from pathlib import Path

import pytest

from governance.rules.verify import authorise, champion
from governance.stores.package_store import PackageStore
from tenure.errors import PackageError
from tenure.package import build_manifest
from tests.unit.governance.abuse import ONE, TWO, attempt
from tests.unit.governance.book import served
from tests.unit.governance.sample import MODEL, PROJECT, files_of, manifest, package


@attempt("other champion")
def test_another_package_in_its_place() -> None:
    """The store's folder holds another sealed package."""
    book = served(ONE)
    other = package(TWO)
    authorise(champion(book.ledger, PROJECT, MODEL, now=book.now), other.files, manifest(other))


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lambda folder: (folder / "model" / "extra.py").write_bytes(b"import os"), "unlisted"),
        (lambda folder: (folder / "model" / "link").symlink_to("/etc/passwd"), "link or device"),
        (lambda folder: ((folder / "card.html").unlink(), (folder / "card.html").symlink_to("evidence.json")), "link or device"),
        (lambda folder: (folder / "card.html").unlink(), "missing"),
        (lambda folder: (folder / "Card.JSON").write_bytes(b"{}"), "unlisted"),
    ],
    ids=["extra_file", "symlink", "symlink_in_place", "missing_file", "other_case"],
)
def test_a_tampered_folder_is_refused(plant, words: str, tmp_path: Path) -> None:
    """What lies beside or behind the listed files is refused by the store."""
    kept = PackageStore(tmp_path).keep_candidate(PROJECT, MODEL, package().files)
    folder = tmp_path / "candidates" / PROJECT / MODEL / kept.digest
    for path in (folder, folder / "model"):
        path.chmod(0o755)
    plant(folder)

    with pytest.raises(PackageError, match=words):
        PackageStore(tmp_path).candidate(kept.digest)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../outside", "relative"),
        ("model/../../x", "relative"),
        ("/etc/passwd", "relative"),
        ("model/cafe\u0301", "Unicode NFC"),
        ("CARD.html", "ignores case"),
        ("model/\u212aernel.txt", "Unicode NFC"),
    ],
)
def test_a_path_that_means_two_things_is_refused(path: str, words: str) -> None:
    """Climbing, absolute, and names that fold into another."""
    with pytest.raises(PackageError, match=words):
        build_manifest({**files_of(ONE), path: b""})
