"""What a package is, and what it refuses to be."""

import hashlib
import json

import pytest

from tenure.errors import PackageError
from tenure.package import build_manifest, model_digest, seal, verify

FILES = {"model/booster.txt": b"tree", "model/calibration.json": b"{}", "card.json": b"card", "decision.json": b"{}"}


def test_manifest_is_canonical_json_sorted_by_path() -> None:
    """The bytes of a manifest are those that RFC 8785 prescribes: no space, keys in order, entries by path."""
    manifest = build_manifest({"b": b"2", "a": b""})

    entry = '{"bytes":%d,"path":"%s","sha256":"%s"}'
    first = entry % (0, "a", hashlib.sha256(b"").hexdigest())
    second = entry % (1, "b", hashlib.sha256(b"2").hexdigest())
    assert manifest.canonical == f'{{"entries":[{first},{second}],"format":1}}'.encode()
    assert manifest.digest == hashlib.sha256(manifest.canonical).hexdigest()


def test_model_digest_ignores_card_and_evidence() -> None:
    """A new card makes another package of the same model."""
    redrawn = {**FILES, "card.json": b"another card"}

    assert model_digest(redrawn) == model_digest(FILES)
    assert seal(redrawn).digest != seal(FILES).digest


def test_model_digest_sees_every_model_file() -> None:
    """A change, a renaming or an additional file under model/ is another model."""
    changed = {**FILES, "model/booster.txt": b"tree2"}
    renamed = {path.replace("booster", "booster2"): content for path, content in FILES.items()}
    added = {**FILES, "model/more.json": b""}

    assert len({model_digest(files) for files in (FILES, changed, renamed, added)}) == 4


def test_package_without_model_is_refused() -> None:
    """There is nothing to serve."""
    with pytest.raises(PackageError, match="model's native files under 'model/'"):
        seal({"card.json": b""})


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x", "model/../../x", "model//x", "./x", "model/.", "", "a\\b", "C:x", "a\nb", "a\x00b", "Manifest.JSON"],
)
def test_path_that_could_leave_the_folder_is_refused(path: str) -> None:
    """Absolute, climbing, ambiguous and reserved paths name no file of a package."""
    with pytest.raises(PackageError, match="cannot hold a file at"):
        build_manifest({path: b""})


def test_path_outside_nfc_is_refused() -> None:
    """Two spellings of one letter would be two files on one system and one on another."""
    with pytest.raises(PackageError, match="not in Unicode NFC"):
        build_manifest({"model/caf" + "e\u0301": b""})


@pytest.mark.parametrize(("one", "other"), [("card.json", "Card.JSON"), ("straße", "STRASSE"), ("É", "é")])
def test_paths_equal_after_case_folding_are_refused(one: str, other: str) -> None:
    """A file system that ignores case would keep only one of them."""
    with pytest.raises(PackageError, match="one file on a file system that ignores case"):
        build_manifest({one: b"1", other: b"2"})


def test_path_that_is_both_file_and_folder_is_refused() -> None:
    """No file system can hold both."""
    with pytest.raises(PackageError, match="both as a file and as a folder"):
        build_manifest({"model": b"", "model/x": b""})


def test_verified_package_is_the_sealed_one() -> None:
    """Verification returns what was sealed, byte for byte."""
    sealed = seal(FILES)
    verified = verify(FILES, build_manifest(FILES).canonical)

    assert verified == sealed
    assert dict(verified.files) == FILES
    assert dict(verified.model_files) == {"booster.txt": b"tree", "calibration.json": b"{}"}


def test_unlisted_file_is_refused() -> None:
    """A file that nobody listed was put there by somebody else."""
    with pytest.raises(PackageError, match=r"unlisted \['model/extra.py'\]"):
        verify({**FILES, "model/extra.py": b""}, build_manifest(FILES).canonical)


def test_missing_file_is_refused() -> None:
    """A package is whole or it is nothing."""
    with pytest.raises(PackageError, match=r"missing \['card.json'\]"):
        verify({path: c for path, c in FILES.items() if path != "card.json"}, build_manifest(FILES).canonical)


@pytest.mark.parametrize("content", [b"trEe", b"tre", b"tree\n", b""])
def test_changed_content_is_refused_by_name(content: bytes) -> None:
    """The message names the file, never its content."""
    with pytest.raises(PackageError, match=r"content of \['model/booster.txt'\]"):
        verify({**FILES, "model/booster.txt": content}, build_manifest(FILES).canonical)


def test_manifest_of_like_meaning_and_other_bytes_is_refused() -> None:
    """One package has one digest, so one spelling."""
    canonical = build_manifest({**FILES, "model/one": b"1"}).canonical
    content = json.loads(canonical)
    respelled = [
        json.dumps(content).encode(),
        canonical + b"\n",
        canonical.replace(b'"bytes":1,', b'"bytes":1.0,'),
        canonical.replace(b'"bytes":1,', b'"bytes":true,'),
        canonical.replace(b'"bytes":1,', b'"bytes":"1",'),
        canonical.replace(b'"format":1', b'"format":1,"note":"x"'),
        canonical.replace(b'"format":1', b'"format":2'),
    ]

    for spelling in respelled:
        assert spelling != canonical
        with pytest.raises(PackageError, match="canonical JSON"):
            verify({**FILES, "model/one": b"1"}, spelling)


def test_unsorted_and_repeated_entries_are_refused() -> None:
    """Order is part of the spelling, and a file is listed once."""
    manifest = build_manifest(FILES)
    backwards = type(manifest)(entries=manifest.entries[::-1])
    repeated = type(manifest)(entries=(*manifest.entries, manifest.entries[-1]))

    with pytest.raises(PackageError, match="sorted paths"):
        verify(FILES, backwards.canonical)
    with pytest.raises(PackageError, match="one file on a file system"):
        verify(FILES, repeated.canonical)


def test_bytes_that_are_no_manifest_are_refused() -> None:
    """Whatever was found in its place, the error is the package's own."""
    for content in (b"", b"[]", b"{}", b"\xff", b'{"entries":[5]}', b'{"entries":[{"path":NaN}]}', b"[" * 100_000):
        with pytest.raises(PackageError, match="Expected a manifest of format 1"):
            verify(FILES, content)


def test_file_that_is_not_there_is_named_with_what_is() -> None:
    """The message offers what the package holds."""
    with pytest.raises(PackageError, match=r"Expected 'audit.json' .* found \['card.json'"):
        seal(FILES).file("audit.json")
