"""Deliveries as the scoring service signs them: read under the trust root of then, and of no other scores."""

import base64
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from governance.records.delivery import DELIVERY_TYPE, Delivery, check_delivery_of, read_delivery, sign_delivery
from governance.records.log import Kind
from governance.records.signing import sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from tenure.canonical import encode
from tenure.errors import RefusedError
from tests.unit.governance.sample import (
    DAY,
    MINUTE,
    MODEL,
    PROJECT,
    START,
    Book,
    key,
    opened,
    signed_root,
    staff,
    trust_root,
)

N_CHANGES = 1000


def delivery(**changes: object) -> Delivery:
    """A delivery of a day."""
    said = Delivery(
        project=PROJECT,
        model=MODEL,
        day=date(2026, 10, 31),
        content="1a" * 32,
        model_digest="2b" * 32,
        features_digest="3c" * 32,
        features_version=7,
        raw=(NamedDigest(name="products", value="4d" * 32), NamedDigest(name="transactions", value="5e" * 32)),
        delivered_at=START + MINUTE,
    )
    return replace(said, **changes)


def refusal_of(data: bytes, book: Book, *, now: object = START + DAY) -> str:
    """By which rule an envelope is refused."""
    with pytest.raises(RefusedError) as error:
        read_delivery(data, book.ledger, now=now)
    return error.value.refusal


def test_a_delivery_that_the_scoring_service_signed_is_read_back():
    """Who signed is the service that the trust root names, and what it signed is what was said."""
    found = read_delivery(sign_delivery(delivery(), key("scorer")), opened().ledger, now=START + DAY)

    assert (found.delivery, found.signed_by) == (delivery(), "service-scorer")
    assert found.delivery.raw_of("transactions") == "5e" * 32
    assert found.delivery.raw_of("households") is None


@pytest.mark.parametrize(
    ("signer", "refusal"),
    [("promoter", "wrong role"), ("training", "wrong role"), ("anna", "wrong role"), ("nobody at all", "unknown key")],
)
def test_only_the_scoring_service_may_sign_a_delivery(signer, refusal):
    """Another service's key, a reviewer's and a stranger's are each refused."""
    assert refusal_of(sign_delivery(delivery(), key(signer)), opened()) == refusal


def test_a_signature_over_another_kind_of_record_is_none_over_a_delivery():
    """The payload's type is signed too."""
    other = sign(encode(delivery()), "application/vnd.tenure.promotion+json", [key("scorer")])

    assert refusal_of(other, opened()) == "other payload type"


def test_every_changed_byte_is_found():
    """A thousand single bytes of the envelope, each changed to another: all are refused, and the clean one never is."""
    book, envelope, chance = opened(), sign_delivery(delivery(), key("scorer")), random.Random(20261122)  # noqa: S311 - damage, not a secret
    ledger = book.ledger
    found = 0
    for _ in range(N_CHANGES):
        changed = bytearray(envelope)
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
        with pytest.raises(RefusedError):
            read_delivery(bytes(changed), ledger, now=START + DAY)
        found += 1
        assert read_delivery(envelope, ledger, now=START + DAY).delivery == delivery()
    assert found == N_CHANGES


def test_what_was_signed_cannot_be_said_otherwise_under_the_same_signature():
    """A payload put in the place of the signed one does not fit."""
    envelope = sign_delivery(delivery(), key("scorer"))
    one, other = (base64.b64encode(encode(said)) for said in (delivery(), delivery(content="ff" * 32)))

    assert refusal_of(envelope.replace(one, other), opened()) == "bad signature"


def test_the_trust_root_of_then_decides():
    """A key that a later root no longer names has signed what it signed, and signs nothing from then on."""
    book = opened()
    book.now = START + 2 * DAY
    first = trust_root()
    without = tuple(one for one in first.staff if Role.SCORER not in one.roles)
    following = replace(first, version=2, previous=first.digest, issued=book.now, staff=without)
    book.add(Kind.ROOT, signed_root(following))
    before, after = (sign_delivery(delivery(delivered_at=at), key("scorer")) for at in (START + DAY, book.now))

    assert read_delivery(before, book.ledger, now=START + 3 * DAY).signed_by == "service-scorer"
    assert refusal_of(after, book, now=START + 3 * DAY) == "unknown key"


def test_a_date_outside_the_key_or_to_come_is_refused():
    """Before any trust root, after the key's end, and later than now."""
    for at, now, refusal in (
        (START - 2 * DAY, START, "old trust root"),
        (staff("scorer").valid_until, START + 400 * DAY, "key not valid at that time"),
        (START + timedelta(hours=1), START, "not yet issued"),
    ):
        assert refusal_of(sign_delivery(delivery(delivered_at=at), key("scorer")), opened(), now=now) == refusal


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"day": date(2026, 11, 1)}, "day 2026-10-31, found 2026-11-01"),
        ({"model": "buys_7d"}, f"model {MODEL}, found buys_7d"),
        ({"project": "other"}, f"project {PROJECT}, found other"),
        ({"content": "9f" * 32}, "rows with content 1a1a1a1a1a1a, found 9f9f9f9f9f9f"),
        ({"model_digest": "9f" * 32}, "scores by model 2b2b2b2b2b2b"),
        ({"features_digest": "9f" * 32}, "scores of inputs 3c3c3c3c3c3c"),
        ({"features_version": 8}, "features in version 7, found 8"),
    ],
)
def test_a_delivery_stands_with_its_own_scores_alone(found, words):
    """Copied beside another day, model or content, it is refused, and both are named."""
    signed = read_delivery(sign_delivery(delivery(), key("scorer")), opened().ledger, now=START + DAY)
    own = {"project": PROJECT, "model": MODEL, "day": date(2026, 10, 31), "content": "1a" * 32}

    check_delivery_of(signed, **own)
    with pytest.raises(RefusedError, match=words) as error:
        check_delivery_of(signed, **{**own, **found})
    assert error.value.refusal == "other delivery"


def test_a_delivery_is_spelled_one_way():
    """Sources in order and once, digests in lower-case hex, time in whole seconds."""
    two = delivery().raw
    for changes in ({"raw": two[::-1]}, {"raw": (two[0], two[0])}, {"content": "1A" * 32}, {"model": " "}):
        with pytest.raises(ValueError, match="expected"):
            delivery(**changes)
    with pytest.raises(ValueError, match="whole seconds"):
        delivery(delivered_at=START + timedelta(microseconds=1))
    assert DELIVERY_TYPE.startswith("application/vnd.tenure.")
