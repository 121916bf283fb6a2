"""The lines of a map of pseudonyms: how a pseudonym is made, how entries are sealed into a line, and what tells a map's end."""

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES, _LETTERS, _FORMAT = 12, 16, 32, 1
# A namespace and a value in it.
Meant = tuple[str, str]


def made(key: bytes, namespace: str, value: str) -> str:
    """The pseudonym of a value under a key."""
    told = f"{namespace}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:_LETTERS]


def derived(key: bytes, what: bytes) -> bytes:
    """A key for another use, or the name of the key."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"tenure pseudonyms " + what).derive(key)


def header_of(key: bytes) -> bytes:
    """The first line of a map under a key, which no other has."""
    named = {"format": _FORMAT, "key": derived(key, b"name").hex(), "written": secrets.token_hex(8)}
    return json.dumps(named).encode() + b"\n"


def key_named(header: bytes) -> object:
    """Of which key the first line of a map says that it is; None where it says nothing."""
    try:
        found = json.loads(header)
    except ValueError:
        return None
    return found.get("key") if isinstance(found, dict) else None


def sealed(project: str, key: bytes, entries: Mapping[str, Meant], nth: int) -> bytes:
    """Entries as the nth line."""
    packed = zlib.compress(json.dumps([[one, *meant] for one, meant in sorted(entries.items())]).encode())
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(derived(key, b"map")).encrypt(nonce, packed, _about(project, nth))) + b"\n"


def opened(project: str, key: bytes, line: bytes, nth: int) -> dict[str, Meant] | None:
    """The entries of the nth line; None where it is another."""
    try:
        read = base64.b64decode(line, validate=False)
        packed = AESGCM(derived(key, b"map")).decrypt(read[:_NONCE_BYTES], read[_NONCE_BYTES:], _about(project, nth))
    except (ValueError, InvalidTag):
        return None
    return {one: (namespace, value) for one, namespace, value in json.loads(zlib.decompress(packed))}


def tag(line: bytes) -> str:
    """What authenticates a line."""
    return base64.b64decode(line)[-_TAG_BYTES:].hex()


def end_of(project: str, key: bytes, header: bytes, tags: Sequence[str]) -> str:
    """What is kept of the end of a map with such lines: how many they are, and what nobody can tell of others without the key."""
    told = f"{project}\0{len(tags)}\0{tags[-1] if tags else ''}\0".encode() + header
    return f"{len(tags)} {hmac.new(derived(key, b'end'), told, hashlib.sha256).hexdigest()}"


def _about(project: str, nth: int) -> bytes:
    """What a line is bound to: it is none of another company, and in no other place."""
    return f"tenure pseudonyms {_FORMAT}\0{project}\0{nth}".encode()
