"""Properties of packages: one digest per content, and no change unseen."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tenure.package import seal

NAMES = st.text("abcdefghij_é", min_size=1, max_size=6)
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
