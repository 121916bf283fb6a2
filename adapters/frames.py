"""Bytes as they lie encrypted: a head that names the key, then frames, each under AES-256-GCM with a random nonce of its own.

    magic, 16 bytes | length of the head, 2 bytes | the head as JSON | frames
    a frame: length of what follows the nonce, 4 bytes, whose highest bit marks the last | nonce, 12 bytes | ciphertext and tag

A frame holds a mebibyte at most, so a file of any size is written and read in little memory. Its place, whether it is the last,
and the head are authenticated with it: a frame that is changed, moved, left out, or of another file is found, and so is an end
that was cut off. A file that was cut or changed is read up to there, and then refused.
"""

import hashlib
import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenure.errors import DamagedError

MAGIC = b"\x93TENURE-SEALED\r\x01"
_FRAME, _NONCE, _TAG = 1 << 20, 12, 16
_LAST, _LONGEST_HEAD = 1 << 31, 4_096

Head = Mapping[str, str]


class Sealing:
    """What turns plain bytes into an encrypted file, as they come: first `head`, then what `add` gives, then what `end` gives."""

    def __init__(self, key: bytes, head: Head) -> None:
        """Begin a file under a key of 32 bytes, which `head` names."""
        said = json.dumps({**head, "file": secrets.token_hex(16)}, sort_keys=True).encode()
        self.head = MAGIC + len(said).to_bytes(2, "big") + said
        self._cipher, self._about = AESGCM(key), hashlib.sha256(self.head).digest()
        self._held, self._n_frames = bytearray(), 0

    def add(self, part: bytes | memoryview) -> Iterator[bytes]:
        """Take plain bytes; gives the frames that are full."""
        for start in range(0, len(part), _FRAME):
            self._held += part[start : start + _FRAME]
            while len(self._held) > _FRAME:
                yield self._frame(bytes(self._held[:_FRAME]), is_last=False)
                del self._held[:_FRAME]

    def end(self) -> bytes:
        """The last frame; a file without it was cut short."""
        return self._frame(bytes(self._held), is_last=True)

    def _frame(self, plain: bytes, *, is_last: bool) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        closed = self._cipher.encrypt(nonce, plain, _about(self._about, self._n_frames, is_last))
        self._n_frames += 1
        return (len(closed) | _LAST * is_last).to_bytes(4, "big") + nonce + closed


class SealedStream(io.RawIOBase):
    """A file that takes plain bytes and writes them encrypted; `close` ends it, and leaves the file beneath open."""

    def __init__(self, file: IO[bytes], sealing: Sealing) -> None:
        """Begin at where the file stands."""
        self._file, self._sealing, self._n_taken = file, sealing, 0
        file.write(sealing.head)

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many plain bytes were taken."""
        return self._n_taken

    def write(self, part: bytes) -> int:  # type: ignore[override]
        """Take plain bytes."""
        self._file.writelines(self._sealing.add(part))
        self._n_taken += len(part)
        return len(part)

    def finish(self) -> None:
        """Write the last frame. A stream that is closed without it leaves a file that nobody takes for whole."""
        self._file.write(self._sealing.end())


def sealed(parts: Iterable[bytes], key: bytes, head: Head) -> Iterator[bytes]:
    """Plain bytes as those of an encrypted file."""
    sealing = Sealing(key, head)
    yield sealing.head
    for part in parts:
        yield from sealing.add(memoryview(part))
    yield sealing.end()


def head_of(file: IO[bytes], where: str) -> tuple[Head, bytes] | None:
    """What the head of a file says, and what its frames are bound to; None for a file that is not encrypted.

    Raises
    ------
    DamagedError: when it begins as an encrypted one, and its head cannot be read.
    """
    if file.read(len(MAGIC)) != MAGIC:
        return None
    length = file.read(2)
    said = file.read(min(int.from_bytes(length, "big"), _LONGEST_HEAD))
    try:
        head = json.loads(said)
    except ValueError:
        raise _damaged(where, "its head cannot be read") from None
    if not isinstance(head, dict) or not all(isinstance(one, str) for one in head.values()):
        raise _damaged(where, "its head cannot be read")
    return head, hashlib.sha256(MAGIC + length + said).digest()


def opened(file: IO[bytes], where: str, key_of: Callable[[Head], bytes]) -> Iterator[bytes]:
    """The plain bytes of an encrypted file, frame by frame.

    Raises
    ------
    DamagedError: when it was changed or cut short; what was given before is as it was written, and not all of it.
    """
    found = head_of(file, where)
    if found is None:
        raise _damaged(where, "it does not begin as an encrypted file does")
    head, about = found
    cipher, number, is_last = AESGCM(key_of(head)), 0, False
    while not is_last:
        said = file.read(4)
        if len(said) < 4:
            raise _damaged(where, f"it ends after {number} frames, and none of them is the last")
        length, is_last = int.from_bytes(said, "big") % _LAST, bool(said[0] >> 7)
        body = file.read(_NONCE + length) if _TAG <= length <= _FRAME + _TAG else b""
        if len(body) < _NONCE + length:
            raise _damaged(where, f"it was cut short, or changed, in frame {number + 1}")
        try:
            yield cipher.decrypt(body[:_NONCE], body[_NONCE:], _about(about, number, is_last))
        except InvalidTag:
            raise _damaged(where, f"frame {number + 1} is not what was written") from None
        number += 1
    if file.read(1):
        raise _damaged(where, "something follows its last frame")


class OpenedStream(io.RawIOBase):
    """The plain bytes of an encrypted file as a file that is read once, from its beginning on."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        """Read `opened` bytes."""
        self._parts, self._held = parts, b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        """Give the next bytes; none at the end."""
        while not self._held:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._held = part
        n = min(len(into), len(self._held))
        into[:n], self._held = self._held[:n], self._held[n:]
        return n


def _about(file: bytes, number: int, is_last: bool) -> bytes:
    """What a frame is authenticated with: its file's head, its place, and whether it ends the file."""
    return file + number.to_bytes(8, "big") + bytes([is_last])


def _damaged(where: str, how: str) -> DamagedError:
    return DamagedError(f"The encrypted file {where} is damaged: {how}. Restore it from a backup; nothing was changed.")
