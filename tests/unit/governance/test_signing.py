"""Envelopes of exactly one spelling."""

import base64
import json

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.signing import key_id, pre_authentication_encoding, public_bytes, read_envelope, sign, verify
from tenure.errors import RefusedError
from tests.unit.governance.sample import key

TYPE = "application/vnd.example+json"
ENVELOPE = sign(b"hello", TYPE, [key("anna"), key("ben")])
KEYS = {key_id(public_bytes(key(name))): public_bytes(key(name)) for name in ("anna", "ben")}


def respelled(change) -> bytes:
    """The envelope with one change, canonical again."""
    content = json.loads(ENVELOPE)
    change(content)
    return rfc8785.dumps(content)


def refusal(data: bytes, *, payload_type: str = TYPE, keys=KEYS) -> str:
    """By which rule an envelope is refused."""
    with pytest.raises(RefusedError) as error:
        verify(read_envelope(data, what="a greeting"), payload_type, keys, what="a greeting")
    return error.value.refusal


def test_dsse_encoding_is_the_specification_s_example() -> None:
    """The protocol's own test vector: type and payload with their lengths."""
    encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")

    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_key_id_is_the_digest_of_the_raw_public_key() -> None:
    """RFC 8032's first key: a name anybody can compute."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    raw = public_bytes(Ed25519PrivateKey.from_private_bytes(secret))

    assert raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key_id(raw) == "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"


def test_what_was_signed_verifies() -> None:
    """Every signature fits, and the payload comes back."""
    envelope = read_envelope(ENVELOPE, what="a greeting")
    verify(envelope, TYPE, KEYS, what="a greeting")

    assert envelope.payload == b"hello"
    assert envelope.key_ids == tuple(sorted(KEYS))


def test_wrong_signatures_keys_and_types_are_refused() -> None:
    """One bad signature beside a good one refuses the whole."""
    one_key = dict(list(KEYS.items())[:1])

    def flip(content):
        signature = bytearray(base64.b64decode(content["signatures"][1]["sig"]))
        signature[5] ^= 1
        content["signatures"][1]["sig"] = base64.b64encode(signature).decode()

    assert refusal(respelled(flip)) == "bad signature"
    assert refusal(respelled(lambda c: c.update(payload=base64.b64encode(b"hullo").decode()))) == "bad signature"
    assert refusal(ENVELOPE, keys=one_key) == "unknown key"
    assert refusal(ENVELOPE, payload_type="application/other") == "other payload type"


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["signatures"][0].update(keyid=c["signatures"][0]["keyid"].upper()),
        lambda c: c["signatures"].reverse(),
        lambda c: c["signatures"].append(c["signatures"][1]),
        lambda c: c["signatures"].clear(),
        lambda c: c.update(payload=c["payload"] + "\n"),
        lambda c: c.update(payload=c["payload"].replace("=", "")),
        lambda c: c.update(payload="aGVsbG9="[:-2] + "9="),
        lambda c: c.update(note="x"),
        lambda c: c["signatures"][0].update(note="x"),
        lambda c: c["signatures"][0].update(sig="YWJj"),
        lambda c: c.update(payload=5),
        lambda c: c.pop("payloadType"),
        lambda c: c.update(signatures={"a": 1}),
    ],
)
def test_another_spelling_of_an_envelope_is_refused(change) -> None:
    """Letter case of hex, slack bits and padding of base64, order, repetition, extra keys: equal meaning, other bytes."""
    assert refusal(respelled(change)) == "not an envelope"


def test_bytes_that_are_no_envelope_are_refused() -> None:
    """Whatever was found in its place."""
    for data in (b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, ENVELOPE + b" ", json.dumps(json.loads(ENVELOPE)).encode()):
        assert refusal(data) == "not an envelope"


def test_each_key_signs_once_and_one_must() -> None:
    """An envelope without a signature says nothing; twice by one key says no more than once."""
    for keys in ([], [key("anna"), key("anna")]):
        with pytest.raises(ValueError, match="at least one key, and each key once"):
            sign(b"hello", TYPE, keys)
