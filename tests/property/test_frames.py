"""Encrypted files: what is written is read again, and nothing that was changed, cut, moved or exchanged is taken for it."""

import io
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import frames
from adapters.frames import MAGIC, OpenedStream, SealedStream, Sealing, opened, sealed
from tenure.errors import DamagedError

KEY, HEAD = secrets.token_bytes(32), {"key": "0011"}
SMALL_FRAME = 7


@pytest.fixture(autouse=True, scope="module")
def _small_frames():
    """Frames of a few bytes, so that small files have many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "_FRAME", SMALL_FRAME)
        yield


def closed(content: bytes) -> bytes:
    """Content as it lies encrypted."""
    return b"".join(sealed((content,), KEY, HEAD))


def plain(closed: bytes) -> bytes:
    """What an encrypted file gives."""
    return b"".join(opened(io.BytesIO(closed), "file", lambda _: KEY))


contents = st.binary(max_size=5 * SMALL_FRAME)


@given(contents, st.integers(1, 11))
def test_what_was_written_is_read_again(content, step):
    """Whole or in parts of any length, by the generator or the streams; and none of it stands in the file."""
    parts = [content[start : start + step] for start in range(0, len(content), step)]
    file = io.BytesIO()
    stream = SealedStream(file, Sealing(KEY, HEAD))
    for part in parts:
        stream.write(part)
    stream.finish()

    assert plain(closed(content)) == content
    assert plain(b"".join(sealed(parts, KEY, HEAD))) == content
    assert OpenedStream(opened(io.BytesIO(file.getvalue()), "file", lambda _: KEY)).read() == content
    assert len(content) < SMALL_FRAME or content[:SMALL_FRAME] not in closed(content)


@given(contents, st.data())
def test_a_changed_bit_anywhere_is_found(content, data):
    """In head, lengths, nonces, text and tags."""
    held = bytearray(closed(content))
    place = data.draw(st.integers(len(MAGIC), len(held) - 1))
    held[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(DamagedError):
        plain(bytes(held))


@given(contents, st.data())
def test_a_cut_anywhere_is_found(content, data):
    """Between two frames too, and before the last."""
    held = closed(content)

    with pytest.raises(DamagedError):
        plain(held[: data.draw(st.integers(0, len(held) - 1))])


@given(contents)
def test_what_follows_the_end_is_found(content):
    """One byte, or a file once more."""
    held = closed(content)

    for more in (b"\0", held):
        with pytest.raises(DamagedError, match="follows its last frame"):
            plain(held + more)


def test_frames_that_change_places_or_files_are_found():
    """Each is bound to its file and its place."""
    content = bytes(range(4 * SMALL_FRAME))
    one, other = closed(content), closed(content)
    first = len(one) - 4 * (4 + 12 + SMALL_FRAME + 16)
    step = 4 + 12 + SMALL_FRAME + 16
    swapped = one[:first] + one[first + step : first + 2 * step] + one[first : first + step] + one[first + 2 * step :]

    for wrong in (swapped, other[:first] + one[first:], one[:first] + one[first + step :]):
        with pytest.raises(DamagedError, match="is not what was written"):
            plain(wrong)


def test_another_key_opens_nothing():
    """Nor does it give other bytes."""
    with pytest.raises(DamagedError, match="frame 1 is not what was written"):
        b"".join(opened(io.BytesIO(closed(b"told in confidence")), "file", lambda _: secrets.token_bytes(32)))


def test_equal_files_never_look_equal():
    """Nonces are random, so nobody learns that a batch came twice."""
    assert closed(b"the same") != closed(b"the same")
