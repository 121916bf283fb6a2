"""Signatures: Ed25519 over DSSE's pre-authentication encoding, in envelopes of exactly one spelling.

Whose key may sign what is `trust.py`. Keys come as arguments; their files are `governance/stores/key_store.py`.
DSSE: https://github.com/secure-systems-lab/dsse, protocol version 1.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tenure.canonical import canonical, check_hex, parse_json, sha256
from tenure.refusals import Refusal, refused

SIGNATURE_BYTES = 64


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A payload with the signatures over it, sorted by key id; `digest` is that of the whole envelope's bytes."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]
    digest: str

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Who claims to have signed; only `verify` says that they did."""
        return tuple(key_id for key_id, _ in self.signatures)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The raw 32 bytes of the public half."""
    return key.public_key().public_bytes_raw()


def key_id(public_key: bytes) -> str:
    """A key's name: SHA-256 of its raw public bytes, in lower-case hex."""
    return sha256(public_key)


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """What DSSE signs: type and payload with their lengths, so that neither can pass for part of the other."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, keys: Sequence[Ed25519PrivateKey]) -> bytes:
    """Sign a payload with every key and return the envelope's canonical bytes."""
    message = pre_authentication_encoding(payload_type, payload)
    signatures = sorted((key_id(public_bytes(key)), key.sign(message)) for key in keys)
    if not signatures or len({name for name, _ in signatures}) != len(signatures):
        raise ValueError("expected at least one key, and each key once")
    return _spelled(payload_type, payload, signatures)


@lru_cache(maxsize=4096)
def read_envelope(data: bytes, *, what: str) -> Envelope:
    """Take an envelope apart; no signature is checked yet.

    Raises
    ------
    RefusedError: unless the bytes are the one canonical spelling: key ids in lower-case hex and sorted, base64 strict.
    """
    try:
        content = parse_json(data)
        payload_type, payload = content["payloadType"], _from_base64(content["payload"])
        signatures = [(entry["keyid"], _from_base64(entry["sig"])) for entry in content["signatures"]]
        names = [name for name, _ in signatures]
        for name in names:
            check_hex("a key id", name)
        is_sorted = bool(names) and names == sorted(set(names))
        is_sized = all(len(signature) == SIGNATURE_BYTES for _, signature in signatures)
        is_exact = _spelled(payload_type, payload, signatures) == data
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        is_sorted = is_sized = is_exact = False
    if not (is_sorted and is_sized and is_exact):
        raise refused(
            Refusal.NOT_AN_ENVELOPE,
            f"Expected a DSSE envelope around {what}: base64 without slack, key ids in lower-case hex, sorted, each once. "
            "Found another spelling. It was edited or written by another tool: restore it from a backup.",
        )
    return Envelope(payload_type=payload_type, payload=payload, signatures=tuple(signatures), digest=sha256(data))


def merged(envelopes: Sequence[bytes], *, what: str) -> bytes:
    """One envelope with the signatures of several over the same payload; none of them is checked yet.

    Raises
    ------
    RefusedError: when one is no envelope, or they are over different content.
    """
    read = [read_envelope(data, what=what) for data in envelopes]
    if len({(one.payload_type, one.payload) for one in read}) != 1:
        raise refused(
            Refusal.BAD_SIGNATURE,
            f"The signatures of {what} are over different content, so they do not belong together. Have it signed again by all.",
        )
    signatures = {name: signature for one in read for name, signature in one.signatures}
    return _spelled(read[0].payload_type, read[0].payload, sorted(signatures.items()))


def verify(envelope: Envelope, payload_type: str, keys: Mapping[str, bytes], *, what: str) -> None:
    """Check every signature of an envelope.

    Parameters
    ----------
    keys: raw public key by key id, of all who may have signed.

    Raises
    ------
    RefusedError: for another payload type, a key that is not among `keys`, or a signature that does not fit. One bad
        signature beside good ones refuses the whole: nothing in an envelope may change unseen.
    """
    if envelope.payload_type != payload_type:
        raise refused(
            Refusal.OTHER_PAYLOAD_TYPE,
            f"Expected {what} of type {payload_type}, found {envelope.payload_type!r}. "
            "A signature over one kind of record is none over another; ask for the right one.",
        )
    message = pre_authentication_encoding(envelope.payload_type, envelope.payload)
    for name, signature in envelope.signatures:
        if name not in keys:
            raise refused(
                Refusal.UNKNOWN_KEY,
                f"Key {name[:12]} signed {what}, but the trust root in force names no such key. "
                "Have it signed with a key that the trust root names, or renew the trust root.",
            )
        if not _fits(signature, message, keys[name]):
            raise refused(
                Refusal.BAD_SIGNATURE,
                f"The signature of key {name[:12]} does not fit {what}: content or signature was changed. "
                "Do not use it; restore it from a backup, or have it signed again.",
            )


@lru_cache(maxsize=4096)
def _fits(signature: bytes, message: bytes, public_key: bytes) -> bool:
    """Whether the signature is the key's own over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _spelled(payload_type: str, payload: bytes, signatures: Sequence[tuple[str, bytes]]) -> bytes:
    """The one spelling of an envelope."""
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [{"keyid": name, "sig": base64.b64encode(signature).decode()} for name, signature in signatures],
        }
    )


def _from_base64(text: str) -> bytes:
    """Read base64; slack bits that decoding ignores show when the envelope is spelled anew."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
