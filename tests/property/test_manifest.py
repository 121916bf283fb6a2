"""Properties of packages: one digest per content, and no change unseen."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import PackageError
from tenure.package import build_manifest, seal, verify

NAMES = st.text("abcdefghij_é", min_size=1, max_size=6)
# No manifest any more; another path, which is not there or cannot be; another size or digest of a file.
MANIFEST_REFUSED = r"Expected (a|the) manifest of format 1|cannot hold|list different files|is not what the manifest says"
FILES = st.dictionaries(NAMES.map(lambda name: f"model/{name}.txt"), st.binary(max_size=20), min_size=1, max_size=6)


@given(FILES, st.randoms())
def test_digest_does_not_depend_on_the_order_of_files(files: Mapping[str, bytes], random) -> None:
    """A package is a set of named bytes."""
    shuffled = list(files.items())
    random.shuffle(shuffled)

    assert seal(dict(shuffled)).digest == seal(files).digest


@given(FILES, FILES)
def test_equal_digests_mean_equal_files(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> None:
    """The digest names the content: other paths or bytes, another digest."""
    assert (seal(one).digest == seal(other).digest) == (one == other)


@given(FILES, st.data())
def test_any_flipped_bit_of_a_file_is_found(files: Mapping[str, bytes], data: st.DataObject) -> None:
    """No single bit of any file can change unseen."""
    path = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[path] or b"\0")
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(PackageError, match="is not what the manifest says"):
        verify({**files, path: bytes(content)}, build_manifest(files).canonical)


@given(FILES, st.data())
def test_any_flipped_bit_of_the_manifest_is_found(files: Mapping[str, bytes], data: st.DataObject) -> None:
    """No bit of the manifest can change without a refusal."""
    manifest = bytearray(build_manifest(files).canonical)
    manifest[data.draw(st.integers(0, len(manifest) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(PackageError, match=MANIFEST_REFUSED):
        verify(files, bytes(manifest))
